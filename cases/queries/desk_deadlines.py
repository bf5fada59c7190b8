"""Deadlines that no law sets: appointments, promises, ends of authorizations, missing facts, ours.

They have the same shape as the engine's, so that one worklist and one ladder serve all. Their rule
names begin with "desk-" and none claims to be law; each says in its steps where it comes from. The
days before are ours: see the constants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from cases.models import Authorization, PriorAuthRequest, Representative
from cases.models.contacts import PromiseStanding
from cases.queries.facts import zones
from priorauth.calendars.day_table import federal_business_days
from priorauth.calendars.local_time import day_closes, local_date
from priorauth.calendars.wording import say_day, say_time
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.engine import Unruled
from priorauth.deadlines.facts import Happening, Moment
from priorauth.lifecycle.promises import fulfilled_by
from priorauth.lifecycle.states import CaseState
from priorauth.terms import (
    AppealOutcome,
    ClockKind,
    EventKind,
    OwedBy,
    RequestStatus,
    Standing,
)

SUBMIT_BUSINESS_DAYS_BEFORE = 10
"""A payer may lawfully take two weeks and more: ask at least so long before the infusion."""
RENEW_BUSINESS_DAYS_BEFORE = 15
"""A renewal must be asked for and answered before the old authorization ends."""
SUPPLY_BUSINESS_DAYS = 2
"""A fact that an import or a decision left open is to be found out within two business days."""
NOTICE_BUSINESS_DAYS = 5
"""A written notice is owed promptly; after a week it is time to ask for it."""
SEND_AGAIN_BUSINESS_DAYS = 2
"""What came back for a missing page or a wrong digit is mended at once."""
CONTEST_ENDS = (
    EventKind.PEER_TO_PEER_HELD,
    EventKind.APPEAL_DECIDED,
    EventKind.EXTERNAL_REVIEW_DECIDED,
)
WON = (AppealOutcome.OVERTURNED, AppealOutcome.PARTLY_OVERTURNED)
UNDECIDED = (
    RequestStatus.UNDER_APPEAL,
    RequestStatus.UNDER_EXTERNAL_REVIEW,
    RequestStatus.DENIED,
    RequestStatus.PARTLY_APPROVED,
)


def desk_deadlines(
    request: PriorAuthRequest,
    happenings: Sequence[Happening],
    state: CaseState,
    now: datetime,
    unruled: Sequence[Unruled] = (),
) -> list[ComputedDeadline]:
    """All deadlines of `request` that the rulebook does not give. `now` is an aware instant.

    `unruled` are the steps for which the engine found no law.
    """
    # The dates of a letter settle their own task by being there; they find out no other date.
    settled = {
        str(told.facts["settles"]): told
        for told in happenings
        if "settles" in told.facts and not any(name.startswith("supplied_") for name in told.facts)
    }
    was_decided = any(told.kind is EventKind.DETERMINED for told in happenings)
    granted = list(request.authorizations.order_by("pk")) if was_decided else []
    return [
        *_submit_by(request, happenings),
        *_send_again(request, happenings),
        *_appointments(request, happenings),
        *_promises(request, happenings, state),
        *_missing_facts(request, happenings, settled),
        *_missing_rules(request, happenings, settled, unruled),
        *_missing_numbers(request, happenings, granted),
        *_missing_approvals(request, happenings),
        *_authorization_ends(request, happenings, granted),
        *_consent_ends(request, state, happenings),
        *_by_hand(happenings, settled),
    ]


def _answer(
    rule: str,
    kind: ClockKind,
    owed_by: OwedBy,
    start: str,
    started: Moment,
    due: datetime,
    says: str,
    *,
    working: datetime | None = None,
    settled: Happening | None = None,
    if_missed: str = "",
) -> ComputedDeadline:
    met = settled is None or settled.when is None or settled.when.earliest <= due
    return ComputedDeadline(
        kind=kind,
        owed_by=owed_by,
        rule=rule,
        rule_effective_from=None,
        item=None,
        start=start,
        proceeding="",
        started=started,
        due=due,
        chase=due if owed_by is OwedBy.PAYER else None,
        working=_still_workable(working, started, due),
        legal=None,
        printed=None,
        is_believed=False,
        standing=Standing.RUNNING if settled is None else Standing.MET if met else Standing.MISSED,
        settled_by=settled.key if settled else "",
        settled=settled.when if settled else None,
        citation="",
        source="",
        says=says,
        if_missed=if_missed,
        derivation=(says,),
        lost=(),
    )


def _still_workable(working: datetime | None, started: Moment, due: datetime) -> datetime | None:
    """The working date; one that had passed when the clock started becomes the next business day.

    Left out, the shortest notice would get the latest date: work would wait for the last day.
    """
    if working is None or working > started.earliest:
        return working
    soon = _business_days(started.on, started.zone, 1)
    return soon if soon < due else None


def _business_days(on: date, zone: str, count: int) -> datetime:
    """The end of the business day `count` open days after (before, when negative) a local date."""
    days = federal_business_days()
    day = days.add(on, count) if count >= 0 else days.subtract(on, -count)
    return day_closes(day, zone)


def _when(happening: Happening, zone: str) -> Moment:
    return happening.when or Moment.instant(happening.learned_at, zone)


def _first(happenings: Sequence[Happening], *kinds: EventKind) -> Happening | None:
    return next((told for told in happenings if told.kind in kinds), None)


def _submit_by(
    request: PriorAuthRequest, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    opened = _first(happenings, EventKind.REQUEST_OPENED)
    if opened is None or request.planned_start_on is None:
        return
    zone = zones(request)[0]
    on = request.planned_start_on
    yield _answer(
        "desk-submit-by",
        ClockKind.SUBMIT_BY,
        OwedBy.CLINIC,
        opened.key,
        _when(opened, zone),
        day_closes(on, zone),
        f"The first infusion is planned for {say_day(on)}; send the request "
        f"{SUBMIT_BUSINESS_DAYS_BEFORE} business days before, so that the payer has time.",
        working=_business_days(on, zone, -SUBMIT_BUSINESS_DAYS_BEFORE),
        settled=_first(happenings, EventKind.SUBMITTED),
        if_missed="The infusion comes before any approval.",
    )


def _send_again(
    request: PriorAuthRequest, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    """No clock of the payer runs on what it sent back: without a date nobody would see it."""
    zone = zones(request)[0]
    for place, told in enumerate(happenings):
        if told.kind is not EventKind.REJECTED_BY_PAYER:
            continue
        back = _when(told, zone)
        yield _answer(
            "desk-send-again",
            ClockKind.SUBMIT_BY,
            OwedBy.CLINIC,
            told.key,
            back,
            _business_days(back.on, zone, SEND_AGAIN_BUSINESS_DAYS),
            "The payer sent the request back undecided, so no time of the payer's runs. Mend what "
            f"it names and submit again within {SEND_AGAIN_BUSINESS_DAYS} business days.",
            settled=_first(happenings[place + 1 :], EventKind.SUBMITTED, EventKind.DETERMINED),
            if_missed="The request lies with nobody while the infusion comes nearer.",
        )


def _appointments(
    request: PriorAuthRequest, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    """A peer-to-peer at the hour last agreed for it: who misses the talk loses the chance."""
    zone = zones(request)[0]
    agreed = {
        told.proceeding: told
        for told in happenings
        if told.kind is EventKind.PEER_TO_PEER_SCHEDULED
    }
    for proceeding, told in agreed.items():
        at = told.facts.get("scheduled_for")
        if not isinstance(at, Moment) or at.at is None:
            continue
        held = next(
            (
                each
                for each in happenings
                if each.kind is EventKind.PEER_TO_PEER_HELD and each.proceeding == proceeding
            ),
            None,
        )
        answer = _answer(
            "desk-appointment",
            ClockKind.APPOINTMENT,
            OwedBy.CLINIC,
            told.key,
            _when(told, zone),
            at.at,
            f"Agreed with the payer's medical director for {_on_both_clocks(at.at, zone, at.zone)}"
            ". Have the clinician and the chart at hand, and record how it ended.",
            settled=held,
            if_missed="The payer may treat a missed talk as refused; ask for a new time at once.",
        )
        # A talk takes place at its time or after it: whenever it was held, it was kept.
        kept = replace(answer, standing=Standing.MET) if held else answer
        yield replace(kept, proceeding=proceeding)


def _on_both_clocks(at: datetime, zone: str, theirs: str) -> str:
    """An instant on the clinic's clock, with the payer's beside it where it was agreed on that."""
    ours, other = say_time(at, zone), say_time(at, theirs)
    if ours == other:
        return ours
    day, clock = other.split(", ")
    is_same_day = ours.startswith(day)
    return f"{ours} ({clock if is_same_day else other}, the payer's clock)"


def _promises(
    request: PriorAuthRequest, happenings: Sequence[Happening], state: CaseState
) -> Iterator[ComputedDeadline]:
    """What was promised on a call, until a person settles it or nothing of it is awaited."""
    if not any(told.facts.get("promise") for told in happenings):
        return
    known = {told.key: told for told in happenings}
    keys = [line.key for line in state.lines]
    zone = zones(request)[0]
    for call in request.calls.exclude(promise="").order_by("pk"):
        logged = known.get(str(call.event_id))
        if logged is None or call.promised_by_at is None:
            continue
        settled = next(
            (
                told
                for told in reversed(happenings)
                if told.kind is EventKind.PROMISE_SETTLED and told.facts.get("call") == str(call.pk)
            ),
            None,
        )
        answer = _answer(
            "desk-promise",
            ClockKind.PROMISE,
            OwedBy.PAYER,
            logged.key,
            _when(logged, zone),
            call.promised_by_at,
            f"Promised by the payer's representative on a call, "
            f"for {say_time(call.promised_by_at, zone)}.",
            settled=settled or fulfilled_by(keys, happenings, logged.key),
            if_missed="Call again, name the first call's reference, and ask for a supervisor.",
        )
        if settled and call.promise_standing == PromiseStanding.BROKEN:
            answer = replace(answer, standing=Standing.MISSED)
        yield answer


def _missing_facts(
    request: PriorAuthRequest, happenings: Sequence[Happening], settled: dict[str, Happening]
) -> Iterator[ComputedDeadline]:
    """An event whose date is unknown: find the date, undo the event, record it with its date."""
    zone = zones(request)[0]
    for told in happenings:
        if told.facts.get("notice_awaited") is True:
            yield _notice_awaited(told, zone)
        if told.when is not None:
            continue
        learned = Moment.instant(told.learned_at, zone)
        yield _answer(
            "desk-missing-date",
            ClockKind.MISSING_FACT,
            OwedBy.CLINIC,
            told.key,
            learned,
            _business_days(learned.on, zone, SUPPLY_BUSINESS_DAYS),
            f'The date of "{told.kind.label}" is not known, so its clock cannot run. Find the '
            "date and enter it.",
            settled=settled.get(told.key),
            if_missed="A deadline may be running that nobody sees.",
        )


def _notice_awaited(told: Happening, zone: str) -> ComputedDeadline:
    learned = Moment.instant(told.learned_at, zone)
    return _answer(
        "desk-missing-notice",
        ClockKind.MISSING_FACT,
        OwedBy.CLINIC,
        told.key,
        learned,
        _business_days(learned.on, zone, NOTICE_BUSINESS_DAYS),
        "A refusal was told but its notice is not on file. Ask for it and enter its dates: the "
        "time to appeal runs from them.",
        if_missed="The appeal window may be running without a date on this screen.",
    )


def _missing_rules(
    request: PriorAuthRequest,
    happenings: Sequence[Happening],
    settled: dict[str, Happening],
    unruled: Sequence[Unruled],
) -> Iterator[ComputedDeadline]:
    """A step that neither law on file nor habit gives a date: no date may be missing in silence."""
    known = {told.key: told for told in happenings}
    zone = zones(request)[0]
    # Of two such steps that one event opens, one task is enough: its words name the first.
    undated = {each.start: each for each in reversed(unruled) if not each.has_expectation}
    for key, step in undated.items():
        if key not in known or known[key].when is None:
            continue  # its own date is the task
        learned = Moment.instant(known[key].learned_at, zone)
        ticked = settled.get(key)
        yield _answer(
            "desk-no-rule",
            ClockKind.MISSING_FACT,
            OwedBy.CLINIC,
            key,
            learned,
            _business_days(learned.on, zone, SUPPLY_BUSINESS_DAYS),
            f'No date could be worked out for "{step.kind.label}": {step.why}. Ask the payer or '
            "read its letter, set the date by hand, and take this task off.",
            settled=ticked if ticked and "happened" not in ticked.facts else None,
            if_missed="A deadline may be running that nobody sees.",
        )


def _missing_numbers(
    request: PriorAuthRequest, happenings: Sequence[Happening], granted: Sequence[Authorization]
) -> Iterator[ComputedDeadline]:
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
        yield _answer(
            "desk-missing-number",
            ClockKind.MISSING_FACT,
            OwedBy.CLINIC,
            told.key,
            learned,
            _business_days(learned.on, zone, SUPPLY_BUSINESS_DAYS),
            "Approved, but no authorization number is on file. Ask the payer for it: claims are "
            "refused without it.",
            settled=entered if authorization.authorization_number else None,
            if_missed="The claim is refused although the treatment was approved.",
        )


def _missing_approvals(
    request: PriorAuthRequest, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    """A contest that was won: until the payer's new determination nothing can be billed."""
    zone = zones(request)[0]
    for place, told in enumerate(happenings):
        if told.kind not in CONTEST_ENDS or told.facts.get("outcome") not in WON:
            continue
        learned = Moment.instant(told.learned_at, zone)
        yield _answer(
            "desk-missing-approval",
            ClockKind.MISSING_FACT,
            OwedBy.CLINIC,
            told.key,
            learned,
            _business_days(learned.on, zone, NOTICE_BUSINESS_DAYS),
            "The refusal was overturned, but no approval is on file. Ask the payer for its letter "
            "and record the new determination with the authorization number.",
            settled=_first(happenings[place + 1 :], EventKind.DETERMINED),
            if_missed="The claim is refused although the appeal was won, and no renewal comes up.",
        )


