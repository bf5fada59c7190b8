"""Who looks after a case."""

from __future__ import annotations

from datetime import datetime

from cases.models import PriorAuthRequest, Reminder, StaffMember
from cases.workflow.actor import Actor
from cases.workflow.assignee import check_assignee
from cases.workflow.escalating import pass_on
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.reminders import ReminderState
from priorauth.terms import EventKind


def reassign(actor: Actor, request: PriorAuthRequest, *, to: StaffMember | None, zone: str) -> None:
    """Hand the case over: from now on its reminders go to `to`, who must work in this clinic.

    Raises ImpossibleFact for somebody who does not, and for an auditor.
    """
    check_assignee(request.clinic_id, to)
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
        before, request.assigned_to = request.assigned_to_id, to
        request.save(update_fields=["assigned_to"])
        if before != request.assigned_to_id:
            _pass_on_what_waits(request, before, actor.now)


def _pass_on_what_waits(request: PriorAuthRequest, before: int | None, now: datetime) -> None:
    """Reminders not yet sent (a mail server that is down) go to the new person as well."""
    waiting = Reminder._base_manager.filter(
        deadline__request=request, recipient=before, state=ReminderState.PLANNED
    )
    for row in waiting.select_related("deadline__request"):
        pass_on(row, now)
