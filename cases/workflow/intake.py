"""Open a request: who, what, on which codes, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.db import transaction

from cases.models import CaseEvent, Clinic, Coverage, Diagnosis, PriorAuthRequest, ServiceLine
from cases.queries.code_sets import icd10_sets
from cases.queries.facts import encode_facts
from cases.workflow.actor import Actor
from cases.workflow.assignee import check_assignee
from cases.workflow.step import AlreadyRecorded, rebuild
from priorauth.codes import infusion, procedure
from priorauth.codes.icd10cm import Icd10Code
from priorauth.deadlines.facts import Fact
from priorauth.errors import ImpossibleFact, InvalidCode, MissingFact, NotAllowedNow
from priorauth.terms import EventKind, Product, ReviewTiming, Role, Urgency


@dataclass(frozen=True, slots=True)
class LineAsked:
    """One line as asked for. Units are whole; `units_total` is over all sessions."""

    code: str
    units_per_session: int = 1
    units_total: int = 1
    modifiers: str = ""
    place_of_service: str = "11"
    code_on_claim: str = ""
    ndc: str = ""
    drug_narrative: str = ""


@dataclass(frozen=True, slots=True)
class RequestAsked:
    """What intake brings beside patient and coverage."""

    lines: Sequence[LineAsked]
    diagnoses: Sequence[str]
    product: Product = Product.RACEMIC_KETAMINE
    urgency: Urgency = Urgency.STANDARD
    urgency_reason: str = ""
    review_timing: ReviewTiming = ReviewTiming.PROSPECTIVE
    planned_sessions: int | None = None
    cadence: str = ""
    minutes_per_session: int | None = None
    planned_start_on: date | None = None
    # Without a planned start: the date by which the codes are checked, today when None.
    codes_as_of: date | None = None


def open_request(
    actor: Actor,
    *,
    clinic: Clinic,
    coverage: Coverage,
    asked: RequestAsked,
    **people: Any,
) -> PriorAuthRequest:
    """Write the request with its lines and diagnoses, and its first event.

    `people` may bring requesting_clinician, rendering_clinician, site, assigned_to,
    previous_request, import_fingerprint. Raises MissingFact, ImpossibleFact (somebody assigned who
    cannot work on it) or InvalidCode, naming the field.
    """
    if actor.role in (Role.AUDITOR, Role.CLINICIAN):
        raise NotAllowedNow("Your role here may look at requests but not open one.")
    check_assignee(clinic.pk, people.get("assigned_to"))
    as_of = asked.planned_start_on or asked.codes_as_of or actor.now.date()
    lines = checked_lines(asked.lines, as_of)
    diagnoses = checked_diagnoses(asked.diagnoses, as_of)
    if asked.urgency is Urgency.EXPEDITED and actor.role and not asked.urgency_reason.strip():
        raise MissingFact(
            "urgency_reason",
            "An urgent request needs the clinician's reason: what harm could a standard wait do?",
        )
    with transaction.atomic():
        if actor.token:
            # Two posts of one form at the same instant: the second waits here, then finds the
            # case of the first. The lock lets rows that point to the clinic be written meanwhile.
            Clinic._base_manager.select_for_update(no_key=True).get(pk=clinic.pk)
            twin = (
                CaseEvent._base_manager.filter(clinic=clinic, token=actor.token)
                .select_related("request")
                .first()
            )
            if twin is not None:
                raise AlreadyRecorded(twin)
        request = PriorAuthRequest(
            clinic=clinic,
            patient=coverage.patient,
            coverage=coverage,
            product=asked.product,
            urgency=asked.urgency,
            urgency_reason=asked.urgency_reason,
            review_timing=asked.review_timing,
            planned_sessions=asked.planned_sessions,
            cadence=asked.cadence,
            minutes_per_session=asked.minutes_per_session,
            planned_start_on=asked.planned_start_on,
            opened_at=actor.now,
            **people,
        )
        request.save()
        _write_lines(request, lines)
        _write_diagnoses(request, diagnoses)
        CaseEvent(
            clinic=clinic,
            request=request,
            kind=EventKind.REQUEST_OPENED,
            happened_at=actor.now,
            zone=clinic.time_zone,
            learned_at=actor.now,
            recorded_by=actor.staff,
            token=actor.token,
            facts=encode_facts(_urgency_facts(actor, asked)),
        ).save(force_insert=True)
        if not actor.is_retelling:
            rebuild(request, actor)
    return request


def _urgency_facts(actor: Actor, asked: RequestAsked) -> dict[str, Fact]:
    """Urgency as asked for. An import or seed without a reason says nothing rather than no."""
    facts: dict[str, Fact] = {"urgency": str(asked.urgency)}
    if asked.urgency_reason.strip() or actor.role is not None:
        facts["reason_given"] = bool(asked.urgency_reason.strip())
    return facts


def checked_lines(lines: Sequence[LineAsked], as_of: date) -> list[LineAsked]:
    """The lines with their codes put straight. `as_of` is the planned date of service.

    Raises InvalidCode for a code that cannot be right on that date, MissingFact for none at all,
    ImpossibleFact for an add-on without its parent.
    """
    if not lines:
        raise MissingFact("lines", "Enter at least one code, such as 96365.")
    checked = [replace(line, code=procedure.validate(line.code, as_of)) for line in lines]
    refused = infusion.check_family([line.code for line in checked])
    if refused:
        raise ImpossibleFact("lines", refused[0].message)
    return checked


def checked_diagnoses(codes: Sequence[str], as_of: date) -> list[Icd10Code]:
    """The diagnoses in rank order, each billable in the official set of `as_of`.

    On a date that no set on file covers an unknown code passes (a newer set may hold it); a
    heading such as F33 never does.
    """
    if not codes:
        raise MissingFact("diagnoses", "Enter at least one diagnosis, such as F33.2.")
    sets = icd10_sets()
    found = [sets.look_up(code, as_of, accept_unknown=True) for code in codes]
    for each in found:
        if each.is_billable is False:
            raise InvalidCode(each.code, sets.needs_more(each.code, as_of))
    if len({each.code for each in found}) < len(found):
        raise ImpossibleFact("diagnoses", "The same diagnosis is entered twice: take one out.")
    return found


def _write_lines(request: PriorAuthRequest, lines: Sequence[LineAsked]) -> None:
    for position, line in enumerate(lines, start=1):
        row = ServiceLine(clinic_id=request.clinic_id, request=request, position=position)
        write_line(row, line)


def write_line(row: ServiceLine, line: LineAsked) -> None:
    """Save `row`, new or on file, as asking for `line`."""
    row.item = procedure.item_kind(line.code)
    for each in fields(line):
        setattr(row, each.name, getattr(line, each.name))
    row.save()


def _write_diagnoses(request: PriorAuthRequest, diagnoses: Sequence[Icd10Code]) -> None:
    for rank, diagnosis in enumerate(diagnoses, start=1):
        Diagnosis(
            clinic_id=request.clinic_id,
            request=request,
            rank=rank,
            code=diagnosis.code,
            title=diagnosis.title,
        ).save()
