"""What was not known when a step was recorded, supplied later by an event of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

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
    """Enter the dates of a refusal's notice that had not come; the appeal window starts."""
    if dated_on is None and received_on is None:
        raise MissingFact("notice_dated", "Enter the date printed on the notice.")
    facts: dict[str, Fact] = {
        "supplied_notice_dated": dated_on,
        "supplied_notice_received": received_on,
        "supplied_appeal_by": appeal_by_on,
    }
    _supply(actor, request, event_key, facts)
    given = {"notice_dated_on": dated_on, "notice_received_on": received_on}
    Determination._base_manager.filter(event_id=int(event_key), request=request).update(
        **given, appeal_by_on=appeal_by_on
    )
    Appeal._base_manager.filter(
        request=request,
        event__proceeding=CaseEvent._base_manager.get(pk=event_key).proceeding or "-",
    ).update(**given)


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
