"""Dates in a letter, by the label that stands before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from priorauth.papers.found import Found, Sought, snippet

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES = (
    re.compile(rf"\b{_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.I),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_NAME},?\s+(?P<year>\d{{4}})\b", re.I),
    re.compile(r"(?<![\d/-])(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?![\d/-])"),
    # As Americans write it: month, day, year.
    re.compile(
        r"(?<![\d/.-])(?P<month>\d{1,2})(?P<mark>[/.-])(?P<day>\d{1,2})(?P=mark)"
        r"(?P<year>20\d\d|\d\d)(?![\d/-])"
    ),
)
_BEFORE = 90
_AT_THE_TOP = 12  # lines in which a date that stands alone is the letter's own

# The label nearest before the date counts; of two at one place, the one that comes first here.
_LABELS: tuple[tuple[Sought | None, re.Pattern[str]], ...] = tuple(
    (sought, re.compile(words, re.I))
    for sought, words in (
        # Theirs or the patient's, none of ours.
        (None, r"birth|\bdob\b|\bborn\b"),
        (None, r"(we|plan|was|were|request|appeal)\s+(have\s+)?received\b|receiv\w+ your"),
        (None, r"your (request|letter|fax|call)\b[^.]{0,30}\b(dated|of|on)"),
        (
            Sought.PEER_TO_PEER_BY,
            r"peer[- ]to[- ]peer[^.]{0,60}\b(by|before|until|through|no later than)\b",
        ),
        (
            Sought.APPEAL_BY,
            r"appeal[^.]{0,60}\b(by|before|until|no later than|on or before|deadline|due)\b"
            r"|last day to (file an )?appeal",
        ),
        (
            Sought.ANSWER_BY,
            r"(respond|reply|return|answer|submit|send|information|records|documentation|response)"
            r"[^.]{0,70}\b(by|before|until|no later than|due)\b|must be received (by|no later than)"
            r"|due (by|date|on)\b",
        ),
        (
            Sought.DECIDED,
            r"date of (the |this |our )?(decision|determination)|(decision|determination) date"
            r"|(decided|denied|approved) on\b",
        ),
        (
            Sought.COVERED_THROUGH,
            r"(valid|effective|authorized|approved|certified)?\s*(through|thru|until)\b"
            r"|expir\w+( date| on)?|\bend(s| date)\b",
        ),
        (
            Sought.COVERED_FROM,
            r"effective( date| from)?|(valid|approved|authorized|certified|covered) from"
            r"|(start|begin)\w*( date)?\b|dates? of service|service dates?"
            r"|(approval|authorization) period",
        ),
        (
            Sought.PRINTED,
            r"date of (the |this )?(notice|letter)|(notice|letter|mailing|mailed|mail|print|issue)"
            r"\s*date|date\s*(mailed|printed|issued)|\bdated\b|mailed( on)?\b|^\s*date\s*:",
        ),
        (Sought.RECEIVED, r"\breceived\b|\brcvd\b|\brec'?d\b"),
    )
)
_RANGE = re.compile(r"^\s*(?:through|thru|to|until|and|-|–|—)\s*(?:and including\s*)?$", re.I)


def dates(text: str, page: int) -> Iterator[Found]:
    """The labelled dates of one page, in the order in which they stand there."""
    seen = sorted(_all(text), key=lambda each: each[0])
    last_end, last_sought = 0, None
    for start, end, on in seen:
        between = text[last_end:start]
        if last_sought is Sought.COVERED_FROM and _RANGE.match(between):
            sought: Sought | None = Sought.COVERED_THROUGH
        else:
            sought = _sought(text, max(last_end, start - _BEFORE), start, end)
        if sought is not None:
            yield Found(sought, on.isoformat(), snippet(text, start, end), page)
        last_end, last_sought = end, sought


def _all(text: str) -> Iterator[tuple[int, int, date]]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = parts.get("month") or _MONTHS.index(parts["name"][:3].lower()) + 1
            year = int(parts["year"])
            try:
                on = date(year + 2000 if year < 100 else year, int(month), int(parts["day"]))
            except ValueError:
                continue
            yield match.start(), match.end(), on


def _sought(text: str, first: int, start: int, end: int) -> Sought | None:
    """What the label nearest before the date says it is; None for a date nobody labelled."""
    before = _same_thought(text[first:start])
    nearest, found = -1, False
    sought: Sought | None = None
    for one, pattern in _LABELS:
        for match in pattern.finditer(before):
            if match.end() > nearest:
                nearest, sought, found = match.end(), one, True
    if found:
        return sought
    is_alone = not _line_around(text, start, end).strip(" \t.,:")
    if is_alone and text.count("\n", 0, start) < _AT_THE_TOP:
        return Sought.PRINTED
    return None


def _same_thought(before: str) -> str:
    """Without what ended in an earlier sentence, or further up than the line above."""
    before = re.split(r"[.;!?]\s+(?=[A-Z])", before)[-1]
    return "\n".join(before.split("\n")[-2:])


def _line_around(text: str, start: int, end: int) -> str:
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return text[first:start] + text[end : last if last >= 0 else len(text)]
