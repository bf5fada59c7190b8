"""Reminders that may not have arrived: a person looks, and says what became of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.page import case_url, render_page
from cases.mail.transport import keeps_mail_in_folder
from cases.models import Reminder
from cases.queries.unsettled_reminders import SHOWN, unsettled
from cases.workflow.actor import Actor
from cases.workflow.deciding import NOT_WANTED, may_decide, say_arrived, send_again
from priorauth.errors import PriorAuthError
from priorauth.reminders import ReminderState
from priorauth.terms import ClockKind, OwedBy, Standing

ARRIVED, AGAIN = "arrived", "again"


@require_safe
def held(request: DeskRequest) -> HttpResponse:
    """The clinic's held and uncertain reminders, those that wait for a person first."""
    found = list(unsettled()[: SHOWN + 1])
    actor, zone = _actor(request), times.zone_of(request.clinic)
    context = {
        "reminders": [_row(one, actor, zone) for one in found[:SHOWN]],
        "shown": SHOWN if len(found) > SHOWN else 0,
        "keeps_mail": keeps_mail_in_folder(),
        "clinic": request.clinic,
        "as_of": times.say_at(actor.now, zone),
    }
    return render_page(request, "desk/held_reminders.html", context, title="Reminders to settle")


@require_POST
def settle(request: DeskRequest, reminder: UUID) -> HttpResponse:
    """What a person decided about one of them; the list says what came of it."""
    row = get_object_or_404(unsettled_or_settled(), pk=reminder)
    actor, decision = _actor(request), request.POST.get("decision", "")
    number = row.deadline.request.number
    try:
        if decision == ARRIVED:
            say_arrived(actor, row)
            messages.success(request, f"Case {number}: the reminder counts as sent.")
        elif decision == AGAIN:
            send_again(actor, row)
            messages.success(
                request,
                f"Case {number}: one more copy to {row.recipient} goes out within a minute, "
                "marked as a possible repeat.",
            )
        else:
            messages.error(request, "Nothing was decided. Say that it arrived, or send it again.")
    except PriorAuthError as refusal:
        messages.error(request, f"Case {number}: nothing was changed. {refusal}")
    return redirect("desk:held_reminders")


def unsettled_or_settled() -> Any:
    """Any reminder of the clinic: one that somebody else has settled is answered, not missing."""
    return Reminder.objects.select_related("deadline__request", "recipient").defer(
        "deadline__derivation", "deadline__request__coverage_snapshot"
    )


def _actor(request: DeskRequest) -> Actor:
    return Actor(request.user, request.role, timezone.now())


def _row(one: Any, actor: Actor, zone: str) -> dict[str, Any]:
    number = one.deadline.request.number
    is_held = one.state == ReminderState.HELD
    answer = f"{one.smtp_code or ''} {one.smtp_text or one.last_error}".strip()
    return {
        "pk": one.pk,
        "number": number,
        "url": case_url(number),
        "about": ClockKind(one.deadline.kind).label,
        "side": OwedBy(one.deadline.owed_by).label.lower(),
        "rung": f"reminder {one.rung} of {one.rungs}",
        "recipient": str(one.recipient),
        "address": one.recipient.email,
        "is_gone": not one.is_living,
        "tried": times.say_at(one.armed_at, zone) if one.armed_at else "not on file",
        "tries": one.attempts,
        "message_id": one.message_id,
        "answer": answer,
        "is_held": is_held,
        "may_decide": is_held and may_decide(actor, one),
        "not_wanted": NOT_WANTED.get(Standing(one.deadline.standing), ""),
    }
