"""A patient is told, by a neutral mail, that something happened on their case.

Planned inside the step that records what happened; nothing is planned for who has not agreed.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from cases.mail.patient_mail import message_id
from cases.models import CaseEvent, Patient, PatientMail, PriorAuthRequest
from cases.queries.patient_mail import why_not
from cases.queries.staffed_hours import hours_at
from cases.workflow.actor import Actor
from cases.workflow.pausing import mark_repeats
from cases.workflow.step import Step, step
from priorauth.calendars.local_time import local_date
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact
from priorauth.patient_mail import (
    OLD_NEWS,
    USEFUL,
    WAITS,
    WORDINGS,
    PatientMailKind,
    Wording,
    may_go_at,
)
from priorauth.reminders import ReminderState
from priorauth.terms import EventKind


def tell_patient(
    actor: Actor, taken: Step, kind: PatientMailKind, wording: Wording | None = None
) -> PatientMail | None:
    """Plan the one mail about the event of `taken`, inside its transaction.

    None when the patient may not be written to, and for a history that is imported or long past:
    that is no news.
    """
    request, event = taken.request, taken.event
    is_history = actor.is_retelling or actor.role is None or _is_old(event, actor.now)
    patient = Patient._base_manager.get(pk=request.patient_id)
    if is_history or why_not(request.clinic, patient):
        return None
    now, key = actor.now, uuid.uuid4()
    hours = hours_at(request.clinic)
    due = may_go_at(hours, now + WAITS[kind]) or now + timedelta(days=1)
    mail = PatientMail(
        id=key,
        clinic_id=request.clinic_id,
        request=request,
        event=event,
        kind=kind,
        wording=wording or WORDINGS[kind][0],
        address=patient.email,
        due_at=due,
        expires_at=due + USEFUL,
        not_before=due,
        planned_at=now,
        state=ReminderState.PLANNED,
        message_id=message_id(key),
    )
    mail.save(force_insert=True)
    mark_repeats([key])
    return mail


def ask_to_call(
    actor: Actor, request: PriorAuthRequest, *, wording: Wording, zone: str
) -> PatientMail:
    """Write to the patient that the office asks for a call, in one of the fixed sentences.

    Raises ImpossibleFact naming the field when the patient may not be written to.
    """
    with step(
        request,
        EventKind.PATIENT_ASKED_TO_CALL,
        actor,
        happened=Moment.instant(actor.now, zone),
    ) as taken:
        patient = Patient._base_manager.get(pk=request.patient_id)
        if refusal := why_not(request.clinic, patient):
            raise ImpossibleFact("wording", f"{refusal} Nothing was sent.")
        mail = tell_patient(actor, taken, PatientMailKind.CALL_US, wording)
        if mail is None:
            raise ImpossibleFact("wording", "The patient cannot be written to. Nothing was sent.")
    return mail


def _is_old(event: CaseEvent, now: datetime) -> bool:
    on = event.happened_on or (event.happened_at and local_date(event.happened_at, event.zone))
    return on is not None and local_date(now, event.zone) - on > OLD_NEWS
