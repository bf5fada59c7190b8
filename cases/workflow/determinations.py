"""The payer has decided: what it said of each line, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cases.models import (
    Authorization,
    CaseEvent,
    Determination,
    LineDetermination,
    PriorAuthRequest,
    ServiceLine,
)
from cases.models.determinations import ToldBy
from cases.workflow import infusions
from cases.workflow.actor import Actor
from cases.workflow.patient_mails import tell_patient
from cases.workflow.step import rebuild_renewed, step
from priorauth.calendars.local_time import local_date
from priorauth.deadlines.facts import Fact, Moment
from priorauth.errors import ImpossibleFact, MissingFact
from priorauth.patient_mail import PatientMailKind
from priorauth.terms import ADVERSE_OUTCOMES, APPROVING_OUTCOMES, EventKind, Outcome

GRANTED = ("authorization_number", "sessions", "effective_from", "effective_through")
"""Columns of an authorization; the event that enters them tells them, and what they were."""


@dataclass(frozen=True, slots=True)
class LineDecision:
    """The outcome of one line; `units_approved` is needed where less was given than asked."""

    line: ServiceLine
    outcome: Outcome
    units_approved: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """The letter: the date printed on it, the day it reached us, the dates it sets.

    `is_awaited` when a refusal was told but its letter has not come: a task until it does.
    """

    dated_on: date | None = None
    received_on: date | None = None
    appeal_by_on: date | None = None
    peer_to_peer_by_on: date | None = None
    told_by: ToldBy = ToldBy.LETTER
    reference: str = ""
    is_awaited: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """What an approval gives. Days are inclusive; the number may still be missing."""

    authorization_number: str = ""
    sessions: int | None = None
    effective_from: date | None = None
    effective_through: date | None = None


def log_determination(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    decided: Moment | None,
    decisions: Sequence[LineDecision],
    notice: Notice,
    granted: Granted | None = None,
    reasons: Sequence[str] = (),
    reasons_verbatim: str = "",
    codes_verbatim: str = "",
) -> Determination:
    """Record one decision over some or all lines.

    An approval writes the authorization; an adverse line starts the appeal and peer-to-peer
    windows, counted from the notice. `reasons` are ids a person confirmed
    (priorauth.codes.denial_reasons). Raises MissingFact or ImpossibleFact naming the field.
    """
    _check(decisions, granted)
    adverse = [each for each in decisions if each.outcome in ADVERSE_OUTCOMES]
    with step(
        request,
        EventKind.DETERMINED,
        actor,
        happened=decided,
        lines=[each.line.key for each in decisions],
        facts={
            "adverse": bool(adverse),
            "outcomes": tuple(f"{each.line.key}={each.outcome}" for each in decisions),
            "notice_dated": notice.dated_on,
            "notice_received": notice.received_on,
            "notice_awaited": notice.is_awaited or None,
            "appeal_by": notice.appeal_by_on if adverse else None,
            "peer_to_peer_by": notice.peer_to_peer_by_on if adverse else None,
        },
    ) as taken:
        determination = Determination(
            clinic_id=request.clinic_id,
            request=request,
            event=taken.event,
            told_by=notice.told_by,
            decision_reference=notice.reference,
            notice_dated_on=notice.dated_on,
            notice_received_on=notice.received_on,
            appeal_by_on=notice.appeal_by_on,
            peer_to_peer_by_on=notice.peer_to_peer_by_on,
            reasons=list(reasons),
            reasons_verbatim=reasons_verbatim,
            codes_verbatim=codes_verbatim,
        )
        determination.save()
        for decision in decisions:
            _write_line(determination, decision)
        approved = [each.line for each in decisions if each.outcome in APPROVING_OUTCOMES]
        if approved:
            granted = granted or Granted()
            write_authorization(request, taken.event, granted, approved)
            _take_over_infusions(request, granted, actor)
        tell_patient(actor, taken, PatientMailKind.NEWS)
    return determination


def _take_over_infusions(request: PriorAuthRequest, granted: Granted, actor: Actor) -> None:
    """A renewal was approved: the infusions of its days leave the request that it renews."""
    if request.previous_request_id is None:
        return
    today = local_date(actor.now, request.clinic.time_zone)
    if infusions.take_over(request, granted.effective_from or today):
        rebuild_renewed(request.previous_request_id, actor)


def _check(decisions: Sequence[LineDecision], granted: Granted | None) -> None:
    if not decisions:
        raise MissingFact("outcome", "Say what was decided on at least one line.")
    for each in decisions:
        partly = each.outcome in (Outcome.PARTLY_APPROVED, Outcome.MODIFIED)
        if partly and each.units_approved is None:
            raise MissingFact(
                "units_approved", f"Line {each.line.code}: enter the units the payer approved."
            )
    _check_span(granted or Granted())


def _check_span(granted: Granted) -> None:
    first, last = granted.effective_from, granted.effective_through
    if first and last and last < first:
        raise ImpossibleFact(
            "effective_through", "The authorization ends before it begins: check the two dates."
        )


def _write_line(determination: Determination, decision: LineDecision) -> None:
    units = decision.units_approved
    if units is None and decision.outcome is Outcome.APPROVED:
        units = decision.line.units_total
    LineDetermination(
        clinic_id=determination.clinic_id,
        determination=determination,
        line=decision.line,
        outcome=decision.outcome,
        units_approved=units,
    ).save()
    ServiceLine._base_manager.filter(pk=decision.line.pk).update(units_approved=units)


def write_authorization(
    request: PriorAuthRequest, event: CaseEvent, granted: Granted, lines: Sequence[ServiceLine]
) -> Authorization:
    """The authorization an approval gives; a missing number becomes a task by itself."""
    authorization = Authorization(
        clinic_id=request.clinic_id,
        request=request,
        event=event,
        authorization_number=granted.authorization_number.strip(),
        sessions=granted.sessions,
        effective_from=granted.effective_from,
        effective_through=granted.effective_through,
    )
    authorization.save()
    authorization.lines.set(lines)
    return authorization


def _granted(granted: Granted) -> dict[str, Fact]:
    return {
        "authorization_number": granted.authorization_number.strip(),
        "sessions": granted.sessions,
        "effective_from": granted.effective_from,
        "effective_through": granted.effective_through,
    }


def enter_authorization(
    actor: Actor, authorization: Authorization, *, granted: Granted, zone: str
) -> Authorization:
    """Fill in or correct the number and dates of an authorization learned later."""
    _check_span(granted)
    with step(
        authorization.request,
        EventKind.AUTHORIZATION_ENTERED,
        actor,
        happened=Moment.instant(actor.now, zone),
        facts={
            "authorization": str(authorization.pk),
            **_granted(granted),
            **{f"was_{name}": getattr(authorization, name) for name in GRANTED},
        },
    ):
        authorization.authorization_number = granted.authorization_number.strip()
        authorization.sessions = granted.sessions
        authorization.effective_from = granted.effective_from
        authorization.effective_through = granted.effective_through
        authorization.version += 1
        authorization.save()
    return authorization
