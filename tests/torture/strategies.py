"""The product's way of sending, and two naive ones that a harness worth its name must catch."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from cases.mail.patient_mail import message_id
from cases.models import (
    CaseEvent,
    Deadline,
    Digest,
    Membership,
    Patient,
    PatientMail,
    PriorAuthRequest,
    Reminder,
    StaffMember,
    guarded_moves,
)
from cases.workflow import digesting, marking, patient_fence
from priorauth.reminders import ReminderState
from priorauth.terms import EventKind, Role
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline


def use(name: str) -> None:
    """Make this process send in the named way; mail to patients at any hour of any day."""
    patient_fence.may_go_at = lambda hours, at: at
    if name == "armed":
        return
    # The database refuses the shortcuts that naive senders take: they get one without guard.
    guarded_moves.remove(connection)
    if name == "lease-only":
        _send_then_mark()
    elif name == "mark-first":
        _mark_then_send()
    else:
        raise ValueError(f"no such strategy: {name}")


def _send_then_mark() -> None:
    """A claim with a lease and nothing more: a worker that dies after sending sends again."""

    def arm(worker, row, sha256) -> float:
        return 900.0

    def mark(worker, row, outcome) -> str:
        _mine(worker, row).update(state=ReminderState.SENT)
        return "sent"

    marking.arm, marking.mark_sent = arm, mark


def _mark_then_send() -> None:
    """Marked as sent first: a worker that dies before sending has lost the mail."""

    def arm(worker, row, sha256) -> float:
        return 900.0 if _mine(worker, row).update(state=ReminderState.SENT) else 0.0

    marking.arm = arm
    marking.mark_sent = lambda worker, row, outcome: "sent"


def _mine(worker, row):
    return type(row)._base_manager.filter(pk=row.pk, state="claimed", lease_owner=worker.token)


_sown = 0


def planted(count: int) -> None:
    """`count` deadlines of one clinic, all due now. Written in bulk, in one go."""
    global _sown
    now = timezone.now()
    first = Deadline._base_manager.order_by("pk").first() or _first(now)
    rows = []
    for _ in range(count):
        copy = Deadline(**{f.attname: getattr(first, f.attname) for f in Deadline._meta.fields})
        _sown += 1
        copy.pk, copy.key = None, f"copy-{_sown}"
        copy.next_reminder_at, copy.reminder_problem = now, ""
        rows.append(copy)
    Deadline._base_manager.bulk_create(rows, batch_size=500)


def digests(count: int) -> None:
    """`count` morning digests of a clinic of their own, to so many people, all due now."""
    global _sown
    now = timezone.now()
    clinic = a_clinic(sends_digest=True, next_digest_at=now + timedelta(days=30))
    at = now + timedelta(days=20)
    a_deadline(a_case(clinic), due_at=at, legal_at=at, act_at=now, next_reminder_at=None)
    people = []
    for _ in range(count):
        _sown += 1
        name = f"reader-{_sown}"
        people.append(StaffMember(username=name, email=f"{name}@clinic.example", password="!"))
    people = StaffMember.objects.bulk_create(people, batch_size=500)
    members = [Membership(clinic=clinic, staff=one, role=Role.LEAD) for one in people]
    Membership._base_manager.bulk_create(members, batch_size=500)
    span = (now - timedelta(hours=1), now + timedelta(days=1))
    rows = [digesting._row(clinic, one.pk, span, now) for one in people]
    Digest._base_manager.bulk_create(rows, batch_size=500)


def patients(count: int) -> None:
    """`count` mails to patients of a clinic of their own, on a case each, all due now."""
    global _sown
    now = timezone.now()
    clinic = a_clinic(
        writes_to_patients=True, patient_mail_name="The office", patient_mail_phone="(212) 555-0100"
    )
    first = a_case(clinic)
    people, cases, events, rows = [], [], [], []
    for _ in range(count):
        _sown += 1
        people.append(
            Patient(
                clinic=clinic,
                first_name="A",
                last_name="Patient",
                birth_date=date(1980, 2, 3),
                email=f"patient-{_sown}@mail.example",
                mail_agreed_on=date(2026, 1, 5),
                mail_agreed_by="phone",
            )
        )
    people = Patient._base_manager.bulk_create(people, batch_size=500)
    for one in people:
        cases.append(
            PriorAuthRequest(
                clinic=clinic, patient=one, coverage=first.coverage, status="denied", opened_at=now
            )
        )
    cases = PriorAuthRequest._base_manager.bulk_create(cases, batch_size=500)
    for case in cases:
        events.append(
            CaseEvent(
                clinic=clinic, request=case, kind=EventKind.DETERMINED, zone="UTC", learned_at=now
            )
        )
    events = CaseEvent._base_manager.bulk_create(events, batch_size=500)
    for one, case, event in zip(people, cases, events, strict=True):
        key = uuid.uuid4()
        rows.append(
            PatientMail(
                id=key,
                clinic=clinic,
                request=case,
                event=event,
                kind="news",
                wording="news",
                address=one.email,
                due_at=now,
                not_before=now,
                planned_at=now,
                expires_at=now + timedelta(days=7),
                message_id=message_id(key),
            )
        )
    PatientMail._base_manager.bulk_create(rows, batch_size=500)


def _first(now) -> Deadline:
    """The pattern of all: in thirty days nothing of its ladder comes due but one rung."""
    clinic = a_clinic()
    return a_deadline(
        a_case(clinic, a_colleague(clinic)),
        started_at=now - timedelta(days=40),
        due_at=now + timedelta(days=20),
        legal_at=now + timedelta(days=20),
        working_at=None,
        act_at=now,
        next_reminder_at=None,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """What the outbox says of one mail. `planted`: its deadline or case, or whose digest it is."""

    key: str
    planted: str
    state: str
    alarm: str
    was_in_doubt: bool


def outbox() -> list[Row]:
    """Every row."""
    rows = Reminder._base_manager.values_list(
        "id", "deadline_id", "state", "deadline__reminder_problem", "smtp_code"
    )
    mine = Digest._base_manager.values_list("id", "recipient_id", "state", "smtp_code")
    told = PatientMail._base_manager.values_list("id", "request_id", "state", "smtp_code")
    # An accepted mail has the server's code on file, unless other evidence settled it. A digest
    # or a mail to a patient that nobody got stands on a list of its own, by its state.
    return (
        [
            Row(str(key), f"deadline {of}", state, alarm, state == "sent" and code is None)
            for key, of, state, alarm, code in rows
        ]
        + [
            Row(str(key), f"reader {of}", state, "on the list", state == "sent" and code is None)
            for key, of, state, code in mine
        ]
        + [
            Row(str(key), f"case {of}", state, "on the list", state == "sent" and code is None)
            for key, of, state, code in told
        ]
    )
