"""Recompute a case's deadlines and store the difference: facts in, dated rows out.

Idempotent: recomputing twice writes nothing the second time. A date never changes in place: a
moved date is a new revision, and the old row stays, superseded, so that reminders keep their
footing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from cases.models import Deadline, PriorAuthRequest, ServiceLine
from cases.queries.desk_deadlines import desk_deadlines
from cases.queries.desk_deadlines.looking_again import looking_again
from cases.queries.facts import case_facts
from cases.queries.payer_windows import rules_for
from cases.workflow.breaches import note_breaches
from cases.workflow.freshness import mark_freshness
from cases.workflow.ladders import next_reminder
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.engine import compute
from priorauth.deadlines.facts import Happening
from priorauth.lifecycle.freshness import moved_chase
from priorauth.lifecycle.states import CaseState
from priorauth.terms import ClockKind, EventKind, OwedBy, RequestStatus, Standing

LIVE = (Standing.RUNNING, Standing.TOLLED)
ENDED = (RequestStatus.CLOSED, RequestStatus.WITHDRAWN)


@dataclass(slots=True)
class Difference:
    """What a recomputation changed."""

    started: list[Deadline] = field(default_factory=list)
    moved: list[Deadline] = field(default_factory=list)
    settled: list[Deadline] = field(default_factory=list)
    dropped: list[Deadline] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.started or self.moved or self.settled or self.dropped)


def recompute(
    request: PriorAuthRequest,
    happenings: Sequence[Happening],
    lines: Sequence[ServiceLine],
    state: CaseState,
    *,
    now: datetime,
) -> Difference:
    """Bring the stored deadlines of `request` in line with its facts. `now` is an aware instant."""
    let_pass = _let_pass(happenings)
    wanted = {}
    for answer in _computed(request, happenings, lines, state, now):
        key = deadline_key(answer)
        wanted[key] = _given_up(answer, let_pass[key]) if key in let_pass else answer
    latest: dict[str, Deadline] = {}
    for row in Deadline._base_manager.filter(request=request).order_by("revision", "pk"):
        latest[row.key] = row
    difference = Difference()
    for key, answer in wanted.items():
        _store(request, key, answer, latest.get(key), happenings, now, difference)
    for key, row in latest.items():
        if key not in wanted and row.standing in LIVE:
            _retire(row, Standing.SUPERSEDED, now)
            difference.dropped.append(row)
    mark_freshness(request, happenings, wanted.values())
    newest = latest | {row.key: row for row in (*difference.started, *difference.moved)}
    note_breaches(request, latest, newest, wanted, now=now)
    return difference


def _computed(
    request: PriorAuthRequest,
    happenings: Sequence[Happening],
    lines: Sequence[ServiceLine],
    state: CaseState,
    now: datetime,
) -> Iterable[ComputedDeadline]:
    """The engine's deadlines and the desk's own; none runs on a case that has ended."""
    facts = case_facts(request, tuple(happenings), lines)
    rules = rules_for(request)
    computed = compute(facts, rules, now)
    answers = [
        *computed.deadlines,
        *desk_deadlines(request, happenings, state, now, facts, rules, lines, computed),
    ]
    answers += looking_again(happenings, answers)
    if state.status in ENDED:
        return [each for each in answers if each.settled_by]
    return answers


def _let_pass(happenings: Sequence[Happening]) -> dict[str, Happening]:
    """Deadlines that somebody let pass on purpose, by key."""
    return {
        str(told.facts["deadline"]): told
        for told in happenings
        if told.kind is EventKind.DEADLINE_LET_PASS
    }


def _given_up(answer: ComputedDeadline, told: Happening) -> ComputedDeadline:
    """What was let pass is missed, by that event; what was done after all stays met."""
    if answer.settled_by:
        return answer
    return replace(answer, standing=Standing.MISSED, settled_by=told.key, settled=told.when)


def deadline_key(answer: ComputedDeadline) -> str:
    """The natural key (item, kind, rule with its effective date, start event) as one string."""
    effective = answer.rule_effective_from.isoformat() if answer.rule_effective_from else ""
    return "|".join([answer.item or "", answer.kind, f"{answer.rule}@{effective}", answer.start])


def stored_standing(answer: ComputedDeadline) -> Standing:
    """What is kept of the engine's standing.

    A deadline that passed with nothing done stays live: it must not leave the worklist. It is
    MISSED once the late act, or a later event, has settled it.
    """
    if answer.standing is Standing.MISSED and not answer.settled_by:
        return Standing.RUNNING
    return answer.standing


def _dates(answer: ComputedDeadline) -> dict[str, Any]:
    return {
        "started_at": answer.started.earliest,
        "chase_at": answer.chase,
        "working_at": answer.working,
        "legal_at": answer.legal,
        "printed_on": answer.printed,
        "due_at": answer.due,
        "is_believed": answer.is_believed,
    }


def act_at(answer: ComputedDeadline, happenings: Sequence[Happening]) -> datetime:
    """When the clinic should act: its working date, or the day to chase the payer.

    Who called or looked and said "look again then" moves the chase, never past the payer's legal
    date. What a representative promised, and a date set by hand, keep their own day.
    """
    if answer.owed_by is OwedBy.CLINIC:
        return min(answer.working or answer.due, answer.due)
    when = answer.chase or answer.due
    if answer.kind in (ClockKind.PROMISE, ClockKind.BY_HAND):
        return when
    return moved_chase(happenings, answer.start, when, answer.legal)


def _store(
    request: PriorAuthRequest,
    key: str,
    answer: ComputedDeadline,
    row: Deadline | None,
    happenings: Sequence[Happening],
    now: datetime,
    difference: Difference,
) -> None:
    standing, dates, when = stored_standing(answer), _dates(answer), act_at(answer, happenings)
    if row is not None and all(getattr(row, name) == value for name, value in dates.items()):
        if row.standing == standing:
            _refresh(row, answer, when)
            return
        if row.standing in LIVE:
            _move_standing(row, answer, standing, when, now)
            (difference.settled if standing not in LIVE else difference.moved).append(row)
            return
    fresh = Deadline(
        clinic_id=request.clinic_id,
        request=request,
        key=key,
        revision=row.revision + 1 if row else 1,
        kind=answer.kind,
        item=answer.item or "",
        owed_by=answer.owed_by,
        rule=answer.rule,
        rule_effective_from=answer.rule_effective_from,
        start_event_id=int(answer.start) if answer.start.isdigit() else None,
        proceeding=answer.proceeding,
        act_at=when,
        standing=standing,
        settled_at=answer.settled.latest if answer.settled else None,
        computed_at=now,
        derivation=derivation(answer),
        **dates,
    )
    replaces = row if row is not None and row.standing in LIVE else None
    if replaces is not None:
        # The old version leaves first: at most one live row may carry the key.
        _retire(replaces, Standing.SUPERSEDED, now)
    fresh.next_reminder_at = next_reminder(fresh, now) if standing in LIVE else None
    # Its request, clinic and event are the ones in hand: no need to ask the database for theirs.
    fresh.save_base(force_insert=True)
    if replaces is not None:
        Deadline._base_manager.filter(pk=replaces.pk).update(superseded_by=fresh)
        difference.moved.append(fresh)
    else:
        difference.started.append(fresh)


def _refresh(row: Deadline, answer: ComputedDeadline, when: datetime) -> None:
    """Same dates, same standing: only the wording and the place in the worklist may differ."""
    fresh = derivation(answer)
    if row.derivation != fresh or row.act_at != when:
        Deadline._base_manager.filter(pk=row.pk).update(derivation=fresh, act_at=when)


def _move_standing(
    row: Deadline, answer: ComputedDeadline, standing: Standing, when: datetime, now: datetime
) -> None:
    row.standing, row.act_at, row.computed_at = standing, when, now
    row.settled_at = answer.settled.latest if answer.settled else None
    row.derivation = derivation(answer)
    row.next_reminder_at = next_reminder(row, now) if standing is Standing.RUNNING else None
    row.save()


def _retire(row: Deadline, standing: Standing, now: datetime) -> None:
    row.standing, row.next_reminder_at, row.settled_at = standing, None, now
    row.save(update_fields=["standing", "next_reminder_at", "settled_at"])


def derivation(answer: ComputedDeadline) -> dict[str, Any]:
    """Everything "why this date?" needs, as JSON."""
    return {
        "citation": answer.citation,
        "source": answer.source,
        "says": answer.says,
        "if_missed": answer.if_missed,
        "steps": list(answer.derivation),
        "lost": [{"rule": lost.rule, "why": lost.why} for lost in answer.lost],
    }


def live(request: PriorAuthRequest) -> list[Deadline]:
    """The live deadlines of a case, most urgent first."""
    return list(
        Deadline._base_manager.filter(Q(request=request), Q(standing__in=LIVE)).order_by("act_at")
    )
