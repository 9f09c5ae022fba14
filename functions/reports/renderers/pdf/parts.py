"""What the sections of a report have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from reportlab.platypus import CondPageBreak, Paragraph

from functions.reports.domain.calendar import days_between
from functions.reports.renderers.pdf import look
from functions.reports.renderers.pdf.letters import drawable, face_of, in_order
from functions.reports.renderers.pdf.table import Table
from functions.reports.renderers.pdf.text import day, moment, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.reports.domain.report import Report
    from functions.reports.renderers.pdf.table import Column

# What nobody reads on paper is in the other formats.
_MAX_ROWS = 3000
_SHORT, _MOST_OF_A_PAGE = 150.0, 700.0


def text(words: str, style: str) -> Paragraph:
    """Return words as a paragraph."""
    chosen, shown = look.style(style), drawable(words)
    face = face_of(shown, chosen.fontName)
    if face == chosen.fontName:
        return Paragraph(escape(shown), chosen)
    # broken into lines here, for what is read from the right is turned around line by line
    lines = wrapped(shown, chosen.fontName, chosen.fontSize, look.WIDTH)
    drawn = "<br/>".join(escape(in_order(line)) for line in lines)
    return Paragraph(f'<font name="{face}">{drawn}</font>', chosen)


def begun(title: str, *, is_short: bool) -> list[Any]:
    """Return what a section begins with: a page of its own, unless it has only a line to say."""
    return [CondPageBreak(_SHORT if is_short else _MOST_OF_A_PAGE), text(title, "heading")]


def limited(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[Any]:
    """Return a table of as many rows as paper bears, and a note of what is left out."""
    shown: list[Any] = [Table(columns, rows[:_MAX_ROWS])]
    if len(rows) > _MAX_ROWS:
        left_out = len(rows) - _MAX_ROWS
        shown.append(text(f"{left_out} more are in the CSV and JSON files.", "note"))
    return shown


def period_text(report: Report) -> str:
    """Return the days or instants a report is of."""
    begin, end = report.begin.astimezone(report.zone), report.end.astimezone(report.zone)
    if (begin.hour, begin.minute, begin.second) == (end.hour, end.minute, end.second) == (0, 0, 0):
        last = days_between(report.begin, report.end, report.zone)[-1].date
        return day(last) if begin.date() == last else f"{day(begin.date())} to {day(last)}"
    return f"{moment(begin, report.zone)} to {moment(end, report.zone)}"
