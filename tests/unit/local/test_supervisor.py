import os
import sys
from pathlib import Path

import pytest

from local import supervisor
from local.failure import LocalError
from local.state import State

SLEEPER = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True);"
    "time.sleep(60)",
]


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path)


def says_here(state: State) -> bool:
    return "here" in state.log("sleeper").read_text()


def test_what_was_started_runs_until_it_is_stopped(state: State) -> None:
    process = supervisor.start(state, "sleeper", SLEEPER, os.environ)
    assert supervisor.running(state, "sleeper") == process
    assert supervisor.stop(state, "sleeper")
    assert not process.is_alive
    assert supervisor.running(state, "sleeper") is None


def test_a_process_that_does_not_listen_is_ended_all_the_same(state: State) -> None:
    process = supervisor.start(state, "sleeper", DEAF, os.environ)
    supervisor.wait_until(lambda: says_here(state), state=state, name="sleeper")
    assert supervisor.stop(state, "sleeper", patience=0.2)
    assert not process.is_alive


def test_a_stranger_with_the_same_number_is_left_alone(state: State) -> None:
    ours = supervisor.started_at(os.getpid())
    assert ours
    state.folder("pids")
    state.write("pids/sleeper.json", {"pid": os.getpid(), "started": "another time"})
    assert supervisor.running(state, "sleeper") is None
    assert not supervisor.stop(state, "sleeper")


def test_stopping_what_never_ran_does_nothing(state: State) -> None:
    assert not supervisor.stop(state, "sleeper")


def test_a_process_that_ends_early_is_told_with_its_last_words(state: State) -> None:
    words = [sys.executable, "-c", "import sys; sys.exit('the disk is full')"]
    supervisor.start(state, "sleeper", words, os.environ)
    with pytest.raises(LocalError, match="the disk is full"):
        supervisor.wait_until(lambda: False, state=state, name="sleeper")


def test_a_process_that_never_gets_ready_is_told_with_its_log(state: State) -> None:
    supervisor.start(state, "sleeper", SLEEPER, os.environ)
    try:
        with pytest.raises(LocalError, match="not ready"):
            supervisor.wait_until(lambda: False, state=state, name="sleeper", patience=0.1)
    finally:
        supervisor.stop(state, "sleeper")
