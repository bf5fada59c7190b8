"""Clocks that an adverse decision opens for the clinic: peer-to-peer, appeal, review, hearing."""

from __future__ import annotations

from collections.abc import Iterator

from priorauth.calendars.wording import say_day
from priorauth.deadlines.facts import Happening, Moment
from priorauth.deadlines.in_force import EventValue
from priorauth.deadlines.opened import OpenedClock, Stop, all_items
from priorauth.deadlines.timeline import (
    ADVERSE_ENDINGS,
    Timeline,
    in_zone,
    is_adverse,
    moment,
    printed,
    receipt_of,
    term,
)
from priorauth.rulebook.plan_types import PlanReach
from priorauth.rulebook.rule import Stage
from priorauth.terms import (
    AppealLevel,
    AppealOutcome,
    ClockKind,
    EventKind,
    ReviewTiming,
    Urgency,
)

_TALKS = (
    EventKind.PEER_TO_PEER_REQUESTED,
    EventKind.PEER_TO_PEER_SCHEDULED,
    EventKind.PEER_TO_PEER_HELD,
)
# How rules name the notice that a window counts from, with the date each name stands for.
_DENIAL = ("denial_notice_dated", "denial_notice_received", "denial_notice_sent")
_FINAL = ("final_denial_dated", "final_denial_received", "")
_REDETERMINED = ("redetermination_dated", "redetermination_received", "")
_RECONSIDERED = ("reconsideration_dated", "reconsideration_received", "")
_RESOLUTION = ("appeal_resolution_notice_dated", "", "appeal_resolution_notice_sent")
# How Virginia names the notice that a denial can be taken to external review.
_REVIEW_OPEN = ("", "external_review_notice_received", "")
_REVIEWED = ("ire_decision_dated", "ire_decision_received", "")


def denial_clocks(line: Timeline, plan: PlanReach) -> Iterator[OpenedClock]:
    """What each adverse decision, of the request or of an appeal, leaves for the clinic to do.

    With it the payer's own time to grant the peer-to-peer that was asked for.
    """
    for asked in line.of_kind(EventKind.PEER_TO_PEER_REQUESTED):
        yield from _offer(line, asked)
    for denial in line.of_kind(EventKind.DETERMINED):
        if is_adverse(denial):
            yield from _after_denial(line, plan, denial)
    for ending in line.of_kind(EventKind.APPEAL_DECIDED):
        if term(ending, "outcome", AppealOutcome) in ADVERSE_ENDINGS:
            yield from _after_appeal(line, plan, ending)
    for ending in line.of_kind(EventKind.EXTERNAL_REVIEW_DECIDED):
        if term(ending, "outcome", AppealOutcome) in ADVERSE_ENDINGS:
            yield from _after_review(line, ending)


# -------------------------------------------------------------------- after a denial


def _after_denial(line: Timeline, plan: PlanReach, denial: Happening) -> Iterator[OpenedClock]:
    appeal = _next(line, denial, EventKind.APPEAL_FILED) or _pending(line, denial)
    review = _next(line, denial, EventKind.EXTERNAL_REVIEW_FILED)
    if plan.after_denial is ClockKind.FAIR_HEARING:
        # Staff may record the request for the hearing as either.
        asked = _next(line, denial, EventKind.APPEAL_FILED, EventKind.EXTERNAL_REVIEW_FILED)
        yield from _Notice(line, denial, line.facts.clinic_zone).window(
            ClockKind.FAIR_HEARING,
            Stage.HEARING,
            (_DENIAL,),
            _filed(line, asked, EventKind.APPEAL_RECEIVED),
            printed_as="appeal_by",
        )
        yield from _talk(line, denial, asked)
        return
    notice = _Notice(line, denial, line.facts.payer_zone)
    yield from notice.window(
        ClockKind.APPEAL_FILING,
        Stage.APPEAL,
        (_DENIAL,),
        _filed(line, appeal, EventKind.APPEAL_RECEIVED),
        printed_as="appeal_by",
        level=AppealLevel.FIRST,
    )
    yield from _talk(line, denial, appeal)
    again = _next(line, denial, EventKind.SUBMITTED)
    mended = again or appeal
    yield from notice.window(
        ClockKind.RESUBMISSION,
        Stage.REQUEST,
        (_DENIAL,),
        Stop(mended, mended.when) if mended else None,
        needs_law=True,
    )
    if line.facts.review_timing is ReviewTiming.CONCURRENT:
        yield from notice.window(
            ClockKind.CONTINUATION_OF_BENEFITS,
            Stage.REQUEST,
            (_DENIAL,),
            _filed(line, appeal, EventKind.APPEAL_RECEIVED),
            needs_law=True,
        )
    ended = next(line.after(denial, EventKind.APPEAL_DECIDED), None)
    if line.urgency("", line.facts.urgency)[0] is Urgency.EXPEDITED and ended is None:
        yield from _Notice(line, denial, line.facts.clinic_zone).window(
            ClockKind.EXTERNAL_FILING,
            Stage.REVIEW,
            (_DENIAL,),
            Stop(review, review.when) if review else None,
            needs_law=True,
        )


