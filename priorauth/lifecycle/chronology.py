"""Which times of a step contradict each other, the steps before it, or the present.

A time known only as a day may be any instant of that day in its zone, so two times contradict only
when no reading fits. An unknown time (`when` is None) contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from priorauth.deadlines.facts import Happening, Moment
from priorauth.errors import ImpossibleFact
from priorauth.lifecycle import carried, contestable
from priorauth.lifecycle.states import CaseState, ProceedingKind
from priorauth.lifecycle.transitions import SENT, transition_of
from priorauth.terms import AppealLevel, EventKind, Urgency

FIRST_YEAR = 2020  # older dates look like slips: taken only when somebody said they are right
OLDEST_YEAR = 2005  # no calendar here reaches further back
FARTHEST_PRINTED = timedelta(days=5 * 366)
CLOCK_SKEW = timedelta(minutes=5)  # the browser's clock may run ahead of ours
ONE_DAY = timedelta(days=1)  # the same instant can be two dates, here and at the payer's

WHEN = "when"

# Facts that tell of the past, and dates that somebody printed for the future.
PAST_FACTS = {
    "sent": "the day the payer sent it",
    "received_by_payer": "the payer's receipt",
    "notice_dated": "the date on the notice",
    "notice_received": "the day the notice arrived",
}
PRINTED_FACTS = {
    "answer_by": "the date to answer by",
    "until": "the payer's extended date",
    "appeal_by": "the date to appeal by",
    "peer_to_peer_by": "the date for a peer-to-peer",
    "next_by": "the date for the next step",
    "scheduled_for": "the time agreed",
}


def in_words(day: date) -> str:
    """A date as staff read it, such as May 3, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def check_times(
    state: CaseState, happening: Happening, now: datetime, *, may_be_old: bool = False
) -> None:
    """Raise ImpossibleFact(field) for the first time that cannot be right.

    `now` is an aware instant. `field` is "when" for the time of the happening itself, else the
    name of the fact. Order checks are skipped when `when` is None. `may_be_old` takes dates from
    before 2020 too.
    """
    _check_span(happening, now, OLDEST_YEAR if may_be_old else FIRST_YEAR)
    _check_inside(happening)
    if happening.when is None:
        return
    for what, before in _before(state, happening):
        if before is not None and happening.when.latest < before.earliest:
            raise ImpossibleFact(
                WHEN,
                f"{in_words(happening.when.on)} lies before {what} on "
                f"{in_words(before.on)}. Correct this date, or undo the earlier step and record "
                "it again with the right one.",
            )
    for what, after in _after(state, happening):
        if after is not None and happening.when.earliest > after.latest:
            raise ImpossibleFact(
                WHEN,
                f"{in_words(happening.when.on)} lies after {what} on {in_words(after.on)}. "
                "Correct this date, or undo the later step and record it again.",
            )


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


# ------------------------------------------------------------------ each time by itself


def _check_span(happening: Happening, now: datetime, first_year: int) -> None:
    today = now.astimezone(UTC).date()
    if happening.when is not None:
        _not_too_old(WHEN, "This date", happening.when.on, first_year)
        if happening.when.earliest > now + CLOCK_SKEW:
            raise _future(WHEN, "This time", happening.when.on)
    for name, words in PAST_FACTS.items():
        day = carried.day(happening, name)
        if day is None:
            continue
        _not_too_old(name, words, day, first_year)
        at = carried.moment(happening, name)
        is_future = at.earliest > now + CLOCK_SKEW if at else day > today + ONE_DAY
        if is_future:
            raise _future(name, words, day)
    for name, words in PRINTED_FACTS.items():
        day = carried.day(happening, name)
        if day is None:
            continue
        _not_too_old(name, words, day, first_year)
        if day > today + FARTHEST_PRINTED:
            raise ImpossibleFact(
                name, f"{_cap(words)}, {in_words(day)}, is years away. Check the year."
            )


def _not_too_old(field: str, words: str, day: date, first_year: int) -> None:
    if day.year < first_year:
        raise ImpossibleFact(
            field, f"{_cap(words)}, {in_words(day)}, lies before {first_year}. Check the year."
        )


def _future(field: str, words: str, day: date) -> ImpossibleFact:
    return ImpossibleFact(
        field,
        f"{_cap(words)}, {in_words(day)}, lies in the future. "
        "Record it once it has happened, or correct the date.",
    )


# ------------------------------------------------------------------ the times of one step


