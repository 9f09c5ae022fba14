"""Alerts on paper: how many, how fast they were dealt with, each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.platypus import CondPageBreak, KeepTogether, Spacer

from functions.reports.domain.calendar import days_between
from functions.reports.domain.words import duration
from functions.reports.renderers.pdf import charts, look
from functions.reports.renderers.pdf.parts import begun, limited, text
from functions.reports.renderers.pdf.table import Column
from functions.reports.renderers.pdf.text import clock, moment
from functions.reports.renderers.pdf.tiles import Tile, Tiles

if TYPE_CHECKING:
    from functions.reports.domain.report import Alerts, Report


def alerts_section(report: Report, alerts: Alerts) -> list[Any]:
    """Return how many, how fast they were dealt with, and each alert."""
    zone = report.zone
    counts = alerts.by_severity
    answered, resolved = alerts.mean_seconds_to_acknowledge, alerts.mean_seconds_to_resolve
    story = [
        *begun("Alerts", is_short=not alerts.lines),
        Tiles(
            [
                Tile(
                    str(counts["critical"]),
                    "critical",
                    look.DOWN if counts["critical"] else look.INK,
                ),
                Tile(str(counts["warning"]), "warning"),
                Tile(str(counts["info"]), "info"),
                Tile(duration(answered) if answered is not None else "-", "to acknowledge"),
                Tile(duration(resolved) if resolved is not None else "-", "to resolve"),
            ]
        ),
    ]
    if not alerts.lines:
        return [*story, Spacer(0, 12), text("No alert began in this period.", "body")]
    note = "Alerts that began in the period. Times to acknowledge and to resolve are means."
    story += [Spacer(0, 6), text(note, "note")]
    last = min(report.end, report.generated_at)
    days = [each.date for each in days_between(report.begin, last, zone)]
    drawn = charts.alerts_chart(days, alerts.by_day(zone))
    story.append(KeepTogether([text("Alerts by day", "subheading"), drawn]))
    columns = [
        Column("Began"),
        Column("Severity", bold=True, colour=look.SEVERITY.get),
        Column("Device", bold=True),
        Column("What"),
        Column("State"),
        Column("Lasted", right=True),
    ]
    rows = [
        [
            moment(line.began_at, zone),
            line.severity,
            line.device.name if line.device else "-",
            line.message,
            line.state,
            clock((line.resolved_at - line.began_at).total_seconds())
            if line.resolved_at
            else "not over",
        ]
        for line in alerts.lines
    ]
    return [*story, CondPageBreak(110), Spacer(0, 10), *limited(columns, rows)]
