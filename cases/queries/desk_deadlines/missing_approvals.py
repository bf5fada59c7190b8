"""What an approval still lacks: its number, or the approval itself after a contest was won."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.models import Authorization, PriorAuthRequest
from cases.queries.desk_deadlines.missing_facts import NOTICE_BUSINESS_DAYS, SUPPLY_BUSINESS_DAYS
from cases.queries.desk_deadlines.shaping import business_days, first_of, own_deadline
from cases.queries.facts import zones
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening, Moment
from priorauth.terms import AppealOutcome, ClockKind, EventKind, OwedBy

CONTEST_ENDS = (
    EventKind.PEER_TO_PEER_HELD,
    EventKind.APPEAL_DECIDED,
    EventKind.EXTERNAL_REVIEW_DECIDED,
)
WON = (AppealOutcome.OVERTURNED, AppealOutcome.PARTLY_OVERTURNED)


def missing_numbers(
    request: PriorAuthRequest, happenings: Sequence[Happening], granted: Sequence[Authorization]
) -> Iterator[ComputedDeadline]:
    """Approvals without their number."""
    known = {told.key: told for told in happenings}
    zone = zones(request)[0]
    for authorization in granted:
        told = known.get(str(authorization.event_id))
        if told is None:
            continue
        entered = next(
            (
                h
                for h in happenings
                if h.kind is EventKind.AUTHORIZATION_ENTERED
                and h.facts.get("authorization") == str(authorization.pk)
            ),
            None,
        )
        if authorization.authorization_number and entered is None:
            continue
        learned = Moment.instant(told.learned_at, zone)
        yield own_deadline(
            "desk-missing-number",
            ClockKind.MISSING_FACT,
            OwedBy.CLINIC,
            told.key,
            learned,
            business_days(learned.on, zone, SUPPLY_BUSINESS_DAYS),
            "Approved, but no authorization number is on file. Ask the payer for it: claims are "
            "refused without it.",
            settled=entered if authorization.authorization_number else None,
            if_missed="The claim is refused although the treatment was approved.",
        )


def missing_approvals(
    request: PriorAuthRequest, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    """A contest that was won: until the payer's new determination nothing can be billed."""
    zone = zones(request)[0]
    for place, told in enumerate(happenings):
        if told.kind not in CONTEST_ENDS or told.facts.get("outcome") not in WON:
            continue
        learned = Moment.instant(told.learned_at, zone)
        yield own_deadline(
            "desk-missing-approval",
            ClockKind.MISSING_FACT,
            OwedBy.CLINIC,
            told.key,
            learned,
            business_days(learned.on, zone, NOTICE_BUSINESS_DAYS),
            "The refusal was overturned, but no approval is on file. Ask the payer for its letter "
            "and record the new determination with the authorization number.",
            settled=first_of(happenings[place + 1 :], EventKind.DETERMINED),
            if_missed="The claim is refused although the appeal was won, and no renewal comes up.",
        )
