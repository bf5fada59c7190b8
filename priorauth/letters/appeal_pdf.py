"""An appeal letter as a PDF on letter paper: pages counted, the case number at each foot."""

from __future__ import annotations

from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.platypus import (
    CondPageBreak,
    KeepTogether,
    Paragraph,
    Spacer,
    Table,
)

from priorauth.letters.appeal import PUBLISHED
from priorauth.letters.blocks import DASH, blocks
from priorauth.letters.letter_text import LetterText
from priorauth.typesetting import (
    BODY,
    BOLD,
    INK,
    LINE,
    QUIET,
    Paper,
    Printed,
    prepare,
    print_on,
    text,
)

_PAPER = Paper(side=78, top=63.6, bottom=70.8)
_ROOM = inch
"""A heading stands at a foot only with two lines of its text."""
_NAMES = 1.35 * inch
_LONGEST = 20_000
"""Characters of one paragraph: more than two pages are no paragraph."""

_PLAIN = ParagraphStyle(
    "plain", fontName=BODY, fontSize=9.5, leading=13.2, textColor=INK, spaceAfter=6,
    allowWidows=0, allowOrphans=0, splitLongWords=1,
)  # fmt: skip
_TIGHT = ParagraphStyle("tight", parent=_PLAIN, spaceAfter=0)
_DIM = ParagraphStyle("dim", parent=_TIGHT, fontSize=8.5, leading=11.5, textColor=QUIET)
_CLINIC = ParagraphStyle("clinic", parent=_TIGHT, fontName=BOLD, fontSize=14, leading=18)
_HEADING = ParagraphStyle(
    "heading", parent=_PLAIN, fontName=BOLD, fontSize=10, leading=13, spaceBefore=7, spaceAfter=3,
)  # fmt: skip
_ITEM = ParagraphStyle("item", parent=_PLAIN, leftIndent=16, bulletIndent=3, spaceAfter=4)
# Studies are looked up rather than read: they take less room than what is argued from them.
_SMALL = ParagraphStyle("small", parent=_PLAIN, fontSize=9, leading=11.3, spaceAfter=3)
_SMALL_ITEM = ParagraphStyle(
    "small_item", parent=_ITEM, fontSize=9, leading=11.3, bulletFontSize=9, spaceAfter=2
)
_ROW_NAME = ParagraphStyle("row_name", parent=_TIGHT, fontSize=8.5, leading=12, textColor=QUIET)
_ROW = ParagraphStyle("row", parent=_TIGHT, fontSize=9.5, leading=12)


def write_letter(words: LetterText) -> Printed:
    """The letter as a PDF, the same bytes for the same words."""
    prepare()
    story: list[Any] = [*_head(words)]
    for heading, body in words.parts:
        story += _part(heading, body)
    story += _foot_of_letter(words)
    foot = words.case_number if words.signature else f"{words.case_number} · DRAFT, not signed"
    return print_on(_PAPER, story, title=f"Appeal letter {words.case_number}", foot=foot)


def _head(words: LetterText) -> list[Any]:
    told: list[Any] = [
        text(words.clinic, _CLINIC),
        *(text(line, _DIM) for line in words.clinic_lines),
        Spacer(0, 16),
        text(words.made, _PLAIN),
        Spacer(0, 4),
        *(text(line, _TIGHT) for line in words.addressee),
    ]
    if words.sent_by:
        told.append(text(words.sent_by, _DIM))
    rows = [[text(name, _ROW_NAME), text(said, _ROW, most=1200)] for name, said in words.rows]
    grid = Table(rows, colWidths=[_NAMES, _PAPER.width - _NAMES], hAlign="LEFT")
    grid.setStyle(
        [
            ("LINEABOVE", (0, 0), (-1, 0), 0.8, QUIET),
            ("LINEBELOW", (0, -1), (-1, -1), 0.8, QUIET),
            ("LINEBELOW", (0, 0), (-1, -2), 0.3, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ]
    )
    subject = text("Appeal of an adverse determination", _HEADING)
    return [*told, Spacer(0, 10), subject, grid, Spacer(0, 12), text("To the reviewer:", _PLAIN)]


def _part(heading: str, body: str) -> list[Any]:
    made: list[Any] = [CondPageBreak(_ROOM), text(heading, _HEADING)] if heading else []
    running, item = (_SMALL, _SMALL_ITEM) if heading == PUBLISHED else (_PLAIN, _ITEM)
    for block in blocks(body):
        if block.items:
            made += [_item(_mark(mark), words, item) for mark, words in block.items]
        else:
            made += [text(words, running, most=_LONGEST) for words in block.texts]
    return made


def _mark(mark: str) -> str:
    return "•" if mark == DASH else f"{mark}."


def _item(mark: str, words: str, style: ParagraphStyle = _ITEM) -> Any:
    item = text(words, style, most=_LONGEST)
    return Paragraph(item.text, style, bulletText=mark)


def _foot_of_letter(words: LetterText) -> list[Any]:
    made: list[Any] = []
    if words.signature:
        lines = [text(line, _TIGHT) for line in words.signature]
        made.append(KeepTogether([text("Sincerely,", _PLAIN), Spacer(0, 10), *lines]))
    if words.enclosures:
        listed = [_item(f"{place}.", each) for place, each in enumerate(words.enclosures, 1)]
        made += [Spacer(0, 8), text("Enclosed", _HEADING), *listed]
    return made
