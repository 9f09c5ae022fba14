"""What cdk-nag and cfn-lint say of the templates."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.conftest import Synthesise, Synthesised

_LINT_IGNORED = (
    "W3005",  # CDK states dependencies that a reference already implies
    "W6001",  # what pollers elsewhere are told gathers values of other stacks
)
_SHORTEST_REASON = 15


def test_cdk_nag_finds_nothing_in_prod(prod: Synthesised) -> None:
    assert prod.findings() == set()


def test_every_acknowledgement_is_still_needed(prod: Synthesised, synthesise: Synthesise) -> None:
    findings = synthesise("prod", acknowledge="no").findings()
    stale = {
        (path, rule)
        for path, rule, _ in prod.acknowledged
        if not any(
            rule == found and (where == path or where.startswith(f"{path}/"))
            for found, where in findings
        )
    }
    assert stale == set()


def test_every_acknowledgement_gives_a_reason(prod: Synthesised) -> None:
    assert all(len(reason) >= _SHORTEST_REASON for _, _, reason in prod.acknowledged)


@pytest.mark.parametrize("name", ["prod", "local"])
def test_cfn_lint_finds_nothing(name: str, synthesise: Synthesise) -> None:
    templates = [str(path) for path in synthesise(name).files]
    program = str(Path(sys.executable).with_name("cfn-lint"))
    command = [program, "-i", *_LINT_IGNORED, "--", *templates]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr
