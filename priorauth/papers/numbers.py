"""Case, reference, authorization and member numbers in a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from priorauth.papers.found import Found, Sought, snippet

_OURS = re.compile(r"\bPA-[0-9A-HJKMNP-TV-Z]{8}\b", re.I)
_NUMBER_WORD = r"\s*(?:identification\s*)?(?:number|num\b|no\b\.?|id\b|\#)\s*(?:\(\s*id\s*\))?"
_VALUE = r"\s*(?:is|:|\#|-)?\s*(?P<value>[A-Z0-9](?:[A-Z0-9]|[-/](?=[A-Z0-9])){2,29})\b"
# An authorization number is looked for first: "prior authorization reference number" is one.
_LABELS = tuple(
    (sought, re.compile(rf"\b(?:{words})(?:{_NUMBER_WORD}|\s*:){_VALUE}", re.I))
    for sought, words in (
        (
            Sought.AUTHORIZATION,
            r"(?:prior[- ]?|pre-?)?auth(?:orization|\.)?(?: reference)?|(?:pre-?)?certification"
            r"|precert|approval",
        ),
        (
            Sought.MEMBER,
            r"(?:member|subscriber|enrollee|insured|beneficiary|policy)(?:'s)?",
        ),
        (
            Sought.REFERENCE,
            r"(?:call |case |our |request |service |decision |tracking )?"
            r"(?:reference|ref\.?|tracking|case|request|review|inquiry|determination|confirmation)",
        ),
    )
)


def numbers(text: str, page: int) -> Iterator[Found]:
    """Every labelled number with a digit in it; our own case numbers wherever they stand."""
    for match in _OURS.finditer(text):
        at = snippet(text, match.start(), match.end())
        yield Found(Sought.CASE, match.group().upper(), at, page)
    taken: set[int] = set()
    for sought, pattern in _LABELS:
        for match in pattern.finditer(text):
            value, start = match["value"], match.start("value")
            if start in taken or not any(each.isdigit() for each in value):
                continue
            if _OURS.fullmatch(value):
                continue
            taken.add(start)
            yield Found(sought, value.upper(), snippet(text, match.start(), match.end(), 20), page)
