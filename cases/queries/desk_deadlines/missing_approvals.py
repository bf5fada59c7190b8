"""What an approval still lacks: number, last covered day, or itself after a contest was won."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.models import Authorization, PriorAuthRequest
from cases.queries.desk_deadlines.authorization_ends import is_renewed
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
    for authorization, told, entered in _with_entries(happenings, granted):
        numbered = next((h for h in entered if h.facts.get("authorization_number")), None)
        if authorization.authorization_number and numbered is None:
            continue
        yield _asked_of_payer(
            request,
            "desk-missing-number",
            told,
            "Approved, but no authorization number is on file. Ask the payer for it: claims are "
            "refused without it.",
            settled=numbered if authorization.authorization_number else None,
            if_missed="The claim is refused although the treatment was approved.",
        )


def missing_ends(
    request: PriorAuthRequest, happenings: Sequence[Happening], granted: Sequence[Authorization]
) -> Iterator[ComputedDeadline]:
    """Approvals without their last covered day: no renewal can be timed, and they end unseen.

    None once a renewal was sent, as with the end itself (authorization_ends.py).
    """
    if any(each.effective_through is None for each in granted) and is_renewed(request):
        return
    for authorization, told, entered in _with_entries(happenings, granted):
        dated = next((h for h in entered if h.facts.get("effective_through")), None)
        was_dated = dated is None or dated.facts.get("was_effective_through")
        if authorization.effective_through is not None and was_dated:
            continue
        yield _asked_of_payer(
            request,
            "desk-missing-end",
            told,
            "Approved, but its last covered day is not on file, so no renewal can be timed. Ask "
            "the payer for it and enter it with the authorization.",
            settled=dated if authorization.effective_through is not None else None,
            if_missed="The approval ends, nobody is told to renew it, and later infusions are not "
            "covered.",
        )


def _with_entries(
    happenings: Sequence[Happening], granted: Sequence[Authorization]
) -> Iterator[tuple[Authorization, Happening, list[Happening]]]:
    """Each authorization with the decision that brought it and what was entered on it later."""
    known = {told.key: told for told in happenings}
    for authorization in granted:
        told = known.get(str(authorization.event_id))
        if told is not None:
            key = str(authorization.pk)
            yield (
                authorization,
                told,
                [
                    each
                    for each in happenings
                    if each.kind is EventKind.AUTHORIZATION_ENTERED
                    and each.facts.get("authorization") == key
                ],
            )


def _asked_of_payer(
    request: PriorAuthRequest,
    rule: str,
    told: Happening,
    says: str,
    *,
    settled: Happening | None,
    if_missed: str,
) -> ComputedDeadline:
    """A task to ask within days for what the decision `told` left out."""
    zone = zones(request)[0]
    learned = Moment.instant(told.learned_at, zone)
    return own_deadline(
        rule,
        ClockKind.MISSING_FACT,
        OwedBy.CLINIC,
        told.key,
        learned,
        business_days(learned.on, zone, SUPPLY_BUSINESS_DAYS),
        says,
        settled=settled,
        if_missed=if_missed,
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
