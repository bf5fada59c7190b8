"""The clinician's sheet for a peer-to-peer as a PDF: always one page of letter paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.platypus import KeepInFrame, Spacer, Table

from priorauth.letters.talk_sheet import (
    MISSING,
    MOST_ANSWERS,
    MOST_FACTS,
    MOST_LIMITS,
    MOST_LINES,
    MOST_POINTS,
    MOST_POLICIES,
    NOT_KEPT,
    NOTES,
    OUTCOMES,
    QUOTED,
    TalkSheet,
    and_more,
)
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

_PAPER = Paper(side=0.55 * inch, top=0.55 * inch, bottom=0.55 * inch)
WIDTH, HEIGHT = _PAPER.width, _PAPER.height
_GAP = 14.0
_HALF = (WIDTH - _GAP) / 2
_BLANKS = ("", MISSING, NOT_KEPT)
LEVELS = ((8.6, 220), (8.1, 220), (7.6, 180), (7.2, 130), (7.0, 90), (7.0, 60))
"""Points of the type, and characters of one entry: the first level at which all fits stands. What
is cut ends with an ellipsis and is read whole on the case page."""
RULED, MOST_RULED = 3, 9
"""Lines to write on: so many at least, and more where the page has room."""
_NONE = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 6),
         ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
         ("VALIGN", (0, 0), (-1, -1), "TOP")]  # fmt: skip


class _Styles:
    """The styles of one size."""

    def __init__(self, size: float, words: int) -> None:
        self.size, self.words = size, words
        self.tall = size * 2.5  # room for a line written by hand
        self.plain = ParagraphStyle(
            "plain", fontName=BODY, fontSize=size, leading=size * 1.24, textColor=INK
        )
        self.bold = ParagraphStyle("bold", parent=self.plain, fontName=BOLD)
        self.dim = ParagraphStyle("dim", parent=self.plain, textColor=QUIET)
        self.head = ParagraphStyle(
            "head", parent=self.bold, fontSize=size + 1, leading=(size + 1) * 1.2,
            spaceAfter=size * 0.2,
        )  # fmt: skip
        self.title = ParagraphStyle("title", parent=self.bold, fontSize=15, leading=18)
        self.item = ParagraphStyle(
            "item",
            parent=self.plain,
            leftIndent=size,
            bulletIndent=0,
            spaceAfter=1,
            bulletText="•",
            bulletFontName=BODY,
            bulletFontSize=size,
        )


def write_talk_sheet(sheet: TalkSheet) -> bytes:
    """The sheet as a PDF of one page, the same bytes for the same sheet.

    The type is made smaller until all fits; what is too long even then is scaled as a whole.
    """
    prepare()
    for level in LEVELS:
        style = _Styles(*level)
        room = HEIGHT - 1 - _height(_story(sheet, style, RULED))
        if room >= 0:
            break
    ruled = RULED + min(MOST_RULED - RULED, max(0, int(room / style.tall)))
    story = [KeepInFrame(WIDTH, HEIGHT - 1, _story(sheet, style, ruled), mode="shrink")]
    return print_on(_PAPER, story, title=f"Peer-to-peer sheet {sheet.case_number}").content


def _height(story: Sequence[Any]) -> float:
    total = 0.0
    for part in story:
        total += part.wrap(WIDTH, HEIGHT)[1]
        total += part.getSpaceBefore() + part.getSpaceAfter()
    return total


def _story(sheet: TalkSheet, style: _Styles, ruled: int) -> list[Any]:
    head = Table(
        [
            [text("Peer-to-peer", style.title), text(f"Case {sheet.case_number}", style.bold)],
            [
                text(sheet.subject, style.bold, most=120),
                text(f"{sheet.clinic}, {sheet.made}", style.dim, most=90),
            ],
        ],
        colWidths=[WIDTH * 0.62, WIDTH * 0.38],
        hAlign="LEFT",
    )
    head.setStyle(
        [
            *_NONE,
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("BOTTOMPADDING", (0, -1), (-1, -1), 3),
            ("LINEBELOW", (0, -1), (-1, -1), 1, INK),
        ]
    )
    gap = Spacer(0, style.size * 0.85)
    return [
        head,
        gap,
        _columns(_who(sheet, style), _when(sheet, style)),
        gap,
        *_refused(sheet, style),
        gap,
        _columns(_policy(sheet, style), _facts(sheet, style)),
        gap,
        _columns(
            _list("Ask", sheet.questions(), style),
            _list("Answer, where the chart bears it out", _answers(sheet), style),
        ),
        gap,
        *_published(sheet, style),
        *_notes(style, ruled),
    ]


def _columns(left: list[Any], right: list[Any]) -> Table:
    both = Table([[left, right]], colWidths=[_HALF + _GAP / 2, _HALF + _GAP / 2], hAlign="LEFT")
    both.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, 0), 0),
            ("RIGHTPADDING", (0, 0), (0, 0), _GAP / 2),
            ("LEFTPADDING", (1, 0), (1, 0), _GAP / 2),
            ("RIGHTPADDING", (1, 0), (1, 0), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ]
    )
    return both


def _pairs(rows: Sequence[tuple[str, str]], style: _Styles, names: float = 0.36) -> Table:
    shown = [
        [
            text(name, style.dim, most=min(60, style.words // 2)),
            text(
                words or MISSING,
                style.bold if words not in _BLANKS else style.dim,
                most=style.words,
            ),
        ]
        for name, words in rows
    ]
    grid = Table(shown, colWidths=[_HALF * names, _HALF * (1 - names)], hAlign="LEFT")
    grid.setStyle([*_NONE, ("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE)])
    return grid


def _who(sheet: TalkSheet, style: _Styles) -> list[Any]:
    return [text("They will ask for", style.head), _pairs(sheet.told_identifiers(), style)]


def _when(sheet: TalkSheet, style: _Styles) -> list[Any]:
    agreed = sheet.appointment or "no time is agreed yet"
    parts: list[Any] = [text("Call", style.head), _pairs([("Agreed for", agreed)], style, 0.35)]
    rows = [
        (one.desk, f"{one.number}{f' ({one.how})' if one.how else ''}") for one in sheet.numbers
    ]
    parts.append(_pairs(rows or [("Number", MISSING)], style, 0.35))
    parts += [Spacer(0, style.size * 0.6), text("By when, and why", style.head)]
    for one in sheet.limits[:MOST_LIMITS]:
        parts.append(text(f"{one.what}: {one.by}", style.bold, most=style.words))
        if one.why:
            parts.append(text(one.why, style.dim, most=style.words))
    return parts


def _refused(sheet: TalkSheet, style: _Styles) -> list[Any]:
    shown = sheet.lines[:MOST_LINES]
    rows = [
        [
            text(line.code, style.bold, most=20),
            text(line.what or MISSING, style.plain, most=min(120, style.words)),
            text(line.asked, style.plain, most=60),
            text(line.said, style.bold if line.is_refused else style.plain, most=80),
        ]
        for line in shown
    ]
    names = [text(name, style.dim) for name in ("Code", "What", "Asked", "The payer said")]
    grid = Table(
        [names, *rows],
        colWidths=[WIDTH * 0.1, WIDTH * 0.45, WIDTH * 0.2, WIDTH * 0.25],
        hAlign="LEFT",
    )
    grid.setStyle([*_NONE, ("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE)])
    head = "What was asked, and what the payer said of each line"
    parts: list[Any] = [text(head, style.head), grid]
    parts += [text(each, style.dim) for each in and_more(len(sheet.lines), MOST_LINES)]
    parts.append(Spacer(0, style.size * 0.4))
    parts.append(text(sheet.decision, style.plain, most=style.words))
    if not sheet.is_decided:
        return parts
    reasons = "; ".join(sheet.reasons) or "no reason is on file: ask for it first"
    parts.append(text(f"Reasons: {reasons}", style.bold, most=style.words))
    words = plain(sheet.quoted, most=min(QUOTED, 2 * style.words))
    said = f"In the payer's words: “{words}”"
    unsaid = "The payer's own words are not on file: have the letter at hand."
    parts.append(text(said if sheet.quoted else unsaid, style.plain, most=QUOTED + 40))
    return parts


def _policy(sheet: TalkSheet, style: _Styles) -> list[Any]:
    says = list(sheet.policy) or ["The payer's policy is not on file: ask for its number and date."]
    parts: list[Any] = [text("What the policy asks, and whether it is here", style.head)]
    parts += [text(each, style.plain, most=style.words) for each in says[:MOST_POLICIES]]
    parts += [text(each, style.dim) for each in and_more(len(says), MOST_POLICIES)]
    shown = sheet.demands[:MOST_POINTS]
    rows = [
        [
            text(one.standing, style.bold, most=20),
            text(f"{one.what}{f': {one.says}' if one.says else ''}", style.plain, most=style.words),
        ]
        for one in shown
    ]
    if rows:
        grid = Table(rows, colWidths=[_HALF * 0.22, _HALF * 0.78], hAlign="LEFT")
        grid.setStyle(_NONE)
        parts += [Spacer(0, 2), grid]
    parts += [text(each, style.dim) for each in and_more(len(sheet.demands), MOST_POINTS)]
    return parts


def _facts(sheet: TalkSheet, style: _Styles) -> list[Any]:
    return [text("What the file has", style.head), _pairs(sheet.facts[:MOST_FACTS], style, 0.35)]


def _answers(sheet: TalkSheet) -> list[str]:
    given = list(dict.fromkeys(sheet.answers))
    return given[:MOST_ANSWERS] or ["No reason is on file that an answer could be proposed for."]


def _list(name: str, rows: Sequence[str], style: _Styles) -> list[Any]:
    parts: list[Any] = [text(name, style.head)]
    for row in rows:
        parts.append(text(f"{row[:1].upper()}{row[1:]}", style.item, most=style.words))
    return parts


def _published(sheet: TalkSheet, style: _Styles) -> list[Any]:
    lines = [text(line, style.plain) for line in sheet.published()]
    head = text("Published", style.head)
    return [head, *lines, Spacer(0, style.size * 0.85)] if lines else []


def _notes(style: _Styles, lines: int) -> list[Any]:
    """Room to write on: who, how it ended, what was said."""
    half = WIDTH / 2
    names = [text(name, style.dim) for name in NOTES]
    tall = style.tall
    grid = Table(
        [[names[0], "", names[1], ""], [names[2], "", names[3], ""]],
        colWidths=[half * 0.33, half * 0.67, half * 0.38, half * 0.62],
        hAlign="LEFT",
        rowHeights=[tall, tall],
    )
    grid.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("LEFTPADDING", (2, 0), (2, -1), 10),
            ("LINEBELOW", (1, 0), (1, -1), 0.5, QUIET),
            ("LINEBELOW", (3, 0), (3, -1), 0.5, QUIET),
        ]
    )
    box = style.size
    ways: list[Any] = [text("Outcome", style.dim)]
    widths = [WIDTH * 0.15]
    looks: list[Any] = [*_NONE, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    for place, way in enumerate(OUTCOMES):
        ways += ["", text(way, style.plain)]
        widths += [box, (WIDTH * 0.85 - len(OUTCOMES) * box) / len(OUTCOMES)]
        column = 1 + 2 * place
        looks += [
            ("BOX", (column, 0), (column, 0), 0.75, INK),
            ("LEFTPADDING", (column + 1, 0), (column + 1, 0), 5),
        ]
    ticks = Table([ways], colWidths=widths, rowHeights=[box], hAlign="LEFT")
    ticks.setStyle(looks)
    ruled = Table(
        [[text("What was said", style.dim)], *([[""]] * lines)],
        colWidths=[WIDTH],
        rowHeights=[tall * 0.8, *([tall] * lines)],
        hAlign="LEFT",
    )
    ruled.setStyle(
        [
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("LINEBELOW", (0, 1), (-1, -1), 0.5, QUIET),
        ]
    )
    return [
        text("Notes of the talk", style.head),
        grid,
        Spacer(0, style.size),
        ticks,
        ruled,
    ]
