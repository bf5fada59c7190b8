"""Mails that may not have arrived: a person looks, and says what became of each."""

from __future__ import annotations

from collections.abc import Sequence
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
from cases.models import Digest, PatientMail, Reminder
from cases.models.outbox import Mail
from cases.queries.unsettled_reminders import (
    SHOWN,
    unsent_digests,
    unsent_patient_mails,
    unsettled,
    unsettled_digests,
    unsettled_patient_mails,
)
from cases.workflow.actor import Actor
from cases.workflow.deciding import may_decide, not_wanted, say_arrived, send_again
from priorauth.errors import PriorAuthError
from priorauth.patient_mail import PatientMailKind
from priorauth.reminders import ReminderState
from priorauth.terms import ClockKind, OwedBy

ARRIVED, AGAIN = "arrived", "again"


@require_safe
def held(request: DeskRequest) -> HttpResponse:
    """The clinic's held and uncertain mails, those that wait for a person first in each kind."""
    kinds = (unsettled(), unsettled_digests(), unsettled_patient_mails())
    found = [list(rows[: SHOWN + 1]) for rows in kinds]
    actor, zone = _actor(request), times.zone_of(request.clinic)
    context = {
        "reminders": [_row(one, actor, zone) for one in _first(found)],
        "shown": SHOWN if sum(map(len, found)) > SHOWN else 0,
        "unsent": [_unsent(one) for one in unsent_digests(actor.now)[:SHOWN]],
        "unsent_to_patients": [
            _unsent_to_patient(one) for one in unsent_patient_mails(actor.now)[:SHOWN]
        ],
        "keeps_mail": keeps_mail_in_folder(),
        "clinic": request.clinic,
        "as_of": times.say_at(actor.now, zone),
    }
    return render_page(request, "desk/held_reminders.html", context, title="Reminders to settle")


@require_POST
def settle(request: DeskRequest, reminder: UUID) -> HttpResponse:
    """What a person decided about one of them; the list says what came of it."""
    row = _mail(reminder)
    actor, decision = _actor(request), request.POST.get("decision", "")
    name, kind = _name(row), row._meta.verbose_name
    try:
        if decision == ARRIVED:
            say_arrived(actor, row)
            messages.success(request, f"{name}: the {kind} counts as sent.")
        elif decision == AGAIN:
            send_again(actor, row)
            messages.success(
                request,
                f"{name}: one more copy to {_recipient(row)} "
                "goes out within a minute, marked as a possible repeat.",
            )
        else:
            messages.error(request, "Nothing was decided. Say that it arrived, or send it again.")
    except PriorAuthError as refusal:
        messages.error(request, f"{name}: nothing was changed. {refusal}")
    return redirect("desk:held_reminders")


def _first(kinds: Sequence[Sequence[Any]]) -> list[Any]:
    """SHOWN of them, each kind its share: what one kind leaves free goes to the others."""
    left, shares = SHOWN, [0] * len(kinds)
    by_length = sorted(range(len(kinds)), key=lambda number: len(kinds[number]))
    for done, number in enumerate(by_length):
        shares[number] = min(len(kinds[number]), left // (len(kinds) - done))
        left -= shares[number]
    return [row for rows, share in zip(kinds, shares, strict=True) for row in rows[:share]]


def _mail(key: UUID) -> Mail:
    """Any mail of the clinic: one that somebody else has settled is answered, not missing."""
    digest: Mail | None = Digest.objects.select_related("recipient").filter(pk=key).first()
    if digest is not None:
        return digest
    to_patient: Mail | None = (
        PatientMail.objects.select_related("clinic", "request__patient").filter(pk=key).first()
    )
    if to_patient is not None:
        return to_patient
    reminders = Reminder.objects.select_related("deadline__request", "recipient").defer(
        "deadline__derivation", "deadline__request__coverage_snapshot"
    )
    found: Mail = get_object_or_404(reminders, pk=key)
    return found


def _name(row: Any) -> str:
    """Which mail it is, at the head of what is said of it."""
    if isinstance(row, Digest):
        return f"Morning digest of {times.say_on(row.day)}"
    if isinstance(row, PatientMail):
        return f"Mail to the patient of case {row.request.number}"
    return f"Case {row.deadline.request.number}"


def _recipient(row: Any) -> str:
    return "the patient" if isinstance(row, PatientMail) else str(row.recipient)


def _about(row: Any) -> dict[str, str]:
    if isinstance(row, Digest):
        return _about_digest(row)
    return _about_patient_mail(row) if isinstance(row, PatientMail) else _about_reminder(row)


def _actor(request: DeskRequest) -> Actor:
    return Actor(request.user, request.role, timezone.now())


def _row(one: Any, actor: Actor, zone: str) -> dict[str, Any]:
    is_held = one.state == ReminderState.HELD
    answer = f"{one.smtp_code or ''} {one.smtp_text or one.last_error}".strip()
    return {
        **_about(one),
        "pk": one.pk,
        "recipient": _recipient(one),
        "address": one.address if isinstance(one, PatientMail) else one.recipient.email,
        "is_gone": not one.is_living,
        "tried": times.say_at(one.armed_at, zone) if one.armed_at else "not on file",
        "tries": one.attempts,
        "message_id": one.message_id,
        "answer": answer,
        "is_held": is_held,
        "may_decide": is_held and may_decide(actor, one),
        "not_wanted": not_wanted(one, actor.now),
    }


def _about_reminder(one: Any) -> dict[str, str]:
    number, side = one.deadline.request.number, OwedBy(one.deadline.owed_by).label.lower()
    return {
        "name": number,
        "url": case_url(number),
        "about": ClockKind(one.deadline.kind).label,
        "detail": f"{side}, reminder {one.rung} of {one.rungs}",
        "when_gone": "a new copy goes to whoever answers for the case",
    }


def _about_digest(one: Digest) -> dict[str, str]:
    return {
        "name": "Morning digest",
        "url": "",
        "about": f"of {times.say_on(one.day)}",
        "detail": "",
        "when_gone": "no new copy goes out",
    }


def _about_patient_mail(one: PatientMail) -> dict[str, str]:
    number = one.request.number
    return {
        "name": number,
        "url": case_url(number),
        "about": "Mail to the patient",
        "detail": PatientMailKind(one.kind).label.lower(),
        "when_gone": "",
    }


def _unsent_to_patient(one: PatientMail) -> dict[str, str]:
    """Nothing to decide either: somebody calls the patient, or corrects the address."""
    number = one.request.number
    doubt = "it may have arrived, and its seven days are over" if one.may_have_arrived else ""
    return {
        "number": number,
        "url": case_url(number),
        "what": PatientMailKind(one.kind).label.lower(),
        "why": doubt or one.last_error or ReminderState(one.state).label.lower(),
    }


def _unsent(one: Digest) -> dict[str, str]:
    """A digest that never left: nothing to decide, but somebody should know."""
    why = one.last_error or ReminderState(one.state).label.lower()
    return {"day": times.say_on(one.day), "recipient": str(one.recipient), "why": why}
