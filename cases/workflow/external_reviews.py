"""Independent review outside the payer."""

from __future__ import annotations

from collections.abc import Sequence

from cases.models import ExternalReview, PriorAuthRequest, ServiceLine
from cases.models.proceedings import ReviewBody
from cases.workflow.actor import Actor
from cases.workflow.patient_mails import tell_patient
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.patient_mail import PatientMailKind
from priorauth.terms import AppealOutcome, Channel, EventKind, Urgency


def file(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    filed: Moment | None,
    body: ReviewBody,
    lines: Sequence[ServiceLine],
    channel: Channel,
    is_expedited: bool = False,
    is_deemed_exhausted: bool = False,
    confirmation_number: str = "",
    received_by_payer: Moment | None = None,
) -> ExternalReview:
    """Record the filing; before a final internal denial: expedited or deemed exhausted only."""
    urgency = Urgency.EXPEDITED if is_expedited else Urgency.STANDARD
    with step(
        request,
        EventKind.EXTERNAL_REVIEW_FILED,
        actor,
        happened=filed,
        opens="external_review",
        lines=[line.key for line in lines],
        facts={
            "urgency": str(urgency),
            "body": str(body),
            "channel": str(channel),
            "deemed_exhausted": is_deemed_exhausted,
            "received_by_payer": received_by_payer,
        },
    ) as taken:
        review = ExternalReview(
            clinic_id=request.clinic_id,
            request=request,
            event=taken.event,
            body=body,
            is_expedited=is_expedited,
            channel=channel,
            confirmation_number=confirmation_number,
        )
        review.save()
        review.lines.set(lines)
    return review


def assign(actor: Actor, review: ExternalReview, *, assigned: Moment, reviewer: str) -> None:
    """Record which organization reviews, and since when it has the case."""
    with step(
        review.request,
        EventKind.EXTERNAL_REVIEW_ASSIGNED,
        actor,
        happened=assigned,
        proceeding=review.proceeding,
    ):
        review.reviewer = reviewer
        review.save()


def log_decision(
    actor: Actor,
    review: ExternalReview,
    *,
    decided: Moment | None,
    outcome: AppealOutcome,
    lines_overturned: Sequence[ServiceLine] = (),
    decision_summary: str = "",
) -> ExternalReview:
    """Record the reviewer's decision. It binds the payer."""
    with step(
        review.request,
        EventKind.EXTERNAL_REVIEW_DECIDED,
        actor,
        happened=decided,
        proceeding=review.proceeding,
        facts={
            "outcome": str(outcome),
            "lines_overturned": tuple(line.key for line in lines_overturned),
        },
    ) as taken:
        review.outcome = outcome
        review.decision_summary = decision_summary
        review.save()
        tell_patient(actor, taken, PatientMailKind.NEWS)
    return review