def _check_inside(happening: Happening) -> None:
    """The dates that one step brings must follow each other."""
    days = {name: carried.day(happening, name) for name in (*PAST_FACTS, *PRINTED_FACTS)}
    dated = days["notice_dated"]
    _in_order(("notice_dated", dated), ("notice_received", days["notice_received"]))
    _in_order(("notice_dated", dated), ("appeal_by", days["appeal_by"]))
    _in_order(("notice_dated", dated), ("next_by", days["next_by"]))
    _in_order(("sent", days["sent"]), ("answer_by", days["answer_by"]))
    _in_order(("sent", days["sent"]), ("until", days["until"]))
    when = happening.when
    if when is None:
        return
    if dated is not None and dated < when.on - ONE_DAY:
        raise ImpossibleFact(
            "notice_dated",
            f"The notice is dated {in_words(dated)}, before the decision on {in_words(when.on)}. "
            "Correct one of the two: a decision is never later than its notice.",
        )
    receipt = carried.moment(happening, "received_by_payer")
    if receipt is not None and receipt.latest < when.earliest:
        raise _disorder("received_by_payer", receipt.on, "the day it was sent", when.on)
    agreed = carried.moment(happening, "scheduled_for")
    if agreed is not None and agreed.latest < when.earliest:
        raise _disorder("scheduled_for", agreed.on, "the day it was agreed", when.on)


def _in_order(first: tuple[str, date | None], second: tuple[str, date | None]) -> None:
    (name, day), (later_name, later_day) = first, second
    if day is not None and later_day is not None and later_day < day:
        raise _disorder(later_name, later_day, (PAST_FACTS | PRINTED_FACTS)[name], day)


def _disorder(field: str, day: date, earlier: str, earlier_day: date) -> ImpossibleFact:
    words = (PAST_FACTS | PRINTED_FACTS)[field]
    return ImpossibleFact(
        field,
        f"{_cap(words)}, {in_words(day)}, lies before {earlier}, {in_words(earlier_day)}. "
        "Correct one of the two.",
    )


# ------------------------------------------------------------------ beside the steps before it

Times = Iterator[tuple[str, Moment | None]]


def _before(state: CaseState, happening: Happening) -> Times:
    """Times of recorded steps that cannot come after this one."""
    row = transition_of(happening.kind)
    if happening.kind is EventKind.SUBMITTED:
        yield "the payer's return", state.sent_back
    elif row.request_in <= SENT:
        yield "the submission", state.submitted
    one = state.proceeding(happening.proceeding)
    if one is not None:
        yield f"the day the {one.kind.label.lower()} began", one.opened
    further = _FURTHER.get(happening.kind)
    if further is not None:
        yield from further(state, happening)


def _after(state: CaseState, happening: Happening) -> Times:
    """Times of recorded steps that cannot come before this one, which was learned late."""
    if happening.kind is EventKind.RECEIVED_BY_PAYER:
        for line in state.lines:
            yield f"the payer's decision on line {line.key}", line.decided
    if happening.kind is EventKind.APPEAL_RECEIVED:
        one = state.proceeding(happening.proceeding)
        yield "its decision", one.ended if one else None


def _before_determination(state: CaseState, happening: Happening) -> Times:
    yield "the payer's receipt", state.received
    for key in carried.outcomes(happening):
        line = state.line(key)
        yield f"the decision it replaces on line {key}", line.decided if line else None


def _before_appeal(state: CaseState, happening: Happening) -> Times:
    level = carried.term(happening, "level", AppealLevel)
    for key in contestable.lines_concerned(state, ProceedingKind.APPEAL, happening):
        line = state.line(key)
        if line is not None:
            yield f"the denial of line {key}", line.decided
            if level is AppealLevel.SECOND:
                yield f"the first appeal's decision on line {key}", line.internal_decided


def _before_review(state: CaseState, happening: Happening) -> Times:
    is_early = carried.term(happening, "urgency", Urgency) is Urgency.EXPEDITED or (
        carried.said_yes(happening, "deemed_exhausted")
    )
    for key in contestable.lines_concerned(state, ProceedingKind.EXTERNAL_REVIEW, happening):
        line = state.line(key)
        if line is not None:
            yield f"the denial of line {key}", line.decided
            if not is_early:
                yield f"the internal decision on line {key}", line.internal_decided


def _before_decision(state: CaseState, happening: Happening) -> Times:
    one = state.proceeding(happening.proceeding)
    yield "its receipt", one.received if one else None


_FURTHER: Mapping[EventKind, Callable[[CaseState, Happening], Times]] = {
    EventKind.DETERMINED: _before_determination,
    EventKind.APPEAL_FILED: _before_appeal,
    EventKind.APPEAL_DECIDED: _before_decision,
    EventKind.EXTERNAL_REVIEW_FILED: _before_review,
}
