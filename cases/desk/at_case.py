"""A case as a step page needs it: the request with its people and plan, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from cases.access import DeskRequest, case_or_404
from cases.forms.step_form import AtHand
from cases.models import CaseEvent, PriorAuthRequest
from cases.queries.facts import line_keys, standing_happenings, zones
from priorauth.lifecycle.offers import StepOffer, steps_offered
from priorauth.lifecycle.replay import replay


@dataclass(frozen=True, slots=True)
class AtCase:
    """The case, what a form may know of it, the steps offered now and its events so far."""

    request: PriorAuthRequest
    at_hand: AtHand
    offers: tuple[StepOffer, ...]
    events: tuple[CaseEvent, ...]

    @property
    def last_seen(self) -> int:
        """The newest event: what a reader of this page has seen."""
        return max((event.pk for event in self.events), default=0)


def read_case(http: DeskRequest, number: str) -> AtCase:
    """The case of that number in the current clinic. Raises Http404 for any other."""
    request = case_or_404(http, number, _with_its_people())
    events = tuple(CaseEvent.objects.filter(request=request).select_related("recorded_by"))
    lines = tuple(request.lines.order_by("position"))
    state = replay(line_keys(lines), standing_happenings(events))
    at_hand = AtHand(
        clinic=http.clinic,
        staff=http.user,
        role=http.role,
        now=now_of(http),
        request=request,
        state=state,
        lines=lines,
        payer_zone=zones(request)[1],
    )
    return AtCase(request, at_hand, steps_offered(state, at_hand.role), events)


def now_of(http: DeskRequest) -> datetime:
    """The aware instant at which this page is asked for, the same all through the page."""
    now: datetime = http.__dict__.setdefault("asked_at", timezone.now())
    return now


def _with_its_people() -> Any:
    return PriorAuthRequest.objects.select_related(
        "clinic",
        "patient",
        "coverage__plan__payer",
        "coverage__plan__reviewing_entity",
        "requesting_clinician",
        "rendering_clinician",
        "site",
        "assigned_to",
    )
