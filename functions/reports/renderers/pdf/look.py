"""Colours, sizes and styles of paper."""

from __future__ import annotations

from functools import cache

from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle

from functions.reports.renderers.pdf.letters import BODY, BOLD, register_fonts

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 46.0
WIDTH = PAGE_WIDTH - 2 * MARGIN

INK = HexColor("#16202c")
MUTED = HexColor("#5b6876")
FAINT = HexColor("#dfe4ea")
STRIPE = HexColor("#f5f7f9")
BRAND = HexColor("#0f2f4a")
ACCENT = HexColor("#1481ba")
PAPER = white
UP, DOWN = HexColor("#2f9e6e"), HexColor("#cf3f3f")
UNREACHABLE, MAINTENANCE, UNKNOWN = HexColor("#8465b5"), HexColor("#e0a52f"), HexColor("#b4bec8")
LINES = (ACCENT, HexColor("#d9742b"), UP, UNREACHABLE, HexColor("#8a6d3b"))
SEVERITY: dict[str, Color] = {"critical": DOWN, "warning": MAINTENANCE, "info": ACCENT}


@cache
def style(name: str) -> ParagraphStyle:
    """Return a paragraph's style by what it is for."""
    register_fonts()
    return {
        "title": ParagraphStyle(
            "title", fontName=BOLD, fontSize=25, leading=32, textColor=INK, splitLongWords=1
        ),
        "subtitle": ParagraphStyle(
            "subtitle", fontName=BODY, fontSize=13, leading=18, textColor=MUTED
        ),
        "heading": ParagraphStyle(
            "heading",
            fontName=BOLD,
            fontSize=15,
            leading=19,
            textColor=BRAND,
            spaceBefore=16,
            spaceAfter=8,
        ),
        "subheading": ParagraphStyle(
            "subheading",
            fontName=BOLD,
            fontSize=10.5,
            leading=14,
            textColor=INK,
            spaceBefore=12,
            spaceAfter=5,
        ),
        "note": ParagraphStyle("note", fontName=BODY, fontSize=8, leading=11.5, textColor=MUTED),
        "body": ParagraphStyle("body", fontName=BODY, fontSize=9.5, leading=14, textColor=INK),
    }[name]
