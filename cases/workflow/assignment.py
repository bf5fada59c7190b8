"""Who looks after a case."""

from __future__ import annotations

from cases.models import Membership, PriorAuthRequest, StaffMember
from cases.workflow.actor import Actor
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact
from priorauth.terms import EventKind


def reassign(actor: Actor, request: PriorAuthRequest, *, to: StaffMember | None, zone: str) -> None:
    """Hand the case over: from now on its reminders go to `to`, who must work in this clinic."""
    if (
        to is not None
        and not Membership._base_manager.filter(
            clinic_id=request.clinic_id, staff=to, is_active=True
        ).exists()
    ):
        raise ImpossibleFact("assigned_to", "This person does not work in this clinic.")
    with step(
        request,
        EventKind.REASSIGNED,
        actor,
        happened=Moment.instant(actor.now, zone),
        facts={
            "to": str(to.pk) if to else "",
            "was_to": str(request.assigned_to_id or ""),
        },
    ):
        request.assigned_to = to
        request.save(update_fields=["assigned_to"])
