"""The request sheet of a fax as a PDF: one page of letter paper, or more when it holds more."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import starmap, zip_longest
from typing import Any, NamedTuple

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.platypus import SimpleDocTemplate, Spacer, Table

from priorauth.letters.request_sheet import BLANK, TITLE, AskedLine, RequestSheet, Rows
from priorauth.typesetting import BODY, BOLD, plain, prepare, text

MARGIN = 0.6 * inch
FOOT = 0.75 * inch
WIDTH = letter[0] - 2 * MARGIN
HEIGHT = letter[1] - MARGIN - FOOT
SIZES = ((9.4, 2.6), (9.0, 2.1), (8.6, 1.6), (8.2, 1.1), (7.9, 0.7))
"""Points of the type and of the air above and below a line: the first at which all fits on one
page, else the middle one on several. A fax machine blurs what is smaller."""
REASON, CELL = 1500, 170
"""Characters of the clinician's reason, and of any other entry: more than the file can hold."""
_GAP = 14.0
_NAMES = 0.33
_TOGETHER = [("NOSPLIT", (0, 0), (-1, 1))]
"""A heading stays on the page of the first line below it."""


class Printed(NamedTuple):
    """A PDF and how many pages it has."""

    content: bytes
    pages: int


class _Styles:
    """The styles of one size."""

    def __init__(self, size: float, air: float) -> None:
        self.size = size
        self.flat = [
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, -1), air),
            ("BOTTOMPADDING", (0, 0), (-1, -1), air),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
        self.plain = ParagraphStyle(
            "plain", fontName=BODY, fontSize=size, leading=size * 1.25, textColor=black
        )
        self.bold = ParagraphStyle("bold", parent=self.plain, fontName=BOLD)
        self.name = ParagraphStyle("name", parent=self.plain)
        self.number = ParagraphStyle("number", parent=self.plain, alignment=2)
        self.count = ParagraphStyle("count", parent=self.plain, alignment=2)
        self.head = ParagraphStyle(
            "head", parent=self.bold, fontSize=size + 0.8, leading=(size + 0.8) * 1.25
        )
        self.title = ParagraphStyle("title", parent=self.bold, fontSize=17, leading=21)
        self.right = ParagraphStyle("right", parent=self.bold, alignment=2)


