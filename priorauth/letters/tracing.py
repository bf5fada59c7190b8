"""The check before a letter is signed: each number, date, code and name must come from the file.

What is looked at in a text: dates in words or figures, everything with a digit in it, and words
with a capital letter (names; the first word of a sentence only when it is no ordinary one). A name
that ends in a number, as those of rating scales do, is one name: it bears out no bare number. Each
must stand in a fact of the case, or be a person's own that they have said so of; figures of the
evidence and the law on file bear out only the paragraph that cites them. Words without capital or
digit are not looked at.

>>> [each.word for each in words_of("Seen on March 5, 2026 with 96365.")]
['2026-03-05', '96365']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from priorauth.codes.denial_reasons import reasons
from priorauth.letters import evidence, law
from priorauth.letters.answers import answers
from priorauth.letters.appeal_facts import Fact, say_date

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTHS = _MONTH.split("|")
_LONG_DATE = re.compile(rf"\b({_MONTH})\s+(\d{{1,2}}),?\s+(\d{{4}})\b")
_FIGURES = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_ITEM = re.compile(r"(?m)^[ \t]*(\d{1,2})\.\s")
_UNITS = (
    "mcg|mg/kg|mg|kg|ml|minutes?|hours?|days?|weeks?|months?|years?|sessions?|infusions?|units?|"
    "points?|percent|patients?|pages?|times|calendar days?|business days?"
)
_MEASURE = re.compile(rf"(?<![\w.,/-])(\d[\d.,]*)[\s-]+({_UNITS})\b")
# Begun at a word's start only, so that the time grows with the length and not with its square.
_WITH_DIGIT = re.compile(r"(?<![^\W_])[^\W\d_]*[$#]?\d[\w.,/%:;()\-–]*", re.UNICODE)
# A name that ends in a number, such as that of a rating scale: "PHQ-9", "QIDS-SR16", "CAPS-5-R".
_NUMBERED = re.compile(
    r"(?<![\w\-–])[A-Z][A-Za-z]{0,11}(?:[-–][A-Za-z]{1,11}){0,3}[-–][A-Za-z]{0,4}\d{1,2}"
    r"(?:-[A-Z]{1,3}(?!\w))?(?!\w|[.,]\d)"
)
# From the lowest to the highest score of a scale, as the file tells it beside the name.
_RANGE = re.compile(r"\((\d{1,3}) to (\d{1,3})\)")
_NAME = re.compile(r"[^\W\d_][^\W\d_’'\-]*(?:[’'\-][^\W\d_]+)*", re.UNICODE)
PUBLISHED = ("evidence on file", "law on file", "rule on file")
"""How the sources of what is no fact of the patient begin."""
_ENDS = '.?!:“”"(-'
_ORDINARY_WORDS = (
    "a about above accordingly additionally after all also although an and another any as "
    "at attached because before below besides both but by copies did do does each either "
    "enclosed even every finally first for four from further furthermore given has have "
    "he hence her his how however i if in indeed instead is it its last later likewise "
    "many may moreover most my neither never next no none nor not nothing notably of on "
    "once one only or other our over please rather second several she similarly since so "
    "some still such taken than that the their then there therefore these they third this "
    "those though three through thus to today together two under unfortunately unless "
    "until we were what when where whereas whether which while who why with without yet "
    "you your "
    "ask asked born call contact despite during failed given measured patient patients seen tried "
    "treated treatment under within"
)
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
"""What begins a sentence without being a name."""


@dataclass(frozen=True, slots=True)
class Word:
    """Something to be traced: `word` as it is compared, `shown` as it stands in the text."""

    word: str
    shown: str
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """All that can be traced, each with the record it comes from."""

    sources: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def of(
        cls, facts: Iterable[Fact], own_words: Iterable[str] = (), on: date | None = None
    ) -> Known:
        """From facts; `own_words` are texts of ours whose capitals are no names of the case.

        `on` is the day of the letter.
        """
        told = [*facts]
        if on is not None:
            told.append(Fact(say_date(on), "the day of the letter"))
        sources: dict[str, str] = {}
        names: dict[str, str] = {}
        for text in own_words:
            for each in words_of(text):
                if each.is_name:
                    names.setdefault(each.word, "a text of ours")
        for fact in told:
            for each in words_of(fact.says):
                if each.is_name:
                    names[each.word] = fact.source
                else:
                    sources[each.word] = fact.source
            for name in _NAME.findall(fact.says):  # also what begins a fact
                names.setdefault(_plain(name), fact.source)
        return cls(sources, names)

    def also(self, facts: Iterable[Fact]) -> Known:
        """With facts that bear out one paragraph and no other."""
        more = Known.of(facts)
        return Known({**more.sources, **self.sources}, {**more.names, **self.names})

    def source_of(self, word: Word) -> str:
        """The record behind it, "" when there is none."""
        return (self.names if word.is_name else self.sources).get(word.word, "")


def is_published(fact: Fact) -> bool:
    """Whether it comes from evidence or law, and so says nothing of the patient."""
    return fact.source.startswith(PUBLISHED)


def untraced(text: str, known: Known, vouched: Collection[str] = ()) -> list[Word]:
    """What in `text` no record bears out, each once, in order; `vouched` are a person's own."""
    mine = set(vouched)
    found = [
        each
        for each in words_of(text)
        if not known.source_of(each) and each.word not in mine and each.shown not in mine
    ]
    return list(dict.fromkeys(found))


