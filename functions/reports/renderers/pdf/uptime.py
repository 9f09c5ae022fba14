"""Availability on paper: where the time went, by day, by device, and the raw outages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.platypus import CondPageBreak, KeepTogether, Spacer

from functions.reports.domain.figures import StretchKind
from functions.reports.domain.words import duration, percent
from functions.reports.renderers.pdf import charts, look
from functions.reports.renderers.pdf.parts import begun, limited, text
from functions.reports.renderers.pdf.table import Column, Table
from functions.reports.renderers.pdf.text import clock, moment
from functions.reports.renderers.pdf.tiles import Tile, Tiles, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.reports.domain.figures import DeviceFigures, Stretch
    from functions.reports.domain.report import Report, Uptime

_WORST = 10
_DEVICE_COLUMNS = (
    Column("Device", bold=True),
    Column("Address"),
    Column("Availability", right=True),
    Column("Outages", right=True),
    Column("Down", right=True),
    Column("Unreachable", right=True),
    Column("Maintenance", right=True),
    Column("Unknown", right=True),
)


def uptime_section(report: Report, uptime: Uptime) -> list[Any]:
    """Return summary, chart, worst devices, all devices and the raw outages."""
    total = uptime.total
    story = begun("Availability", is_short=not uptime.devices)
    if not uptime.devices:
        return [*story, text("No device fits what was asked for.", "body")]
    story += [
        Tiles(
            [
                Tile(percent(total.ratio), "availability", _verdict(total.ratio)),
                counted(total.outages, "outage"),
                Tile(duration(total.down_seconds), "down, all devices"),
                Tile(duration(total.longest_outage_seconds), "longest outage"),
            ]
        ),
        Spacer(0, 14),
        *_times(uptime),
        Spacer(0, 6),
        text(
            "Availability is the time up divided by the time up and down, summed over all devices. "
            "A degraded device is up. Time in maintenance, behind a device that is down "
            "(unreachable) or without a verdict (unknown) is shown beside it and counts for "
            "neither. Percentages are cut, never rounded up.",
            "note",
        ),
    ]
    if total.ratio is not None:
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
    story += [CondPageBreak(200), Spacer(0, 14), text("Devices", "heading")]
    story += limited(_DEVICE_COLUMNS, [_device_row(each) for each in uptime.devices])
    story += _stretches(report, uptime.stretches(StretchKind.OUTAGE), "Outages")
    left_out = uptime.stretches(StretchKind.MAINTENANCE)
    return story + (_stretches(report, left_out, "Left out: maintenance") if left_out else [])


def _verdict(ratio: float | None) -> Any:
    if ratio is None:
        return look.MUTED
    return look.UP if ratio >= 0.99 else look.DOWN  # noqa: PLR2004 - two nines


def _times(uptime: Uptime) -> list[Any]:
    parts = charts.shares(uptime.total)
    whole = sum(seconds for _, seconds, _ in parts)
    bar = [charts.shares_bar(uptime.total), Spacer(0, 6)] if whole else []
    # the grey of a bar is too faint for words
    colours = {name: colour for name, _, colour in parts if colour is not look.UNKNOWN}
    rows = [
        [name, duration(seconds), percent(seconds / whole) if whole else "-"]
        for name, seconds, _ in parts
    ]
    columns = [
        Column("Where the time went", bold=True, colour=colours.get),
        Column("Device time", right=True),
        Column("Share", right=True),
    ]
    return [*bar, Table(columns, rows)]


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
        *(clock(seconds) if seconds else "-" for seconds in times),
    ]


def _stretches(report: Report, found: Sequence[Stretch], title: str) -> list[Any]:
    story: list[Any] = [CondPageBreak(110), Spacer(0, 12), text(title, "heading")]
    if not found:
        return [*story, text("No device was down.", "body")]
    zone = report.zone
    columns = [
        Column("Device", bold=True),
        Column("Address"),
        Column("Began"),
        Column("Ended"),
        Column("Lasted", right=True),
        Column("Why"),
    ]
    rows = [
        [
            each.device.name,
            each.device.ip_address,
            moment(each.began_at, zone),
            moment(each.ended_at, zone) if each.ended_at else "not over yet",
            clock(each.seconds),
            each.reason.replace("_", " "),
        ]
        for each in found
    ]
    total = duration(sum(each.seconds for each in found))
    note = "What began before the period or went on after it is told as far as it lies in it."
    story += [text(f"{len(found)} in this period, {total} in all.", "body"), text(note, "note")]
    return [*story, Spacer(0, 6), *limited(columns, rows)]
