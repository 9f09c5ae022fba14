"""`netpulse status`."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from cli.run import Run, shared


@click.command()
@shared
def status(run: Run) -> None:
    """Show how the network and NetPulse itself are."""
    client = run.client()
    me, health = client.get("/me"), client.raw("/health")
    devices = _counts(client.get("/devices/snapshot"))
    alerts = client.get("/alerts/summary")
    told = {
        "url": run.where(),
        "organization": me["organization"]["name"],
        "role": me["role"],
        "health": health.get("status"),
        "devices": devices,
        "alerts": alerts,
    }
    run.show(told, lambda: _render(run, told, health))


def _counts(snapshot: dict[str, Any]) -> dict[str, int]:
    # Each device's status is one character: its place among the names.
    found = Counter(snapshot["statuses"])
    counts = {name: found[str(place)] for place, name in enumerate(snapshot["status_names"])}
    return {**counts, "maintenance": len(snapshot["maintenance"])}


def _render(run: Run, told: dict[str, Any], health: dict[str, Any]) -> None:
    alerts = told["alerts"]
    ill = [name for name, is_well in health.get("checks", {}).items() if not is_well]
    run.fields(
        [
            ("Organisation", f"{told['organization']} (you: {told['role']})"),
            ("NetPulse", told["health"]),
            *([("Not well", ill)] if ill else []),
            ("Devices", {name: count for name, count in told["devices"].items() if count}),
            ("Open alerts", f"{alerts['open']}, {alerts['unacknowledged']} unacknowledged"),
            *([("By severity", alerts["by_severity"])] if alerts["open"] else []),
        ]
    )
