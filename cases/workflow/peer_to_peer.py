"""The talk between our clinician and the payer's medical director. It stops no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cases.models import Clinician, PeerToPeer, PriorAuthRequest, ServiceLine
from cases.workflow.actor import Actor
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.terms import AppealOutcome, EventKind


def ask(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    asked: Moment,
    phone: str = "",
    clinician: Clinician | None = None,
) -> PeerToPeer:
    """Record that a peer-to-peer was asked for."""
    with step(
        request, EventKind.PEER_TO_PEER_REQUESTED, actor, happened=asked, opens="peer_to_peer"
    ) as taken:
        talk = PeerToPeer(
            clinic_id=request.clinic_id,
            request=request,
            event=taken.event,
            clinician=clinician,
            phone=phone,
        )
        talk.save()
    return talk


def schedule(
    actor: Actor, talk: PeerToPeer, *, scheduled_at: datetime, zone: str, reviewer_name: str = ""
) -> PeerToPeer:
    """Record the appointed time: `scheduled_at`, an aware instant, agreed in the zone `zone`."""
    with step(
        talk.request,
        EventKind.PEER_TO_PEER_SCHEDULED,
        actor,
        happened=Moment.instant(actor.now, talk.request.clinic.time_zone),
        proceeding=talk.proceeding,
        facts={"scheduled_for": Moment.instant(scheduled_at, zone)},
    ):
        talk.scheduled_at = scheduled_at
        talk.reviewer_name = reviewer_name or talk.reviewer_name
        talk.save()
    return talk


def record(
    actor: Actor,
    talk: PeerToPeer,
    *,
    held: Moment,
    outcome: AppealOutcome,
    lines_overturned: Sequence[ServiceLine] = (),
    reviewer_name: str = "",
    reviewer_specialty: str = "",
    words: str = "",
    reference_number: str = "",
    clinician: Clinician | None = None,
) -> PeerToPeer:
    """Record how it ended; an overturned denial makes its lines approved."""
    with step(
        talk.request,
        EventKind.PEER_TO_PEER_HELD,
        actor,
        happened=held,
        proceeding=talk.proceeding,
        facts={
            "outcome": str(outcome),
            "lines_overturned": tuple(line.key for line in lines_overturned),
        },
    ):
        talk.outcome = outcome
        talk.reviewer_name = reviewer_name or talk.reviewer_name
        talk.reviewer_specialty = reviewer_specialty or talk.reviewer_specialty
        talk.words = words
        talk.reference_number = reference_number
        talk.clinician = clinician or talk.clinician
        talk.save()
    return talk
