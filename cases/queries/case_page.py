"""Everything the case page shows, read in a number of queries that no case changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from cases.models import (
    Acknowledgement,
    Appeal,
    Authorization,
    CaseEvent,
    Deadline,
    Determination,
    Document,
    ExternalReview,
    InformationRequest,
    InfusionSession,
    InsurerCall,
    LineDetermination,
    Note,
    PatientMail,
    PeerToPeer,
    PriorAuthRequest,
    Reminder,
    StaffMember,
    Submission,
)
from cases.models.deadlines import LIVE
from cases.models.infusions import STANDING
from cases.queries.answers import newest_answers
from cases.queries.facts import line_keys, standing_happenings
from priorauth.lifecycle.replay import replay
from priorauth.lifecycle.states import CaseState
from priorauth.reminders import ReminderState
from priorauth.terms import EventKind


def case_queryset() -> QuerySet:
    """Requests with all that the case page shows: to be narrowed to one by its number."""
    people = "recorded_by"
    return PriorAuthRequest.objects.select_related(
        "patient",
        "coverage__plan__payer",
        "coverage__plan__reviewing_entity",
        "assigned_to",
        "requesting_clinician",
        "rendering_clinician",
        "site",
        "previous_request",
    ).prefetch_related(
        "lines",
        "diagnoses",
        Prefetch("infusions", InfusionSession.objects.filter(STANDING)),
        Prefetch("next_requests", PriorAuthRequest.objects.order_by("pk")),
        Prefetch("events", CaseEvent.objects.select_related(people).order_by("pk")),
        Prefetch("deadlines", Deadline.objects.filter(LIVE).order_by("act_at", "pk")),
        Prefetch("submissions", Submission.objects.order_by("pk")),
        Prefetch("information_requests", InformationRequest.objects.order_by("pk")),
        Prefetch("determinations", Determination.objects.order_by("pk")),
        Prefetch(
            "determinations__line_determinations",
            LineDetermination.objects.select_related("line").order_by("line__position"),
        ),
        Prefetch("authorizations", Authorization.objects.order_by("pk")),
        Prefetch("peer_to_peers", PeerToPeer.objects.select_related("clinician").order_by("pk")),
        Prefetch("appeals", Appeal.objects.order_by("pk")),
        Prefetch("external_reviews", ExternalReview.objects.order_by("pk")),
        Prefetch(
            "calls",
            InsurerCall.objects.select_related("made_by", "event").order_by("-called_on", "-pk"),
        ),
        "calls__answers",
        Prefetch("notes", Note.objects.order_by("pk")),
        Prefetch("patient_mails", PatientMail.objects.order_by("pk")),
        Prefetch(
            "documents",
            Document.objects.select_related("event", "incoming")
            .defer("incoming__text")
            .order_by("-pk"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the rows of the case itself."""

    state: CaseState
    staff: Mapping[str, str]
    """Names by the staff numbers that events carry as text."""
    last_mailed: Mapping[int, datetime]
    """When a reminder of each live deadline last went out."""
    held: Mapping[int, int]
    """How many reminders of each live deadline wait for a person to say whether they arrived."""
    answers: Mapping[int, Acknowledgement]
    """The newest answer to the reminders of each live deadline."""


def beside(request: PriorAuthRequest) -> Beside:
    """The life cycle's state and the names and mails that the page mentions; three queries."""
    events = list(request.events.all())
    live = [row.pk for row in request.deadlines.all()]
    mails = _mails(live)
    return Beside(
        state=replay(line_keys(request.lines.all()), standing_happenings(events)),
        staff=_staff(events),
        last_mailed={key: last for key, last, _ in mails if last},
        held={key: held for key, _, held in mails if held},
        answers=newest_answers(live),
    )


def _staff(events: Sequence[CaseEvent]) -> dict[str, str]:
    told = {event.facts.get("to") for event in events if event.kind == EventKind.REASSIGNED}
    keys = [int(key) for key in told if str(key).isdigit()]
    return {str(one.pk): str(one) for one in StaffMember.objects.filter(pk__in=keys or [0])}


def _mails(deadlines: Sequence[int]) -> list[tuple[int, datetime | None, int]]:
    """For each deadline with reminders: when the last was sent, and how many are held."""
    is_held = Q(state=ReminderState.HELD)
    rows = Reminder.objects.filter(deadline_id__in=deadlines or [0]).order_by()
    return list(
        rows.values_list("deadline_id").annotate(
            last=Max("sent_at"), held=Count("pk", filter=is_held)
        )
    )


def revisions(deadline: Deadline) -> list[Deadline]:
    """Every version of one deadline of the clinic in scope, the first one first."""
    return list(
        Deadline.objects.filter(request=deadline.request_id, key=deadline.key).order_by("revision")
    )
