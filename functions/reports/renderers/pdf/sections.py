"""The sections of a report, each as what reportlab lays out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.platypus import CondPageBreak, KeepTogether, PageBreak, Paragraph, Spacer

from functions.reports.domain.calendar import days_between
from functions.reports.domain.figures import StretchKind
from functions.reports.renderers.pdf import charts, look
from functions.reports.renderers.pdf.table import Column, Table
from functions.reports.renderers.pdf.text import amount, day, drawable, duration, moment, percent
from functions.reports.renderers.pdf.tiles import Tile, Tiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.reports.domain.figures import DeviceFigures, Stretch
    from functions.reports.domain.report import Alerts, Performance, Report, Uptime

# What nobody reads on paper is in the other formats.
_MAX_ROWS = 3000
_WORST = 10


def text(words: str, style: str) -> Paragraph:
    """Return words as a paragraph."""
    return Paragraph(escape(drawable(words)), look.style(style))


def limited(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[Any]:
    """Return a table of as many rows as paper bears, and a note of what is left out."""
    shown: list[Any] = [Table(columns, rows[:_MAX_ROWS])]
    if len(rows) > _MAX_ROWS:
        left_out = len(rows) - _MAX_ROWS
        shown.append(text(f"{left_out} more are in the CSV and JSON files.", "note"))
    return shown


def uptime_section(report: Report, uptime: Uptime) -> list[Any]:
    """Return summary, chart, worst devices, all devices and the raw outages."""
    total = uptime.total
    story: list[Any] = [PageBreak(), text("Availability", "heading")]
    story += [
        Tiles(
            [
                Tile(percent(total.ratio), "availability", _verdict(total.ratio)),
                Tile(str(total.outages), "outages"),
                Tile(duration(total.down_seconds), "down, all devices"),
                Tile(duration(total.longest_outage_seconds), "longest outage"),
            ]
        ),
        Spacer(0, 14),
        charts.shares_bar(total),
        Spacer(0, 6),
        *_time_table(uptime),
        Spacer(0, 6),
        text(
            "Availability is the time up divided by the time up and down, summed over all devices. "
            "A degraded device is up. Time in maintenance, behind a device that is down "
            "(unreachable) or without a verdict (unknown) is shown beside it and counts for "
            "neither. Percentages are cut, never rounded up.",
            "note",
        ),
    ]
    if uptime.days:
        floor = charts.availability_floor(uptime.days)
        title = "Availability by day"
        note = f" (the scale begins at {floor * 100:g} %)" if floor else ""
        story.append(
            KeepTogether([text(title + note, "subheading"), charts.availability_chart(uptime.days)])
        )
    if uptime.worst:
        worst = [_device_row(each) for each in uptime.worst[:_WORST]]
        story += [CondPageBreak(120), text("Down the longest", "subheading")]
        story.append(Table(_DEVICE_COLUMNS, worst))
    story += [PageBreak(), text("Devices", "heading")]
    story += limited(_DEVICE_COLUMNS, [_device_row(each) for each in uptime.devices])
    story += _stretches(
        report, uptime.stretches(StretchKind.OUTAGE), "Outages", "No device was down."
    )
    story += _stretches(
        report,
        uptime.stretches(StretchKind.MAINTENANCE),
        "Left out: maintenance",
        "No device was in maintenance.",
    )
    return story


def _verdict(ratio: float | None) -> Any:
    if ratio is None:
        return look.MUTED
    return look.UP if ratio >= 0.99 else look.DOWN  # noqa: PLR2004 - two nines


def _time_table(uptime: Uptime) -> list[Any]:
    parts = charts.shares(uptime.total)
    whole = sum(seconds for _, seconds, _ in parts)
    colours = {name: colour for name, _, colour in parts}
    rows = [
        [name, duration(seconds), f"{seconds / whole * 100:.3f} %" if whole else "-"]
        for name, seconds, _ in parts
    ]
    columns = [
        Column("Where the time went", 3, bold=True, colour=colours.get),
        Column("Device time", 3, right=True),
        Column("Share", 2, right=True),
    ]
    return [Table(columns, rows)]


_DEVICE_COLUMNS = (
    Column("Device", 3.4, bold=True),
    Column("Address", 2.2),
    Column("Availability", 1.7, right=True),
    Column("Outages", 1.1, right=True),
    Column("Down", 2.2, right=True),
    Column("Unreachable", 2.0, right=True),
    Column("Maintenance", 2.0, right=True),
    Column("Unknown", 2.2, right=True),
)


def _device_row(found: DeviceFigures) -> list[str]:
    figures = found.availability
    times = (
        figures.down_seconds,
        figures.unreachable_seconds,
        figures.maintenance_seconds,
        figures.unknown_seconds,
    )
    return [
        found.device.name,
        found.device.ip_address,
        percent(figures.ratio),
        str(figures.outages),
        *(duration(seconds) if seconds else "-" for seconds in times),
    ]


def _stretches(report: Report, found: Sequence[Stretch], title: str, nothing: str) -> list[Any]:
    story: list[Any] = [CondPageBreak(110), Spacer(0, 12), text(title, "heading")]
    if not found:
        return [*story, text(nothing, "body")]
    zone = report.zone
    columns = [
        Column("Device", 3, bold=True),
        Column("Address", 2),
        Column("Began", 2.6),
        Column("Ended", 2.6),
        Column("Lasted", 2.2, right=True),
        Column("Why", 2.2),
    ]
    rows = [
        [
            each.device.name,
            each.device.ip_address,
            moment(each.began_at, zone),
            moment(each.ended_at, zone) if each.ended_at else "not over yet",
            duration(each.seconds),
            each.reason.replace("_", " "),
        ]
        for each in found
    ]
    total = duration(sum(each.seconds for each in found))
    story.append(text(f"{len(found)} in this period, {total} in all.", "body"))
    return [*story, Spacer(0, 6), *limited(columns, rows)]


def performance_section(report: Report, performance: Performance) -> list[Any]:
    """Return a chart a metric and the statistics of each series."""
    story: list[Any] = [PageBreak(), text("Performance", "heading")]
    if not performance.readings:
        wanted = ", ".join(performance.metrics)
        return [*story, text(f"Nothing was measured in this period of: {wanted}.", "body")]
    for chart in performance.charts:
        title = f"{chart.metric}, averages of {duration(chart.step_s)}"
        story.append(
            KeepTogether([text(title, "subheading"), charts.metric_chart(chart, report.zone)])
        )
    columns = [
        Column("Device", 3, bold=True),
        Column("Metric", 2.8),
        Column("Of", 2),
        Column("Lowest", 1.6, right=True),
        Column("Average", 1.6, right=True),
        Column("95 % below", 1.6, right=True),
        Column("Highest", 1.6, right=True),
        Column("Samples", 1.3, right=True),
    ]
    rows = [
        [
            reading.device.name,
            reading.statistics.metric,
            reading.statistics.entity or "device",
            *(
                amount(value, reading.statistics.unit)
                for value in (
                    reading.statistics.minimum,
                    reading.statistics.average,
                    reading.statistics.p95,
                    reading.statistics.maximum,
                )
            ),
            str(reading.statistics.samples),
        ]
        for reading in performance.readings
    ]
    story += [CondPageBreak(110), Spacer(0, 10), text("Measured values", "heading")]
    return story + limited(columns, rows)


def alerts_section(report: Report, alerts: Alerts) -> list[Any]:
    """Return how many, how fast they were dealt with, and each alert."""
    zone = ZoneInfo(report.time_zone)
    counts = alerts.by_severity
    answered, resolved = alerts.mean_seconds_to_acknowledge, alerts.mean_seconds_to_resolve
    story: list[Any] = [
        PageBreak(),
        text("Alerts", "heading"),
        Tiles(
            [
                Tile(str(counts["critical"]), "critical", look.DOWN),
                Tile(str(counts["warning"]), "warning"),
                Tile(str(counts["info"]), "info"),
                Tile(duration(answered) if answered is not None else "-", "to acknowledge, mean"),
                Tile(duration(resolved) if resolved is not None else "-", "to resolve, mean"),
            ]
        ),
    ]
    if not alerts.lines:
        return [*story, Spacer(0, 12), text("No alert began in this period.", "body")]
    last = min(report.end, report.generated_at)
    days = [each.date for each in days_between(report.begin, last, zone)]
    drawn = charts.alerts_chart(days, alerts.by_day(zone))
    story.append(KeepTogether([text("Alerts by day", "subheading"), drawn]))
    columns = [
        Column("Began", 2.4),
        Column("Severity", 1.3, bold=True, colour=look.SEVERITY.get),
        Column("Device", 2.4, bold=True),
        Column("What", 4),
        Column("State", 1.6),
        Column("Lasted", 1.9, right=True),
    ]
    rows = [
        [
            moment(line.began_at, zone),
            line.severity,
            line.device.name if line.device else "-",
            line.message,
            line.state,
            duration((line.resolved_at - line.began_at).total_seconds())
            if line.resolved_at
            else "not over",
        ]
        for line in alerts.lines
    ]
    return [*story, CondPageBreak(110), Spacer(0, 10), *limited(columns, rows)]


def period_text(report: Report) -> str:
    """Return the days or instants a report is of."""
    begin, end = report.begin.astimezone(report.zone), report.end.astimezone(report.zone)
    if (begin.hour, begin.minute, begin.second) == (end.hour, end.minute, end.second) == (0, 0, 0):
        last = days_between(report.begin, report.end, report.zone)[-1].date
        return day(last) if begin.date() == last else f"{day(begin.date())} to {day(last)}"
    return f"{moment(begin, report.zone)} to {moment(end, report.zone)}"
