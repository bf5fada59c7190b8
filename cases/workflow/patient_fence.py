"""Whether a mail to a patient may leave now: asked when it is taken up, and again by the fence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Case, Exists, F, OuterRef, Value, When

from cases.models import CaseEvent, Patient, PatientMail
from cases.queries.patient_mail import why_not
from cases.queries.staffed_hours import hours_at
from priorauth.calendars.local_time import local_date, zone_named
from priorauth.patient_mail import WAITS, PatientMailKind, may_go_at
from priorauth.reminders import ReminderState as S
from priorauth.terms import OPEN_STATUSES

UNDONE = "the step was undone"
ENDED = "the case has ended"
NEWER = "a newer one takes its place"
MOVED = "the patient has another e-mail address now"
STANDING = (S.PLANNED, S.CLAIMED, S.ARMED, S.SENT, S.UNCERTAIN, S.HELD)
"""A newer mail in one of these takes the place of an older one."""
UNSENT = (S.PLANNED, S.CLAIMED, S.ARMED)
AFTER = timedelta(minutes=1)
"""So long after a newer one is due, an older one that waited for it is looked at again."""
UNSENT_DAY: Mapping[str, Case] = {
    "day": Case(When(possible_dup=True, then=F("day")), default=Value(None))
}
"""For the UPDATE that records a mail as not sent: another may take its day, unless an earlier copy
may have arrived."""

_STANDING = ", ".join(f"'{state}'" for state in STANDING)
_OPEN = ", ".join(f"'{status}'" for status in sorted(OPEN_STATUSES))
_WANTED = """(SELECT is_active AND writes_to_patients AND patient_mail_name <> ''
    AND patient_mail_phone <> '' FROM cases_clinic WHERE id = cases_patientmail.clinic_id)
AND (SELECT status IN ({open}) FROM cases_priorauthrequest
    WHERE id = cases_patientmail.request_id)
AND (SELECT email = cases_patientmail.address AND email_problem = ''
    AND mail_agreed_on IS NOT NULL AND mail_withdrawn_on IS NULL FROM cases_patient
    WHERE id = (SELECT patient_id FROM cases_priorauthrequest
        WHERE id = cases_patientmail.request_id))
AND NOT EXISTS (SELECT 1 FROM cases_caseevent WHERE undoes_id = cases_patientmail.event_id)
AND NOT EXISTS (SELECT 1 FROM cases_patientmail AS newer
    WHERE newer.request_id = cases_patientmail.request_id AND newer.kind = cases_patientmail.kind
    AND newer.event_id > cases_patientmail.event_id AND newer.state IN ({standing})
    AND NOT EXISTS (SELECT 1 FROM cases_caseevent WHERE undoes_id = newer.event_id))"""
WANTED = _WANTED.format(open=_OPEN, standing=_STANDING)
"""The same as `judge`, for the one UPDATE of the fence; the hour and the day apart."""


def judge(row: PatientMail, now: datetime) -> tuple[S | None, str]:
    """Where a mail belongs that must not leave at `now` (aware), and why; None when it may.

    `row` comes with its clinic, and its request with the patient. A newer mail of the same kind on
    the same case takes its place, unless that one's step was undone; while it can still be undone
    unseen by the patient, the older one waits.
    """
    if CaseEvent._base_manager.filter(undoes=row.event_id).exists():
        return S.CANCELLED, UNDONE
    if row.request.status not in OPEN_STATUSES:
        return S.SUPERSEDED, ENDED
    if _newer(row) and _waits_until(row) is None:
        return S.SUPERSEDED, NEWER
    patient = row.request.patient
    if refusal := why_not(row.clinic, patient):
        return S.CANCELLED, refusal
    if patient.email != row.address:
        return S.CANCELLED, MOVED
    is_time = row.clinic.is_active and next_try(row, now) <= now
    return (None, "") if is_time else (S.PLANNED, "")


def next_try(row: PatientMail, now: datetime) -> datetime:
    """When it may leave, from `now` on: in the clinic's hours, on a day without another.

    And after newer news that has not left: that may yet be undone, and then this one is wanted.
    """
    newer_at = _waits_until(row)
    now = now if newer_at is None else max(now, newer_at) + AFTER
    hours, zone = hours_at(row.clinic), row.clinic.time_zone
    taken = PatientMail._base_manager.filter(
        clinic_id=row.clinic_id, address=row.address, kind=row.kind, day__isnull=False
    ).exclude(pk=row.pk)
    days = set(taken.filter(day__gte=local_date(now, zone)).values_list("day", flat=True))
    at = may_go_at(hours, now)
    while at is not None and local_date(at, zone) in days:
        days.discard(local_date(at, zone))
        at = may_go_at(hours, at + timedelta(days=1) - _past_midnight(at, zone))
    return at or now + timedelta(days=1)


def mark_broken(row: PatientMail, reason: str) -> None:
    """A mail server refused the address itself: nothing goes there until a person has looked.

    An editor who has the patient open must see it, hence the version.
    """
    patients = Patient._base_manager.filter(requests=row.request_id, email=row.address)
    patients.update(email_problem=reason[:200], version=F("version") + 1)


def _newer(row: PatientMail) -> list[PatientMail]:
    newer = PatientMail._base_manager.filter(
        request_id=row.request_id, kind=row.kind, event_id__gt=row.event_id, state__in=STANDING
    )
    undone = CaseEvent._base_manager.filter(undoes=OuterRef("event_id"))
    return list(newer.filter(~Exists(undone)).only("state", "not_before"))


def _waits_until(row: PatientMail) -> datetime | None:
    """When the newest of those that take its place may go; None when there is none or one is out.

    A kind that waits for nobody to undo it waits for none that is under way either.
    """
    newer = _newer(row)
    if not newer or not all(one.state in UNSENT for one in newer):
        return None
    at = max(one.not_before for one in newer)
    return at if WAITS[PatientMailKind(row.kind)] else None


def _past_midnight(at: datetime, zone: str) -> timedelta:
    """How long the local day has lasted by the clock on the wall."""
    local = at.astimezone(zone_named(zone))
    return timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
