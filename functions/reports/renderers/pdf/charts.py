"""The charts of a report."""

from __future__ import annotations

import math
from datetime import UTC, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from reportlab.graphics.shapes import Drawing, PolyLine, Rect

from functions.reports.domain.calendar import days_between
from functions.reports.renderers.pdf import look
from functions.reports.renderers.pdf.axes import plot, ticks
from functions.reports.renderers.pdf.text import amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from netpulse.availability import Availability
    from reportlab.lib.colors import Color

    from functions.reports.domain.curves import Chart, Points
    from functions.reports.domain.report import DayFigures

# each is cut into parts at round numbers
_PARTS = 5
_FLOORS = (0.999, 0.995, 0.99, 0.98, 0.95, 0.9, 0.8, 0.5)
_WIDEST_BAR = 26.0
_DAY_LABELS = 10
# a line breaks where a point is missing that its step, or its usual distance, lets one expect
_GAP_STEPS = 1.5
_DAY_S = 86_400
# hours and minutes at which people look for a label
_LABELS_S = (300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600)
_MOST_LABELS = 9


def shares(found: Availability) -> list[tuple[str, float, Color]]:
    """Return what a stretch of time is made of: name, seconds and colour."""
    return [
        ("Up", found.up_seconds, look.UP),
        ("Down", found.down_seconds, look.DOWN),
        ("Unreachable", found.unreachable_seconds, look.UNREACHABLE),
        ("Maintenance", found.maintenance_seconds, look.MAINTENANCE),
        ("Unknown", found.unknown_seconds, look.UNKNOWN),
    ]


def shares_bar(found: Availability) -> Drawing:
    """Return one bar of where the time went."""
    drawing = Drawing(look.WIDTH, 16)
    whole = sum(seconds for _, seconds, _ in shares(found))
    left = 0.0
    for _, seconds, colour in shares(found):
        # what is there can be seen, however little it is
        room = max(seconds / whole * look.WIDTH, 1.2) if whole and seconds else 0.0
        room = min(room, look.WIDTH - left)
        drawing.add(Rect(left, 0, room, 14, fillColor=colour, strokeColor=None))
        left += room
    return drawing


def availability_floor(days: Sequence[DayFigures]) -> float:
    """Return where the scale of availability by day begins, so that its worst day is seen."""
    ratios = [day.availability.ratio for day in days if day.availability.ratio is not None]
    lowest = min(ratios, default=1.0)
    return next((floor for floor in _FLOORS if floor < lowest), 0.0)


def availability_chart(days: Sequence[DayFigures]) -> Drawing:
    """Return a bar a day; a day without a verdict is a short grey one."""
    floor = availability_floor(days)
    scale = [floor + (1 - floor) * part / _PARTS for part in range(_PARTS + 1)]
    made = plot(150, scale, lambda value: f"{value * 100:.4g} %", legend=3)
    slot = made.width / max(len(days), 1)
    room = min(slot * 0.72, _WIDEST_BAR)
    for number, day in enumerate(days):
        left = made.left + (number + 0.5) * slot - room / 2
        ratio = day.availability.ratio
        if ratio is None:
            made.bar(left, room, made.bottom, made.bottom + 6, look.UNKNOWN)
            continue
        colour = look.UP if day.availability.down_seconds == 0 else look.DOWN
        # the part that is lacking, hanging from the top, is what readers look for
        made.bar(left, room, made.bottom, made.y(ratio), look.UP)
        if colour is look.DOWN:
            made.bar(left, room, min(made.y(ratio), made.y(1.0) - 1.2), made.y(1.0), look.DOWN)
    made.label_x(_day_labels([day.date for day in days]))
    made.legend([(look.UP, "Up"), (look.DOWN, "Down"), (look.UNKNOWN, "No verdict")])
    return made.drawing


def _day_labels(days: Sequence[date]) -> list[tuple[float, str]]:
    stride = math.ceil(len(days) / _DAY_LABELS) or 1
    return [
        ((number + 0.5) / len(days), f"{day.day} {day:%b}")
        for number, day in enumerate(days)
        if number % stride == 0
    ]


