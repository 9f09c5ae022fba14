"""`netpulse metrics`: of one device, of many, rankings, bills, CSV."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cli import finding
from cli.client import Client
from cli.commands.metrics import show_metrics
from cli.errors import RefusedError
from cli.run import Run, shared
from cli.words import number, sparkline

_WIDTH = 60
_MEGA = 1e6


class _DeviceFirst(click.Group):
    """What is no command of ours is a device: `netpulse metrics core-1`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the words name."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return "show", self.commands["show"], args
        return super().resolve_command(ctx, args)


@click.group(cls=_DeviceFirst)
def metrics() -> None:
    """Show what was measured: `metrics DEVICE`, or one of these."""


metrics.add_command(show_metrics)


def _which(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command choose series and a range."""
    for option in (
        click.option("--to", "end", default="now", show_default=True),
        click.option("--from", "begin", default="-24h", show_default=True, help="Or an instant."),
        click.option("--tag", multiple=True, help="Devices that have it."),
        click.option("--device", multiple=True, help="By name, address, number or id."),
        click.option("--entity", multiple=True, help="Such as 'if:*'."),
        click.option("--metric", "-m", multiple=True, required=True, help="Such as 'if_*_bps'."),
    ):
        command = option(command)
    return command


def _scope(client: Client, asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "metrics": list(asked["metric"]),
        "entities": list(asked["entity"]),
        "tags": list(asked["tag"]),
        "device_ids": [finding.device(client, each)["id"] for each in asked["device"]],
        "from": asked["begin"],
        "to": asked["end"],
    }


def _drawn(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command say how series become curves."""
    for option in (
        click.option("--compare", help="An earlier period beside it, such as 7d."),
        click.option("--by", multiple=True, help="device, group, tag, entity: a curve for each."),
        click.option("--combine", help="avg, min, max, sum, count, p50, p95, p99."),
        click.option("--aggregate", help="avg, min, max, last, sum, count, p95, rate, …"),
        click.option("--step", type=int, help="Seconds between values."),
    ):
        command = option(command)
    return command


def _question(client: Client, asked: dict[str, Any]) -> dict[str, Any]:
    chosen = {name: asked[name] for name in ("step", "aggregate", "combine", "compare")}
    return {
        **_scope(client, asked),
        **{name: value for name, value in chosen.items() if value is not None},
        "group_by": list(asked["by"]),
    }


@metrics.command()
@_which
@_drawn
@shared
def query(run: Run, **asked: Any) -> None:
    """Draw curves of many devices."""
    client = run.client()
    found = client.post("/metrics/query", _question(client, asked))
    run.show(found, lambda: _curves(run, found["series"]))


@metrics.command()
@_which
@_drawn
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="A file.")
@shared
def export(run: Run, output: Path | None, **asked: Any) -> None:
    """Write curves of many devices as CSV."""
    client = run.client()
    text = client.text("/metrics/query/csv", _question(client, asked))
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8", newline="")
    run.say(f"Wrote {max(text.count(chr(10)) - 1, 0)} values to {output}.")


@metrics.command()
@_which
@click.option("--by", default="avg", show_default=True, help="avg, min, max, p95, last.")
@click.option("--lowest", is_flag=True, help="The lowest first.")
@click.option("-n", "limit", default=10, show_default=True)
@shared
def top(run: Run, *, by: str, lowest: bool, limit: int, **asked: Any) -> None:
    """Show which series have the highest values."""
    client = run.client()
    order = "lowest" if lowest else "highest"
    body = {**_scope(client, asked), "by": by, "order": order, "limit": limit}
    found = client.post("/metrics/top", body)
    run.show(found, lambda: _ranking(run, found["series"], by))


@metrics.command()
@click.argument("ports", nargs=-1, required=True, metavar="DEVICE:PORT …")
@click.option("--month", required=True, help="Such as 2026-11.")
@click.option("--commit", type=float, help="Mbit/s that are billed at least.")
@click.option("--time-zone", help="Without: the organisation's.")
@shared
def billing(
    run: Run, ports: tuple[str, ...], *, month: str, commit: float | None, time_zone: str | None
) -> None:
    """Show the 95th percentile of ports, each and together."""
    client = run.client()
    body: dict[str, Any] = {"ports": [_port(client, each) for each in ports], "month": month}
    if commit is not None:
        body["commit_bps"] = commit * _MEGA
    if time_zone:
        body["time_zone"] = time_zone
    found = client.post("/metrics/billing", body)
    run.show(found, lambda: _bill(run, found))


def _port(client: Client, named: str) -> dict[str, str]:
    device, _, port = named.partition(":")
    if not port:
        raise RefusedError(f"{named} names no port: write it as core-1:ge-0/0/1")
    entity = port if port.startswith("if:") else f"if:{port}"
    return {"device_id": finding.device(client, device)["id"], "entity": entity}


def _curves(run: Run, series: list[dict[str, Any]]) -> None:
    run.table(
        ("DEVICE", "METRIC", "ENTITY", "CURVE", "LOW", "HIGH", "LAST", "UNIT"),
        [_curve(each) for each in series],
    )


def _curve(series: dict[str, Any]) -> tuple[Any, ...]:
    values = [value for _, value in series["points"]]
    known = [value for value in values if value is not None]
    numbers = (
        [number(each) for each in (min(known), max(known), known[-1])] if known else [None] * 3
    )
    group = series.get("group")
    name = series.get("device_name") if group is None else ", ".join(group.values()) or "all"
    curve = sparkline(values, width=_WIDTH)
    return (name, series["metric"], series.get("entity"), curve, *numbers, series["unit"])


def _ranking(run: Run, series: list[dict[str, Any]], by: str) -> None:
    run.table(
        ("", "DEVICE", "METRIC", "ENTITY", by.upper(), "LOW", "MEAN", "HIGH", "UNIT"),
        [
            (
                *(each["rank"], each["device_name"], each["metric"], each["entity"]),
                *(number(each[name]) for name in ("value", "minimum", "average", "maximum")),
                each["unit"],
            )
            for each in series
        ],
    )


def _bill(run: Run, found: dict[str, Any]) -> None:
    total = {**found["total"], "device_name": "together", "entity": ""}
    run.table(
        ("DEVICE", "PORT", "IN P95", "OUT P95", "BILLED", "BURST", "SAMPLES", "MISSING"),
        [
            (
                *(each["device_name"], each["entity"]),
                *(_mega(each[side]["p95_bps"]) for side in ("in", "out")),
                _mega(each["billed_bps"] or each["max_of_p95_bps"]),
                _mega(each["burst_bps"]),
                *(each["samples_measured"], each["samples_missing"]),
            )
            for each in (*found["ports"], total)
        ],
    )
    so_far = "" if found["complete"] else " so far"
    run.say(f"{found['month']}{so_far}, {found['time_zone']}, in Mbit/s")


def _mega(value: float | None) -> str | None:
    return None if value is None else number(value / _MEGA)
