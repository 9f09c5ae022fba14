"""`python -m local up|down|status|logs`: the whole of NetPulse on this machine."""

import argparse
import subprocess
import sys

from local import down, status, up
from local.failure import LocalError
from local.state import State, current


def _logs(state: State, name: str) -> None:
    folder = state.folder("logs")
    files = [folder / f"{name}.log"] if name else sorted(folder.glob("*.log"))
    missing = [str(path) for path in files if not path.exists()]
    if missing or not files:
        known = ", ".join(path.stem for path in sorted(folder.glob("*.log")))
        raise LocalError(f"no such log; there are: {known or 'none yet, start with make up'}")
    subprocess.run(["tail", "-n", "50", "-F", *map(str, files)], check=False)


def main() -> int:
    """Run one command; say in one line what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m local")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="start everything and wait until it is well")
    commands.add_parser("down", help="end what `up` started")
    commands.add_parser("status", help="show every process and its health")
    logs = commands.add_parser("logs", help="follow the logs, or one of them")
    logs.add_argument("name", nargs="?", default="")
    given = parser.parse_args()
    state = current()
    try:
        match given.command:
            case "up":
                up.run(state)
            case "down":
                down.run(state)
            case "status":
                return status.run(state)
            case "logs":
                _logs(state, given.name)
    except LocalError as error:
        print(f"netpulse: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
