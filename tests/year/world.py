"""One clinic's year: payers answer by letter, patients come or do not, and staff do what the
worklist shows, nothing else. Every day is compared with `truth.py`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from cases.demo.cast import Cast
from cases.models import Coverage, Deadline, InfusionSession, Patient, PriorAuthRequest, Reminder
from cases.models.infusions import STANDING
from cases.queries import worklist
from cases.queries.worklist_shelves import NOT_YET
from cases.workflow import determinations, infusions, intake, letting_pass, submission
from cases.workflow.actor import Actor
from cases.workflow.determinations import Granted, LineDecision, Notice
from cases.workflow.infusions import InfusionTold, SeriesAsked
from cases.workflow.sweeping import sweep
from priorauth.deadlines.facts import Moment
from priorauth.errors import MissingFact
from priorauth.terms import (
    Cadence,
    Channel,
    ClockKind,
    InfusionStatus,
    Outcome,
    Role,
    SeriesPhase,
)
from tests.year.truth import (
    ONE,
    SELF_FUNDED_DAYS,
    Book,
    Grant,
    carries_through,
    is_open,
    is_outside,
    next_open,
    renewal_begins,
)

ZONE = "America/New_York"
PLACE = ZoneInfo(ZONE)
FIRST, LAST = date(2026, 1, 5), date(2026, 12, 31)
NOW = tuple(group for group in worklist.Group if group not in NOT_YET)
ENDS = (ClockKind.AUTHORIZATION_ENDS, ClockKind.UNITS_END)
CADENCES = {
    Cadence.WEEKLY: 7,
    Cadence.EVERY_TWO_WEEKS: 14,
    Cadence.EVERY_THREE_WEEKS: 21,
}


def at(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(on, time(hour, minute), PLACE)


@dataclass
class Case:
    """One request, and what is true of it."""

    request: PriorAuthRequest
    cadence: Cadence
    book: Book = field(default_factory=Book)
    grant: Grant | None = None
    decides_on: date | None = None
    is_renewed: bool = False
    is_let_pass: bool = False
    was_shown: bool = False


@dataclass
class Year:
    """The clinic's year with so many patients. `problems` is what the comparison found."""

    cast: Cast
    patients: int
    rng: Random
    cases: dict[str, Case] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def run(self, first: date = FIRST, last: date = LAST) -> Year:
        arrivals = Counter(
            first + timedelta(days=self.rng.randrange(100)) for _ in range(self.patients)
        )
        on = first
        while on <= last:
            self._day(on, sum(arrivals[each] for each in self._since(on)))
            on = next_open(on)
        return self

    def _since(self, on: date) -> list[date]:
        """`on` and the closed days before it: who came on a Sunday is there on Monday."""
        days = [on]
        while not is_open(days[-1] - ONE) and days[-1] > FIRST:
            days.append(days[-1] - ONE)
        return days

    def _day(self, on: date, new: int) -> None:
        sweep(at(on, 8, 5))
        for case in [each for each in self.cases.values() if each.decides_on]:
            if case.decides_on and case.decides_on <= on:
                self._letter(case, on)
        for _ in range(new):
            self._new_patient(on)
        shown = self._look(on)
        self._compare(on, shown)
        for row in shown:
            self._act(on, row)

    # ------------------------------------------------------------------ what the staff see and do

    def _look(self, on: date) -> list[dict]:
        """All rows of the worklist that are for now, page by page."""
        rows: list[dict] = []
        cursor = None
        while True:
            page = worklist.read(worklist.Filters(), now=at(on, 10), zone=ZONE, cursor=cursor)
            rows += [row for row in page.rows if row["group"] in NOW]
            cursor = page.later
            if cursor is None or (page.rows and page.rows[-1]["group"] not in NOW):
                return rows

    def _act(self, on: date, row: dict) -> None:
        case = self.cases[row["request__number"]]
        kind = ClockKind(row["kind"])
        if row["rule"] == "desk-infusion-not-recorded":
            self._tell(case, on)
        elif kind in ENDS and not (case.is_renewed or case.is_let_pass):
            self._renew_or_let_pass(case, on)
        elif kind is ClockKind.INFUSION_BOOKED:
            self._settle_uncovered(case, on)

    def _tell(self, case: Case, on: date) -> None:
        """What became of the infusion that the worklist asks about."""
        session = self._next(case)
        if session is None or session.planned_at >= at(on, 10):
            return
        day = session.planned_at.astimezone(PLACE).date()
        chance = self.rng.random()
        if chance < 0.08:
            told = InfusionTold(InfusionStatus.NO_SHOW, session.planned_at)
        elif chance < 0.14:
            told = InfusionTold(InfusionStatus.CANCELLED, session.planned_at)
        else:
            minutes = self.rng.choice((40, 40, 40, 45, 60, 95))
            start = session.planned_at
            told = InfusionTold(
                InfusionStatus.DONE, start, start, start + timedelta(minutes=minutes)
            )
            self._give(case, session, told, on, day, minutes)
            return
        infusions.record_infusion(self._actor(on), case.request, told, session=session)
        case.book.booked.remove(day)
        self.counts["cancelled"] += 1

    def _give(self, case, session, told: InfusionTold, on: date, day: date, minutes: int) -> None:
        outside = is_outside(case.grant, case.book, day, minutes)
        try:
            infusions.record_infusion(self._actor(on), case.request, told, session=session)
            if outside:
                self._problem(on, case, f"an infusion outside the approval met no stop ({day})")
        except MissingFact as stop:
            if stop.field != infusions.OUTSIDE or not outside:
                self._problem(on, case, f"an infusion inside the approval was stopped: {stop}")
            if minutes < 91 and not case.was_shown:
                self._problem(on, case, f"an infusion without cover was never announced ({day})")
            self.counts["stopped"] += 1
            told = InfusionTold(
                told.status, told.planned_at, told.started_at, told.stopped_at, reason="Self-pay."
            )
            infusions.record_infusion(self._actor(on), case.request, told, session=session)
        case.book.booked.remove(day)
        case.book.given.append(day)
        self.counts["given"] += 1

    def _settle_uncovered(self, case: Case, on: date) -> None:
        """An infusion is booked that nothing covers: take it out of the book, or let it be."""
        case.was_shown = True
        session = self._next(case)
        if session is None:
            return
        day = session.planned_at.astimezone(PLACE).date()
        is_near = on < day <= on + timedelta(days=2)
        if is_near and is_outside(case.grant, case.book, day, 40) and self.rng.random() < 0.7:
            told = InfusionTold(InfusionStatus.CANCELLED, session.planned_at)
            infusions.record_infusion(self._actor(on), case.request, told, session=session)
            case.book.booked.remove(day)
            self.counts["taken out"] += 1

    def _renew_or_let_pass(self, case: Case, on: date) -> None:
        chance = self.rng.random()
        if chance < 0.5:
            return  # not today: it stays on the list
        if chance < 0.55:
            live = Deadline.objects.filter(request=case.request, standing="running", kind__in=ENDS)
            for deadline in live:
                letting_pass.let_pass(self._actor(on), deadline, reason="Treatment is over.")
            case.is_let_pass = True
            self.counts["let pass"] += 1
            return
        renewal = self._open(case.request.coverage, on, renews=case.request, cadence=case.cadence)
        renewal.book.gap_after = case.book.gap_after
        case.is_renewed = True
        self.counts["renewed"] += 1

    # ------------------------------------------------------------------ what comes from outside

    def _new_patient(self, on: date) -> None:
        clinic = self.cast.clinic
        patient = Patient(
            clinic=clinic, first_name="Maren", last_name="Testperson", birth_date=date(1980, 2, 3)
        )
        patient.save()
        coverage = Coverage(
            clinic=clinic, patient=patient, plan=self.cast.plans[0], member_id="SYN1"
        )
        coverage.save()
        cadence = self.rng.choice(list(CADENCES))
        case = self._open(coverage, on, renews=None, cadence=cadence)
        self._plan(case, on, cadence)

    def _open(self, coverage, on: date, *, renews, cadence: Cadence) -> Case:
        sessions = self.rng.choice((6, 8, 12))
        lines = [intake.LineAsked(code, 1, sessions) for code in ("96365", "J3490")]
        request = intake.open_request(
            self._actor(on),
            clinic=self.cast.clinic,
            coverage=coverage,
            asked=intake.RequestAsked(
                lines=lines,
                diagnoses=["F33.2"],
                planned_sessions=sessions,
                minutes_per_session=40,
                cadence=cadence,
            ),
            requesting_clinician=self.cast.clinicians[0],
            assigned_to=self.cast.biller,
            previous_request=renews,
        )
        now = Moment.instant(at(on, 11), ZONE)
        actor = Actor(self.cast.biller, Role.BILLER, at(on, 12))
        submission.submit(actor, request, channel=Channel.FAX, sent=now, confirmation_number="F1")
        submission.record_receipt(actor, request, received=now)
        case = Case(request, cadence)
        case.decides_on = on + timedelta(days=self.rng.randrange(1, SELF_FUNDED_DAYS + 1))
        self.cases[request.number] = case
        return case

    def _plan(self, case: Case, on: date, cadence: Cadence) -> None:
        """A course of so many sessions into the book, some of them before any approval."""
        day = next_open(on + timedelta(days=self.rng.randrange(3, 30)))
        days = []
        for _ in range(self.rng.randrange(6, 20)):
            days.append(day)
            aim = day + timedelta(days=CADENCES[cadence])
            day = aim if is_open(aim) else next_open(aim)
        goes_on = self.rng.random() < 0.5
        infusions.plan_series(
            self._actor(on),
            case.request,
            series=SeriesAsked(
                days[0], len(days), cadence, minutes=self.rng.choice((40, None)), goes_on=goes_on
            ),
            sessions=[(at(each, 9), SeriesPhase.INDUCTION) for each in days],
        )
        case.book = Book(booked=days, gap_after=CADENCES[cadence] if goes_on else None)

    def _letter(self, case: Case, on: date) -> None:
        """The payer's decision arrives and is recorded."""
        case.decides_on = None
        lines = list(case.request.lines.order_by("position"))
        asked = lines[0].units_total
        chance = self.rng.random()
        outcome = Outcome.DENIED if chance < 0.1 else Outcome.APPROVED
        units = asked
        if 0.1 <= chance < 0.25:
            outcome, units = Outcome.PARTLY_APPROVED, max(asked // 2, 1)
        first = on
        before = case.request.previous_request
        if before is not None:
            old = self.cases[before.number]
            if old.grant is not None and old.grant.last_on >= on:
                first = min(old.grant.last_on + ONE, carries_through(old.grant, old.book) + ONE)
                first = max(first, on)
        last = first + timedelta(days=self.rng.choice((60, 90, 120, 180)))
        sessions = self.rng.choice((None, units, units))
        approves = outcome is not Outcome.DENIED
        determinations.log_determination(
            self._actor(on),
            case.request,
            decided=Moment.day(on, ZONE),
            decisions=[
                LineDecision(line, outcome, units if outcome is Outcome.PARTLY_APPROVED else None)
                for line in lines
            ],
            notice=Notice(dated_on=on, received_on=on),
            granted=Granted(f"A{case.request.pk}", sessions, first, last) if approves else None,
            reasons=["other"] if outcome is not Outcome.APPROVED else [],
        )
        self.counts[str(outcome)] += 1
        if approves:
            case.grant = Grant(units, sessions, first, last, decided_on=on)
            if before is not None:
                self._move_book(self.cases[before.number], case, first)

    @staticmethod
    def _move_book(old: Case, new: Case, first: date) -> None:
        moved = [day for day in old.book.booked if day >= first]
        old.book.booked = [day for day in old.book.booked if day < first]
        new.book.booked += moved

    # ------------------------------------------------------------------ the comparison

    def _compare(self, on: date, shown: list[dict]) -> None:
        """Every approval near its end is on today's list with its day; and was mailed about."""
        ends = {
            (row["request__number"], row["due_at"].astimezone(PLACE).date())
            for row in shown
            if ClockKind(row["kind"]) in ENDS
        }
        booked = {row["request__number"] for row in shown if row["kind"] == "infusion_booked"}
        for number, case in self.cases.items():
            self._compare_booked(on, number, case, booked)
            if case.grant is None or case.is_renewed or case.is_let_pass:
                continue
            through = carries_through(case.grant, case.book)
            begins = renewal_begins(through, SELF_FUNDED_DAYS)
            if begins <= case.grant.decided_on:
                begins = next_open(case.grant.decided_on)
            if on < begins:
                continue
            if (number, through) not in ends:
                self._problem(on, case, f"ends on {through} and is not on the list of the day")
            self.counts["days compared"] += 1
            if on > begins and next_open(begins) < on and not self._was_mailed(case):
                self._problem(on, case, f"ends on {through} and nobody was mailed")

    def _compare_booked(self, on: date, number: str, case: Case, booked: set[str]) -> None:
        """The next infusion is outside the approval and near: it is on today's list."""
        coming = sorted(day for day in case.book.booked if day > on)
        due = sorted(case.book.booked)
        if not coming or due[0] <= on or coming[0] > on + timedelta(days=3):
            return
        if is_outside(case.grant, case.book, coming[0], 40):
            self.counts["uncovered days compared"] += 1
            case.was_shown = case.was_shown or number in booked
            if number not in booked:
                self._problem(on, case, f"booked for {coming[0]} without cover, and not listed")

    def _was_mailed(self, case: Case) -> bool:
        rows = Reminder.objects.filter(deadline__request=case.request, deadline__kind__in=ENDS)
        return rows.exists()

    def _problem(self, on: date, case: Case, what: str) -> None:
        self.problems.append(f"{on}: {case.request.number} {what}")

    def _next(self, case: Case) -> InfusionSession | None:
        rows = InfusionSession.objects.filter(
            STANDING, request=case.request, status=InfusionStatus.PLANNED
        )
        return rows.order_by("planned_at").first()

    def _actor(self, on: date) -> Actor:
        return Actor(self.cast.biller, Role.BILLER, at(on, 10))
