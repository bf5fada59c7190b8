"""The end of a case, and its reopening."""

from __future__ import annotations

from collections.abc import Sequence

from cases.models import Note, PriorAuthRequest, ServiceLine
from cases.workflow.actor import Actor
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.terms import EventKind


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
    """Nothing more will happen on this case: all clocks and reminders end."""
    _end(actor, request, EventKind.CLOSED, closed, reason)


def reopen(actor: Actor, request: PriorAuthRequest, *, reopened: Moment, reason: str) -> None:
    """Something will happen after all: the clocks are computed anew from the same facts."""
    _end(actor, request, EventKind.REOPENED, reopened, reason)
