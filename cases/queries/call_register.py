"""Every call of the clinic, newest first, and those under a reference or with a representative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from cases.models import InsurerCall

PAGE = 50


@dataclass(frozen=True, slots=True)
class Calls:
    """One page; `older` is the number of its last call when there are more."""

    rows: Sequence[InsurerCall]
    older: int | None


def read(asked: str = "", *, before: int | None = None) -> Calls:
    """Calls of the clinic in scope, newest first; two queries, with their answers.

    `asked` is a call reference (whole, in any case) or the beginning of a representative's name.
    `before` is the number of the last call already seen. Calls stand in the order in which they
    were logged: a call entered late is found at the top, where the person who entered it looks.
    """
    rows = InsurerCall.objects.all()
    if asked:
        rows = rows.filter(_asked(asked))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(_joined(rows).order_by("-pk")[: PAGE + 1])
    return Calls(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def _asked(text: str) -> Q:
    spellings = sorted({text, text.upper(), text.lower()})
    return Q(reference_number__in=spellings) | Q(representative_name__istartswith=text)


def _joined(rows: QuerySet) -> QuerySet:
    return rows.select_related("request__patient", "payer", "made_by").prefetch_related("answers")
