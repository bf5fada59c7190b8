"""A case's events as the facts that the clock engine and the life cycle see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import reduce
from types import MappingProxyType
from typing import Any

from cases.models import CaseEvent, PriorAuthRequest, ServiceLine
from cases.queries.staffed_hours import hours_on_file
from priorauth.deadlines.facts import CaseFacts, Fact, Happening, LineFacts, Moment, PlanFacts
from priorauth.terms import EventKind, Funding, ItemKind, LineOfBusiness, ReviewTiming, Urgency

NOTICE_FACTS = ("notice_dated", "notice_received", "appeal_by", "peer_to_peer_by", "next_by")


def encode_facts(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Facts as JSON: a date as {"date": ...}, a moment as {"at"|"on": ..., "zone": ...}."""
    return {name: _encode(value) for name, value in facts.items() if value is not None}


def _encode(value: Fact) -> Any:
    if isinstance(value, Moment):
        if value.at is not None:
            return {"at": value.at.isoformat(), "zone": value.zone}
        return {"on": value.on.isoformat(), "zone": value.zone}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, tuple):
        return list(value)
    return value


def decode_facts(stored: Mapping[str, Any]) -> Mapping[str, Fact]:
    """The reverse of `encode_facts`."""
    return MappingProxyType({name: _decode(value) for name, value in stored.items()})


def _decode(value: Any) -> Fact:
    if isinstance(value, list):
        return tuple(str(part) for part in value)
    if not isinstance(value, dict):
        return value
    if "at" in value:
        return Moment.instant(datetime.fromisoformat(value["at"]), value["zone"])
    if "on" in value:
        return Moment.day(date.fromisoformat(value["on"]), value["zone"])
    return date.fromisoformat(value["date"])


def moment_of(event: CaseEvent) -> Moment | None:
    """When the event happened, as exactly as it is known; None for "date unknown"."""
    if event.happened_at is not None:
        return Moment.instant(event.happened_at, event.zone)
    if event.happened_on is not None:
        return Moment.day(event.happened_on, event.zone)
    return None


def happening(event: CaseEvent) -> Happening:
    """One event row as the domain sees it."""
    return Happening(
        key=event.key,
        kind=EventKind(event.kind),
        when=moment_of(event),
        learned_at=event.learned_at,
        proceeding=event.proceeding,
        lines=tuple(str(line) for line in event.lines),
        facts=decode_facts(event.facts),
    )


def standing_happenings(events: Iterable[CaseEvent]) -> tuple[Happening, ...]:
    """All events that were not undone, in the order they were recorded.

    The order of recording is the order of the life cycle: a fact learned late (a receipt proved
    afterwards) is told by its own time, not by its place.
    """
    rows = sorted(events, key=lambda event: event.pk)
    undone = {event.undoes_id for event in rows if event.undoes_id is not None}
    told = [
        happening(event)
        for event in rows
        if event.pk not in undone and event.kind != EventKind.STEP_UNDONE
    ]
    supplied: dict[str, list[Happening]] = {}
    for each in told:
        if "settles" in each.facts:
            supplied.setdefault(str(each.facts["settles"]), []).append(each)
    return tuple(reduce(completed, supplied.get(each.key, ()), each) for each in told)


def completed(told: Happening, supplement: Happening) -> Happening:
    """`told` with what was missing on it and was supplied by a later event.

    A supplement may bring `happened` (the date that was unknown) and the dates of a notice, their
    names beginning with "supplied_": they are facts of the other event, not of this one.
    """
    facts = dict(told.facts)
    notice = {name: supplement.facts.get(f"supplied_{name}") for name in NOTICE_FACTS}
    facts.update({name: value for name, value in notice.items() if value is not None})
    if notice["notice_dated"] or notice["notice_received"]:
        facts.pop("notice_awaited", None)
    happened = supplement.facts.get("happened")
    when = happened if told.when is None and isinstance(happened, Moment) else told.when
    return replace(told, when=when, facts=MappingProxyType(facts))


def line_keys(lines: Iterable[ServiceLine]) -> tuple[str, ...]:
    """Keys of the lines in order of position."""
    return tuple(line.key for line in sorted(lines, key=lambda line: line.position))


def zones(request: PriorAuthRequest) -> tuple[str, str]:
    """(clinic's zone, payer's intake zone); the payer's falls back on the clinic's."""
    clinic_zone = request.clinic.time_zone
    return clinic_zone, request.coverage.plan.payer.time_zone or clinic_zone


def case_facts(
    request: PriorAuthRequest, happenings: tuple[Happening, ...], lines: Iterable[ServiceLine]
) -> CaseFacts:
    """Everything the engine may know of `request`, from its plan, lines and events.

    Urgency is the one asked for at intake; URGENCY_CHANGED happenings tell the rest. Happenings
    stay in the order of recording: two that one form wrote were learned at the same instant, and
    a receipt of which only the day is known would come before the sending of that day.
    """
    plan = request.coverage.plan
    clinic_zone, payer_zone = zones(request)
    opened = next((h for h in happenings if h.kind is EventKind.REQUEST_OPENED), None)
    asked = opened.facts.get("urgency") if opened else None
    return CaseFacts(
        plan=PlanFacts(
            line_of_business=LineOfBusiness(plan.line_of_business),
            funding=Funding(plan.funding),
            issue_state=plan.issue_state,
            is_grandfathered=plan.is_grandfathered,
            federal_external_review=plan.federal_external_review,
            rating_period_start=plan.rating_period_start,
            appeal_levels=plan.appeal_levels,
            issued_or_renewed=plan.issued_or_renewed_on,
        ),
        lines=tuple(LineFacts(key=line.key, item=ItemKind(line.item)) for line in lines),
        urgency=Urgency(str(asked or request.urgency)),
        review_timing=ReviewTiming(request.review_timing),
        happenings=happenings,
        clinic_zone=clinic_zone,
        payer_zone=payer_zone,
        planned_start_on=request.planned_start_on,
        clinic_hours=hours_on_file(request.clinic),
    )