def words_of(text: str) -> list[Word]:
    """Everything in `text` that must be traced, in the order in which it stands."""
    found: list[tuple[int, Word]] = []
    rest = text

    def take(pattern: re.Pattern[str], made: Callable[[re.Match[str]], Word | None]) -> None:
        nonlocal rest

        def blank(match: re.Match[str]) -> str:
            word = made(match)
            if word is None:
                return match[0]
            found.append((match.start(), word))
            return " " * len(match[0])

        rest = pattern.sub(blank, rest)

    rest = _without_items(rest)
    take(_LONG_DATE, lambda m: _date(m[0], m[3], _MONTHS.index(m[1]) + 1, m[2]))
    take(_FIGURES, lambda m: _date(m[0], m[3] if len(m[3]) == 4 else f"20{m[3]}", m[1], m[2]))
    take(_ISO, lambda m: _date(m[0], m[1], m[2], m[3]))
    take(_MEASURE, lambda m: Word(f"{_number(m[1])} {m[2].rstrip('s')}", m[0]))
    take(_RANGE, lambda m: Word(f"{m[1]} to {m[2]}", m[0]))
    take(_NUMBERED, lambda m: Word(_plain(m[0]).replace("–", "-"), m[0], is_name=True))
    take(_WITH_DIGIT, _figure)
    for match in _NAME.finditer(rest):
        if match[0][0].isupper() and not _is_ordinary(text, match):
            found.append((match.start(), Word(_plain(match[0]), match[0], is_name=True)))
    return [word for _, word in sorted(found, key=lambda pair: pair[0])]


def _without_items(text: str) -> str:
    """Blanks in place of the numbers of a list, which count on from 1.

    Any other number at the beginning of a line is one that the text tells.
    """
    last = 0

    def blank(match: re.Match[str]) -> str:
        nonlocal last
        if int(match[1]) not in (1, last + 1):
            return match[0]
        last = int(match[1])
        return " " * len(match[0])

    return _ITEM.sub(blank, text)


def _date(shown: str, year: object, month: object, day: object) -> Word | None:
    try:
        return Word(date(int(str(year)), int(str(month)), int(str(day))).isoformat(), shown)
    except ValueError:
        return None


def _number(text: str) -> str:
    return text.rstrip(".,").replace(",", "")


def _figure(match: re.Match[str]) -> Word:
    shown = match[0].rstrip(".,;:)-–/")
    shown = shown.rstrip("(")
    return Word(shown.casefold().replace(",", ""), shown)


def _is_ordinary(text: str, match: re.Match[str]) -> bool:
    """The first word of a sentence, when it is one of those that begin any sentence."""
    before = match.start() - 1
    while before >= 0 and text[before] == " ":
        before -= 1
    begins = before < 0 or text[before] in _ENDS or text[before] == "\n"
    return match[0] == "I" or (begins and _plain(match[0]) in _ordinary())


@cache
def _ordinary() -> frozenset[str]:
    """Words that are no names: a list, and all that stands in small letters in texts of ours."""
    texts = [each.says for each in evidence.publications()]
    texts += [f"{hook.says} {hook.asks} {hook.caution}" for hook in law.hooks()]
    texts += [each.says for answer in answers().values() for each in answer.sentences]
    for reason in reasons().values():
        texts += [*reason.phrases, *reason.ask_first, *reason.arguments, *reason.attach]
    found = {word for text in texts for word in _NAME.findall(text) if word.islower()}
    return _ORDINARY | frozenset(found)


def _plain(name: str) -> str:
    word = name.casefold().replace("’", "'")
    return word[:-2] if word.endswith("'s") else word
