"""`netpulse login` and `netpulse logout`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cli.client import BASE, Client, send
from cli.errors import RefusedError
from cli.logins import KeyLogin, log_in, login_of
from cli.run import Run, origin
from cli.sessions import Session

_LOCAL = Path("build") / "local.json"


@click.command()
@click.option(
    "--url", envvar="NETPULSE_URL", help="Where NetPulse is, such as https://noc.example."
)
@click.option("--email", help="Asked for when missing.")
@click.option("--api-key", envvar="NETPULSE_API_KEY", help="Keep an API key instead of a login.")
@click.option(
    "--local", is_flag=True, help="The NetPulse that `make up` started, as its first admin."
)
@click.option(
    "--state-dir",
    envvar="NETPULSE_STATE_DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where `make up` keeps its state; else build/ here or above.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def login(
    run: Run,
    url: str | None,
    email: str | None,
    api_key: str | None,
    *,
    local: bool,
    state_dir: Path | None,
    as_json: bool,
) -> None:
    """Log in and remember it.

    The password is asked for, never an argument: arguments are seen by everyone on the machine.
    """
    run.as_json = as_json
    stack = _local_stack(state_dir) if local else {}
    run.url = url or stack.get("api_url") or _asked_url(run)
    where = origin(run.url)
    if api_key:
        session = Session(url=where, api_key=api_key)
    else:
        admin = stack.get("admin", {})
        email = email or admin.get("email") or click.prompt("Email", err=True)
        is_admin = email == admin.get("email")
        password = admin["password"] if is_admin else _asked_password()
        session = log_in(run.connect(where), where, email, password)
    me = Client(run.connect(where), login_of(session, run.sessions)).get("/me")
    organization, role = me["organization"]["name"], me["role"]
    run.sessions.keep(Session(**{**session.__dict__, "organization": organization}))
    who = (me["user"] or {}).get("email") or "an API key"
    told = {"url": where, "who": who, "organization": organization, "role": role}
    run.show(told, lambda: run.say(f"Logged in at {where} as {who}, {role} of {organization}."))


@click.command()
@click.option("--url", envvar="NETPULSE_URL", help="Where; else the last login's.")
@click.pass_obj
def logout(run: Run, url: str | None) -> None:
    """End the session and forget it."""
    run.url = url
    session = run.session()
    shows = login_of(session, run.sessions)
    run.sessions.forget(session.url)
    if not isinstance(shows, KeyLogin):
        send(run.connect(session.url), "POST", f"{BASE}/auth/logout", headers=shows.headers())
    run.say(f"Logged out at {session.url}.")


def _asked_url(run: Run) -> str:
    session = run.sessions.current()
    return str(click.prompt("URL", default=session.url if session else None, err=True))


def _asked_password() -> str:
    return str(click.prompt("Password", hide_input=True, err=True))


def _local_stack(state_dir: Path | None) -> dict[str, Any]:
    here = Path.cwd()
    places = (
        [state_dir / _LOCAL.name] if state_dir else [at / _LOCAL for at in (here, *here.parents)]
    )
    for place in places:
        if place.is_file():
            try:
                stack: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
            except ValueError:
                raise RefusedError(f"{place} cannot be read: run `make up` again") from None
            return stack
    raise RefusedError(f"no {_LOCAL} here or above: run `make up` first, or give --state-dir")
