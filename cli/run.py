"""One run of the command: what was chosen, the API, and where the answer goes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click
from platformdirs import user_config_path
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.client import Client, connect
from cli.errors import NotLoggedInError, RefusedError
from cli.logins import KeyLogin, login_of
from cli.sessions import Session, Sessions
from cli.words import shown

if TYPE_CHECKING:
    import httpx

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# A pipe has no width: nothing is cut for it.
_WIDE = 10_000
STYLES = {
    **dict.fromkeys(("online", "healthy", "succeeded", "resolved", "created"), "green"),
    **dict.fromkeys(("degraded", "warning", "acknowledged", "updated", "running"), "yellow"),
    **dict.fromkeys(("offline", "critical", "firing", "failed", "unhealthy"), "bold red"),
    **dict.fromkeys(("unreachable", "unknown", "suppressed", "unchanged"), "dim"),
}


@dataclass
class Run:
    """What every command is given."""

    as_json: bool = False
    url: str | None = None
    api_key: str | None = None
    config: Path = field(default_factory=lambda: user_config_path("netpulse", appauthor=False))
    transport: httpx.BaseTransport | None = None

    @property
    def sessions(self) -> Sessions:
        """Return the logins of this machine's user."""
        return Sessions(self.config)

    def client(self) -> Client:
        """Return the API as whoever is logged in."""
        if self.api_key:
            return Client(self.connect(self.where()), KeyLogin(self.api_key))
        session = self.session()
        return Client(self.connect(session.url), login_of(session, self.sessions))

    def session(self) -> Session:
        """Return the login at the chosen URL, or the last one."""
        session = self.sessions.at(origin(self.url)) if self.url else self.sessions.current()
        if session is None:
            raise NotLoggedInError(f"not logged in{f' at {self.url}' if self.url else ''}")
        return session

    def where(self) -> str:
        """Return the chosen URL, or the last login's."""
        if self.url:
            return origin(self.url)
        session = self.sessions.current()
        if session is None:
            raise click.UsageError("where is NetPulse? Give --url or set NETPULSE_URL.")
        return session.url

    def connect(self, url: str) -> httpx.Client:
        """Return a connection to the NetPulse there."""
        return connect(url, transport=self.transport)

    def show(self, data: Any, render: Callable[[], Any]) -> None:
        """Show data as JSON, or as the renderer has it."""
        if self.as_json:
            click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        else:
            render()

    def say(self, line: str) -> None:
        """Tell people something; a program that reads JSON is told nothing."""
        if not self.as_json:
            self.console.print(Text(line))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Show rows in columns."""
        table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(styled(value) for value in row))
        self._print(table)

    def fields(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Show one thing, a field a line."""
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for name, value in rows:
            table.add_row(name, styled(value))
        self._print(table)

    def _print(self, table: Table) -> None:
        """Print a table without the spaces that fill its last column: lines would wrap."""
        console = self.console
        with console.capture() as written:
            console.print(table)
        for line in written.get().splitlines():
            click.echo(line.rstrip())

    @property
    def console(self) -> Console:
        """Return the terminal, or whatever reads instead of one."""
        width = None if sys.stdout.isatty() else _WIDE
        return Console(width=width, highlight=False, soft_wrap=False)


def styled(value: Any) -> Text:
    """Return a cell; states have a colour beside their word."""
    text = shown(value)
    return Text(text, style=STYLES.get(text, ""))


def origin(url: str) -> str:
    """Return scheme, host and port of a URL that is fit to send a password to."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise click.UsageError(f"{url} is not an http or https URL.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise RefusedError(f"{url} is not encrypted: use https")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command have the options that every command has."""
    for option in (_JSON, _URL, _KEY):
        command = option(command)
    return click.pass_obj(command)


def _choose(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value and parameter.name:
        setattr(ctx.ensure_object(Run), parameter.name, value)


_JSON = click.option(
    "--json", "as_json", is_flag=True, expose_value=False, callback=_choose, help="Answer in JSON."
)
_URL = click.option(
    "--url",
    envvar="NETPULSE_URL",
    expose_value=False,
    callback=_choose,
    help="Where NetPulse is; else the last login's.",
)
_KEY = click.option(
    "--api-key",
    envvar="NETPULSE_API_KEY",
    expose_value=False,
    callback=_choose,
    help="Ask with an API key instead of a login.",
)
