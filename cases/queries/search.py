"""One box for every number and name: exact numbers first, then member IDs and names that begin so.

Each look-up is one query on an index of the clinic's rows; none reads more than it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, Value

from cases.models import (
    Appeal,
    Authorization,
    Coverage,
    ExternalReview,
    InsurerCall,
    Patient,
    PriorAuthRequest,
    Submission,
)
from cases.models.folded import fold
from cases.queries.limited import union_rows

SHOWN = 25
BEGINNING = 6
"""So many letters and digits of a member ID find the case: fewer begin too many."""
LONGEST = 100
_WORDS = 6
_LAST = "z" * 12
"""Sorts after whatever may follow a folded beginning."""

# Letters that Crockford's alphabet leaves out, read as what people mistake them for.
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_NUMBER = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. `found_by` says by which number, "" for a name.

    The last three say how the payer's status is known, and through which day it is fresh.
    """

    number: str
    patient: str
    birth_date: Any
    payer: str
    status: str
    found_by: str = ""
    verified_on: date | None = None
    verified_how: str = ""
    fresh_through: date | None = None


def case_number(text: str) -> str:
    """The case number that was typed, with or without "PA-", or ""."""
    compact = text.strip().upper()
    bodies = [compact, compact[2:].lstrip("- ")] if compact.startswith("PA") else [compact]
    for body in bodies:
        read = body.translate(_MISREAD)
        if _NUMBER.fullmatch(read):
            return f"PA-{read}"
    return ""


def exact_case(text: str) -> str:
    """The number of the clinic's case that `text` names, or ""."""
    number = case_number(text)
    if number and PriorAuthRequest.objects.filter(number=number).exists():
        return number
    return ""


def by_case_numbers(numbers: Sequence[str]) -> list[Hit]:
    """The cases of these very numbers, the newest first."""
    return [_hit(row) for row in _requests(Q(number__in=list(numbers)))]


def by_number(text: str) -> list[Hit]:
    """Cases on which `text` is a reference, confirmation, authorization or member number.

    A member number is found whatever blanks and marks stand in it, here and on file.
    """
    typed = text.strip()
    if not typed:
        return []
    spellings = sorted({typed, typed.upper(), typed.lower()})
    folded = [fold(typed) or "-"]  # no folded number is "-": marks alone find nothing
    limited = [
        rows.objects.filter(**{f"{field}__in": folded if field.endswith("_folded") else spellings})
        .annotate(rank=Value(rank))
        .order_by("-pk")
        .values_list("rank", case)[:SHOWN]
        for rank, (_, rows, field, case) in enumerate(_LOOKUPS)
    ]
    found = [(key, f"{_LOOKUPS[rank][0]} {typed}") for rank, key in sorted(_known(limited))]
    return list(_hits(found[:SHOWN]))


def by_member_beginning(text: str) -> tuple[list[Hit], bool]:
    """Cases whose member ID begins so, one that is whole first, and whether there are more.

    Nothing for fewer than `BEGINNING` letters and digits; blanks, marks and capitals do not count.
    """
    begun = fold(text)
    if len(begun) < BEGINNING:
        return [], False
    found = list(
        Coverage.objects.filter(begins("member_id_folded", begun))
        .order_by("member_id_folded", "pk")
        .values_list("pk", "member_id")[: SHOWN + 1]
    )
    if not found:
        return [], False
    more, members = len(found) > SHOWN, dict(found[:SHOWN])
    order = {key: place for place, key in enumerate(members)}
    rows = list(_requests(Q(coverage_id__in=list(members)))[: 4 * SHOWN])
    rows.sort(key=lambda row: order[row["coverage_id"]])
    return [_hit(row, f"Member ID {members[row['coverage_id']]}") for row in rows], more


def _known(limited: Sequence[Any]) -> set[tuple[int, int]]:
    return {(rank, key) for rank, key in union_rows(limited) if key is not None}


_LOOKUPS: Sequence[tuple[str, Any, str, str]] = (
    ("Call reference", InsurerCall, "reference_number", "request_id"),
    ("Authorization", Authorization, "authorization_number", "request_id"),
    ("Confirmation", Submission, "confirmation_number", "request_id"),
    ("Appeal confirmation", Appeal, "confirmation_number", "request_id"),
    ("External review confirmation", ExternalReview, "confirmation_number", "request_id"),
    ("Member ID", PriorAuthRequest, "coverage__member_id_folded", "pk"),
)


