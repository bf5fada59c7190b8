"""A date of ours on which nobody will act, by decision and with a reason."""

from __future__ import annotations

from cases.models import Deadline, Note
from cases.models.deadlines import LIVE
from cases.workflow.actor import Actor
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.errors import MissingFact, NotAllowedNow
from priorauth.terms import EventKind, OwedBy


def let_pass(actor: Actor, deadline: Deadline, *, reason: str) -> None:
    """Take a deadline the clinic owes off the worklist; `reason` stays on the timeline.

    The payer's dates cannot be let pass: they end when it answers or the case ends. Undoing the
    step brings the deadline and its reminders back.
    """
    if deadline.owed_by != OwedBy.CLINIC:
        raise NotAllowedNow(
            "This date is the payer's. It leaves the worklist when the payer answers, or when the "
            "case is withdrawn or closed."
        )
    if not reason.strip():
        raise MissingFact("reason", "Say why nobody will act on this date.")
    request = deadline.request
    with step(
        request,
        EventKind.DEADLINE_LET_PASS,
        actor,
        happened=Moment.instant(actor.now, request.clinic.time_zone),
        facts={"deadline": deadline.key},
    ) as taken:
        if not Deadline._base_manager.filter(LIVE, request=request, key=deadline.key).exists():
            raise NotAllowedNow("This date left the worklist a moment ago. Look at the case.")
        Note(
            clinic_id=request.clinic_id,
            request=request,
            event=taken.event,
            text=reason.strip(),
        ).save()
