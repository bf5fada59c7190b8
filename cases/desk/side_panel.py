"""What the biller needs beside a form: who, under which numbers, whom to call, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.desk.case_facts import say_called
from cases.desk.clock_news import clock_name, say_driving_date
from cases.desk.promise_words import is_broken, say_standing
from cases.desk.times import say_by, since, until
from cases.models import Deadline, InsurerCall, PayerLine, PriorAuthRequest
from cases.models.contacts import CallOutcome
from cases.models.deadlines import LIVE
from cases.models.payers import PhoneLineKind
from cases.queries.promises import calls_to_name
from priorauth.calendars.wording import say_day
from priorauth.terms import ClockKind, OwedBy


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number the representative asks for, ready to copy."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ClockBeside:
    """A date that the form has to do with: what, whose, by when, how far, on what ground."""

    what: str
    whose: str
    by: str
    distance: str
    is_past: bool
    printed: str
    citation: str


@dataclass(frozen=True, slots=True)
class PhoneBeside:
    """One number of the payer with its hours and the way through its menu."""

    desk: str
    number: str
    hours: str
    menu_path: str


@dataclass(frozen=True, slots=True)
class CallBefore:
    """An earlier call to name on this one; `promise` says what came of what was promised."""

    outcome: str
    promise: str
    is_broken: bool
    no_reference: str
    to_copy: Sequence[Identifier]


def calls_before(request: PriorAuthRequest, now: datetime, zone: str) -> list[CallBefore]:
    """Calls whose promise is unsettled, then the last two others; `zone` (IANA) is the clinic's."""
    return [_before(call, now, zone) for call in calls_to_name(request)]


def _before(call: InsurerCall, now: datetime, zone: str) -> CallBefore:
    by = say_by(call.promised_by_at, zone) if call.promised_by_at else ""
    pairs = [
        ("Promised", f"{call.promise}, {by}" if by else ""),
        ("Said by", call.representative_name),
        ("Call reference", call.reference_number),
        ("Called", say_called(call, zone)),
    ]
    return CallBefore(
        outcome=CallOutcome(call.outcome).label,
        promise=say_standing(call, now, zone),
        is_broken=is_broken(call, now),
        no_reference=call.no_reference_reason,
        to_copy=[Identifier(label, value) for label, value in pairs if value],
    )


def identifiers(request: PriorAuthRequest) -> list[Identifier]:
    """In the order in which representatives ask for them; what is not on file is left out."""
    coverage, clinic, patient = request.coverage, request.clinic, request.patient
    requesting, rendering = request.requesting_clinician, request.rendering_clinician
    pairs = [
        ("Clinic", clinic.name),
        ("Clinic NPI", clinic.npi),
        ("Tax ID", clinic.tin),
        ("Call-back number", clinic.phone),
        ("Clinic fax", clinic.fax),
        ("Requesting clinician", str(requesting) if requesting else ""),
        ("Their NPI", requesting.npi if requesting else ""),
        ("Rendering NPI", rendering.npi if rendering and rendering != requesting else ""),
        ("Patient", patient.full_name),
        ("Date of birth", f"{patient.birth_date:%m/%d/%Y}"),
        ("Member ID", coverage.member_id),
        ("Group number", coverage.group_number),
        ("Policy number", coverage.policy_number),
        ("Subscriber", coverage.subscriber_name),
        ("Codes", _codes(request)),
        ("Diagnoses", ", ".join(row.code for row in request.diagnoses.order_by("rank"))),
        ("First infusion", say_day(request.planned_start_on) if request.planned_start_on else ""),
        ("Confirmation", _last_confirmation(request)),
        ("Authorization", _authorization(request)),
    ]
    return [Identifier(label, value) for label, value in pairs if value]


def _codes(request: PriorAuthRequest) -> str:
    return ", ".join(f"{line.code} x {line.units_total}" for line in request.lines.all())


def _last_confirmation(request: PriorAuthRequest) -> str:
    last = (
        request.submissions.exclude(confirmation_number="")
        .filter(event__undone_by__isnull=True)
        .order_by("-pk")
        .first()
    )
    return last.confirmation_number if last else ""


def _authorization(request: PriorAuthRequest) -> str:
    last = (
        request.authorizations.exclude(authorization_number="")
        .filter(event__undone_by__isnull=True)
        .order_by("-pk")
        .first()
    )
    return last.authorization_number if last else ""


def phones(lines: Iterable[PayerLine]) -> list[PhoneBeside]:
    """The payer's numbers, in the order of their desks."""
    order = list(PhoneLineKind)
    rows = sorted(lines, key=lambda line: (order.index(PhoneLineKind(line.kind)), line.pk))
    return as_given(rows)


def as_given(lines: Iterable[PayerLine]) -> list[PhoneBeside]:
    """The same in the order given."""
    return [
        PhoneBeside(PhoneLineKind(row.kind).label, row.number, row.hours, row.menu_path)
        for row in lines
    ]


def clocks_beside(
    request: PriorAuthRequest, kinds: Iterable[ClockKind], *, now: datetime, zone: str
) -> list[ClockBeside]:
    """The live deadlines of these kinds, most urgent first; of a case with none of them, the next.

    `now` is an aware instant, `zone` the clinic's.
    """
    live = Deadline.objects.filter(LIVE, request=request).order_by("act_at", "pk")
    rows = list(live.filter(kind__in=list(kinds))[:4]) or list(live[:1])
    payer_zone = request.coverage.plan.payer.time_zone
    return [_beside(row, now, zone, payer_zone) for row in rows]


def _beside(row: Deadline, now: datetime, zone: str, payer_zone: str) -> ClockBeside:
    limit = row.due_at if row.owed_by == OwedBy.CLINIC else row.legal_at or row.due_at
    is_past = limit < now
    return ClockBeside(
        what=clock_name(row),
        whose=OwedBy(row.owed_by).label,
        by=say_driving_date(row, zone, payer_zone),
        distance=f"{since(now, limit, zone, payer_zone)} ago"
        if is_past
        else until(now, limit, zone, payer_zone),
        is_past=is_past,
        printed=say_day(row.printed_on) if row.printed_on else "",
        citation=str(row.derivation.get("citation") or ""),
    )
