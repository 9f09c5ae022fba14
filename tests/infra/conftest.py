"""Each stage is synthesised once a session, without installing what bundles need."""

import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import cdk_nag
import pytest
from aws_cdk import App, Validations

from infra.app import build
from infra.bundling import ROOT, Bundler
from infra.settings import STAGES

Resource = dict[str, Any]
_ACKNOWLEDGED = "aws:cdk:acknowledged-rules"


@dataclass(frozen=True)
class Synthesised:
    """A stage's templates and what cdk-nag says of them."""

    name: str
    folder: Path
    acknowledged: frozenset[tuple[str, str, str]]

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        """Return the templates by the stack's short name."""
        return {
            path.name.split(".")[0].rpartition("-")[2]: json.loads(path.read_text())
            for path in sorted(self.folder.glob("*.template.json"))
        }

    @property
    def files(self) -> list[Path]:
        """Return the templates' files."""
        return sorted(self.folder.glob("*.template.json"))

    def resources(self, kind: str) -> dict[str, Resource]:
        """Return every resource of a type, named `stack/LogicalId`."""
        return {
            f"{stack}/{name}": resource
            for stack, template in self.templates.items()
            for name, resource in template["Resources"].items()
            if resource["Type"] == kind
        }

    def findings(self) -> set[tuple[str, str]]:
        """Return what cdk-nag found and nobody acknowledged: rule and construct path."""
        path = self.folder / "validation-report.json"
        if not path.exists():  # nothing at all to report
            return set()
        report = json.loads(path.read_text())
        return {
            (violation["ruleName"], construct["constructPath"])
            for plugin in report["pluginReports"]
            for violation in plugin["violations"]
            for construct in violation["violatingConstructs"]
            if violation["severity"] == "error"
        }


Synthesise = Callable[..., Synthesised]


@pytest.fixture(scope="session")
def synthesise(tmp_path_factory: pytest.TempPathFactory) -> Synthesise:
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    @cache
    def once(name: str, acknowledge: str = "yes") -> Synthesised:
        folder = shared / f"stage-{name}-{acknowledge}"
        known = folder.with_suffix(".acknowledged.json")
        # the first worker that needs a stage makes it, the others wait and read it
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not known.exists():
                made = _made(name, folder, acknowledge)
                known.write_text(json.dumps(sorted(made)))
        acknowledged = frozenset((path, rule, why) for path, rule, why in _read(known))
        return Synthesised(name, folder, acknowledged)

    return once


def _made(name: str, folder: Path, acknowledge: str) -> frozenset[tuple[str, str, str]]:
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    stage = STAGES[name]
    app = App(outdir=str(folder), context={**context, "acknowledge": acknowledge})
    bundles = folder.parent / "bundles"
    build(app, stage, Bundler(settings=stage.bundling, install=False, bundles=bundles))
    Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app), cdk_nag.ServerlessChecks(app))
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
    return _acknowledged(app)


def _read(path: Path) -> list[list[str]]:
    return json.loads(path.read_text())  # type: ignore[no-any-return]


def _acknowledged(app: App) -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (construct.node.path, rule.removeprefix("Annotation::"), reason)
        for construct in app.node.find_all()
        for entry in construct.node.metadata
        if entry.type == _ACKNOWLEDGED
        for rule, reason in entry.data.items()
        # CDK's own constructs acknowledge what its own checks would say of them.
        if not rule.startswith("CloudFormation-Validate")
    )


@pytest.fixture(scope="session")
def prod(synthesise: Synthesise) -> Synthesised:
    return synthesise("prod")


@pytest.fixture(scope="session")
def local(synthesise: Synthesise) -> Synthesised:
    return synthesise("local")
