"""What charts have in common: a frame, a scale, days along the bottom."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportlab.graphics.shapes import Drawing, Line, Rect, String

from functions.reports.renderers.pdf import look
from functions.reports.renderers.pdf.letters import (
    BODY,
    drawable,
    face_of,
    in_order,
    register_fonts,
)
from functions.reports.renderers.pdf.text import cut, width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reportlab.lib.colors import Color

LABEL_SIZE = 7.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 8.0, 8.0, 20.0
_LEGEND_LINE = 12.0
# values this close are one value
_NOISE = 1e-9


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Return round numbers from below `low` to above `high`, about as many as wanted."""
    if high - low <= _NOISE * max(abs(low), abs(high), 1.0):
        high = low + max(abs(low), 1.0)
    rough = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(f * power for f in (1, 2, 2.5, 5, 10) if f * power >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


@dataclass
class Plot:
    """An empty chart to draw in; `y` tells where a value stands."""

    drawing: Drawing
    left: float
    bottom: float
    width: float
    height: float
    low: float
    high: float

    def y(self, value: float) -> float:
        """Return the height of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.bottom + min(max(share, 0.0), 1.0) * self.height

    def x(self, share: float) -> float:
        """Return the place of a share of the way from left to right."""
        return self.left + share * self.width

    def bar(self, left: float, width: float, low: float, high: float, colour: Color) -> None:
        """Draw a bar from one height to another."""
        self.drawing.add(Rect(left, low, width, high - low, fillColor=colour, strokeColor=None))

    def label_x(self, labels: Sequence[tuple[float, str]]) -> None:
        """Write labels along the bottom, leaving out those that would touch."""
        free = 0.0
        for share, text in labels:
            half = width(text, BODY, LABEL_SIZE) / 2
            # the outermost ones stay inside the frame
            centre = min(max(self.x(share), self.left + half), self.left + self.width - half)
            if centre - half < free:
                continue
            free = centre + half + 8
            self.drawing.add(_label(centre, self.bottom - 11, text, "middle"))

    def legend(self, entries: Sequence[tuple[Color, str]]) -> None:
        """Name the colours at the bottom, in columns."""
        columns = min(len(entries), 3) or 1
        room = (look.WIDTH - self.left) / columns
        rows = math.ceil(len(entries) / columns)
        for number, (colour, text) in enumerate(entries):
            left = self.left + number % columns * room
            base = (rows - 1 - number // columns) * _LEGEND_LINE + 3
            self.drawing.add(Rect(left, base - 0.5, 7, 7, fillColor=colour, strokeColor=None))
            shown = cut(drawable(text), BODY, LABEL_SIZE, room - 16)
            self.drawing.add(_label(left + 11, base + 0.5, shown, "start"))


def plot(
    height: float,
    scale: Sequence[float],
    write: Callable[[float], str],
    *,
    legend: int = 0,
) -> Plot:
    """Return a chart with a scale, and room for so many entries of a legend."""
    register_fonts()
    below = math.ceil(legend / 3) * _LEGEND_LINE + (6 if legend else 0)
    drawing = Drawing(look.WIDTH, height + below)
    made = Plot(
        drawing,
        left=_LEFT,
        bottom=_BOTTOM + below,
        width=look.WIDTH - _LEFT - _RIGHT,
        height=height - _TOP - _BOTTOM,
        low=scale[0],
        high=scale[-1],
    )
    for value in scale:
        level = made.y(value)
        drawing.add(
            Line(_LEFT, level, _LEFT + made.width, level, strokeColor=look.FAINT, strokeWidth=0.6)
        )
        drawing.add(_label(_LEFT - 5, level - 2.4, write(value), "end"))
    return made


def _label(x: float, y: float, text: str, anchor: str) -> Any:
    return String(
        x,
        y,
        in_order(text),
        fontName=face_of(text, BODY),
        fontSize=LABEL_SIZE,
        fillColor=look.MUTED,
        textAnchor=anchor,
    )