def write_request_sheet(sheet: RequestSheet) -> Printed:
    """The sheet as a PDF, the same bytes for the same sheet; long ones run on to a next page."""
    prepare()
    style = next(
        (one for one in starmap(_Styles, SIZES) if _height(_story(sheet, one)) <= HEIGHT),
        _Styles(*SIZES[len(SIZES) // 2]),
    )
    pages = _build(sheet, style, of=0).pages
    return _build(sheet, style, of=pages)


def _build(sheet: RequestSheet, style: _Styles, *, of: int) -> Printed:
    """The pages, each with its number `of` all at the foot."""
    file = io.BytesIO()
    paper = SimpleDocTemplate(
        file,
        pagesize=letter,
        leftMargin=MARGIN - 6,  # the frame keeps six on each side
        rightMargin=MARGIN - 6,
        topMargin=MARGIN - 6,
        bottomMargin=FOOT - 6,
        title=plain(f"{TITLE} {sheet.case_number}"),
        author="",
        invariant=1,
    )

    def foot(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setStrokeColor(black)
        canvas.line(MARGIN, FOOT - 10, letter[0] - MARGIN, FOOT - 10)
        canvas.setFont(BODY, 8)
        canvas.setFillColor(black)
        canvas.drawString(MARGIN, FOOT - 22, plain(f"{sheet.case_number}, {sheet.about}", most=84))
        canvas.drawRightString(
            letter[0] - MARGIN, FOOT - 22, f"Page {document.page} of {of} of the request"
        )
        canvas.restoreState()

    paper.build(_story(sheet, style), onFirstPage=foot, onLaterPages=foot)
    return Printed(file.getvalue(), paper.page)


def _height(story: Sequence[Any]) -> float:
    return sum(float(part.wrap(WIDTH, HEIGHT)[1]) for part in story)


def _story(sheet: RequestSheet, style: _Styles) -> list[Any]:
    gap = Spacer(0, style.size * 0.85)
    return [
        *_head(sheet, style),
        gap,
        _paired(("Clinic", sheet.clinic), ("Clinicians and site", sheet.clinicians), style),
        gap,
        _paired(("Patient", sheet.patient), ("Coverage", sheet.coverage), style),
        gap,
        _paired(("Dates asked for", sheet.dates), ("Course", sheet.course), style),
        gap,
        _lines(sheet.lines, style),
        gap,
        _diagnoses(sheet.diagnoses, style),
        gap,
        _paired(("Questions and answer to", sheet.questions), ("Peer-to-peer", sheet.talk), style),
        Spacer(0, style.size * 2.4),
        _signature(style),
    ]


def _head(sheet: RequestSheet, style: _Styles) -> list[Any]:
    top = Table(
        [[text(TITLE, style.title), text(f"Case {sheet.case_number}, {sheet.made}", style.right)]],
        colWidths=[WIDTH * 0.58, WIDTH * 0.42],
        hAlign="LEFT",
    )
    top.setStyle(
        [*style.flat, ("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
    )
    first, *more = sheet.urgency()
    told = [text(first, style.head), *(text(each, style.plain, most=REASON) for each in more)]
    urgency = Table([[each] for each in told], colWidths=[WIDTH], hAlign="LEFT")
    frame = ("BOX", (0, 0), (-1, -1), 1.5 if sheet.is_urgent else 0.6, black)
    urgency.setStyle([*style.flat, frame, ("LEFTPADDING", (0, 0), (-1, -1), 7)])
    parts: list[Any] = [top, Spacer(0, 4), urgency]
    if sheet.stands_for:
        parts += [
            Spacer(0, 4),
            text(
                f"Sent in place of the payer's own form: {sheet.stands_for}", style.bold, most=200
            ),
        ]
    return parts


def _paired(left: tuple[str, Rows], right: tuple[str, Rows], style: _Styles) -> Table:
    """Two blocks side by side, line beside line, so that a long one breaks between its lines."""
    half = (WIDTH - _GAP) / 2
    heads = [text(left[0], style.head), "", "", text(right[0], style.head), ""]
    rows: list[list[Any]] = [heads]
    for one, other in zip_longest(left[1], right[1]):
        rows.append([*_entry(one, style), "", *_entry(other, style)])
    grid = Table(
        rows,
        colWidths=[half * _NAMES, half * (1 - _NAMES), _GAP, half * _NAMES, half * (1 - _NAMES)],
        hAlign="LEFT",
    )
    grid.setStyle([*style.flat, *_TOGETHER, *_sides(0, len(left[1])), *_sides(3, len(right[1]))])
    return grid


def _sides(column: int, count: int) -> list[Any]:
    """The rules of one block of `count` lines that begins in `column`."""
    to = column + 1
    head = [("SPAN", (column, 0), (to, 0)), ("LINEBELOW", (column, 0), (to, 0), 0.9, black)]
    return [*head, ("LINEBELOW", (column, 1), (to, count), 0.3, black)] if count else head


def _entry(row: tuple[str, str] | None, style: _Styles) -> list[Any]:
    if row is None:
        return ["", ""]
    name, words = row
    return [text(name, style.name, most=60), _value(words, style)]


def _value(words: str, style: _Styles) -> Any:
    return text(words, style.bold, most=CELL) if words.strip() else text(BLANK, style.plain)


def _lines(lines: Sequence[AskedLine], style: _Styles) -> Table:
    names = ("Units a session", "Sessions", "Units in\u00a0all")
    head = [
        text("Code", style.head),
        text("What is asked for", style.head),
        *(text(name, style.count) for name in names),
        text("Place of service", style.name),
    ]
    none = AskedLine("", "", "", "", "", "")
    rows = [
        [
            _value(" ".join(part for part in (line.code, line.modifiers) if part), style),
            [text(each, style.plain, most=CELL) for each in line.told()],
            *(_number(each, style) for each in (line.per_session, line.sessions, line.total)),
            _value(line.place, style) if line.place else text(BLANK[:8], style.plain),
        ]
        for line in lines or [none]
    ]
    parts = (0.13, 0.42, 0.105, 0.105, 0.09, 0.15)
    grid = Table(
        [head, *rows], colWidths=[WIDTH * part for part in parts], hAlign="LEFT", repeatRows=1
    )
    grid.setStyle(
        [
            *style.flat,
            *_TOGETHER,
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("LEFTPADDING", (5, 0), (5, -1), 8),
            ("LINEBELOW", (0, 0), (-1, 0), 0.9, black),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, black),
        ]
    )
    return grid


def _number(words: str, style: _Styles) -> Any:
    return text(words or BLANK[:6], style.number, most=12)


def _diagnoses(diagnoses: Rows, style: _Styles) -> Table:
    head = [text("Diagnosis", style.head), text("ICD-10-CM, the first is the main one", style.name)]
    rows = [
        [_value(code, style), text(title, style.plain, most=255)]
        for code, title in diagnoses or [("", "")]
    ]
    grid = Table([head, *rows], colWidths=[WIDTH * 0.13, WIDTH * 0.87], hAlign="LEFT", repeatRows=1)
    grid.setStyle(
        [
            *style.flat,
            *_TOGETHER,
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.9, black),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, black),
        ]
    )
    return grid


def _signature(style: _Styles) -> Table:
    names = ("Clinician's signature, where one is asked for", "Date")
    grid = Table(
        [[text(names[0], style.name), "", text(names[1], style.name)]],
        colWidths=[WIDTH * 0.64, WIDTH * 0.04, WIDTH * 0.32],
        hAlign="LEFT",
    )
    grid.setStyle(
        [
            *style.flat,
            ("LINEABOVE", (0, 0), (0, 0), 0.7, black),
            ("LINEABOVE", (2, 0), (2, 0), 0.7, black),
        ]
    )
    return grid
