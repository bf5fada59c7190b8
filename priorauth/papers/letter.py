"""Reading a letter: dates, numbers, reasons and what sort of paper it is, as proposals.

>>> [str(each.sought) for each in read("Notice date: May 3, 2026")]
['printed']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from priorauth.codes import denial_reasons
from priorauth.papers.dates import dates
from priorauth.papers.found import Found, Sought, snippet
from priorauth.papers.numbers import numbers

MOST = 4
"""Proposals of one sort: more is no help."""
_MOST_TEXT = 60_000
_LONGEST_SENTENCE = 400
# A short line and a capital after it: a heading or a field of the letter's head, no sentence yet.
_HEADING = re.compile(r"(?<![^\n]{60})\n(?=[A-Z])")

# The words that come first in the letter say what it is.
_KINDS = tuple(
    (kind, re.compile(words, re.I))
    for kind, words in (
        (
            "fax_report",
            r"transmission (?:report|result|verification)|fax confirmation|tx (?:report|result)",
        ),
        (
            "denial_letter",
            r"adverse (?:benefit )?determination|notice of (?:denial|non-?coverage)|\bdenial\b"
            r"|(?:has been|have been|is|are|was|were|must be) denied|not approved"
            r"|(?:cannot|can not|unable to) (?:be )?approve",
        ),
        (
            "approval_letter",
            r"notice of approval|approval (?:letter|notice)|authorization approv"
            r"|(?:has been|have been|is|are|was|were) (?:approved|authorized|certified)",
        ),
        (
            "information_request",
            r"request for (?:additional |more |clinical |medical )*information"
            r"|(?:need|require|requesting) (?:the following |additional |more |further )+"
            r"(?:clinical |medical )?(?:information|records|documentation)"
            r"|additional information (?:is )?(?:needed|required|requested)",
        ),
    )
)


def read(text: str) -> list[Found]:
    """What the letter proposes, at most MOST of a sort, each value once. Pages: form feeds.

    A proposal is never more than that: a person who sees the letter takes it or not.
    """
    kept: list[Found] = []
    for found in _everything(text[:_MOST_TEXT]):
        same = [each for each in kept if each.sought is found.sought]
        if len(same) < MOST and found.value not in {each.value for each in same}:
            kept.append(found)
    return kept


def _everything(text: str) -> Iterator[Found]:
    pages = [
        page.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
        for page in text.split("\f")
    ]
    yield from _kind(pages)
    for place, page in enumerate(pages, start=1):
        yield from dates(page, place)
        yield from numbers(page, place)
        yield from _reasons(page, place)


def _kind(pages: Iterable[str]) -> Iterator[Found]:
    for place, page in enumerate(pages, start=1):
        hits = [(match, kind) for kind, words in _KINDS if (match := words.search(page))]
        if hits:
            match, kind = min(hits, key=lambda hit: hit[0].start())
            yield Found(Sought.KIND, kind, snippet(page, match.start(), match.end(), 25), place)
            return


def _reasons(page: str, place: int) -> Iterator[Found]:
    """The sentences whose words suggest a reason of refusal, with the reasons beside them."""
    labels = dict(denial_reasons.choices())
    for sentence in re.split(r"(?<=[.;!?])\s+|\n\s*\n", _HEADING.sub("\n\n", page)):
        words = " ".join(sentence.split())[:_LONGEST_SENTENCE]
        suggested = denial_reasons.suggest(words)
        if suggested:
            says = "; ".join(labels[each] for each in suggested)
            yield Found(Sought.REASON, words, says, place)
