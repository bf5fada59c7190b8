"""What goes out on paper, as a PDF on letter paper."""

from __future__ import annotations

from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.platypus import Spacer, Table

from priorauth.letters.cover_sheet import NOTICE, CoverSheet
from priorauth.typesetting import (
    BODY,
    BOLD,
    INK,
    LINE,
    QUIET,
    Paper,
    prepare,
    print_on,
    text,
)

_PAPER = Paper(side=78, top=63.6, bottom=63.6)
_NAMES = 1.9 * inch

_PLAIN = ParagraphStyle("plain", fontName=BODY, fontSize=11, leading=15, textColor=INK)
_DIM = ParagraphStyle("dim", parent=_PLAIN, fontSize=9.5, leading=13, textColor=QUIET)
_NAME = ParagraphStyle("name", parent=_PLAIN, fontSize=10, textColor=QUIET)
_VALUE = ParagraphStyle("value", parent=_PLAIN, fontName=BOLD, fontSize=12)
_HEAD = ParagraphStyle("head", parent=_PLAIN, fontName=BOLD, fontSize=13, leading=17)
_TITLE = ParagraphStyle("title", parent=_PLAIN, fontName=BOLD, fontSize=26, leading=32)
_URGENT = ParagraphStyle(
    "urgent", parent=_PLAIN, fontName=BOLD, fontSize=14, leading=18, borderWidth=1.5,
    borderColor=INK, borderPadding=8,
)  # fmt: skip


def write_cover_sheet(sheet: CoverSheet) -> bytes:
    """The cover sheet as a PDF of one page, the same bytes for the same sheet."""
    prepare()
    story: list[Any] = [
        text(sheet.clinic, _HEAD),
        *(text(line, _DIM) for line in sheet.clinic_address),
        Spacer(0, 22),
        text("Fax", _TITLE),
        Spacer(0, 10),
    ]
    if sheet.is_urgent:
        urgent = "URGENT: expedited review is asked for. Please take it to a reviewer at once."
        story += [Spacer(0, 8), text(urgent, _URGENT), Spacer(0, 16)]
    rows = [[text(name, _NAME), text(words, _VALUE)] for name, words in sheet.rows()]
    grid = Table(rows, colWidths=[_NAMES, _PAPER.width - _NAMES], hAlign="LEFT")
    grid.setStyle(
        [
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        ]
    )
    story += [grid, Spacer(0, 28), text(NOTICE, _DIM)]
    return print_on(_PAPER, story, title=f"Fax cover sheet {sheet.case_number}").content