def _talk(line: Timeline, denial: Happening, contested: Happening | None) -> Iterator[OpenedClock]:
    """The window to talk to the payer's physician; many close it once an appeal is filed."""
    talk = next((each for each in line.after(denial, *_TALKS)), None)
    if contested is None or talk is not None:
        yield from _Notice(line, denial, line.facts.payer_zone).window(
            ClockKind.PEER_TO_PEER,
            Stage.REQUEST,
            (_DENIAL,),
            Stop(talk, talk.when) if talk else None,
            printed_as="peer_to_peer_by",
        )


def _offer(line: Timeline, asked: Happening) -> Iterator[OpenedClock]:
    """The payer's time to offer the conversation, where a law sets one."""
    if asked.when is None:
        return
    zone = line.facts.payer_zone
    when = in_zone(asked.when, zone)
    offers = (EventKind.PEER_TO_PEER_SCHEDULED, EventKind.PEER_TO_PEER_HELD)
    offered = next(line.after(asked, *offers), None)
    items = line.items(line.lines(asked))
    yield OpenedClock(
        kind=ClockKind.PEER_TO_PEER,
        stage=Stage.TALK,
        start=asked,
        proceeding=asked.proceeding,
        zone=zone,
        urgency=line.urgency("", line.facts.urgency)[0],
        items=items[:1],
        starts={"peer_to_peer_requested": when, "reconsideration_requested": when},
        stops=all_items(items, Stop(offered, offered.when) if offered else None),
        needs_law=True,
    )


# -------------------------------------------------------------------- after an appeal


def _after_appeal(line: Timeline, plan: PlanReach, ending: Happening) -> Iterator[OpenedClock]:
    appeal = _opening(line, ending)
    level = term(appeal, "level", AppealLevel) if appeal else None
    urgency = line.urgency(ending.proceeding, _urgency(appeal))[0]
    if _leads_to_second_appeal(line, plan, ending, level or AppealLevel.FIRST):
        second = _next(line, ending, EventKind.APPEAL_FILED)
        yield from _Notice(line, ending, line.facts.payer_zone, urgency).window(
            ClockKind.APPEAL_FILING,
            Stage.APPEAL,
            (_DENIAL, _FINAL, _REDETERMINED, _RECONSIDERED),
            _filed(line, second, EventKind.APPEAL_RECEIVED),
            printed_as="next_by",
            level=AppealLevel.SECOND,
        )
        return
    if plan.after_appeal is None:
        return
    review = _next(line, ending, EventKind.EXTERNAL_REVIEW_FILED)
    is_hearing = plan.after_appeal is not ClockKind.EXTERNAL_FILING
    stage = Stage.HEARING if is_hearing else Stage.REVIEW
    notice = _Notice(line, ending, line.facts.clinic_zone, urgency)
    names = (_DENIAL, _FINAL, _RESOLUTION, _REVIEW_OPEN, _REDETERMINED, _RECONSIDERED)
    yield from notice.window(
        ClockKind.FAIR_HEARING if is_hearing else ClockKind.EXTERNAL_FILING,
        stage,
        names,
        _filed(line, review, None),
        printed_as="next_by",
    )
    if stage is Stage.HEARING and line.facts.review_timing is ReviewTiming.CONCURRENT:
        yield from notice.window(
            ClockKind.CONTINUATION_OF_BENEFITS,
            Stage.HEARING,
            names,
            _filed(line, review, None),
            needs_law=True,
        )


def _leads_to_second_appeal(
    line: Timeline, plan: PlanReach, ending: Happening, level: AppealLevel
) -> bool:
    """A second appeal is open: by law, or the notice says so, or the plan has two levels.

    Where the law sends the second to somebody else, the payer's word that its own was final ends
    nothing.
    """
    if level is AppealLevel.SECOND:
        return False
    if plan.after_appeal is ClockKind.APPEAL_FILING:
        return True
    if ending.facts.get("is_final_internal") is True:
        return False
    return ending.facts.get("is_final_internal") is False or line.facts.plan.appeal_levels == 2


