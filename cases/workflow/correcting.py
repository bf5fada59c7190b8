"""A draft put right before the payer has it: what was taken in wrongly, told by one event."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from cases.models import CaseEvent, Coverage, Diagnosis, PriorAuthRequest, ServiceLine
from cases.queries.facts import decode_facts
from cases.workflow.actor import Actor
from cases.workflow.intake import (
    LineAsked,
    RequestAsked,
    checked_diagnoses,
    checked_lines,
    write_line,
)
from cases.workflow.step import step
from priorauth.calendars.wording import say_day
from priorauth.codes.icd10cm import Icd10Code
from priorauth.deadlines.facts import Fact, Moment
from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow
from priorauth.terms import Cadence, EventKind, LineStatus, Product, ReviewTiming, Urgency

CORRECTED: Mapping[str, str] = {
    "coverage": "Coverage",
    "product": "Treatment",
    "lines": "Codes",
    "diagnoses": "Diagnoses",
    "urgency": "Urgency",
    "urgency_reason": "The clinician's reason",
    "review_timing": "When it is asked",
    "planned_start_on": "First infusion planned",
    "planned_sessions": "Sessions",
    "minutes_per_session": "Minutes a session",
    "cadence": "Cadence",
    "requesting_clinician": "Requesting clinician",
    "rendering_clinician": "Rendering clinician",
    "site": "Site",
}
"""What a correction may change, in the order and the words of the timeline."""
_COLUMNS = (
    "product", "urgency_reason", "review_timing", "planned_start_on", "planned_sessions",
    "minutes_per_session", "cadence",
)  # fmt: skip
_EMPTY = {"urgency_reason": "", "cadence": ""}
_PEOPLE = ("requesting_clinician", "rendering_clinician", "site")


def correct(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    coverage: Coverage,
    asked: RequestAsked,
    people: Mapping[str, Any],
) -> None:
    """Put a draft right; the event tells what was there and what is there now.

    `people` may bring requesting_clinician, rendering_clinician and site. Lines are matched by
    their place; a withdrawn one stays. Raises NotAllowedNow once the payer has the request, or
    when nothing is different; MissingFact, ImpossibleFact or InvalidCode naming the field.
    """
    as_of = asked.planned_start_on or asked.codes_as_of or actor.now.date()
    lines = checked_lines(asked.lines, as_of)
    diagnoses = checked_diagnoses(asked.diagnoses, as_of)
    if coverage.patient_id != request.patient_id:
        raise ImpossibleFact("who", "This coverage is another patient's. Choose one of theirs.")
    was = told(request, request.coverage, asked_of(request), people_of(request))
    now = told(request, coverage, asked, people, lines, [each.code for each in diagnoses])
    changed = tuple(name for name in CORRECTED if was[name] != now[name])
    facts: dict[str, Fact] = {"changed": changed}
    before, after = kept_of(request), kept(coverage, lines, diagnoses, asked, people)
    for name in changed:
        facts |= {f"was_{name}": was[name], f"now_{name}": now[name]}
        facts |= {f"from_{name}": before[name], f"to_{name}": after[name]}
    if {"urgency", "urgency_reason"} & set(changed):
        facts |= {
            "urgency": str(asked.urgency),
            "reason_given": bool(asked.urgency_reason.strip()),
        }
    if not changed:
        raise NotAllowedNow(
            "Nothing is different from what is on file. Correct something, or leave the page."
        )
    if asked.urgency is Urgency.EXPEDITED and not asked.urgency_reason.strip():
        raise MissingFact(
            "urgency_reason",
            "An urgent request needs the clinician's reason: what harm could a standard wait do?",
        )
    with step(
        request,
        EventKind.REQUEST_CORRECTED,
        actor,
        happened=Moment.instant(actor.now, request.clinic.time_zone),
        facts=facts,
    ):
        restore(request, {name: after[name] for name in changed})


def asked_of(request: PriorAuthRequest) -> RequestAsked:
    """What a request asks for now, as intake would bring it. Withdrawn lines are left out."""
    lines = [
        LineAsked(
            code=line.code,
            units_per_session=line.units_per_session,
            units_total=line.units_total,
            modifiers=line.modifiers,
            place_of_service=line.place_of_service,
            code_on_claim=line.code_on_claim,
            ndc=line.ndc,
            drug_narrative=line.drug_narrative,
        )
        for line in _standing_lines(request)
    ]
    diagnoses = Diagnosis._base_manager.filter(request=request).order_by("rank")
    return RequestAsked(
        lines=lines,
        diagnoses=[each.code for each in diagnoses],
        product=Product(request.product),
        urgency=Urgency(request.urgency),
        urgency_reason=request.urgency_reason,
        review_timing=ReviewTiming(request.review_timing),
        planned_sessions=request.planned_sessions,
        cadence=request.cadence,
        minutes_per_session=request.minutes_per_session,
        planned_start_on=request.planned_start_on,
    )


def kept_of(request: PriorAuthRequest) -> dict[str, Fact]:
    """`kept` of a request as it stands."""
    diagnoses = list(Diagnosis._base_manager.filter(request=request).order_by("rank"))
    asked = asked_of(request)
    return kept(request.coverage, asked.lines, diagnoses, asked, people_of(request))


def kept(
    coverage: Coverage,
    lines: Sequence[LineAsked],
    diagnoses: Sequence[Diagnosis | Icd10Code],
    asked: RequestAsked,
    people: Mapping[str, Any],
) -> dict[str, Fact]:
    """What `restore` writes back, as facts of an event, by the names of `CORRECTED`."""
    return {
        "coverage": coverage.pk,
        "lines": tuple(json.dumps(asdict(line)) for line in lines),
        "diagnoses": tuple(json.dumps([each.code, each.title]) for each in diagnoses),
        "urgency": str(asked.urgency),  # derived from the events: told, never written back
        **{name: getattr(asked, name) for name in _COLUMNS},
        **{name: people[name].pk if people.get(name) else None for name in _PEOPLE},
    }


def restore(request: PriorAuthRequest, facts: Mapping[str, Any]) -> None:
    """Write these facts (of `kept`, None or absent for not set) on the request and its rows."""
    columns = {name: facts[name] for name in (*_COLUMNS, *_PEOPLE, "coverage") if name in facts}
    for name, value in columns.items():
        if name in (*_PEOPLE, "coverage"):
            setattr(request, f"{name}_id", value)
        else:
            setattr(request, name, _EMPTY.get(name) if value is None else value)
    if columns:
        request.save(update_fields=list(columns))
    if "lines" in facts:
        _replace_lines(request, [LineAsked(**json.loads(line)) for line in facts["lines"] or ()])
    if "diagnoses" in facts:
        Diagnosis._base_manager.filter(request=request).delete()
        for rank, each in enumerate(facts["diagnoses"] or (), start=1):
            code, title = json.loads(each)
            Diagnosis(
                clinic_id=request.clinic_id, request=request, rank=rank, code=code, title=title
            ).save()


def take_back(request: PriorAuthRequest, event: CaseEvent) -> None:
    """Put back what a correction changed: as the latest other one left it, or as it was before."""
    rows = CaseEvent._base_manager.filter(request=request, kind=EventKind.REQUEST_CORRECTED)
    events = list(rows.order_by("pk"))
    undone = set(
        CaseEvent._base_manager.filter(request=request, undoes__in=events).values_list(
            "undoes_id", flat=True
        )
    )
    facts: dict[str, Any] = {}
    for name in decode_facts(event.facts).get("changed") or ():  # type: ignore[union-attr]
        tellers = [each for each in events if name in each.facts["changed"]]
        standing = [each for each in tellers if each.pk not in {*undone, event.pk}]
        told = decode_facts((standing or tellers)[-1 if standing else 0].facts)
        facts[str(name)] = told.get(f"{'to' if standing else 'from'}_{name}")
    restore(request, facts)


def people_of(request: PriorAuthRequest) -> dict[str, Any]:
    """Clinicians and site of a request."""
    return {name: getattr(request, name) for name in _PEOPLE}


def told(
    request: PriorAuthRequest,
    coverage: Coverage,
    asked: RequestAsked,
    people: Mapping[str, Any],
    lines: Sequence[LineAsked] | None = None,
    diagnoses: Sequence[str] | None = None,
) -> dict[str, str]:
    """Everything that can be corrected in words, by the names of `CORRECTED`; "" for not set."""
    plan = coverage.plan
    start = asked.planned_start_on
    return {
        "coverage": f"{plan.payer.name}, {plan.name}, member {coverage.member_id}",
        "product": Product(asked.product).label,
        "lines": "; ".join(_line_in_words(line) for line in lines or asked.lines),
        "diagnoses": ", ".join(diagnoses or asked.diagnoses),
        "urgency": Urgency(asked.urgency).label,
        "urgency_reason": asked.urgency_reason.strip(),
        "review_timing": ReviewTiming(asked.review_timing).label,
        "planned_start_on": say_day(start) if start else "",
        "planned_sessions": str(asked.planned_sessions or ""),
        "minutes_per_session": str(asked.minutes_per_session or ""),
        "cadence": Cadence(asked.cadence).label if asked.cadence else "",
        **{name: str(people.get(name) or "") for name in _PEOPLE},
    }


def _line_in_words(line: LineAsked) -> str:
    parts = [
        f"{line.code} {line.modifiers}".strip(),
        f"{line.units_per_session} a session",
        f"{line.units_total} in all",
        f"place {line.place_of_service}",
        f"{line.code_on_claim} on the claim" if line.code_on_claim else "",
        f"NDC {line.ndc}" if line.ndc else "",
        line.drug_narrative,
    ]
    return ", ".join(part for part in parts if part)


def _standing_lines(request: PriorAuthRequest) -> list[ServiceLine]:
    rows = ServiceLine._base_manager.filter(request=request).exclude(status=LineStatus.WITHDRAWN)
    return list(rows.order_by("position"))


def _replace_lines(request: PriorAuthRequest, lines: Sequence[LineAsked]) -> None:
    """Each line in its place, as events name lines by it; new ones behind all that ever were."""
    standing = _standing_lines(request)
    for row, line in zip(standing, lines, strict=False):
        write_line(row, line)
    for row in standing[len(lines) :]:
        if row.determinations.exists() or row.appeals.exists() or row.external_reviews.exists():
            raise ImpossibleFact(
                "lines",
                f"Line {row.position} is on the timeline with an answer of the payer, so it is not "
                "taken out. Put the right code in its place, or withdraw the line.",
            )
        row.delete()
    last = ServiceLine._base_manager.filter(request=request).order_by("-position").first()
    behind = last.position if last else 0
    for number, line in enumerate(lines[len(standing) :], start=1):
        fresh = ServiceLine(clinic_id=request.clinic_id, request=request, position=behind + number)
        write_line(fresh, line)
