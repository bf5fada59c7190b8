"""Every call of the clinic, newest first, and those under a reference or with a representative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from cases.models import InsurerCall
from cases.queries.limited import union_rows

PAGE = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the register: behind the call of that day (None: day not known) and number."""

    called_on: date | None
    pk: int

    def __str__(self) -> str:
        return f"{self.called_on or ''}~{self.pk}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place that a form carries; None for anything else."""
        day, tilde, number = text.partition("~")
        if not tilde or not number.isascii() or not number.isdigit() or len(number) > 18:
            return None
        try:
            return cls(date.fromisoformat(day) if day else None, int(number))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Calls:
    """One page; `older` is the place of its last call when there are more."""

    rows: Sequence[InsurerCall]
    older: Place | None


def read(asked: str = "", *, behind: Place | None = None) -> Calls:
    """Calls of the clinic in scope, newest first; three queries, with their answers.

    `asked` is a call reference (whole, in any case) or the beginning of a representative's name.
    Calls whose day is not known stand first: their day is still to be found.
    """
    rows = InsurerCall.objects.all()
    if asked:
        rows = rows.filter(_asked(asked))
    undated, dated = rows.filter(called_on=None), rows.filter(called_on__isnull=False)
    parts = []
    if behind is None or behind.called_on is None:
        parts.append(undated.filter(pk__lt=behind.pk) if behind else undated)
    if behind is not None and behind.called_on is not None:
        tie = Q(called_on=behind.called_on, pk__lt=behind.pk)
        day = Q(called_on__lte=behind.called_on)
        dated = dated.filter(day & (Q(called_on__lt=behind.called_on) | tie))
    parts.append(dated)
    limited = [part.order_by("-called_on", "-pk").values_list("pk")[: PAGE + 1] for part in parts]
    keys = [key for (key,) in union_rows(limited)]
    found = sorted(_joined(keys), key=_newest_first)
    more = len(found) > PAGE
    found = found[:PAGE]
    older = Place(found[-1].called_on, found[-1].pk) if more else None
    # Pages are cut by day and number; within its day a call stands at its hour.
    return Calls(sorted(found, key=_latest_first), older)


def _newest_first(call: InsurerCall) -> tuple[bool, int, int]:
    day = call.called_on.toordinal() if call.called_on else 0
    return call.called_on is not None, -day, -call.pk


def _latest_first(call: InsurerCall) -> tuple[bool, int, bool, float]:
    """By day, within it by the hour of the call; calls without an hour end their day."""
    is_dated, day, _ = _newest_first(call)
    started = call.started_at.timestamp() if call.started_at else 0.0
    return is_dated, day, call.started_at is None, -started


def _asked(text: str) -> Q:
    spellings = sorted({text, text.upper(), text.lower()})
    return Q(reference_number__in=spellings) | Q(representative_name__istartswith=text)


def _joined(keys: Sequence[int]) -> QuerySet:
    rows = InsurerCall.objects.filter(pk__in=keys or [0])
    return rows.select_related("request__patient", "payer", "made_by").prefetch_related("answers")
