"""Ends what `up` started, and nothing else."""

from local.progress import Progress
from local.services import stop_all
from local.state import State


def run(state: State) -> None:
    """End every process of the instance."""
    progress = Progress()
    stopped = stop_all(state)
    state.summary.unlink(missing_ok=True)
    if stopped:
        print(f"ended {', '.join(stopped)} in {progress.elapsed:.1f} s")
    else:
        print("nothing was running")
