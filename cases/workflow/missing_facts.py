"""What was not known when a step was recorded, supplied later by an event of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.models import Q

from cases.models import Appeal, CaseEvent, Determination, PriorAuthRequest, ServiceLine
from cases.queries.facts import completed, happening, line_keys, standing_happenings
from cases.workflow.actor import Actor
from cases.workflow.step import step
from priorauth.deadlines.facts import Fact, Moment
from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow
from priorauth.lifecycle.checks import check
from priorauth.lifecycle.replay import replay
from priorauth.lifecycle.undo import broken_by
from priorauth.terms import EventKind


def supply_date(
    actor: Actor, request: PriorAuthRequest, *, event_key: str, happened: Moment
) -> None:
    """Enter when an event of unknown date happened; its clocks start from that moment.

    Raises ImpossibleFact when the date contradicts what is on the timeline.
    """
    _supply(actor, request, event_key, {"happened": happened})


def supply_notice(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    event_key: str,
    dated_on: date | None,
    received_on: date | None,
    appeal_by_on: date | None = None,
) -> None:
    """Enter the dates of a refusal's notice that had not come; the appeal window starts.

    `appeal_by_on` is the date that the letter prints for our next step.
    """
    if dated_on is None and received_on is None:
        raise MissingFact("notice_dated", "Enter the date printed on the notice.")
    event = CaseEvent._base_manager.get(pk=event_key, request=request)
    given = {"notice_dated": dated_on, "notice_received": received_on}
    given |= {_printed_limit(event): appeal_by_on}
    with transaction.atomic():
        facts: dict[str, Fact] = {f"supplied_{name}": on for name, on in given.items()}
        _supply(actor, request, event_key, facts)
        columns = {f"{name}_on": on for name, on in given.items() if on is not None}
        rows = Appeal if event.kind == EventKind.APPEAL_DECIDED else Determination
        rows._base_manager.filter(notice_of(event)).update(**columns)


def _printed_limit(event: CaseEvent) -> str:
    """The fact that a date printed for our next step is: a denial's, or an upheld appeal's."""
    return "next_by" if event.kind == EventKind.APPEAL_DECIDED else "appeal_by"


def notice_of(event: CaseEvent) -> Q:
    """Which row shows the letter behind `event`: an appeal's, or a determination's."""
    if event.kind == EventKind.APPEAL_DECIDED:
        return Q(request=event.request_id, event__proceeding=event.proceeding)
    return Q(request=event.request_id, event=event)


def tick_off(actor: Actor, request: PriorAuthRequest, *, event_key: str) -> None:
    """A date set by hand is done, or a missing fact no longer matters."""
    _supply(actor, request, event_key, {})


def _supply(
    actor: Actor, request: PriorAuthRequest, event_key: str, facts: dict[str, Fact]
) -> None:
    now = Moment.instant(actor.now, request.clinic.time_zone)
    facts = {"settles": event_key, **facts}
    with step(request, EventKind.MISSING_FACT_SUPPLIED, actor, happened=now, facts=facts) as taken:
        _check_supplied(request, taken.event, event_key, actor)


def _check_supplied(
    request: PriorAuthRequest, supplement: CaseEvent, event_key: str, actor: Actor
) -> None:
    """The completed event must fit the timeline as if it had been told so at once."""
    events = list(CaseEvent._base_manager.filter(request=request))
    told = standing_happenings(each for each in events if each.pk != supplement.pk)
    place = next((i for i, each in enumerate(told) if each.key == event_key), None)
    if place is None:
        raise NotAllowedNow("That step is not on the timeline any more. Open the page again.")
    target = completed(told[place], happening(supplement))
    keys = line_keys(ServiceLine._base_manager.filter(request=request))
    check(replay(keys, told[:place]), replace(target, key="new"), role=None, now=actor.now)
    broken = broken_by(keys, told, event_key, instead=target)
    if broken:
        raise ImpossibleFact(
            "when",
            f"With this date “{broken[0].kind.label}”, which was recorded later, no longer fits. "
            "Correct the date, or undo that step first.",
        )
