"""Pages: the cover, the running head and foot, and `Page n of m`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.pdfgen.canvas import Canvas

from functions.reports.renderers.pdf import look
from functions.reports.renderers.pdf.letters import BODY, BOLD, drawable, face_of, in_order
from functions.reports.renderers.pdf.text import cut, moment, width

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.reports.domain.report import Report

BAND = 150.0
# where the heart beats, to the right of the organisation's name
_BEAT = look.PAGE_WIDTH * 0.72
_FOOT = 26.0


# Canvas is untyped
class NumberedCanvas(Canvas):  # type: ignore[misc]
    """A canvas that numbers its pages when it knows how many there are."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """Put a page aside until all are there."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Number the pages and write them."""
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self.setFont(BODY, 7.5)
            self.setFillColor(look.MUTED)
            right = look.PAGE_WIDTH - look.MARGIN
            self.drawRightString(right, _FOOT, f"Page {number} of {len(self._pages)}")
            super().showPage()
        super().save()


def cover_page(report: Report) -> Callable[[Any, Any], None]:
    """Return what draws the first page's background."""

    def draw(canvas: Any, _document: Any) -> None:
        bottom = look.PAGE_HEIGHT - BAND
        canvas.setFillColor(look.BRAND)
        canvas.rect(0, bottom, look.PAGE_WIDTH, BAND, stroke=0, fill=1)
        canvas.setStrokeColor(look.ACCENT)
        canvas.setLineWidth(2.4)
        _pulse(canvas, bottom + 26)
        canvas.setFillColor(look.PAPER)
        canvas.setFont(BOLD, 24)
        canvas.drawString(look.MARGIN, look.PAGE_HEIGHT - 72, "NetPulse")
        _write(
            canvas,
            look.MARGIN,
            look.PAGE_HEIGHT - 92,
            report.organization,
            size=10,
            room=_BEAT - look.MARGIN,
        )
        _foot(canvas, report)

    return draw


def _pulse(canvas: Any, base: float) -> None:
    """Draw a line with one heartbeat, from edge to edge."""
    corners = (
        (0, 0),
        (_BEAT, 0),
        (_BEAT + 10, 22),
        (_BEAT + 24, -16),
        (_BEAT + 36, 44),
        (_BEAT + 50, 0),
    )
    path = canvas.beginPath()
    path.moveTo(0, base)
    for x, y in (*corners[1:], (look.PAGE_WIDTH, 0)):
        path.lineTo(x, base + y)
    canvas.drawPath(path, stroke=1, fill=0)


def inner_page(report: Report) -> Callable[[Any, Any], None]:
    """Return what draws the head and foot of every other page."""

    def draw(canvas: Any, _document: Any) -> None:
        top = look.PAGE_HEIGHT - 34
        canvas.setFillColor(look.MUTED)
        half = look.WIDTH / 2 - 8
        _write(canvas, look.MARGIN, top, report.name, size=7.5, room=half)
        right = look.PAGE_WIDTH - look.MARGIN
        left = right - min(half, width(drawable(report.organization), BODY, 7.5))
        _write(canvas, left, top, report.organization, size=7.5, room=half)
        canvas.setStrokeColor(look.FAINT)
        canvas.setLineWidth(0.6)
        canvas.line(look.MARGIN, top - 6, right, top - 6)
        _foot(canvas, report)

    return draw


def _write(canvas: Any, x: float, y: float, words: str, *, size: float, room: float) -> None:
    shown = cut(drawable(words), BODY, size, room)
    canvas.setFont(face_of(shown, BODY), size)
    canvas.drawString(x, y, in_order(shown))


def _foot(canvas: Any, report: Report) -> None:
    canvas.setFont(BODY, 7.5)
    canvas.setFillColor(look.MUTED)
    made = moment(report.generated_at, report.zone)
    canvas.drawString(look.MARGIN, _FOOT, f"NetPulse · made {made} · times in {report.time_zone}")
