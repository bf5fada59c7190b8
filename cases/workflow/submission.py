"""Sending the request to the payer, and what the payer does on receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cases.models import Document, PriorAuthRequest, Submission
from cases.queries.readiness import readiness
from cases.workflow.actor import Actor
from cases.workflow.step import step
from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_list
from priorauth.deadlines.facts import Moment
from priorauth.errors import MissingFact
from priorauth.readiness.checklist import stops
from priorauth.readiness.point import Point
from priorauth.terms import Channel, EventKind


def submit(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    channel: Channel,
    sent: Moment | None,
    confirmation_number: str = "",
    no_confirmation_reason: str = "",
    sent_to: str = "",
    pages: int | None = None,
    representative_name: str = "",
    override_reason: str = "",
    enclosed: Sequence[Document] = (),
) -> Submission:
    """Record that the request went out, with its proof, and freeze the coverage as it is now.

    The payer's clock counts from its receipt: `record_receipt` tells it where sending does not.
    Raises MissingFact("override_reason") when a person sends what a hard point of the checklist
    stops, and says no reason. An import tells what was sent long ago: nothing stops it.
    """
    stopped = _stopped(actor, request)
    if stopped and not override_reason.strip():
        raise not_ready(stopped)
    with step(
        request,
        EventKind.SUBMITTED,
        actor,
        happened=sent,
        facts={
            "channel": str(channel),
            "has_confirmation": bool(confirmation_number.strip()),
            "reason_without_confirmation": bool(no_confirmation_reason.strip()),
            "enclosed": tuple(str(each.pk) for each in enclosed) or None,
            "overrode": tuple(point.label for point in stopped) or None,
        },
    ) as taken:
        submission = Submission(
            clinic_id=request.clinic_id,
            request=request,
            event=taken.event,
            channel=channel,
            confirmation_number=confirmation_number.strip(),
            no_confirmation_reason=no_confirmation_reason.strip(),
            sent_to=sent_to,
            pages=pages,
            representative_name=representative_name,
            override_reason=override_reason.strip() if stopped else "",
        )
        submission.save()
        request.coverage_snapshot = coverage_snapshot(request)
        request.save(update_fields=["coverage_snapshot"])
    return submission


def _stopped(actor: Actor, request: PriorAuthRequest) -> list[Point]:
    if actor.role is None or actor.is_retelling:
        return []
    return stops(readiness(request, local_date(actor.now, request.clinic.time_zone)))


def not_ready(stopped: Sequence[Point]) -> MissingFact:
    """The refusal of a request that these points stop."""
    named = say_list([point.label for point in stopped])
    return MissingFact(
        "override_reason",
        f"The request is not ready: {named}. Mend what lacks, or say why it goes out all the same.",
    )


def record_receipt(actor: Actor, request: PriorAuthRequest, *, received: Moment) -> None:
    """Record when the payer had the request: most legal limits count from this moment."""
    with step(request, EventKind.RECEIVED_BY_PAYER, actor, happened=received):
        pass


def record_rejection(actor: Actor, request: PriorAuthRequest, *, learned: Moment) -> None:
    """The payer sent it back undecided (missing or wrong data): mend it and submit again."""
    with step(request, EventKind.REJECTED_BY_PAYER, actor, happened=learned):
        pass


def coverage_snapshot(request: PriorAuthRequest) -> dict[str, Any]:
    """The coverage, plan and payer as they are now, for good: a plan change rewrites no history."""
    coverage = request.coverage
    plan = coverage.plan
    return {
        "payer": plan.payer.name,
        "payer_id": plan.payer.payer_id,
        "plan": plan.name,
        "line_of_business": plan.line_of_business,
        "funding": plan.funding,
        "funding_known_by": plan.funding_known_by,
        "issue_state": plan.issue_state,
        "member_id": coverage.member_id,
        "group_number": coverage.group_number,
        "policy_number": coverage.policy_number,
        "subscriber_relation": coverage.subscriber_relation,
        "order": coverage.order,
    }
