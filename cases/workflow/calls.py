"""Every call with the insurer: who said what, under which reference, and what was promised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from cases.models import CallAnswer, Clinic, Deadline, InsurerCall, Payer, PriorAuthRequest
from cases.models.contacts import CallOutcome, Direction, PromiseStanding, SaidWhat
from cases.models.deadlines import LIVE
from cases.workflow import benefits_told
from cases.workflow.actor import Actor
from cases.workflow.answered import Answered
from cases.workflow.once import once
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow
from priorauth.terms import EventKind, OwedBy, Role

FARTHEST_LOOK = timedelta(days=30)
"""How long a case of which no law says when the payer must answer may be left alone."""


@dataclass(frozen=True, slots=True)
class CallTold:
    """What is known of one call. `minutes` includes `hold_minutes`; instants are aware.

    `called` is None only when an imported sheet names a call without its day.
    """

    called: Moment | None
    representative_name: str
    reference_number: str = ""
    no_reference_reason: str = ""
    direction: Direction = Direction.OUTGOING
    outcome: CallOutcome = CallOutcome.STILL_PENDING
    minutes: int | None = None
    hold_minutes: int | None = None
    line_called: str = ""
    summary: str = ""
    promise: str = ""
    promised_by_at: datetime | None = None
    look_again_at: datetime | None = None
    answers: Sequence[Answered] = field(default_factory=tuple)
    # False: whoever writes it down did not make the call and does not know who did.
    is_made_by_recorder: bool = True


def log_call(
    actor: Actor, told: CallTold, *, clinic: Clinic, payer: Payer, request: PriorAuthRequest | None
) -> InsurerCall:
    """Write the call; on a case it becomes an event and its promise a deadline of its own.

    A form sent twice writes one call: RecordedBefore without a case, AlreadyRecorded on one.
    Raises ImpossibleFact for a look again too far ahead, MissingFact when name, or reference and
    the reason for none, or a promise's time lacks.
    """
    for refusal in lacking(told):
        raise refusal
    if request is None:
        if actor.role is Role.AUDITOR:
            raise NotAllowedNow("Your role here may look at calls but not log one.")
        with transaction.atomic():
            return once(clinic, actor.token, lambda: _write(actor, told, clinic, payer, None, None))
    if too_far := too_far_ahead(told.look_again_at, request, actor.now):
        raise too_far
    zone = clinic.time_zone
    again = Moment.instant(told.look_again_at, zone) if told.look_again_at else None
    with step(
        request,
        EventKind.CALL_LOGGED,
        actor,
        happened=told.called,
        facts={"outcome": str(told.outcome), "look_again": again, "promise": bool(told.promise)},
    ) as taken:
        call = _write(actor, told, clinic, payer, request, taken.event.pk)
        benefits_told.write_check(actor, call, told.answers, request)
    return call


def too_far_ahead(
    again: datetime | None, request: PriorAuthRequest, now: datetime
) -> ImpossibleFact | None:
    """Why the case cannot be left alone until `again` (aware), or None when it can.

    The payer's legal date bounds it by itself; where there is none, FARTHEST_LOOK does.
    """
    if again is None or again <= now + FARTHEST_LOOK:
        return None
    owed = Deadline._base_manager.filter(LIVE, request=request, owed_by=OwedBy.PAYER)
    if owed.filter(legal_at__isnull=False).exists():
        return None
    return ImpossibleFact(
        "look_again_at",
        f"No law on file says when the payer must answer here, so a case is left alone for "
        f"{FARTHEST_LOOK.days} days at most. Choose an earlier day; a later call can put it off "
        "again.",
    )


def lacking(told: CallTold) -> Iterator[MissingFact]:
    """Everything that a call lacks to be kept, each naming its field. Nothing when it is whole."""
    if not told.representative_name.strip():
        yield MissingFact(
            "representative_name", "Enter the representative's name, or a first name and letter."
        )
    if not told.reference_number.strip() and not told.no_reference_reason.strip():
        yield MissingFact("reference_number", "Enter the call reference, or say why there is none.")
    if told.promise.strip() and told.promised_by_at is None:
        yield MissingFact("promised_by_at", "Say by when it was promised.")
    if told.promised_by_at is not None and not told.promise.strip():
        yield MissingFact("promise", "Say what was promised for that time.")


def _write(
    actor: Actor,
    told: CallTold,
    clinic: Clinic,
    payer: Payer,
    request: PriorAuthRequest | None,
    event_id: int | None,
) -> InsurerCall:
    call = InsurerCall(
        clinic=clinic,
        request=request,
        event_id=event_id,
        payer=payer,
        direction=told.direction,
        started_at=told.called.at if told.called else None,
        called_on=told.called.on if told.called else None,
        minutes=told.minutes,
        hold_minutes=told.hold_minutes,
        line_called=told.line_called,
        representative_name=told.representative_name.strip(),
        reference_number=told.reference_number.strip(),
        no_reference_reason=told.no_reference_reason.strip(),
        outcome=told.outcome,
        summary=told.summary,
        promise=told.promise.strip(),
        promised_by_at=told.promised_by_at,
        promise_standing=PromiseStanding.OPEN if told.promise.strip() else "",
        made_by=actor.staff if told.is_made_by_recorder else None,
    )
    call.save()
    for each in told.answers:
        if each.answer is not SaidWhat.NOT_ASKED:
            CallAnswer(
                clinic=clinic,
                call=call,
                question=each.question,
                answer=each.answer,
                choice=each.choice,
                words=each.said_in_words(),
            ).save()
    return call


def settle_promise(
    actor: Actor, call: InsurerCall, *, standing: PromiseStanding, zone: str
) -> InsurerCall:
    """Record that a promise was kept, broken, or no longer matters."""
    if call.request is None:
        raise NotAllowedNow("This call belongs to no case, so there is no promise to settle.")
    with step(
        call.request,
        EventKind.PROMISE_SETTLED,
        actor,
        happened=Moment.instant(actor.now, zone),
        facts={"call": str(call.pk), "standing": str(standing)},
    ):
        call.promise_standing = standing
        call.save()
    return call