def _after_review(line: Timeline, ending: Happening) -> Iterator[OpenedClock]:
    """A hearing before a judge, where the law gives one after the independent decision."""
    yield from _Notice(line, ending, line.facts.clinic_zone).window(
        ClockKind.FAIR_HEARING, Stage.HEARING, (_REVIEWED,), None, needs_law=True
    )


# -------------------------------------------------------------------- the notice and its dates


class _Notice:
    """An adverse decision with the dates on and of its notice.

    `zone` is where the filing must arrive. Where a date is not recorded the earliest that is known
    stands in for it, and the derivation says so.
    """

    def __init__(
        self, line: Timeline, told: Happening, zone: str, urgency: Urgency | None = None
    ) -> None:
        self.line = line
        self.told = told
        self.zone = zone
        self.urgency = urgency or line.urgency("", line.facts.urgency)[0]
        dated = moment(told, "notice_dated", zone)
        received = moment(told, "notice_received", zone)
        self.dated = Moment.day(dated.on, zone) if dated else None
        self.received = Moment(received.on, received.at, zone) if received else None
        self.when = Moment(told.when.on, told.when.at, zone) if told.when else None

    def window(
        self,
        kind: ClockKind,
        stage: Stage,
        names: tuple[tuple[str, str, str], ...],
        stop: Stop | None,
        *,
        printed_as: str = "",
        level: AppealLevel | None = None,
        needs_law: bool = False,
    ) -> Iterator[OpenedClock]:
        """The clock of one filing; none when no date is known, or the denial was reversed."""
        stand_in = min(
            (each for each in (self.dated, self.received, self.when) if each is not None),
            key=lambda each: (each.on, each.earliest),
            default=None,
        )
        if stand_in is None or (stop is None and self.line.is_reversed(self.told)):
            return
        starts: dict[str, Moment] = {}
        events: dict[str, EventValue] = {}
        for dated, received, sent in names:
            for name, known in ((dated, self.dated), (received, self.received), (sent, self.dated)):
                if name:
                    starts[name] = known or stand_in
                    if known is not None:
                        events[name] = known
        if effective := moment(self.told, "action_effective", self.zone):
            events["action_effective"] = effective
        items = self.line.items(self.line.lines(self.told))
        yield OpenedClock(
            kind=kind,
            stage=stage,
            start=self.told,
            proceeding=self.told.proceeding,
            zone=self.zone,
            urgency=self.urgency,
            items=items[:1],
            starts=starts,
            events=events,
            stops=all_items(items, stop),
            printed=printed(self.told, printed_as) if printed_as else None,
            level=level,
            needs_law=needs_law,
            notes=self._notes(stand_in),
        )

    def _notes(self, stand_in: Moment) -> tuple[str, ...]:
        if self.dated is not None and self.received is not None:
            return ()
        missing = {
            "the date printed on the notice": self.dated,
            "the day it was received": self.received,
        }
        what = " and ".join(name for name, known in missing.items() if known is None)
        return (f"Not recorded: {what}; {say_day(stand_in.on)} is used, the cautious date.",)


def _next(line: Timeline, told: Happening, *kinds: EventKind) -> Happening | None:
    """The first such step after `told` about one of its lines."""
    return next((each for each in line.after(told, *kinds) if line.meets(told, each)), None)


def _pending(line: Timeline, denial: Happening) -> Happening | None:
    """The appeal that was filed against the payer's silence and still runs at the denial."""
    for filed in line.of_kind(EventKind.APPEAL_FILED):
        if line.precedes(filed, denial) and filed.facts.get("against_silence") is True:
            decided = line.in_proceeding(filed, EventKind.APPEAL_DECIDED)
            is_over = decided is not None and line.precedes(decided, denial)
            if not is_over and line.meets(filed, denial):
                return filed
    return None


def _filed(line: Timeline, filing: Happening | None, receipt: EventKind | None) -> Stop | None:
    if filing is None:
        return None
    recorded = line.in_proceeding(filing, receipt) if receipt else None
    return Stop(filing, filing.when, receipt_of(filing, recorded))


def _opening(line: Timeline, ending: Happening) -> Happening | None:
    """The filing of the appeal that `ending` decides."""
    for each in line.of_kind(EventKind.APPEAL_FILED):
        if each.proceeding == ending.proceeding:
            return each
    return None


def _urgency(appeal: Happening | None) -> Urgency:
    asked = term(appeal, "urgency", Urgency) if appeal else None
    return asked or Urgency.STANDARD
