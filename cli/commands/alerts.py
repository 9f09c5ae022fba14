"""`netpulse alerts`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from cli import finding
from cli.client import Client
from cli.errors import RefusedError
from cli.run import Run, shared
from cli.words import instant

_STATES = ("pending", "firing", "acknowledged", "suppressed", "resolved")
_SEVERITIES = ("info", "warning", "critical")
_COLUMNS = ("ID", "SEVERITY", "STATE", "DEVICE", "SINCE", "MESSAGE")


@click.group()
def alerts() -> None:
    """See what is wrong and take it on."""


@alerts.command("list")
@click.option("--state", type=click.Choice(_STATES), multiple=True)
@click.option("--severity", type=click.Choice(_SEVERITIES), multiple=True)
@click.option("--device", help="Of one device.")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many; else all.")
@shared
def list_alerts(
    run: Run, *, device: str | None, everything: bool, limit: int | None, **filters: Any
) -> None:
    """List open alerts."""
    client = run.client()
    if device:
        filters["device_id"] = finding.device(client, device)["id"]
    if not everything and not filters["state"]:
        filters["resolved"] = "false"
    found = list(client.pages("/alerts", limit=limit, **filters))
    run.show(found, lambda: _render(run, found))


@alerts.command("show")
@click.argument("alert")
@shared
def show_alert(run: Run, alert: str) -> None:
    """Show an alert and its life, by its id or the beginning of it."""
    client = run.client()
    id_ = finding.alert_id(client, alert)
    found = client.get(f"/alerts/{id_}")
    history = client.get(f"/alerts/{id_}/history", limit=200)
    told = {**found, "history": history}

    def render() -> None:
        run.fields(found.items())
        run.table(("WHEN", "STATE", "REASON", "WHO", "NOTE"), [_step(each) for each in history])

    run.show(told, render)


@alerts.command("ack")
@click.argument("alert", nargs=-1, required=True)
@click.option("--note", default="", help="What you are doing about it.")
@shared
def acknowledge(run: Run, alert: Sequence[str], note: str) -> None:
    """Take alerts on: their escalation stops."""
    _each(run, alert, "acknowledge", note)


@alerts.command("resolve")
@click.argument("alert", nargs=-1, required=True)
@click.option("--note", default="", help="What it was.")
@shared
def resolve(run: Run, alert: Sequence[str], note: str) -> None:
    """Declare alerts over."""
    _each(run, alert, "resolve", note)


def _each(run: Run, names: Sequence[str], verb: str, note: str) -> None:
    client = run.client()
    done, refused = [], []
    for name in names:
        try:
            done.append(_act(client, name, verb, note))
        except RefusedError as error:
            # With one alert the reason is enough; with many the others are still dealt with.
            if len(names) == 1:
                raise
            refused.append(f"{name}: {error.message}")
    if done or run.as_json:
        run.show(done, lambda: _render(run, done))
    if refused:
        raise RefusedError("; ".join(refused))


def _act(client: Client, name: str, verb: str, note: str) -> Any:
    return client.post(f"/alerts/{finding.alert_id(client, name)}/{verb}", {"note": note})


def _render(run: Run, found: list[Any]) -> None:
    if not found:
        run.say("No alerts.")
        return
    run.table(_COLUMNS, [_row(each) for each in found])


def _row(alert: dict[str, Any]) -> tuple[Any, ...]:
    return (
        alert["id"][: finding.SHORT],
        alert["severity"],
        alert["state"],
        alert["device_name"],
        instant(alert["began_at"]),
        alert["message"],
    )


def _step(step: dict[str, Any]) -> tuple[Any, ...]:
    return (
        instant(step["at"]),
        step["to_state"],
        step["reason"],
        step["actor_name"],
        step["note"],
    )
