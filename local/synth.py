"""Synthesises the CDK app for stage `local`, only when something it is made of has changed."""

import fcntl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.failure import LocalError
from local.stamps import digest
from local.state import ROOT
from local.supervisor import python

CDK = ROOT / "node_modules" / ".bin" / "cdk"
ASSEMBLY = ROOT / "build" / "cdk.local"
_STAMP = ROOT / "build" / "cdk.local.stamp"
_QUIET = {
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "true",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "true",
}
_INPUTS = (
    *("infra", "functions", "layers", "pollers", "cdk.json", "requirements.txt", "pyproject.toml"),
)


def inputs() -> str:
    """Return the hash of everything that the templates and assets are made of."""
    return digest((ROOT / name for name in _INPUTS), root=ROOT, also=python())


def is_fresh() -> bool:
    """Whether the last synthesis is of what is there now."""
    return _STAMP.exists() and _STAMP.read_text() == inputs() and (ASSEMBLY / "tree.json").exists()


def synthesise(log: Path) -> None:
    """Synthesise; two instances that start at once do it one after the other."""
    with _alone():
        if is_fresh():
            return
        made_of = inputs()
        words = ["synth", "--quiet", "--app", f"{python()} -m infra.app"]
        words += ["--context", "stage=local", "--output", str(ASSEMBLY)]
        cdk(words, {}, log=log, remedy="`make synth` shows the same error")
        _STAMP.write_text(made_of)


def cdk(words: list[str], environment: dict[str, str], *, log: Path, remedy: str) -> None:
    """Run the CDK's command line, its output going to a log; say where when it fails."""
    from local.emulator import plain_environment  # noqa: PLC0415 - keeps this module light

    if not CDK.exists():
        raise LocalError("the CDK command line is not installed: run make setup")
    with log.open("ab") as output:
        done = subprocess.run(
            [str(CDK), *words, "--no-color", "--no-notices"],
            cwd=ROOT,
            env={**plain_environment(), **_QUIET, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise LocalError(f"cdk {words[0]} failed, {_reason(log)}: see {log}; {remedy}")


def _reason(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    for sign in ("_FAILED ", "Error: ", "rror"):
        if telling := [line for line in lines if sign in line]:
            return f"“{telling[-1].rpartition('|')[2].strip()[:300]}”"
    return "without a word"


@contextmanager
def _alone() -> Iterator[None]:
    ASSEMBLY.parent.mkdir(exist_ok=True)
    with ASSEMBLY.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
