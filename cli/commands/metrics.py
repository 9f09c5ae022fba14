"""`netpulse metrics DEVICE`."""

from __future__ import annotations

from typing import Any

import click

from cli import finding
from cli.errors import RefusedError
from cli.run import Run, shared
from cli.words import instant, number, sparkline

_WIDTH = 60


@click.command("show")
@click.argument("device")
@click.option(
    "--metric", "-m", multiple=True, help="Such as cpu_usage; without, the newest values."
)
@click.option("--entity", help="Such as if:eth0; without, all.")
@click.option("--from", "begin", default="-1h", show_default=True, help="An instant, or -7d.")
@click.option("--to", "end", default="now", show_default=True)
@click.option("--step", default="auto", show_default=True, help="Seconds between values.")
@click.option("--table", "as_table", is_flag=True, help="Every value instead of a curve.")
@shared
def show_metrics(
    run: Run,
    device: str,
    *,
    metric: tuple[str, ...],
    entity: str | None,
    begin: str,
    end: str,
    step: str,
    as_table: bool,
) -> None:
    """Show what was measured at a device: a curve for each metric named, or the newest values."""
    client = run.client()
    path = f"/devices/{finding.device(client, device)['id']}/metrics"
    if not metric:
        latest = client.get(f"{path}/latest", entity=entity)
        run.show(latest, lambda: _newest(run, latest))
        return
    asked = {"from": begin, "to": end, "step": step, "metric": list(metric), "entity": entity}
    found = client.get(path, **asked)
    if not found["series"] and not run.as_json:
        raise RefusedError(
            f"nothing is measured there by that name: see `netpulse metrics {device}`"
        )
    run.show(found, lambda: (_values if as_table else _curves)(run, found["series"]))


def _newest(run: Run, latest: list[dict[str, Any]]) -> None:
    run.table(
        ("METRIC", "ENTITY", "VALUE", "UNIT", "TIME"),
        [
            (each["metric"], each["entity"], each["value"], each["unit"], instant(each["time"]))
            for each in latest
        ],
    )


def _values(run: Run, series: list[dict[str, Any]]) -> None:
    run.table(
        ("TIME", "METRIC", "ENTITY", "VALUE", "UNIT"),
        [
            (instant(time), each["metric"], each["entity"], value, each["unit"])
            for each in series
            for time, value in each["points"]
        ],
    )


def _curves(run: Run, series: list[dict[str, Any]]) -> None:
    run.table(
        ("METRIC", "ENTITY", "CURVE", "LOW", "HIGH", "LAST", "UNIT"),
        [_curve(each) for each in series],
    )


def _curve(series: dict[str, Any]) -> tuple[Any, ...]:
    values = [value for _, value in series["points"]]
    known = [value for value in values if value is not None]
    numbers = (
        [number(each) for each in (min(known), max(known), known[-1])] if known else [None] * 3
    )
    curve = sparkline(values, width=_WIDTH)
    return (series["metric"], series["entity"], curve, *numbers, series["unit"])
