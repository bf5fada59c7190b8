"""What a reader had before them, so that nobody signs words that were never shown to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from priorauth.letters.assembling import Letter
from priorauth.letters.letter_text import letter_text


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph that was read, by its id."""

    id: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The letter as it was read: a mark of its head, its paragraphs and its enclosures in order."""

    head: str
    passages: tuple[Passage, ...]
    enclosed: tuple[str, ...]

    def differs(self, now: Reading) -> list[str]:
        """Where `now` is not what was read, in names a reader knows; [] when it is the same."""
        found = ["the head of the letter"] if self.head != now.head else []
        was = {each.id: each for each in self.passages}
        there = {each.id: each for each in now.passages}
        for key in dict.fromkeys((*there, *was)):
            if was.get(key) != there.get(key):
                found.append(_named(there.get(key) or was[key]))
        if not found and self.passages != now.passages:
            found.append("the order of the paragraphs")
        if self.enclosed != now.enclosed:
            found.append("what is enclosed")
        return found


def reading_of(letter: Letter, signature: Sequence[str] = ()) -> Reading:
    """The letter as a page shows it. The day of the letter, which is that of signing, and the
    pages of its enclosures are no part of it."""
    return Reading(
        head_mark(letter, signature),
        tuple(passage(each.id, each.heading, each.text) for each in letter.printed),
        tuple(plain(each.paper.says) for each in letter.facts.enclosed),
    )


def head_mark(letter: Letter, signature: Sequence[str] = ()) -> str:
    """Names all that stands above the paragraphs, and who signs below them."""
    words = letter_text(letter, signature)
    told = [
        words.clinic,
        list(words.clinic_lines),
        list(words.addressee),
        words.sent_by,
        [list(row) for row in words.rows],
        list(signature),
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def passage(key: str, heading: str, text: str) -> Passage:
    """A paragraph as it is compared."""
    return Passage(key, plain(heading), plain(text))


def plain(text: str) -> str:
    """A text as a browser sends it back: one sort of line break, none at the ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _named(each: Passage) -> str:
    return f"“{each.heading or each.text[:40].strip() + '...'}”"
