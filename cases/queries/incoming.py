"""Papers that wait to be filed, and cases that a paper's own numbers name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import QuerySet

from cases.models import Document, IncomingDocument
from cases.models.incoming import WAITS
from cases.queries import search
from cases.queries.kept_selects import KeptSelect, in_scope, keep
from cases.queries.limited import Filled, counts
from cases.queries.search import Hit
from priorauth.papers.found import Found, Sought

COUNTED_UP_TO = 99
SHOWN = 100
NUMBERS_LOOKED_UP = 8
_NAMES_A_CASE = (Sought.CASE, Sought.REFERENCE, Sought.AUTHORIZATION, Sought.MEMBER)


@dataclass(frozen=True, slots=True)
class Named:
    """A case, and the words of the letter that name it."""

    hit: Hit
    found: Found


def waiting() -> QuerySet:
    """The oldest first: it waits the longest."""
    rows = IncomingDocument.objects.filter(WAITS).select_related("brought_by")
    return rows.defer("text").order_by("brought_at", "pk")


def count_waiting() -> int:
    """How many wait; counted up to one more than 99."""
    [many] = counts([waiting_keys()])
    return many


def waiting_keys() -> Filled:
    """What `count_waiting` counts."""
    return _waiting_keys().filled(in_scope())


@cache
def _waiting_keys() -> KeptSelect:
    rows = IncomingDocument.objects
    return keep(lambda: rows.filter(WAITS).order_by().values_list("pk")[: COUNTED_UP_TO + 1])


def filed_before(sha256: str) -> list[Document]:
    """Where this very file stands already, with the cases."""
    rows = Document.objects.filter(sha256=sha256).select_related("request")
    return list(rows.order_by("pk")[:5])


def cases_named(found: Iterable[Found]) -> list[Named]:
    """The cases whose number, reference, authorization or member ID stands in the letter, exactly.

    The sharpest number first; each case once.
    """
    order = {sought: place for place, sought in enumerate(_NAMES_A_CASE)}
    numbers = sorted(
        (each for each in found if each.sought in order), key=lambda each: order[each.sought]
    )
    named: dict[str, Named] = {}
    for each in numbers[:NUMBERS_LOOKED_UP]:
        for hit in search.by_number(each.value) if each.sought is not Sought.CASE else _own(each):
            named.setdefault(hit.number, Named(hit, each))
    return list(named.values())


def _own(found: Found) -> list[Hit]:
    number = search.exact_case(found.value)
    return search.by_case_numbers([number]) if number else []
