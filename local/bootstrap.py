"""Installs what the rest needs; runs on any Python 3, with nothing but the standard library.

`python3 -m local.bootstrap`: virtual environments by hashed requirements, npm packages by lock
files. A step whose inputs are unchanged is skipped; the hash of its inputs is kept under build/.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / "build" / "stamps"
LOG = ROOT / "build" / "logs" / "setup.log"
_PYTHON = (3, 11)
_NODE = 20


class MissingError(Exception):
    """Something this machine lacks, and the remedy."""


def check_python(version: tuple[int, ...] = tuple(sys.version_info[:2])) -> None:
    """Refuse a Python that is too old."""
    if version < _PYTHON:
        found, needed = ".".join(map(str, version)), ".".join(map(str, _PYTHON))
        raise MissingError(
            f"Python {needed} or later is needed, this is {found}: install one and run "
            f"make setup PYTHON=python{needed}"
        )


def check_node() -> None:
    """Refuse a Node.js that is missing or too old."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise MissingError(
            f"Node.js {_NODE} or later with npm is needed: install it from nodejs.org"
        )
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    major = re.match(r"v(\d+)", told.stdout)
    if not major or int(major[1]) < _NODE:
        raise MissingError(f"Node.js {_NODE} or later is needed, this is {told.stdout.strip()}")


def environment(folder: Path, requirements: Path, *, project: bool = False) -> None:
    """Make a virtual environment with exactly what a lock file names."""
    inputs = [requirements, *([ROOT / "pyproject.toml"] if project else [])]
    python = folder / "bin" / "python"
    with Step(folder.name, inputs, also=sys.version, made=python) as step:
        if step.is_done:
            return
        if not _works(python):
            shutil.rmtree(folder, ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(folder)], "python3-venv may be missing")
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        wanted = ["--require-hashes", "--requirement", str(requirements)]
        _run([*pip, *wanted], "is the package index reachable?")
        if project:
            editable = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
            _run([*pip, *editable], "see above")


def npm(folder: Path) -> None:
    """Install exactly what a package-lock.json names."""
    lock = folder / "package-lock.json"
    if not lock.exists():
        return
    with Step(f"npm-{folder.name}", [lock], made=folder / "node_modules") as step:
        if not step.is_done:
            words = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
            _run(words, "is the package registry reachable?", folder)


def font() -> None:
    """Make the font of reports, of the packages that the two steps before installed."""
    inputs = [ROOT / "infra" / "world_font.py", ROOT / "package-lock.json"]
    made = ROOT / "functions" / "reports" / "renderers" / "pdf" / "fonts" / "World.ttf"
    with Step("font", inputs, made=made) as step:
        if not step.is_done:
            python = str(ROOT / ".venv" / "bin" / "python")
            _run([python, "-m", "infra.world_font"], "see above")


class Step:
    """A step that is done once for the same inputs."""

    def __init__(self, name: str, inputs: list[Path], *, made: Path, also: str = "") -> None:
        total = hashlib.sha256(also.encode())
        for path in inputs:
            total.update(path.read_bytes())
        self._name, self._made = name, made
        self._hash = total.hexdigest()
        self._stamp = STAMPS / name
        self._began = time.monotonic()

    @property
    def is_done(self) -> bool:
        """Whether the same was done before and is still there."""
        stamp = self._stamp
        return self._made.exists() and stamp.exists() and stamp.read_text() == self._hash

    def __enter__(self) -> Step:
        """Say what begins."""
        if not self.is_done:
            print(f"setup: {self._name} …", flush=True)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Remember what was done."""
        if kind is None and not self.is_done:
            STAMPS.mkdir(parents=True, exist_ok=True)
            self._stamp.write_text(self._hash)
            took = time.monotonic() - self._began
            print(f"setup: {self._name} ({took:.0f} s)", flush=True)


def _install_others() -> None:
    environment(ROOT / ".venv-emulator", ROOT / "local" / "emulator-requirements.txt")
    npm(ROOT)
    npm(ROOT / "web")


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    done = subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False)
    return done.returncode == 0


def _run(command: list[str], remedy: str, folder: Path = ROOT) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("ab") as log:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdout=log, stderr=log, check=False
        )
    if done.returncode:
        words = " ".join([Path(command[0]).name, *command[1:4]])
        raise MissingError(f"“{words} …” failed: see {LOG}; {remedy}")


def main() -> int:
    """Install everything; say in one line what is missing."""
    try:
        check_python()
        check_node()
        with ThreadPoolExecutor(max_workers=2) as both:
            # The largest by far, and what the others wait for anyway.
            ours = both.submit(environment, ROOT / ".venv", ROOT / "requirements.txt", project=True)
            others = both.submit(_install_others)
            ours.result()
            others.result()
        font()
    except MissingError as error:
        print(f"netpulse: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
