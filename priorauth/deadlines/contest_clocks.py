"""Clocks that run for others while a denial is contested: appeal, external review, carrying out."""

from __future__ import annotations

from collections.abc import Iterator

from priorauth.deadlines.facts import Happening, Moment
from priorauth.deadlines.in_force import EventValue
from priorauth.deadlines.opened import OpenedClock, Stop, all_items
from priorauth.deadlines.request_clocks import answer_clock, is_about_the_request, raised
from priorauth.deadlines.timeline import (
    ADVERSE_ENDINGS,
    REVERSING_ENDINGS,
    Timeline,
    in_zone,
    moment,
    printed,
    receipt_of,
    term,
)
from priorauth.rulebook.plan_types import PlanReach
from priorauth.rulebook.rule import Stage
from priorauth.terms import AppealLevel, AppealOutcome, ClockKind, EventKind, Urgency


def contest_clocks(line: Timeline, plan: PlanReach) -> Iterator[OpenedClock]:
    """What payer and reviewer owe on each appeal and external review, and what they ask of us."""
    for filed in line.of_kind(EventKind.APPEAL_FILED):
        yield _hearing(line, filed) if goes_to_a_hearing(plan) else _appeal_decision(line, filed)
    for filed in line.of_kind(EventKind.EXTERNAL_REVIEW_FILED):
        if goes_to_a_hearing(plan):
            yield _hearing(line, filed)
        else:
            yield from _review(line, filed)
    for ending in line.of_kind(EventKind.APPEAL_DECIDED, EventKind.EXTERNAL_REVIEW_DECIDED):
        if term(ending, "outcome", AppealOutcome) in REVERSING_ENDINGS:
            yield from _effectuation(line, ending)
    for asked in line.of_kind(EventKind.INFORMATION_REQUESTED):
        if not is_about_the_request(line, asked):
            yield from _question(line, asked)


# -------------------------------------------------------------------- hearings


def goes_to_a_hearing(plan: PlanReach) -> bool:
    """Whether a denial is taken straight to a hearing: the agency has no appeal of its own."""
    return plan.after_denial is ClockKind.FAIR_HEARING


def _hearing(line: Timeline, asked: Happening) -> OpenedClock:
    """The state's decision on a hearing that was asked for, recorded as an appeal or a review."""
    zone = line.facts.payer_zone
    ends = (EventKind.APPEAL_DECIDED, EventKind.EXTERNAL_REVIEW_DECIDED)
    decided = line.in_proceeding(asked, *ends)
    items = line.items(line.lines(asked))
    return OpenedClock(
        kind=ClockKind.APPEAL_DECISION,
        stage=Stage.HEARING,
        start=asked,
        proceeding=asked.proceeding,
        zone=zone,
        urgency=_urgency(line, asked)[0],
        items=items[:1],
        starts=_known({"fair_hearing_requested": receipt_of(asked, None) or asked.when}, zone),
        stops=all_items(items, Stop(decided, decided.when) if decided else None),
    )


# -------------------------------------------------------------------- internal appeals


def _appeal_decision(line: Timeline, filed: Happening) -> OpenedClock:
    zone = line.facts.payer_zone
    recorded = line.in_proceeding(filed, EventKind.APPEAL_RECEIVED)
    receipt = receipt_of(filed, recorded)
    decided = line.in_proceeding(filed, EventKind.APPEAL_DECIDED)
    urgency, change = _urgency(line, filed)
    notice = _extension(line, filed, decided)
    complete = next(line.after(filed, EventKind.PACKET_COMPLETE), None)
    starts = {
        "appeal_received_by_payer": receipt,
        "plan_appeal_filed": filed.when,
        "all_information_received_by_payer": complete.when if complete else None,
    }
    items = line.items(line.lines(filed))
    events: dict[str, EventValue] = {}
    if notice is not None and (noticed := moment(notice, "sent", zone) or notice.when):
        events["extension_notice_sent"] = in_zone(noticed, zone)
    clock = OpenedClock(
        kind=ClockKind.APPEAL_DECISION,
        stage=Stage.APPEAL,
        start=recorded if recorded is not None and recorded.when is not None else filed,
        proceeding=filed.proceeding,
        zone=zone,
        urgency=urgency,
        items=items,
        starts=_known(starts, zone),
        events=events,
        level=term(filed, "level", AppealLevel),
        stops=all_items(items, Stop(decided, decided.when) if decided else None),
        sent=in_zone(filed.when, zone) if filed.when and receipt is None else None,
        printed=printed(notice, "until") if notice else None,
        notes=_unproved(receipt, "appeal"),
    )
    return _since(clock, change)


def _urgency(line: Timeline, filed: Happening) -> tuple[Urgency, Happening | None]:
    """The urgency of an appeal or a review, its own: as filed, or as changed since by a step."""
    is_review = filed.kind is EventKind.EXTERNAL_REVIEW_FILED
    unsaid = Urgency.STANDARD if is_review else line.facts.urgency
    asked = term(filed, "urgency", Urgency) or unsaid
    return line.urgency(filed.proceeding, asked) if filed.proceeding else (asked, None)


def _since(clock: OpenedClock, change: Happening | None) -> OpenedClock:
    """The clock of what became urgent after it was filed counts from then."""
    if clock.urgency is not Urgency.EXPEDITED or change is None or change.when is None:
        return clock
    return raised(clock, change, change.when)


def _extension(line: Timeline, filed: Happening, decided: Happening | None) -> Happening | None:
    """The notice that the payer takes more time on this appeal."""
    for notice in line.after(filed, EventKind.EXTENSION_NOTICED):
        if decided is not None and line.precedes(decided, notice):
            return None
        named = notice.proceeding == filed.proceeding and bool(notice.proceeding)
        if named or (not notice.proceeding and not is_about_the_request(line, notice)):
            return notice
    return None


