"""The repository holds itself to its own rules."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from netpulse.events import FACTS, Fact

from infra import functions
from infra.subscriptions import SUBSCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SOURCES = ("layers", "functions", "pollers", "infra", "local")
LONGEST_FILE = 300
REQUIRED = (
    "README.md",
    "CHANGELOG.md",
    "Makefile",
    ".ci/run",
    ".pre-commit-config.yaml",
    "cdk.json",
    "pyproject.toml",
    "requirements.txt",
    "docs/architecture.md",
    "docs/events.md",
)
# Put together here, for this file is searched as well.
REGISTRIES = ("pypi." + "org", "python" + "hosted.org", "registry." + "npmjs", "npmmirror" + ".com")


@cache
def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    found = [ROOT / name for name in listed.stdout.split("\0") if name]
    # a file that is deleted but not yet committed as such is still listed
    return [path for path in found if path.is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        try:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


@pytest.mark.parametrize("name", REQUIRED)
def test_what_a_newcomer_needs_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


def test_no_source_file_is_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in SOURCES
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE
    }
    assert long == {}


def _specs() -> list[functions.FunctionSpec]:
    found: list[functions.FunctionSpec] = []
    for value in vars(functions).values():
        group = value.values() if isinstance(value, dict) else value
        for each in group if isinstance(value, dict | tuple) else (value,):
            if isinstance(each, functions.FunctionSpec):
                found.append(each)
    return found


@pytest.mark.parametrize("spec", _specs(), ids=lambda spec: spec.handler)
def test_every_handler_the_infrastructure_names_exists(spec: functions.FunctionSpec) -> None:
    module, _, name = spec.handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


def test_every_subscription_names_a_function_of_its_domain() -> None:
    handlers = {spec.handler for spec in _specs()}
    for each in SUBSCRIPTIONS:
        assert f"functions.{each.domain}.handlers.{each.entry}.handler" in handlers


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.type_name())
def test_every_event_is_documented_with_its_fields_and_listeners(fact: type[Fact]) -> None:
    document = (ROOT / "docs/events.md").read_text()
    _, _, rest = document.partition(f"\n## {fact.type_name()}\n")
    section = rest.partition("\n## ")[0]
    assert f"`{fact.source()}`" in section
    assert str(inspect.getdoc(fact)) in section
    fields = re.findall(r"^\| `(\w+)` \| [^|]+ \| ?(optional)? ?\|$", section, re.MULTILINE)
    assert fields == [
        (name, "" if field.is_required() else "optional")
        for name, field in fact.model_fields.items()
    ]
    heard = re.search(r"heard by (.*)\.$", section, re.MULTILINE)
    listeners = [f"`{s.domain}.{s.entry}`" for s in SUBSCRIPTIONS if fact in s.facts]
    assert heard is not None
    assert heard[1] == (", ".join(listeners) or "nobody yet")


def test_no_tracked_file_names_a_package_registry() -> None:
    named = [str(path) for path, text in texts() if any(host in text for host in REGISTRIES)]
    assert named == []


def test_every_link_between_documents_leads_somewhere() -> None:
    lost = [
        f"{path}: {link}"
        for path, text in texts()
        if path.suffix == ".md"
        for link in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text)
        if not (ROOT / path.parent / link).exists()
    ]
    assert lost == []


def test_every_make_target_that_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z %-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    known = {word for each in targets for word in each.split()}
    known |= {f"bench-{path.stem}" for path in (ROOT / "bench").glob("*.py")}
    known |= {f"bench-{path.parent.name}" for path in (ROOT / "bench").glob("*/__main__.py")}
    lost = [
        f"{path}: make {target}"
        for path, text in texts()
        if path.suffix == ".md"
        for target in re.findall(r"`make ([a-z-]+)[^`]*`", text)
        if target.replace("-", "_") not in {each.replace("-", "_") for each in known}
    ]
    assert lost == []


def test_no_test_replaces_parts_of_modules() -> None:
    forbidden = ("unittest.mock " + "import", "mock" + ".patch", "mocker" + ".patch")
    found = [
        str(path)
        for path, text in texts()
        if path.suffix == ".py" and any(word in text for word in forbidden)
        if path.name != Path(__file__).name
    ]
    assert found == []


def test_every_package_of_tests_has_its_file() -> None:
    folders = {path.parent for path in tracked() if path.match("tests/**/test_*.py")}
    assert [str(each) for each in folders if not (each / "__init__.py").exists()] == []
