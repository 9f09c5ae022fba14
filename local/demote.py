"""Runs a command as another user: `python -m local.demote UID GID COMMAND…`."""

import os
import sys


def main(arguments: list[str]) -> None:
    """Become the user and the command."""
    uid, gid, *command = arguments
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
    os.execvp(command[0], command)  # noqa: S606 - the command is ours


if __name__ == "__main__":
    main(sys.argv[1:])
