"""Rows for tests about reminders: a clinic, its people, and a deadline, with sensible defaults."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cases.models import (
    Clinic,
    Coverage,
    Deadline,
    Membership,
    Patient,
    Payer,
    Plan,
    PriorAuthRequest,
    Reminder,
    StaffMember,
)
from cases.workflow.ladders import rungs
from priorauth.terms import ClockKind, OwedBy, Role, Standing

STARTED = datetime(2026, 3, 2, 13, tzinfo=UTC)  # a Monday, 08:00 in New York
DUE = datetime(2026, 5, 2, 3, 59, 59, tzinfo=UTC)  # the end of Friday 1 May in New York

_numbers = itertools.count(1)


def a_clinic(**fields: Any) -> Clinic:
    """Without morning digests, unless they are asked for: most tests are about reminders."""
    named = {"slug": f"clinic-{next(_numbers)}", "name": "Lakeview Clinic", "sends_digest": False}
    return Clinic.objects.create(**{**named, **fields})


def a_colleague(clinic: Clinic, role: Role = Role.BILLER, **fields: Any) -> StaffMember:
    number = next(_numbers)
    staff = StaffMember(
        **{
            "username": f"{role}-{number}",
            "email": f"{role}-{number}@clinic.example",
            "password": "!",
            **fields,
        }
    )
    staff.save()
    Membership._base_manager.create(clinic=clinic, staff=staff, role=role)
    return staff


def a_case(clinic: Clinic, assigned_to: StaffMember | None = None) -> PriorAuthRequest:
    payer = Payer._base_manager.create(clinic=clinic, name=f"Payer {next(_numbers)}")
    plan = Plan._base_manager.create(clinic=clinic, payer=payer, name="Choice PPO")
    patient = Patient._base_manager.create(
        clinic=clinic, first_name="Maren", last_name="Testperson", birth_date=date(1980, 2, 3)
    )
    coverage = Coverage._base_manager.create(
        clinic=clinic, patient=patient, plan=plan, member_id="XYZ123456"
    )
    return PriorAuthRequest._base_manager.create(
        clinic=clinic,
        patient=patient,
        coverage=coverage,
        assigned_to=assigned_to,
        opened_at=STARTED,
    )


def a_deadline(case: PriorAuthRequest, **fields: Any) -> Deadline:
    """An appeal window of 60 days, ours; its first reminder is due on its first rung."""
    values = {
        "clinic": case.clinic,
        "request": case,
        "key": f"key-{next(_numbers)}",
        "kind": ClockKind.APPEAL_FILING,
        "owed_by": OwedBy.CLINIC,
        "started_at": STARTED,
        "due_at": DUE,
        "working_at": DUE - timedelta(days=7),
        "legal_at": DUE,
        "act_at": DUE - timedelta(days=7),
        "standing": Standing.RUNNING,
        "computed_at": STARTED,
        **fields,
    }
    deadline = Deadline(**values)
    if "next_reminder_at" not in fields:
        deadline.next_reminder_at = rungs(deadline)[0].at
    Deadline._base_manager.bulk_create([deadline])
    return deadline


def reminders(**where: Any) -> list[Reminder]:
    return list(Reminder._base_manager.filter(**where).order_by("rung", "recipient_id"))
