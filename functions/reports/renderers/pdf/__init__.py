"""A report on paper: cover, summary, charts and tables."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from reportlab import rl_config
from reportlab.platypus import PageBreak, SimpleDocTemplate, Spacer

from functions.reports.domain.words import duration, percent
from functions.reports.renderers.pdf import look
from functions.reports.renderers.pdf.alerts import alerts_section
from functions.reports.renderers.pdf.letters import register_fonts
from functions.reports.renderers.pdf.page import BAND, NumberedCanvas, cover_page, inner_page
from functions.reports.renderers.pdf.parts import period_text, text
from functions.reports.renderers.pdf.performance import performance_section
from functions.reports.renderers.pdf.tiles import Tile, Tiles, counted
from functions.reports.renderers.pdf.uptime import uptime_section

if TYPE_CHECKING:
    from functions.reports.domain.report import Report

# for printers of the last century; a fifth of the bytes, and time
rl_config.useA85 = 0


def render(report: Report) -> bytes:
    """Return the report as a PDF document, the same bytes for the same report."""
    register_fonts()
    written = io.BytesIO()
    document = SimpleDocTemplate(
        written,
        pagesize=(look.PAGE_WIDTH, look.PAGE_HEIGHT),
        leftMargin=look.MARGIN - 6,
        rightMargin=look.MARGIN - 6,
        topMargin=44,
        bottomMargin=44,
        title=report.name,
        author=report.organization,
        creator="NetPulse",
        invariant=1,
    )
    document.build(
        _story(report),
        onFirstPage=cover_page(report),
        onLaterPages=inner_page(report),
        canvasmaker=NumberedCanvas,
    )
    return written.getvalue()


def _story(report: Report) -> list[Any]:
    title = report.kind.called
    story: list[Any] = [
        Spacer(0, BAND + 60),
        # a report that was given no name has the kind in its name
        *([] if report.name.startswith(title) else [text(title, "subtitle"), Spacer(0, 6)]),
        text(report.name, "title"),
        Spacer(0, 14),
        text(f"{period_text(report)} · {report.time_zone}", "subtitle"),
        Spacer(0, 40),
        Tiles(_cover_tiles(report)),
    ]
    if report.generated_at < report.end:
        note = "This period was not over when the report was made; it is told up to then."
        story += [Spacer(0, 12), text(note, "note")]
    story.append(PageBreak())
    if report.uptime:
        story += uptime_section(report, report.uptime)
    if report.performance:
        story += performance_section(report, report.performance)
    if report.alerts:
        story += alerts_section(report, report.alerts)
    return story


def _cover_tiles(report: Report) -> list[Tile]:
    tiles = [counted(report.devices, "device")]
    if report.uptime:
        total = report.uptime.total
        tiles += [
            Tile(percent(total.ratio), "availability"),
            Tile(duration(total.down_seconds), "down, all devices"),
        ]
    if report.performance:
        tiles.append(Tile(str(len(report.performance.readings)), "series measured"))
    if report.alerts:
        tiles.append(counted(len(report.alerts.lines), "alert"))
    return tiles
