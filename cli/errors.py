"""What ends a command, in one line."""

from __future__ import annotations

from typing import IO, Any

import click

from cli.words import printable


class RefusedError(click.ClickException):
    """The command was understood but could not be carried out: exit code 1."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Say it in one line on standard error."""
        line = " ".join(printable(self.message).split())
        click.echo(f"netpulse: {line}", file=file, err=file is None)


class NotLoggedInError(RefusedError):
    """Nobody is logged in there, or no longer."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}: run `netpulse login`, or set NETPULSE_API_KEY")
