"""What the payer or the clinician does to the clock itself: extensions, urgency, dates by hand."""

from __future__ import annotations

from datetime import date

from cases.models import Note, PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.errors import MissingFact
from priorauth.terms import EventKind, OwedBy, Urgency


def record_extension(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    received: Moment | None,
    sent: Moment | None = None,
    until: date | None = None,
) -> None:
    """The payer gave notice that it takes longer. Whether that is valid, the rulebook decides."""
    with step(
        request,
        EventKind.EXTENSION_NOTICED,
        actor,
        happened=received,
        facts={"sent": sent, "until": until},
    ):
        pass


def change_urgency(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    changed: Moment,
    urgency: Urgency,
    by: str,
    reason: str = "",
    proceeding: str = "",
) -> None:
    """Urgency raised by the clinician (with a reason) or changed by the payer. `by` says who.

    `proceeding` names the appeal or external review it is about ("appeal-1"), "" the request:
    each has an urgency of its own, and only its own clocks move. Raises NotAllowedNow for one
    that is over.
    """
    with step(
        request,
        EventKind.URGENCY_CHANGED,
        actor,
        happened=changed,
        proceeding=proceeding,
        facts={"urgency": str(urgency), "by": by, "reason_given": bool(reason.strip())},
    ) as taken:
        if proceeding and reason.strip():
            Note(
                clinic_id=request.clinic_id, request=request, event=taken.event, text=reason.strip()
            ).save()
        elif by == "clinician" and reason.strip():
            request.urgency_reason = reason.strip()
            request.save(update_fields=["urgency_reason"])


def set_date(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    due: Moment,
    owed_by: OwedBy,
    what: str,
) -> None:
    """Keep a date that no rule gives. `what` is kept as a note on the case and shows with it."""
    if not what.strip():
        raise MissingFact("what", "Say what has to be done by then.")
    with step(
        request,
        EventKind.DATE_SET_BY_HAND,
        actor,
        happened=Moment.instant(actor.now, due.zone),
        facts={"due": due, "owed_by": str(owed_by)},
    ) as taken:
        Note(
            clinic_id=request.clinic_id, request=request, event=taken.event, text=what.strip()
        ).save()