def _authorization_ends(
    request: PriorAuthRequest, happenings: Sequence[Happening], granted: Sequence[Authorization]
) -> Iterator[ComputedDeadline]:
    ending = [each for each in granted if each.effective_through is not None]
    if not ending or _is_renewed(request):
        return
    known = {told.key: told for told in happenings}
    zone = zones(request)[0]
    for authorization in ending:
        told = known.get(str(authorization.event_id))
        through = authorization.effective_through
        if told is None or through is None:
            continue
        yield _answer(
            "desk-authorization-ends",
            ClockKind.AUTHORIZATION_ENDS,
            OwedBy.CLINIC,
            told.key,
            _when(told, zone),
            day_closes(through, zone),
            f"The authorization covers treatment through {say_day(through)}. Start the renewal "
            f"{RENEW_BUSINESS_DAYS_BEFORE} business days before.",
            working=_business_days(through, zone, -RENEW_BUSINESS_DAYS_BEFORE),
            if_missed="Later infusions are not covered.",
        )


def _is_renewed(request: PriorAuthRequest) -> bool:
    """A later request for the same course was sent: the old end date needs no reminder."""
    renewals = PriorAuthRequest._base_manager.filter(previous_request=request)
    return renewals.exclude(status__in=[RequestStatus.DRAFT, RequestStatus.WITHDRAWN]).exists()