def metric_chart(chart: Chart, begin: datetime, end: datetime, zone: ZoneInfo) -> Drawing:
    """Return a metric's lines over the whole period, so that what is missing is seen."""
    values = [value for line in chart.lines for _, value in line.points]
    scale = ticks(min(0.0, *values), max(values))
    made = plot(140, scale, lambda value: amount(value, chart.unit), legend=len(chart.lines))
    length = (end - begin).total_seconds() or 1.0

    def place(at: datetime) -> float:
        # a point stands where its step begins, which may be a little before the period does
        return made.x(min(max((at - begin).total_seconds() / length, 0.0), 1.0))

    for line, colour in zip(chart.lines, look.LINES, strict=False):
        for part in _unbroken(line.points, chart.step_s):
            corners = [(place(at), made.y(value)) for at, value in part]
            if len(corners) == 1:
                x, y = corners[0]
                corners = [(x - 1.2, y), (x + 1.2, y)]
            made.drawing.add(
                PolyLine(
                    [number for corner in corners for number in corner],
                    strokeColor=colour,
                    strokeWidth=1.1,
                    strokeLineJoin=1,
                )
            )
    made.label_x(_instant_labels(begin, end, zone))
    made.legend(
        [(colour, line.label) for line, colour in zip(chart.lines, look.LINES, strict=False)]
    )
    return made.drawing


def _unbroken(points: Points, step_s: int) -> Iterator[Points]:
    apart = [(after[0] - before[0]).total_seconds() for before, after in pairwise(points)]
    # a device may be asked more seldom than the chart has steps
    longest = max(step_s, median(apart) if apart else 0.0) * _GAP_STEPS
    begin = 0
    for number, seconds in enumerate(apart, 1):
        if seconds > longest:
            yield points[begin:number]
            begin = number
    yield points[begin:]


def _instant_labels(first: datetime, last: datetime, zone: ZoneInfo) -> list[tuple[float, str]]:
    length = (last - first).total_seconds() or 1.0
    if length > 2 * _DAY_S:
        days = days_between(first, last, zone)
        stride = math.ceil(len(days) / _MOST_LABELS)
        return [
            ((day.begin - first).total_seconds() / length, f"{day.date.day} {day.date:%b}")
            for day in days[::stride]
        ]
    step = next(step for step in _LABELS_S if length / step <= _MOST_LABELS)
    midnight = first.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    labels = []
    for number in range(math.ceil(3 * _DAY_S / step)):
        # by the clock on the wall: where clocks change, labels stay at round hours
        wall = midnight + timedelta(seconds=number * step)
        at = wall.astimezone(UTC)
        share = (at - first).total_seconds() / length
        is_skipped = at.astimezone(zone).hour != wall.hour
        if 0 <= share <= 1 and not is_skipped:
            labels.append((share, f"{wall:%H:%M}"))
    return labels


def alerts_chart(days: Sequence[date], counts: dict[date, dict[str, int]]) -> Drawing:
    """Return how many alerts began each day, the gravest at the bottom."""
    highest = max((sum(found.values()) for found in counts.values()), default=1)
    scale = [value for value in ticks(0, max(highest, 4)) if value == int(value)]
    made = plot(130, scale, lambda value: f"{value:.0f}", legend=3)
    slot = made.width / max(len(days), 1)
    room = min(slot * 0.72, _WIDEST_BAR)
    for number, day in enumerate(days):
        below = 0
        for severity, colour in look.SEVERITY.items():
            count = counts.get(day, {}).get(severity, 0)
            left = made.left + (number + 0.5) * slot - room / 2
            if count:
                made.bar(left, room, made.y(below), made.y(below + count), colour)
            below += count
    made.label_x(_day_labels(list(days)))
    made.legend([(colour, severity.capitalize()) for severity, colour in look.SEVERITY.items()])
    return made.drawing
