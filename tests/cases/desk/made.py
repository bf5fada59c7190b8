"""Rows for the tests of the desk, written directly: what the screens read, without the workflow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from cases.models import (
    CaseEvent,
    Clinic,
    Coverage,
    Deadline,
    Membership,
    Patient,
    Payer,
    Plan,
    PriorAuthRequest,
    ServiceLine,
    StaffMember,
)
from priorauth.terms import ClockKind, EventKind, OwedBy, Role, Standing

# A Wednesday morning in the clinic's zone, the day before Thanksgiving.
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
ZONE = "America/Chicago"
_numbers = count(1)


def clinic(slug: str = "lakeside") -> Clinic:
    return Clinic.objects.create(slug=slug, name=f"{slug.title()} Clinic", time_zone=ZONE)


def staff(at: Clinic, role: Role = Role.BILLER, name: str = "Jo Lind") -> StaffMember:
    first, last = name.split()
    username = f"{first.lower()}{next(_numbers)}"
    person = StaffMember.objects.create(
        username=username, email=f"{username}@example.org", first_name=first, last_name=last,
        is_staff=True,
    )  # fmt: skip
    Membership(clinic=at, staff=person, role=role).save()
    return person


def request(at: Clinic, *, patient: str = "Ada Quill", **values: Any) -> PriorAuthRequest:
    first, last = patient.split(" ", 1)
    payer_name = values.pop("payer", "Northfield Health")
    payer = Payer._base_manager.filter(clinic=at, name=payer_name).first()
    if payer is None:
        payer = Payer(clinic=at, name=payer_name)
        payer.save()
    plan = Plan._base_manager.filter(payer=payer).first() or Plan(
        clinic=at, payer=payer, name="Choice PPO"
    )
    plan.save()
    person = Patient(clinic=at, first_name=first, last_name=last, birth_date=date(1980, 2, 29))
    person.save()
    coverage = Coverage(
        clinic=at, patient=person, plan=plan, member_id=values.pop("member_id", "XJ100200")
    )
    coverage.save()
    made = PriorAuthRequest(
        clinic=at, patient=person, coverage=coverage, **{"opened_at": NOW, **values}
    )
    made.save()
    ServiceLine(clinic=at, request=made, position=1, code="96365", units_total=6).save()
    event(made, EventKind.REQUEST_OPENED, happened_at=NOW - timedelta(days=20))
    return made


def event(of: PriorAuthRequest, kind: EventKind, **values: Any) -> CaseEvent:
    made = CaseEvent(
        clinic_id=of.clinic_id,
        request=of,
        kind=kind,
        zone=ZONE,
        **{"learned_at": values.get("happened_at") or NOW, **values},
    )
    made.save(force_insert=True)
    return made


def deadline(of: PriorAuthRequest, *, act: datetime | None = None, **values: Any) -> Deadline:
    due = values.pop("due", None) or act or NOW + timedelta(days=3)
    owed_by = values.pop("owed_by", OwedBy.CLINIC)
    kind = values.pop("kind", ClockKind.APPEAL_FILING)
    made = Deadline(
        clinic_id=of.clinic_id,
        request=of,
        key=values.pop("key", f"|{kind}|{next(_numbers)}"),
        kind=kind,
        owed_by=owed_by,
        due_at=due,
        act_at=act or due,
        **{
            "started_at": NOW - timedelta(days=10),
            "computed_at": NOW - timedelta(days=10),
            "standing": Standing.RUNNING,
            "derivation": {},
            **values,
        },
    )
    made.save()
    return made
