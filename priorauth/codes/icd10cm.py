"""ICD-10-CM: US diagnosis codes (NCHS and CMS), valid by the date of service.

Three to seven characters with a dot after the third; X fills a place that is not used and some
codes need a seventh character. The set changes each 1 October and a little each 1 April, and only
codes without children may be billed: F33 needs more characters. The packaged set is April 2026
(fiscal year 2026, dates of service 2025-10-01 to 2026-09-30). Another date is answered from the
nearest set with a warning, and further sets may lie in directories of the caller's.

>>> validate(" f33.2 ")
'F332'
>>> format("F332")
'F33.2'
>>> look_up("f332").code
'F33.2'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from priorauth.codes import diagnoses
from priorauth.codes.icd10cm_order_file import fiscal_year_name
from priorauth.codes.icd10cm_table import Entry, Icd10Table, folded
from priorauth.codes.tables import DATA
from priorauth.errors import InvalidCode

PACKAGED = DATA / "icd10cm"

# The second and third place may be letters: fiscal year 2026 brought QA0.0101.
_SHAPE = re.compile(r"[A-Z][0-9A-Z]{2,6}")
_RANGE = re.compile(r"\s*[A-Z][0-9A-Z.]{2,7}\s*(?:-|\u2013|\bto\b)\s*[A-Z][0-9A-Z.]{2,7}\s*", re.I)
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Icd10Code:
    """What a set says of a code. `is_billable` is None when no set on file knows the code.

    `fiscal_year` is that of the set ("FY2026"), "" without one.
    """

    code: str
    title: str
    is_billable: bool | None
    set_name: str
    warning: str = ""
    fiscal_year: str = ""


class Icd10Sets:
    """The sets on file: the packaged one and those in the caller's directories.

    A directory is looked at again when it has changed, so that a newly loaded set is used
    without a restart. One that does not exist holds nothing.
    """

    def __init__(self, directories: Iterable[Path] = ()) -> None:
        self._directories = (PACKAGED, *map(Path, directories))
        self._seen: tuple[int, ...] = ()
        self._tables: tuple[Icd10Table, ...] = ()

    def tables(self) -> tuple[Icd10Table, ...]:
        """All sets, the oldest first. Raises ValueError for a file that is no such table."""
        seen = tuple(_changed_at(directory) for directory in self._directories)
        if seen != self._seen:
            found = [
                Icd10Table(path)
                for directory in self._directories
                for path in sorted(directory.glob("*.txt"))
            ]
            self._tables = tuple(sorted(found, key=lambda table: table.valid_from))
            self._seen = seen
        return self._tables

    def table_for(self, on: date | None) -> Icd10Table:
        """The set for a date of service; where none covers it the nearest; None: the newest."""
        tables = self.tables()
        if on is None:
            return tables[-1]
        begun = [table for table in tables if table.valid_from <= on]
        covering = [table for table in begun if table.covers(on)]
        return (covering or begun or list(tables[:1]))[-1]

    def look_up(
        self, text: str, on: date | None = None, *, accept_unknown: bool = False
    ) -> Icd10Code:
        """What is known of a code on a date of service, billable or not.

        Raises InvalidCode for text that is no code and for a code that does not exist. With
        `accept_unknown` a code that no set on file knows is let through with a warning when the
        date is outside every set, since a newer set may hold it.
        """
        code = _shaped(text)
        table = self.table_for(on)
        is_covered = on is None or table.covers(on)
        warning = "" if is_covered else _not_checked(on, table)
        entry = table.find(code)
        if entry is not None:
            return _told(code, entry, table, warning)
        if is_covered:
            raise InvalidCode(text, self._no_such_code(code, table))
        for other in reversed(self.tables()):
            entry = other.find(code)
            if entry is not None:
                return _told(code, entry, other, warning)
        if accept_unknown:
            return Icd10Code(_dotted(code), "", None, "", warning)
        raise InvalidCode(
            text,
            f"{_dotted(code)} is in no ICD-10-CM set on file, and none on file is for {on}: "
            "load the official set of that year or mend the code.",
        )

    def validate(self, text: str, on: date | None = None) -> str:
        """The code without its dot, or InvalidCode when it does not exist or may not be billed."""
        found = self.look_up(text, on)
        if not found.is_billable:
            raise InvalidCode(text, self.needs_more(found.code, on))
        return compact(found.code)

    def needs_more(self, text: str, on: date | None = None) -> str:
        """The sentence for a code that is a heading: the first billable codes below it."""
        code = compact(text)
        below = [e for e in self.table_for(on).beginning_with(code) if e.is_billable]
        shown = ", ".join(_dotted(entry.code) for entry in below[:_SHOWN])
        more = f" and {len(below) - _SHOWN} more" if len(below) > _SHOWN else ""
        return f"{_dotted(code)} needs more characters: {shown}{more}."

    def search(
        self, text: str, limit: int = 20, *, on: date | None = None, billable_only: bool = True
    ) -> list[Icd10Code]:
        """Codes for an autocompletion box, by the beginning of a code or by words of the title.

        Words match the beginnings of words, in any order. Diagnoses of our own list come first
        and answer to our labels too ("mdd"); the rest follows in order of code.
        """
        table = self.table_for(on)
        found: dict[str, Icd10Code] = {}
        for entry in _matching(table, text[:200]):
            if entry.is_billable or not billable_only:
                code = _dotted(entry.code)
                found.setdefault(code, Icd10Code(code, entry.title, entry.is_billable, table.name))
            if len(found) >= limit:
                break
        return list(found.values())

    def _no_such_code(self, code: str, table: Icd10Table) -> str:
        said = f"{_dotted(code)} does not exist in ICD-10-CM {table.name}."
        for length in range(len(code) - 1, 2, -1):
            parent = table.find(code[:length])
            if parent is None:
                continue
            if parent.is_billable:
                return f"{said} {_dotted(parent.code)} exists and takes no more characters."
            below = [e.code for e in table.beginning_with(parent.code) if e.is_billable]
            return f"{said} Codes of that group: {', '.join(map(_dotted, below[:_SHOWN]))}" + (
                " ..." if len(below) > _SHOWN else "."
            )
        return said


@cache
def packaged_sets() -> Icd10Sets:
    """The sets that come with the product, shared by the functions below."""
    return Icd10Sets()


def compact(text: str) -> str:
    """The code without spaces and dot, upper case."""
    return re.sub(r"[\s.]+", "", text).upper()


def validate(text: str, on: date | None = None) -> str:
    """The billable code without its dot, or InvalidCode. `on` is the date of service."""
    return packaged_sets().validate(text, on)


def is_valid(text: str, on: date | None = None) -> bool:
    """Whether `validate` accepts the text."""
    try:
        validate(text, on)
    except InvalidCode:
        return False
    return True


def format(text: str) -> str:
    """With its dot. Only the shape is checked; raises InvalidCode."""
    return _dotted(_shaped(text))


def look_up(text: str, on: date | None = None, *, accept_unknown: bool = False) -> Icd10Code:
    """`Icd10Sets.look_up` on the packaged sets."""
    return packaged_sets().look_up(text, on, accept_unknown=accept_unknown)


def search(text: str, limit: int = 20, *, on: date | None = None) -> list[Icd10Code]:
    """`Icd10Sets.search` on the packaged sets."""
    return packaged_sets().search(text, limit, on=on)


def excluded_pairs(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of these diagnoses that the tabular list says are never reported together.

    Dotted, in the order given; only the pairs of Excludes1 notes that touch ketamine cases.
    """
    compacts = [compact(code) for code in codes]
    return [
        (_dotted(one), _dotted(other))
        for place, one in enumerate(compacts)
        for other in compacts[place + 1 :]
        if diagnoses.excludes(one, other)
    ]


