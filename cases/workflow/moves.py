"""Which deadlines of which open cases a changed fact moves: to be shown before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from cases.models import PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.clocks import live
from cases.workflow.rebuilding import open_among
from cases.workflow.step import lock, rebuild
from priorauth.terms import ClockKind

SHOWN = 50
"""Cases on the page; one more is computed, to say that there are others."""


@dataclass(frozen=True, slots=True)
class DateMove:
    """One step whose day to act on it changes; None where it has no date before or after.

    The day is the clinic's working date, or the day to chase the payer. Instants are aware.
    """

    step: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True)
class CaseMove:
    """An open case with what moves on it, by number: names no patient."""

    number: str
    dates: tuple[DateMove, ...]


def first_moves(actor: Actor, requests: QuerySet[PriorAuthRequest]) -> list[CaseMove]:
    """The first cases, in order of their keys, whose dates are other ones now: at most SHOWN + 1.

    They are recomputed for it, so whoever asks takes the transaction back.
    """
    moves: list[CaseMove] = []
    for request in open_among(requests).order_by("pk").iterator(chunk_size=100):
        lock(request)
        before = _acts(request)
        rebuild(request, actor)
        after = _acts(request)
        dates = tuple(
            DateMove(ClockKind(key[0]).label, before.get(key), after.get(key))
            for key in sorted(before.keys() | after.keys())
            if before.get(key) != after.get(key)
        )
        if dates:
            moves.append(CaseMove(request.number, dates))
        if len(moves) > SHOWN:
            break
    return moves


def _acts(request: PriorAuthRequest) -> dict[tuple[str, str, str, int], datetime]:
    """The days to act of the live deadlines, by step, kind of line, proceeding and event."""
    return {
        (each.kind, each.item, each.proceeding, each.start_event_id or 0): each.act_at
        for each in live(request)
    }
