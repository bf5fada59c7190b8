"""One rule at work: a start, the events that move it, and the date that comes out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from priorauth.calendars.local_time import day_closes, local_date, zone_named
from priorauth.calendars.state_days import computation_statute, state_day_table
from priorauth.calendars.wording import say_count, say_day, say_time
from priorauth.deadlines.counting import Reached, count, end_of_limit, rolled
from priorauth.deadlines.facts import Moment
from priorauth.deadlines.in_force import (
    Events,
    refuse_consequence,
    refuse_out_of_force,
)
from priorauth.errors import ClockError
from priorauth.rulebook.event_names import PRINTED_DATE_OF
from priorauth.rulebook.rule import (
    Counting,
    DeadlineRule,
    Direction,
    Limit,
    Take,
    Tolling,
    Unit,
    Variant,
)
from priorauth.rulebook.rulebook import Rulebook
from priorauth.terms import ClockKind, ItemKind, OwedBy

# The answer to a question of the payer, by either of its names.
_ANSWERED = ("info_received", "claimant_responded")
_SAYS_COMPLEX = "payer_says_complex"
# Facts that are yes or no, in words.
_VARIANTS = {_SAYS_COMPLEX: "the payer says the case is complex, or takes more time for it"}
# A question and its answer, which begin some payers' time anew.
_QUESTION = ("info_request_sent", "info_request_received_by_clinic", *_ANSWERED)
_EARLIER_OF_INFORMATION = "earlier_of_info_received_or_info_period_end"


@dataclass(frozen=True, slots=True)
class ClockRun:
    """What one rule gives. Instants are aware UTC.

    `due` is the date on the reading that the rule states, `chase` the earliest reading, `late`
    the latest: who owes it is late only after that. `legal` is `late` when the rule binds anybody.
    `rule` is the one that governed: another than asked for when the rule asked for hands such facts
    on. `stands_still_until` is the last day on which an answer may be awaited, while none is
    recorded (date.max: until it comes); `is_extended` after a valid notice. `late_by` is the other
    law whose limit `late` is, where one that binds as well leaves less time.
    """

    rule: DeadlineRule
    start: Moment
    due: datetime
    chase: datetime
    late: datetime
    stands_still_until: date | None
    is_extended: bool
    steps: tuple[str, ...]
    late_by: str = ""

    @property
    def legal(self) -> datetime | None:
        """The limit, None for an expectation."""
        return self.late if self.rule.is_limit else None

    @property
    def is_waiting(self) -> bool:
        """Whether the time begins only with an answer that is not recorded."""
        return self.stands_still_until == date.max


def run_clock(
    rule: DeadlineRule,
    clock_start: Moment,
    events: Events,
    rulebook: Rulebook,
    item: ItemKind | None = None,
    *,
    says_unused: bool = True,
    tells: bool = True,
) -> ClockRun:
    """Run `rule` from `clock_start` under `events` (names of `rulebook.event_names`).

    `clock_start` is the rule's own start, or an earlier event when `events` holds the own start
    (the printed date of a notice whose receipt is proved, receipt of the request for an
    extension). `item` matters only where drugs cannot be extended. `says_unused` adds a sentence
    for each event that had no effect. Without `tells` only `due` is wanted: `steps` and `late` of
    the run then say nothing.

    Raises ClockError in words for staff: a rule that was not in force, a consequence without a
    countdown, an event that contradicts another.
    """
    refuse_consequence(rule)
    refuse_out_of_force(rule, clock_start.on, events, rulebook)
    other = _handed_on(rule, clock_start, events, rulebook, says_unused)
    if other is not None:
        return other
    if rule.extends and "extension_notice_sent" in events:
        return _run_extension(rule, clock_start, events, rulebook, item, says_unused)
    return _Clock(rule, clock_start, events, rulebook, item, says_unused, tells=tells).run()


def due_by_start(rule: DeadlineRule, clock_start: Moment, rulebook: Rulebook) -> datetime:
    """The `due` of `run_clock` for a clock of which only the start is known (aware UTC).

    The same count without the words and the other readings. Raises ClockError as `run_clock` does.
    """
    refuse_consequence(rule)
    refuse_out_of_force(rule, clock_start.on, {}, rulebook)
    # No rule is handed on or extended without an event, so the clock runs at once.
    return _Clock(rule, clock_start, {}, rulebook, None, False, tells=False).run().due


def _handed_on(
    rule: DeadlineRule,
    clock_start: Moment,
    events: Events,
    rulebook: Rulebook,
    says_unused: bool,
) -> ClockRun | None:
    """The run of another rule, when the timing that this one depends on was not kept."""
    timing = rule.reach.timing
    if timing is None:
        return None
    event = clock_start if timing.event == rule.limit.starts_on else events.get(timing.event)
    other = clock_start if timing.other == rule.limit.starts_on else events.get(timing.other)
    if not isinstance(event, Moment) or not isinstance(other, Moment):
        return None
    span = timedelta(hours=timing.hours)
    if timing.relation == "at_least_before":
        kept = event.earliest <= other.latest - span
    else:
        kept = event.earliest <= other.latest + span
    if kept:
        return None
    instead = rulebook.rule(rule.reach.otherwise)
    own = events.get(instead.limit.starts_on)
    start = _the_more_exact(own, clock_start) if isinstance(own, Moment) else clock_start
    run = run_clock(instead, start, events, rulebook, says_unused=says_unused)
    why = (
        f"{rule.id} does not govern: {_say_event(timing.event)} was not "
        f"{timing.relation.replace('_', ' ')} {_say_event(timing.other)} by {timing.hours} hours; "
        f"{instead.id} does."
    )
    return replace(run, steps=(why, *run.steps))


def _run_extension(
    rule: DeadlineRule,
    receipt: Moment,
    events: Events,
    rulebook: Rulebook,
    item: ItemKind | None,
    says_unused: bool,
) -> ClockRun:
    """An extension rule, given the start (or, after the notice, the end) of the first period."""
    first = _first_period(rule, receipt, rulebook)
    notice = events["extension_notice_sent"]
    told: tuple[str, ...] = ()
    by_days = first.limit.unit is Unit.CALENDAR_DAYS
    if by_days and isinstance(notice, Moment) and notice.latest < receipt.earliest:
        # The rule's own start: the notice lies inside the period that ended then.
        began = Moment.day(receipt.on - timedelta(days=first.limit.amount), receipt.zone)
        told = (
            f"The clock start, {say_day(receipt.on)}, lies after the notice and is read as the end "
            f"of the first period, which then began on {say_day(began.on)}.",
        )
        receipt = began
    run = run_clock(first, receipt, events, rulebook, item, says_unused=says_unused)
    return replace(run, rule=rule, steps=(*told, *run.steps))


def _first_period(rule: DeadlineRule, receipt: Moment, rulebook: Rulebook) -> DeadlineRule:
    for rule_id in rule.extends:
        first = rulebook.rule(rule_id)
        if first.is_in_force(receipt.on):
            return first
    raise ClockError(f"no rule that {rule.id} extends was in force on {receipt.on.isoformat()}")


def _the_more_exact(told: Moment, clock_start: Moment) -> Moment:
    """`told`, unless it is the bare day of a clock start whose hour is known."""
    blurs = told.at is None and clock_start.at is not None and told.on == clock_start.on
    return clock_start if blurs else told


def _say_event(name: str) -> str:
    return name.replace("_", " ")


def _say_moment(moment: Moment) -> str:
    if moment.at is None:
        return f"{say_day(moment.on)} (hour not known)"
    return say_time(moment.at, moment.zone)


@dataclass(slots=True)
class _Clock:
    """The working state of one run."""

    rule: DeadlineRule
    clock_start: Moment
    events: Events
    rulebook: Rulebook
    item: ItemKind | None
    says_unused: bool
    state: str = ""  # whose own holidays are closed as well
    tells: bool = True  # False: only the date is wanted, not how it came about
    steps: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    stands_still_until: date | None = None

    @property
    def limit(self) -> Limit:
        return self.rule.limit

    def run(self) -> ClockRun:
        begun_anew = self._begun_anew()
        if begun_anew is not None:
            return begun_anew
        start, amount, early_starts = self._start()
        if self.tells:
            self.steps.append(self._say_start(start))
        amount = self._amount(amount)
        start = self._when_staffed(start, amount, early_starts)
        early = self.rule.owed_by is OwedBy.CLINIC
        reached = self._end(amount, start, early=early)
        if self.tells:
            self.steps.extend(reached.steps)
        due = reached.at
        # A start whose hour is known has one reading only.
        is_exact = early or start.at is not None
        readings = [due if is_exact else self._end(amount, start, early=True).at]
        readings += [self._end(a, s, early=True).at for s, a in early_starts]
        if self.limit.direction is Direction.BEFORE:  # the state's holidays make it earlier
            readings.append(
                self._end(amount, start, early=True, state=self.rule.authority.state).at
            )
        extended = self._extended(start, amount, due)
        if extended is not None:
            due, narrow = extended
            readings = [narrow]
        due = self._alternative(start, due, readings)
        self._chase_window(start, readings)
        chase = min(due, *readings)
        late = self._late(start, due) if self.tells else due
        if chase < due:
            self.steps.append(
                f"Chase on the earlier reading: {say_time(chase, start.zone)}. "
                f"{'The limit' if self.rule.is_limit else 'The expectation'} is "
                f"{say_time(due, start.zone)}."
            )
        if self.says_unused:
            self._say_unused()
        return ClockRun(
            rule=self.rule,
            start=start,
            due=due,
            chase=chase,
            late=late,
            stands_still_until=self.stands_still_until,
            is_extended=extended is not None,
            steps=tuple(self.steps),
        )

    def _end(self, amount: int, start: Moment, *, early: bool, state: str = "") -> Reached:
        state, law_of = state or self.state, self.rule.authority.state
        return end_of_limit(self.limit, amount, start, early=early, state=state, law_of=law_of)

    # -------------------------------------------------------------- the latest reading

    def _late(self, start: Moment, due: datetime) -> datetime:
        """The end on the state's own calendar, moved as its law on computing time may move it.

        Only for what a payer owes by a state's law: it is called late after the latest reading,
        and the clinic never plans on one.
        """
        state = self.rule.authority.state
        if not state or self.state or self.rule.owed_by is not OwedBy.PAYER:
            return due
        own = _Clock(
            self.rule,
            self.clock_start,
            self.events,
            self.rulebook,
            self.item,
            says_unused=False,
            state=state,
            tells=False,
        )
        late = max(due, own.run().due)
        if late > due:
            self.steps.append(
                f"With the holidays and hours that {state} may add it ends "
                f"{say_time(late, start.zone)}: called late only after that."
            )
        if self.limit.late_days is not None:
            on = start.on + timedelta(days=self.limit.late_days)
            late = max(late, day_closes(on, start.zone))
            self.steps.append(
                f"It may be as long as {say_count(self.limit.late_days, 'calendar days')}: called "
                f"late only after {say_time(late, start.zone)}."
            )
        moved = rolled(self.limit.late_roll, start.zone, Reached(late, ()), state)
        if moved.at > late:
            late = moved.at
            statute = computation_statute(state)
            reason = state_day_table(state).reason(local_date(due, start.zone))
            self.steps.append(
                f"{say_day(local_date(due, start.zone))} is closed ({reason or 'holiday'}); "
                f"{statute} may move the last day, so it is called late only after "
                f"{say_time(late, start.zone)}."
            )
        return late

    # -------------------------------------------------------------- begun anew by an answer

    def _begun_anew(self) -> ClockRun | None:
        """The run from our answer, where the payer's time begins anew with it."""
        restart = self.limit.restart
        if restart is None:
            return None
        asked = self._moment("info_request_sent", "info_request_received_by_clinic")
        answered = self._moment(*_ANSWERED)
        if self._asked_too_late():
            return None
        if answered is None:
            if asked is not None:
                self.stands_still_until = date.max
                self.steps.append(
                    f"The payer asked for more on {say_day(asked.on)}: its time begins anew when "
                    "the answer reaches it."
                )
            return None
        hours = restart.unit is Unit.HOURS
        limit = replace(
            self.limit,
            starts_on="info_received",
            amount=restart.amount,
            unit=restart.unit,
            counting=Counting.ELAPSED_HOURS if hours else Counting.WHOLE_DAYS,
            restart=None,
        )
        rule = replace(self.rule, limit=limit)
        says = f"Our answer of {say_day(answered.on)} begins the payer's time anew."
        anew = _Clock(
            rule,
            answered,
            self.events,
            self.rulebook,
            self.item,
            self.says_unused,
            self.state,
            self.tells,
        )
        anew.steps.append(says)
        anew.used.update(("info_request_sent", "info_request_received_by_clinic", *_ANSWERED))
        anew.used.add(self.limit.starts_on)
        return replace(anew.run(), rule=self.rule, start=self.clock_start)

    def _asked_too_late(self) -> bool:
        """Whether the payer asked only when its first period had ended: nothing begins anew."""
        sent = self._moment("info_request_sent")
        if sent is None:
            return False
        events = {name: it for name, it in self.events.items() if name not in _QUESTION}
        first = _Clock(
            replace(self.rule, limit=replace(self.limit, restart=None)),
            self.clock_start,
            events,
            self.rulebook,
            self.item,
            says_unused=False,
            state=self.state,
            tells=False,
        ).run()
        if sent.earliest <= first.due:
            return False
        self.steps.append(
            f"The payer asked for more on {say_day(sent.on)}, when its time was over "
            f"({say_time(first.due, self.clock_start.zone)}): nothing begins anew."
        )
        return True

    # -------------------------------------------------------------- received out of hours

    def _when_staffed(
        self, start: Moment, amount: int, early_starts: list[tuple[Moment, int]]
    ) -> Moment:
        """The start of the next staffed period, for what arrived outside the required hours.

        Where the hour is not known it is read as inside, and as outside for the latest reading.
        """
        staffed = self.limit.staffed
        if staffed is None or (start.at is None and not self.state):
            return start
        table = state_day_table(self.state)
        at = start.latest.astimezone(zone_named(start.zone))
        hours = staffed.business_days if table.is_open(start.on) else staffed.other_days
        if at.time() < hours[1]:
            return start
        moved = Moment.day(start.on + timedelta(days=1), start.zone)
        early_starts.append((start, amount))
        self.steps.append(
            f"{_say_moment(start)} lies after the hours in which the payer must be staffed: it "
            f"counts as received in the next such hours, on {say_day(moved.on)}."
        )
        return moved

    # -------------------------------------------------------------- where the clock starts

    def _start(self) -> tuple[Moment, int, list[tuple[Moment, int]]]:
        """The start, the amount from there, and earlier (start, amount) readings to chase on."""
        own = self.limit.starts_on
        amount = self.limit.amount
        if own == _EARLIER_OF_INFORMATION:
            return self._start_of_information(), amount, []
        if self.limit.base_amount is not None:
            return self._start_from_printed_date(self.limit.base_amount)
        if own not in PRINTED_DATE_OF:
            names = (own, "notice_dated") if own.endswith("_dated") else (own,)
            told = self._moment(*names) or self.clock_start
            return _the_more_exact(told, self.clock_start), amount, []
        printed = self._moment(PRINTED_DATE_OF[own], "notice_dated")
        received = self._moment(own, *(("proved_receipt",) if own.endswith("_received") else ()))
        if received is not None and printed is not None:
            self._refuse_before(received, printed, "the receipt of the notice", "its printed date")
        if self.limit.presumption_days is not None and printed is not None:
            if received is None and self.clock_start.on > printed.on:
                received = self.clock_start  # a start of its own, later than the printed date
            return self._start_presumed(printed, received, self.limit.presumption_days)
        start = received or self.clock_start
        safe = [one for one in (printed, self.clock_start) if one and one.on < start.on]
        return start, amount, [(one, amount) for one in safe]

    def _start_of_information(self) -> Moment:
        """Whichever came first: the information, or the end of the time given for it."""
        known = [self._moment(*_ANSWERED), self._moment("info_period_end")]
        moments = [_the_more_exact(one, self.clock_start) for one in known if one is not None]
        if not moments:
            return self.clock_start
        return min(moments, key=lambda one: one.latest)

    def _start_from_printed_date(self, base: int) -> tuple[Moment, int, list[tuple[Moment, int]]]:
        """A window counted from the printed date with days for the mail already in it."""
        amount = self.limit.amount
        printed = self._moment(self.limit.starts_on, "notice_dated") or self.clock_start
        if (silent := self._moment("no_notice_came")) is not None:
            self.steps.append(
                f"No notice was sent, so no days for the mail are added: {base} days."
            )
            return silent, base, []
        own_receipt = self.limit.starts_on.replace("_dated", "_received")
        received = self._moment("proved_receipt", own_receipt)
        if received is None:
            self.steps.append(
                f"Receipt is presumed {self.limit.presumption_days} days after the printed date: "
                f"{amount} days from it are {base} from receipt."
            )
            return printed, amount, []
        self._refuse_before(received, printed, "the receipt of the notice", "its printed date")
        self.steps.append(
            f"Proof of receipt on {say_day(received.on)} replaces the presumption: "
            f"{base} days from there."
        )
        return received, base, [(printed, amount)]

    def _start_presumed(
        self, printed: Moment, received: Moment | None, days: int
    ) -> tuple[Moment, int, list[tuple[Moment, int]]]:
        """A window from receipt, which is presumed some days after the printed date."""
        amount = self.limit.amount
        presumed = Moment.day(printed.on + timedelta(days=days), printed.zone)
        if received is None:
            self.steps.append(
                f"Receipt is presumed on {say_day(presumed.on)}, {days} days after the date "
                f"printed on the notice."
            )
            return presumed, amount, []
        self.steps.append(
            f"Proof of receipt on {say_day(received.on)} replaces the presumption "
            f"({say_day(presumed.on)})."
        )
        return received, amount, [(presumed, amount)]

    def _amount(self, amount: int) -> int:
        """The amount after a state's choice or a plan's fact."""
        if name := self.limit.amount_from:
            chosen = self._number(name)
            low = self.limit.amount_min or amount
            high = self.limit.amount_max or amount
            if chosen is None:
                self.steps.append(
                    f"{_say_event(name)} is not known: the shortest, {amount}, is used."
                )
            elif not low <= chosen <= high:
                raise ClockError(
                    f"{name} = {chosen} cannot be: {self.rule.citation} allows {low} to {high}"
                )
            else:
                amount = chosen
        variant = self.limit.variant
        if variant is not None and self._chosen(variant) == variant.equals:
            why = _VARIANTS.get(variant.event, f"{_say_event(variant.event)} is {variant.equals}")
            self.steps.append(f"{variant.amount} because {why}.")
            amount = variant.amount
        return amount

    def _chosen(self, variant: Variant) -> int | None:
        """The fact on which the amount hinges.

        Where a law gives more time for the complex without a word on when to say so, notice of
        more time says it: late only after the longer.
        """
        told = self._number(variant.event)
        if told is None and variant.event == _SAYS_COMPLEX:
            return 1 if self._moment("extension_notice_sent") is not None else None
        return told

    # -------------------------------------------------------------- what moves its end

    def _extended(
        self, start: Moment, amount: int, first: datetime
    ) -> tuple[datetime, datetime] | None:
        """The end and its narrow reading after a valid extension notice, else None."""
        notice = self._moment("extension_notice_sent")
        if notice is None:
            return None
        extension, variant = self.limit.extension, self.limit.variant
        if extension is None and variant is not None and variant.event == _SAYS_COMPLEX:
            return None  # the notice has already given the longer of its two amounts
        if extension is None or (self.item is not None and self.item is extension.not_for):
            self.steps.append(
                f"The extension notice of {say_day(notice.on)} changes nothing: "
                f"{self.rule.citation} gives no extension here."
            )
            return None
        if notice.latest < start.earliest:
            raise ClockError(
                f"extension_notice_sent ({say_day(notice.on)}) lies before the start of the clock "
                f"({say_day(start.on)})"
            )
        zone = start.zone
        if notice.earliest > first:
            self.steps.append(
                f"The extension notice of {say_day(notice.on)} came after the first period ended "
                f"({say_time(first, zone)}): it is void and the first date stands."
            )
            return None
        last = local_date(first, zone)
        if extension.unit is Unit.BUSINESS_DAYS:
            last = state_day_table(self.state).add(last, extension.amount)
        else:
            last += timedelta(days=extension.amount)
        more = say_count(extension.amount, extension.unit.value.replace("_", " "))
        self.steps.append(
            f"Extension noticed in time on {say_day(notice.on)}: {more} more, to {say_day(last)}."
        )
        due = day_closes(last, zone)
        tolling = self.limit.tolling
        if tolling is None or not any(name in self.events for name in _ANSWERED):
            return due, due
        return self._tolled(tolling, start, notice, last)

    def _tolled(
        self, tolling: Tolling, start: Moment, notice: Moment, last: date
    ) -> tuple[datetime, datetime]:
        """The end moved by the days between the extension notice and the answer."""
        answered = self._moment(*reversed(_ANSWERED))
        over = self._moment("info_period_end")
        # The time to answer counts from receipt of the notice; its sending is the safe start.
        asked = self._moment("info_request_received_by_clinic") or notice
        answer_by = over.on if over else asked.on + timedelta(days=tolling.answer_days)
        if answered is None:
            self.stands_still_until = resumed = answer_by
            self.steps.append(
                f"No answer is recorded: the clock stands still from {say_day(notice.on)} and goes "
                f"on at the latest when the time to answer is over, {say_day(resumed)}."
            )
        elif over is not None and over.on < answered.on:
            resumed = over.on
            self.steps.append(f"The time to answer was over on {say_day(resumed)}.")
        else:
            resumed = answered.on
        stopped = max((resumed - notice.on).days, 0)
        end = last + timedelta(days=stopped)
        narrow = min(resumed + timedelta(days=tolling.narrow_days), end)
        used = (notice.on - start.on).days
        left = (end - max(resumed, notice.on)).days
        self.steps.append(
            f"{say_count(used, 'days')} used by {say_day(notice.on)}, the clock stood still for "
            f"{say_count(stopped, 'days')} to {say_day(resumed)}, {say_count(left, 'days')} "
            f"remain: {say_day(end)}. A narrower reading leaves only "
            f"{say_count(tolling.narrow_days, 'days')} after the answer: {say_day(narrow)}."
        )
        return day_closes(end, start.zone), day_closes(narrow, start.zone)

    def _alternative(self, start: Moment, due: datetime, readings: list[datetime]) -> datetime:
        """The earlier or later of the rule's two limits."""
        due = self._without_excluded_days(start, due)
        second = self.limit.alternative
        if second is None:
            return due
        if second.amount is not None and second.unit is not None:
            base = start if second.start == "clock_start" else self._moment(second.start)
            name = f"{say_count(second.amount, second.unit.value.replace('_', ' '))} from " + (
                "the same start" if second.start == "clock_start" else _say_event(second.start)
            )
            early = self.rule.owed_by is OwedBy.CLINIC
            other = (
                count(
                    self.limit, second.amount, second.unit, base, early=early, state=self.state
                ).at
                if base
                else None
            )
        else:
            name = _say_event(second.until)
            until = self._moment(second.until)
            other = until.latest if until else self._computed(second.by_rule, start)
        if other is None:
            self.steps.append(f"The second limit ({name}) is not known and is left out.")
            return due
        taken = max(due, other) if second.take is Take.LATER else min(due, other)
        self.steps.append(
            f"Second limit, {name}: {say_time(other, start.zone)}. "
            f"The {second.take.value} of the two governs: {say_time(taken, start.zone)}."
        )
        if second.take is Take.EARLIER:
            readings.append(other)
        return taken

    def _computed(self, rule_id: str, start: Moment) -> datetime | None:
        """The end of another rule's window, when its own start is among the events."""
        if not rule_id:
            return None
        rule = self.rulebook.rule(rule_id)
        begin = self._moment(rule.limit.starts_on) or self._moment(rule.limit.safe_start or "-")
        if begin is None:
            return None
        return run_clock(rule, begin, {}, self.rulebook).due

    def _without_excluded_days(self, start: Moment, due: datetime) -> datetime:
        """The end moved by days that the rule leaves out between two events."""
        if not self.limit.excludes_from:
            return due
        first = self._moment(self.limit.excludes_from, "notice_dated")
        until = self._moment(self.limit.excludes_until)
        if first is None or until is None:
            return due
        days = max((until.on - first.on).days, 0)
        end = local_date(due, start.zone) + timedelta(days=days)
        self.steps.append(
            f"{say_count(days, 'days')} from {say_day(first.on)} to {say_day(until.on)} are left "
            f"out: {say_day(end)}."
        )
        return day_closes(end, start.zone)

    def _chase_window(self, start: Moment, readings: list[datetime]) -> None:
        """The shorter window on which a careful clinic acts."""
        if self.limit.chase_amount is None:
            return
        if self.item is not None and self.limit.chase_item not in (None, self.item):
            return
        unit = self.limit.chase_unit or self.limit.unit
        readings.append(count(self.limit, self.limit.chase_amount, unit, start, early=True).at)

    # -------------------------------------------------------------- reading events

    def _moment(self, *names: str) -> Moment | None:
        """The first of the named events that happened."""
        for name in names:
            value = self.events.get(name)
            if name in self.events:
                self.used.add(name)
            if isinstance(value, Moment):
                return value
            if value is not None:
                raise ClockError(f"{name} = {value}: a date or date-time is expected")
        return None

    def _number(self, name: str) -> int | None:
        value = self.events.get(name)
        if name in self.events:
            self.used.add(name)
        if isinstance(value, Moment):
            raise ClockError(f"{name}: a whole number is expected, not a date")
        return value

    def _refuse_before(self, one: Moment, other: Moment, what: str, than: str) -> None:
        if one.on < other.on:
            raise ClockError(
                f"{what} ({one.on.isoformat()}) cannot lie before {than} ({other.on.isoformat()})"
            )

    def _say_start(self, start: Moment) -> str:
        says = (
            f"{self.rule.id} runs from: {_say_event(self.limit.starts_on)}. "
            f"Start of the count: {_say_moment(start)}"
        )
        if self.limit.unit is Unit.HOURS:
            return f"{says}."
        return f"{says}; that day itself is not counted."

    def _say_unused(self) -> None:
        period, timing = self.rule.reach.period, self.rule.reach.timing
        if period:
            self.used.add(period.event)
        if timing:
            self.used.update((timing.event, timing.other))
        if self.rule.kind is ClockKind.EXTENSION:
            self.used.add("extension_notice_sent")
        for name in self.events:
            if name not in self.used and self.events[name] is not None:
                self.steps.append(f"Noted, without effect on this clock: {_say_event(name)}.")