def _hits(found: Sequence[tuple[int, str]]) -> Iterator[Hit]:
    rows = {row["pk"]: row for row in _requests(Q(pk__in=[key for key, _ in found] or [0]))}
    seen = set()
    for key, label in found:
        if key in rows and (key, label) not in seen:
            seen.add((key, label))
            yield _hit(rows[key], label)


def _requests(condition: Q) -> Any:
    return (
        PriorAuthRequest.objects.filter(condition)
        .order_by("-pk")
        .values(
            "pk", "number", "status", "patient_id", "coverage_id", "patient__first_name",
            "patient__last_name", "patient__birth_date", "coverage__plan__payer__name",
            "verified_on", "verified_how", "fresh_through",
        )
    )  # fmt: skip


def _hit(row: Any, label: str = "") -> Hit:
    return Hit(
        number=row["number"],
        patient=f"{row['patient__last_name']}, {row['patient__first_name']}",
        birth_date=row["patient__birth_date"],
        payer=row["coverage__plan__payer__name"],
        status=row["status"],
        found_by=label,
        verified_on=row["verified_on"],
        verified_how=row["verified_how"],
        fresh_through=row["fresh_through"],
    )


def by_name(text: str) -> tuple[list[Hit], bool]:
    """Cases of patients whose names begin so, and whether there are more than are shown.

    "quill", "ada q", "q, ada" and "Ada Quill" all find Ada Quill, "lee" finds Smith-Lee and "brien"
    O'Brien; accents, capitals and marks do not count. A patient without a case is found too, with
    an empty number.
    """
    ways = _named(text)
    if not ways:
        return [], False
    limited = [
        Patient.objects.filter(way)
        .order_by("last_name_folded", "pk")
        .values_list("pk")[: SHOWN + 1]
        for way in ways
    ]
    keys = {key for (key,) in union_rows(limited)}
    people = list(
        Patient.objects.filter(pk__in=keys or [0])
        .order_by("last_name_folded", "first_name_folded", "pk")
        .values("pk", "first_name", "last_name", "birth_date")[: SHOWN + 1]
    )
    more, people = len(people) > SHOWN, people[:SHOWN]
    order = {person["pk"]: place for place, person in enumerate(people)}
    rows = list(_requests(Q(patient_id__in=list(order) or [0]))[: 4 * SHOWN])
    hits = [_hit(row) for row in sorted(rows, key=lambda row: order[row["patient_id"]])]
    with_case = {row["patient_id"] for row in rows}
    hits += [
        Hit("", f"{one['last_name']}, {one['first_name']}", one["birth_date"], "", "")
        for one in people
        if one["pk"] not in with_case
    ]
    return hits, more


def begins(column: str, words: str) -> Q:
    """A condition that every database answers from a plain index."""
    return Q(**{f"{column}__gte": words, f"{column}__lt": words + _LAST})


def _named(text: str) -> list[Q]:
    """The ways in which `text` can be the beginning of a name; empty when nothing is left of it.

    Each is asked by itself, so that each uses its index.
    """
    last, comma, first = text.partition(",")
    if comma and fold(last):
        return _both(fold(last), fold(first))
    words = [folded for word in text.split()[:_WORDS] if (folded := fold(word))]
    if not words:
        return []
    whole = "".join(words)
    ways = [begins(column, whole) for column in (*_LAST_NAME, *_FIRST_NAME)]
    for cut in range(1, len(words)):
        front, back = "".join(words[:cut]), "".join(words[cut:])
        ways += [*_both(back, front), *_both(front, back)]
    return ways


_LAST_NAME = ("last_name_folded", "last_name_part")
_FIRST_NAME = ("first_name_folded", "first_name_part")


def _both(last: str, first: str) -> list[Q]:
    """Whose last name, or its last part, begins so, and the first name too."""
    also = begins("first_name_folded", first) if first else Q()
    return [begins(column, last) & also for column in _LAST_NAME]
