"""A report's figures in a few words, for whoever only reads the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.reports.domain.words import duration, percent

if TYPE_CHECKING:
    from functions.reports.domain.report import Report

_WORST = 3


def highlights(report: Report) -> tuple[tuple[str, str], ...]:
    """Return the figures that matter most, each with what it is of."""
    found = [("Devices", str(report.devices))]
    if uptime := report.uptime:
        found += [
            ("Availability", percent(uptime.total.ratio)),
            ("Outages", str(uptime.total.outages)),
        ]
        if uptime.total.down_seconds:
            found.append(("Down, all devices", duration(uptime.total.down_seconds)))
            worst = [
                f"{each.device.name} ({duration(each.availability.down_seconds)})"
                for each in uptime.worst[:_WORST]
            ]
            found.append(("Down the longest", ", ".join(worst)))
    if report.performance:
        found.append(("Series measured", str(len(report.performance.readings))))
    if alerts := report.alerts:
        counts = [f"{count} {severity}" for severity, count in alerts.by_severity.items() if count]
        found.append(("Alerts", ", ".join(counts) or "none"))
        if (seconds := alerts.mean_seconds_to_resolve) is not None:
            found.append(("Resolved in, on average", duration(seconds)))
    return tuple(found)
