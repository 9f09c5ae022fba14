"""Starts processes that outlive the command, and ends only those."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.failure import LocalError
from local.state import ROOT, State

_PAUSE = 0.05


@dataclass(frozen=True)
class Process:
    """A process as it was when we started it."""

    pid: int
    started: str

    @property
    def is_alive(self) -> bool:
        """Whether it still runs; the start time tells it from a stranger with the same number."""
        return started_at(self.pid) == self.started


def started_at(pid: int) -> str:
    """Return a mark of when a process began, empty when there is none (or only its zombie)."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] in "ZX" else fields[19]
    found = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split(maxsplit=1)
    return "" if not found or found[0].startswith("Z") else found[1].strip()


def running(state: State, name: str) -> Process | None:
    """Return the instance's live process of that name."""
    kept = state.read(f"pids/{name}.json")
    process = Process(kept["pid"], kept["started"]) if kept else None
    return process if process and process.is_alive else None


def start(
    state: State, name: str, command: Sequence[str], environment: Mapping[str, str]
) -> Process:
    """Start a process in a session of its own, its output going to its log."""
    state.folder("pids")
    with state.log(name).open("ab") as log:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    child.returncode = 0  # it outlives us: no warning about that when it is collected
    process = Process(child.pid, started_at(child.pid))
    state.write(f"pids/{name}.json", {"pid": process.pid, "started": process.started})
    return process


def stop(state: State, name: str, *, patience: float = 20) -> bool:
    """End a process and its children if we started it; say whether there was one."""
    process = running(state, name)
    if process:
        _signal(process.pid, signal.SIGTERM)
        if not _gone(process, patience):
            _signal(process.pid, signal.SIGKILL)
            _gone(process, patience)
    (state.directory / "pids" / f"{name}.json").unlink(missing_ok=True)
    return process is not None


def wait_until(
    healthy: Callable[[], bool], *, state: State, name: str, patience: float = 60
) -> None:
    """Wait until a process answers; its death or its silence is told with its last words."""
    deadline = time.monotonic() + patience
    while not healthy():
        if running(state, name) is None:
            raise LocalError(f"{name} ended: {last_words(state, name)}")
        if time.monotonic() > deadline:
            raise LocalError(f"{name} is not ready after {patience:.0f} s; see {state.log(name)}")
        time.sleep(_PAUSE)


def last_words(state: State, name: str) -> str:
    """Return the last line of a log that says something, and where the rest is."""
    path = state.log(name)
    lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
    return f"{lines[-1] if lines else 'it said nothing'} (all of it: {path})"


def python() -> str:
    """Return the interpreter that runs the instance's own processes."""
    return sys.executable


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def _gone(process: Process, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while process.is_alive:
        if time.monotonic() > deadline:
            return False
        _collect(process.pid)
        time.sleep(_PAUSE)
    return True


def _collect(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)  # only if it is a child of this very command
    except ChildProcessError:
        return
