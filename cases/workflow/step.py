"""The frame every step passes through: check, record, move, recompute, wake the sender.

What is special to one event belongs in that event's function, never here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import F

from cases import dispatch
from cases.models import CaseEvent, PriorAuthRequest, ServiceLine
from cases.queries.facts import encode_facts, happening, line_keys, standing_happenings
from cases.workflow.actor import Actor
from cases.workflow.clocks import Difference, recompute
from cases.workflow.promises import mark_promises
from priorauth.deadlines.facts import Fact, Happening, Moment
from priorauth.errors import PriorAuthError
from priorauth.lifecycle.checks import check
from priorauth.lifecycle.replay import replay
from priorauth.lifecycle.states import CaseState
from priorauth.terms import EventKind, RequestStatus, Urgency


class AlreadyRecorded(PriorAuthError):
    """The very same form was recorded a moment ago; `event` is what it made."""

    def __init__(self, event: CaseEvent) -> None:
        super().__init__("This was already recorded; nothing was recorded twice.")
        self.event = event


@dataclass(slots=True)
class Step:
    """A step in hand: the locked request, its event, and where the case stood before.

    `difference` is what the step changed among the deadlines, known once the body is done; None
    when the actor retells a history.
    """

    request: PriorAuthRequest
    event: CaseEvent
    before: CaseState
    difference: Difference | None = None


@contextmanager
def step(
    request: PriorAuthRequest,
    kind: EventKind,
    actor: Actor,
    *,
    happened: Moment | None,
    proceeding: str = "",
    opens: str = "",
    lines: Sequence[str] = (),
    facts: Mapping[str, Fact] | None = None,
) -> Iterator[Step]:
    """Record `kind` on `request` in one transaction; the body writes what belongs to it.

    `happened` is None for "date unknown". `opens` names the sort of proceeding this event opens
    ("appeal"): it gets the next number of its sort on the case. Raises NotAllowedNow, MissingFact,
    ImpossibleFact (priorauth.errors) in staff words, AlreadyRecorded for a form sent twice.
    Nothing is written when anything is refused.
    """
    with transaction.atomic():
        lock(request)
        events = list(CaseEvent._base_manager.filter(request=request))
        if actor.token:
            twin = next((event for event in events if event.token == actor.token), None)
            if twin is not None:
                raise AlreadyRecorded(twin)
        service_lines = list(ServiceLine._base_manager.filter(request=request))
        before = replay(line_keys(service_lines), standing_happenings(events))
        event = CaseEvent(
            clinic_id=request.clinic_id,
            request=request,
            kind=kind,
            happened_at=happened.at if happened else None,
            happened_on=happened.on if happened and happened.at is None else None,
            zone=happened.zone if happened else request.clinic.time_zone,
            learned_at=actor.now,
            recorded_by=actor.staff,
            proceeding=proceeding or next_proceeding(events, opens),
            lines=list(lines),
            facts=encode_facts(facts or {}),
            token=actor.token,
        )
        check(
            before,
            _as_planned(event),
            role=actor.role,
            now=actor.now,
            may_be_old=actor.has_confirmed_dates,
        )
        event.save(force_insert=True)
        taken = Step(request=request, event=event, before=before)
        yield taken
        if not actor.is_retelling:
            taken.difference = rebuild(request, actor)
            transaction.on_commit(dispatch.wake)


def lock(request: PriorAuthRequest) -> None:
    """Take the request's row for this transaction, so that steps on one case come one by one.

    What the clocks rest on is read anew: the plan may have changed while this step waited. So is
    the patient, whose record may have been joined with another.
    """
    rows = PriorAuthRequest._base_manager
    if request.previous_request_id is not None:
        # A renewal's sending moves the old case's dates. The older one first, as everywhere.
        rows.select_for_update().filter(pk=request.previous_request_id).first()
    rows.filter(pk=request.pk).update(version=F("version") + 1)
    fresh = rows.select_related("clinic", "coverage__plan__payer").get(pk=request.pk)
    known = ("version", "status", "urgency", "assigned_to_id", "patient_id", "clinic", "coverage")
    for name in known:
        setattr(request, name, getattr(fresh, name))


def rebuild(request: PriorAuthRequest, actor: Actor) -> Difference:
    """Derive statuses from the events, store them as hints, and bring the clocks up to date."""
    events = list(CaseEvent._base_manager.filter(request=request))
    lines = list(ServiceLine._base_manager.filter(request=request))
    happenings = standing_happenings(events)
    state = replay(line_keys(lines), happenings)
    for line in lines:
        stands = state.line(line.key)
        if stands is not None and line.status != stands.status:
            line.status = stands.status
            line.save(update_fields=["status"])
    mark_promises(request, happenings, state)
    is_sent_anew = _is_sent(request.status) != _is_sent(state.status)
    request.status = state.status
    request.urgency = current_urgency(happenings, Urgency(request.urgency))
    request.recount_from = request.recount_failed_at = None
    request.save(update_fields=["status", "urgency", "recount_from", "recount_failed_at"])
    if is_sent_anew and request.previous_request_id is not None:
        rebuild_renewed(request.previous_request_id, actor)
    return recompute(request, happenings, lines, state, now=actor.now)


def _is_sent(status: str) -> bool:
    """Whether a renewal at that status takes the old request's end off the worklist."""
    return status not in (RequestStatus.DRAFT, RequestStatus.WITHDRAWN)


def rebuild_renewed(key: int, actor: Actor) -> None:
    """The request of that key has a renewal under way now, or has none any more."""
    rows = PriorAuthRequest._base_manager.select_related("clinic", "coverage__plan__payer")
    rebuild(rows.get(pk=key), actor)


def current_urgency(happenings: Sequence[Happening], fallback: Urgency) -> Urgency:
    """The request's urgency at intake, or what it was last changed to (an appeal has its own)."""
    urgency = fallback
    for told in happenings:
        is_the_requests = told.kind is EventKind.URGENCY_CHANGED and not told.proceeding
        at_intake = told.kind in (EventKind.REQUEST_OPENED, EventKind.REQUEST_CORRECTED)
        if at_intake or is_the_requests:
            urgency = Urgency(str(told.facts.get("urgency") or urgency))
    return urgency


def next_proceeding(events: Sequence[CaseEvent], sort: str) -> str:
    """Name for a new proceeding of `sort` on this case: appeal-1, appeal-2 ... ("" for none)."""
    if not sort:
        return ""
    taken = {event.proceeding for event in events}
    number = 1
    while f"{sort}-{number}" in taken:
        number += 1
    return f"{sort}-{number}"


def _as_planned(event: CaseEvent) -> Happening:
    """The event as the life cycle sees it before it has a key of its own."""
    return replace(happening(event), key="new")
