"""The end of a case, and its reopening."""

from __future__ import annotations

from collections.abc import Sequence

from cases.models import InfusionSession, Note, PriorAuthRequest, ServiceLine
from cases.models.infusions import STANDING
from cases.workflow.actor import Actor
from cases.workflow.step import step
from priorauth.calendars.wording import say_count
from priorauth.deadlines.facts import Moment
from priorauth.errors import NotAllowedNow
from priorauth.terms import EventKind, InfusionStatus


def _end(
    actor: Actor,
    request: PriorAuthRequest,
    kind: EventKind,
    when: Moment,
    reason: str,
    lines: Sequence[ServiceLine] = (),
) -> None:
    with step(request, kind, actor, happened=when, lines=[line.key for line in lines]) as taken:
        if reason.strip():
            Note(
                clinic_id=request.clinic_id,
                request=request,
                event=taken.event,
                text=reason.strip(),
            ).save()


def withdraw(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    withdrawn: Moment,
    reason: str,
    lines: Sequence[ServiceLine] = (),
) -> None:
    """Take the request back, or some of its lines. All clocks of what is withdrawn stop."""
    _end(actor, request, EventKind.WITHDRAWN, withdrawn, reason, lines)


def close(actor: Actor, request: PriorAuthRequest, *, closed: Moment, reason: str) -> None:
    """Nothing more will happen on this case: all clocks and reminders end.

    Refused while infusions are in the book: nobody would be warned of them any more.
    """
    booked = InfusionSession._base_manager.filter(
        STANDING, request=request, status=InfusionStatus.PLANNED
    ).count()
    if booked:
        raise NotAllowedNow(
            f"{say_count(booked, 'infusions')} on this case still in the book: record what became "
            "of them, or cancel them. Nobody would be warned of them on a closed case."
        )
    _end(actor, request, EventKind.CLOSED, closed, reason)


def reopen(actor: Actor, request: PriorAuthRequest, *, reopened: Moment, reason: str) -> None:
    """Something will happen after all: the clocks are computed anew from the same facts."""
    _end(actor, request, EventKind.REOPENED, reopened, reason)