def _shaped(text: str) -> str:
    code = compact(text)
    if _SHAPE.fullmatch(code):
        return code
    shown = text.strip()[:40] or "An empty cell"
    if _RANGE.fullmatch(text):
        raise InvalidCode(text, f"{shown} is a range of codes: give one code of it.")
    if re.fullmatch(r"[A-Z][0-9A-Z]{1,5}[-\u2013]+", code):
        raise InvalidCode(text, f"{shown} stands for a group of codes: give one code of it.")
    raise InvalidCode(
        text,
        f"{shown} is not a diagnosis code: that is a letter and two to six more characters, "
        "such as F33.2.",
    )


def _told(code: str, entry: Entry, table: Icd10Table, warning: str) -> Icd10Code:
    year = fiscal_year_name(table.valid_through)
    return Icd10Code(_dotted(code), entry.title, entry.is_billable, table.name, warning, year)


def _dotted(code: str) -> str:
    code = code.replace(".", "")
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def _not_checked(on: date | None, table: Icd10Table) -> str:
    return (
        f"Not checked against the set for {on}: the nearest on file is {table.name}, for dates of "
        f"service {table.valid_from} to {table.valid_through}."
    )


def _matching(table: Icd10Table, text: str) -> Iterable[Entry]:
    code = compact(text)
    if re.fullmatch(r"[A-Z]([0-9][0-9A-Z]{0,5}|[A-Z][0-9][0-9A-Z]{0,4})", code):
        yield from table.beginning_with(code)
        return
    words = re.findall(r"[^\W_]{2,}", folded(text))
    if not words:
        return
    for listed in diagnoses.matching(words):
        entry = table.find(compact(listed))
        if entry is not None:
            yield entry
    yield from table.search(words)


def _changed_at(directory: Path) -> int:
    try:
        return directory.stat().st_mtime_ns
    except OSError:
        return 0