# -------------------------------------------------------------------- external review


def _review(line: Timeline, filed: Happening) -> Iterator[OpenedClock]:
    zone = line.facts.payer_zone
    assigned = line.in_proceeding(filed, EventKind.EXTERNAL_REVIEW_ASSIGNED)
    decided = line.in_proceeding(filed, EventKind.EXTERNAL_REVIEW_DECIDED)
    urgency, change = _urgency(line, filed)
    items = line.items(line.lines(filed))
    receipt = receipt_of(filed, None)
    screened = assigned or decided
    screening = OpenedClock(
        kind=ClockKind.EXTERNAL_DECISION,
        stage=Stage.SCREENING,
        start=filed,
        proceeding=filed.proceeding,
        zone=zone,
        urgency=urgency,
        items=items[:1],
        starts=_known({"external_request_received_by_payer": receipt}, zone),
        stops=all_items(items, Stop(screened, screened.when) if screened else None),
        sent=in_zone(filed.when, zone) if filed.when and receipt is None else None,
        needs_law=True,
        notes=_unproved(receipt, "request for external review"),
    )
    yield _since(screening, change)
    if assigned is None:
        return
    names = ("external_request_received_by_iro", "case_received_by_ire", "opm_request_received")
    reviewing = OpenedClock(
        kind=ClockKind.EXTERNAL_DECISION,
        stage=Stage.REVIEW,
        start=assigned,
        proceeding=filed.proceeding,
        zone=zone,
        urgency=urgency,
        items=items,
        starts=_known(dict.fromkeys(names, assigned.when), zone),
        stops=all_items(items, Stop(decided, decided.when) if decided else None),
    )
    yield _since(reviewing, change)


def _question(line: Timeline, asked: Happening) -> Iterator[OpenedClock]:
    """A question after the decision: on an appeal, or on an external review."""
    stage, opening = Stage.APPEAL, None
    for filed in line.of_kind(EventKind.EXTERNAL_REVIEW_FILED, EventKind.APPEAL_FILED):
        if line.precedes(asked, filed) or _is_over(line, filed, asked):
            continue
        opening = filed
        if filed.kind is EventKind.EXTERNAL_REVIEW_FILED:
            assigned = line.in_proceeding(filed, EventKind.EXTERNAL_REVIEW_ASSIGNED)
            reviewing = assigned is not None and line.precedes(assigned, asked)
            stage = Stage.REVIEW if reviewing else Stage.SCREENING
    is_appeal = opening is not None and stage is Stage.APPEAL
    urgency = _urgency(line, opening)[0] if opening is not None and is_appeal else None
    clock = answer_clock(line, asked, stage, urgency)
    if clock is None or (opening is None and not clock.stops):
        return
    over = opening is not None and _ending(line, opening) is not None
    if clock.stops or not over:
        yield OpenedClock(
            kind=clock.kind,
            stage=clock.stage,
            start=clock.start,
            proceeding=clock.proceeding,
            zone=clock.zone,
            urgency=Urgency.STANDARD if stage is not Stage.APPEAL else clock.urgency,
            items=clock.items,
            starts=clock.starts,
            events=_final_denial(line),
            stops=clock.stops,
            printed=clock.printed,
        )


def _is_over(line: Timeline, filed: Happening, asked: Happening) -> bool:
    ending = _ending(line, filed)
    return ending is not None and line.precedes(ending, asked)


def _ending(line: Timeline, filed: Happening) -> Happening | None:
    return line.in_proceeding(filed, EventKind.APPEAL_DECIDED, EventKind.EXTERNAL_REVIEW_DECIDED)


def _final_denial(line: Timeline) -> dict[str, EventValue]:
    """Receipt of the final denial, from which the window for external review counts."""
    for ending in reversed(tuple(line.of_kind(EventKind.APPEAL_DECIDED))):
        if term(ending, "outcome", AppealOutcome) in ADVERSE_ENDINGS:
            zone = line.facts.clinic_zone
            received = moment(ending, "notice_received", zone)
            dated = moment(ending, "notice_dated", zone)
            known = received or dated or ending.when
            return {"final_denial_received": known} if known else {}
    return {}


# -------------------------------------------------------------------- carrying out a reversal


def _effectuation(line: Timeline, ending: Happening) -> Iterator[OpenedClock]:
    if ending.when is None:
        return
    zone = line.facts.payer_zone
    is_review = ending.kind is EventKind.EXTERNAL_REVIEW_DECIDED
    names = ["reversal_notice_received", *(["ire_reversal_received"] if is_review else [])]
    done = next(line.after(ending, EventKind.AUTHORIZATION_ENTERED, EventKind.DETERMINED), None)
    items = line.items(line.lines(ending))
    yield OpenedClock(
        kind=ClockKind.EFFECTUATION,
        stage=Stage.REVIEW if is_review else Stage.APPEAL,
        start=ending,
        proceeding=ending.proceeding,
        zone=zone,
        urgency=Urgency.STANDARD,
        items=items[:1],
        starts=_known(dict.fromkeys(names, ending.when), zone),
        stops=all_items(items, Stop(done, done.when) if done else None),
        needs_law=True,
    )


def _known(starts: dict[str, Moment | None], zone: str) -> dict[str, Moment]:
    return {name: in_zone(when, zone) for name, when in starts.items() if when is not None}


def _unproved(receipt: Moment | None, what: str) -> tuple[str, ...]:
    if receipt is not None:
        return ()
    return (
        f"Receipt of the {what} is not proved: there is no legal date yet. "
        "Record the receipt when it is confirmed.",
    )
