"""A report as a PDF on letter paper."""

from __future__ import annotations

from typing import Any

from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import landscape, letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import KeepTogether, LongTable, Spacer

from priorauth.reports.table import Bar, Report, Table, said
from priorauth.typesetting import (
    BODY,
    BOLD,
    INK,
    LINE,
    QUIET,
    Paper,
    plain,
    prepare,
    print_on,
    text,
)

BAR = HexColor("#0e7490")
_PAPER = Paper(side=0.6 * inch, top=0.6 * inch, bottom=0.75 * inch, size=landscape(letter))
WIDTH = _PAPER.width
_PADDING = 10  # points of a cell's two sides
MOST_BARS = 14

_PLAIN = ParagraphStyle("plain", fontName=BODY, fontSize=8.5, leading=11, textColor=INK)
_RIGHT = ParagraphStyle("right", parent=_PLAIN, alignment=TA_RIGHT)
_HEAD = ParagraphStyle("head", parent=_PLAIN, fontName=BOLD, textColor=QUIET, fontSize=8)
_HEAD_RIGHT = ParagraphStyle("head_right", parent=_HEAD, alignment=TA_RIGHT)
_TITLE = ParagraphStyle("title", parent=_PLAIN, fontName=BOLD, fontSize=16, leading=20)
_SECTION = ParagraphStyle(
    "section", parent=_PLAIN, fontName=BOLD, fontSize=11, leading=14, spaceBefore=12, spaceAfter=4
)
_DIM = ParagraphStyle("dim", parent=_PLAIN, textColor=QUIET)


def write_pdf(report: Report, *, clinic: str, span: str, made_on: str) -> bytes:
    """The report on landscape letter pages, the same bytes for the same input.

    `clinic`, `span` (which days) and `made_on` (today) are words for the head of the page.
    """
    prepare()
    story: list[Any] = [
        text(report.title, _TITLE),
        text(f"{clinic} · {span} · made {made_on}", _DIM),
        Spacer(0, 4),
        text(report.question, _PLAIN),
    ]
    for table in report.tables:
        story += _section(table)
    story += [text("What this rests on", _SECTION)]
    story += [text(sentence, _DIM) for sentence in report.rests_on]
    foot = f"{report.title} · {span}"
    return print_on(_PAPER, story, title=report.title, foot=foot).content


def _section(table: Table) -> list[Any]:
    heading = text(table.title, _SECTION)
    if not table.rows:
        return [KeepTogether([heading, text(table.empty, _DIM)])]
    first = [heading]
    if len(table.bars) > 1:
        first.append(_chart(table.bars[:MOST_BARS]))
        first.append(Spacer(0, 6))
    return [KeepTogether(first), _grid(table)]


def _grid(table: Table) -> LongTable:
    head = [
        text(column.title, _HEAD_RIGHT if column.is_number else _HEAD) for column in table.columns
    ]
    body = [
        [
            text(said(cell), _RIGHT if column.is_number else _PLAIN)
            for cell, column in zip(row, table.columns, strict=True)
        ]
        for row in table.rows
    ]
    grid = LongTable([head, *body], colWidths=_widths(table), repeatRows=1)
    grid.setStyle(
        [
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, QUIET),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ]
    )
    return grid


def _widths(table: Table) -> list[float]:
    """No word is cut; what is left of the page is shared out by the longest text of each column.

    Where that is too little for all of it, headings break before what stands under them does.
    """
    least, wanted, below = [], [], []
    for index, column in enumerate(table.columns):
        cells = [said(row[index]) for row in table.rows]
        words = {word for cell in (column.title, *cells) for word in cell.split()}
        widest = max(_width(word) for word in words)
        least.append(min(widest + _PADDING, WIDTH / 4))
        longest = max(map(_width, cells), default=0.0)
        below.append(min(240.0, longest + _PADDING))
        wanted.append(min(240.0, max(longest, _width(column.title)) + _PADDING))
    if sum(wanted) > WIDTH:
        wanted = below
    left = max(0.0, WIDTH - sum(least))
    more = [max(0.0, want - need) for want, need in zip(wanted, least, strict=True)]
    whole = sum(more) or 1.0
    widths = [need + left * part / whole for need, part in zip(least, more, strict=True)]
    return [one * WIDTH / sum(widths) for one in widths]


def _width(text: str) -> float:
    """In points, as set in a heading: the wider of the two faces."""
    return float(pdfmetrics.stringWidth(plain(text)[:60], BOLD, 8.5))


def _chart(bars: tuple[Bar, ...]) -> Drawing:
    """Bars from the left, each with its name before it and its figure behind it."""
    step, name_width, most = 15, 170, 300
    drawing = Drawing(WIDTH, step * len(bars) + 4)
    for index, bar in enumerate(bars):
        y = step * (len(bars) - 1 - index) + 2
        width = max(1.0, most * min(1.0, max(0.0, bar.part)))
        label = plain(bar.label)
        label = label if len(label) <= 34 else f"{label[:33]}…"
        drawing.add(
            String(
                name_width - 6, y + 3, label,
                fontName=BODY, fontSize=8, fillColor=INK, textAnchor="end",
            )
        )  # fmt: skip
        drawing.add(Rect(name_width, y, width, 10, fillColor=BAR, strokeColor=None))
        drawing.add(
            String(
                name_width + width + 5, y + 2, plain(bar.says),
                fontName=BODY, fontSize=8, fillColor=QUIET,
            )
        )  # fmt: skip
    return drawing