def _consent_ends(
    request: PriorAuthRequest, state: CaseState, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    opened = _first(happenings, EventKind.REQUEST_OPENED)
    if state.status not in UNDECIDED or opened is None:
        return
    zone = zones(request)[0]
    consent = (
        Representative._base_manager.filter(patient=request.patient_id, expires_on__isnull=False)
        .order_by("-expires_on")
        .first()
    )
    if consent is None or consent.expires_on is None:
        return
    yield _answer(
        "desk-consent-ends",
        ClockKind.CONSENT_ENDS,
        OwedBy.CLINIC,
        opened.key,
        Moment.day(consent.signed_on, zone),
        day_closes(consent.expires_on, zone),
        f"The written consent to appeal in the member's name ends on "
        f"{say_day(consent.expires_on)}. Have a new one signed before.",
        working=_business_days(consent.expires_on, zone, -5),
        if_missed="The payer may refuse to talk to the clinic about the appeal.",
    )


def _by_hand(
    happenings: Sequence[Happening], settled: dict[str, Happening]
) -> Iterator[ComputedDeadline]:
    for told in happenings:
        due = told.facts.get("due")
        if told.kind is not EventKind.DATE_SET_BY_HAND or not isinstance(due, Moment):
            continue
        owed_by = OwedBy(str(told.facts.get("owed_by", OwedBy.CLINIC)))
        started = _when(told, due.zone)
        yield _answer(
            "desk-by-hand",
            ClockKind.BY_HAND,
            owed_by,
            told.key,
            started,
            due.latest,
            f"Set by hand on {say_day(local_date(told.learned_at, due.zone))}; the note on the "
            "timeline says what for.",
            working=due.latest if owed_by is OwedBy.CLINIC else None,
            settled=settled.get(told.key),
        )
