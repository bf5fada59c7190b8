"""Which column of a spreadsheet holds what.

A heading is compared without case, punctuation and spaces; # counts as "number". What is not
known is named to the user, who can say what it is with a mapping of heading to field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from priorauth.errors import UnreadableFile
from priorauth.spreadsheet.fields import FIELDS, REQUIRED, SEVERAL, Field

IGNORE = "ignore"

# What our own rejects file adds at the end; left out when it is fed back.
REJECT_COLUMNS = ("Row", "Column", "What is wrong")
EXTRA_CELL = "Extra cell"


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """`places` gives for each field the places (from 0) of its columns, in order."""

    places: Mapping[str, tuple[int, ...]]
    unknown: tuple[str, ...]
    missing: tuple[Field, ...]


def normalised(heading: str) -> str:
    """A heading as it is compared: "Group #" and "group no." are both groupnumber."""
    return "".join(_words(heading))


def field_of(heading: str) -> str:
    """The id of the field that a heading names, or ''."""
    return _recognised(heading)[0]


_NUMBER = {"no", "num", "nbr", "nr", "numbers"}
_SMALL_WORDS = {"of", "the", "for", "on", "a", "s", "was", "is"}
_NAMES = [
    (name, field.id, rank)
    for field in FIELDS.values()
    for rank, name in enumerate((field.label, *field.synonyms))
]


def _words(heading: str) -> list[str]:
    text = unicodedata.normalize("NFKC", heading).casefold().replace("#", " number ")
    found = re.findall(r"[^\W_]+", text.replace("'s", ""))
    return ["number" if word in _NUMBER else word for word in found]


def _bag(heading: str) -> frozenset[str]:
    """The words in any order, without plurals and small words: "# of sessions", "Session no."."""
    words = set(_words(heading)) - _SMALL_WORDS
    return frozenset(word[:-1] if word.endswith("s") and len(word) > 3 else word for word in words)


# The first synonym that says it wins, so reversed: a dict keeps the last.
_KNOWN = {normalised(name): (field, rank) for name, field, rank in reversed(_NAMES)}
_BAGS = {_bag(name): (field, rank) for name, field, rank in reversed(_NAMES)}


def _recognised(heading: str) -> tuple[str, int]:
    """The field, and how far down its synonyms the heading stands (0 is the surest)."""
    for spelling in (heading, re.sub(r"\(.*?\)|\[.*?\]", " ", heading)):
        name = normalised(spelling)
        bare = re.sub(r"^(patients?|pt|member|current)(?=.{2})", "", name)
        unnumbered = re.sub(r"[1-9]$", "", name)
        if name in _KNOWN:
            return _KNOWN[name]
        if bare != "id" and bare in _KNOWN:
            return _KNOWN[bare]
        if unnumbered in _KNOWN and _KNOWN[unnumbered][0] in SEVERAL:
            return _KNOWN[unnumbered]
        if _bag(spelling) in _BAGS:
            return _BAGS[_bag(spelling)]
    return "", 0


def score(cells: Sequence[str]) -> int:
    """How many different fields a row names, were it the heading."""
    return len({field_of(cell) for cell in cells if len(cell) < 60} - {""})


def own_width(header: Sequence[str]) -> int:
    """How many columns are the clinic's: those that our rejects file added at the end are not."""
    tail = tuple(cell.strip().casefold() for cell in header[-len(REJECT_COLUMNS) :])
    is_ours = tail == tuple(name.casefold() for name in REJECT_COLUMNS)
    return len(header) - len(REJECT_COLUMNS) if is_ours else len(header)


def map_columns(header: Sequence[str], mapping: Mapping[str, str] | None = None) -> ColumnMap:
    """Finds the column of every field.

    `mapping` (heading to field id, or to "ignore") goes before what the heading says. Where two
    columns seem to hold the same thing, the surer heading is taken and the other is unknown.
    Raises UnreadableFile when `mapping` names a heading or a field that does not exist.
    """
    wanted = _checked(header, mapping or {})
    found: dict[str, list[tuple[int, int]]] = {}
    unknown: list[int] = []
    for place, heading in enumerate(header):
        field, rank = wanted.get(normalised(heading), ("", 0))
        if not field:
            field, rank = _recognised(heading)
        if field and field != IGNORE:
            found.setdefault(field, []).append((rank, place))
        elif not field and heading.strip() and not heading.startswith(EXTRA_CELL):
            unknown.append(place)
    places: dict[str, tuple[int, ...]] = {}
    for field, ranked in found.items():
        kept = sorted(place for _, place in ranked) if field in SEVERAL else [min(ranked)[1]]
        places[field] = tuple(kept)
        unknown += [place for _, place in ranked if place not in kept]
    missing = [field for field in REQUIRED if field.id not in places]
    if "last" in places and "first" in places:
        missing = [field for field in missing if field.id != "name"]
    names = tuple(header[place].strip() for place in sorted(unknown))
    return ColumnMap(places, names, tuple(missing))


def _checked(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    present = {normalised(heading) for heading in header}
    for heading, field in mapping.items():
        if normalised(heading) not in present:
            raise UnreadableFile(f"The file has no column {heading!r}.")
        if field not in FIELDS and field != IGNORE:
            known = ", ".join([*FIELDS, IGNORE])
            raise UnreadableFile(f"There is no field {field!r}. The fields are: {known}.")
    return {normalised(heading): (field, -1) for heading, field in mapping.items()}
