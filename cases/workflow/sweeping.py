"""Find the deadlines whose next rung came due and write the outbox for them.

The cost grows with what is due, not with what exists: a partial index holds the hints. Two sweeps
at once are harmless. A hint moves only by a conditional UPDATE, and the outbox is unique by
deadline, rung and recipient.
"""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.db.models import Exists, OuterRef

from cases.mail.faultpoints import reach
from cases.models import Reminder
from cases.queries.staffed_hours import hours_of
from cases.workflow.due import Due, read_due
from cases.workflow.escalating import NOBODY
from cases.workflow.ladders import window
from cases.workflow.outbox import Planned, is_due, move_hints, write_rows
from cases.workflow.recipients import Colleague, recipients, teams
from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.ladder_book import LadderBook
from priorauth.reminders import Audience, ReminderState, Rung, newest_due, next_rung_at
from priorauth.terms import Standing

BATCH = 1000
UNREADABLE = "Its reminders could not be worked out. Check the deadline's dates by hand."
NO_ADDRESS = "no e-mail address on file"

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Plan:
    """What one batch will write: outbox rows, and for each deadline its hint and its problem."""

    rows: list[Planned] = field(default_factory=list)
    hints: dict[int, datetime | None] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)
    renewed: list[int] = field(default_factory=list)
    """Deadlines with a new rung while an older one still waits to be sent."""


@dataclass(slots=True)
class _Clinics:
    """What the sweep has read of each clinic so far: once is enough for its one `now`."""

    staff: dict[int, Sequence[Colleague]] = field(default_factory=dict)
    hours: dict[int, StaffedHours] = field(default_factory=dict)

    def look_up(self, due: Sequence[Due], now: datetime) -> None:
        """Read the clinics of `due` that are not known yet."""
        new = {one.clinic_id: one.zone for one in due if one.clinic_id not in self.hours}
        if new:
            found = teams(new, now)
            self.staff.update((key, found.get(key, ())) for key in new)
            self.hours.update(hours_of(new))


class _Written(NamedTuple):
    """What the outbox holds of a deadline: its highest rung, and when the latest one came due."""

    number: int
    at: datetime
    is_waiting: bool


def sweep(now: datetime, batch: int = BATCH) -> Counter[str]:
    """Plan every reminder that is due at `now` (aware). Returns counts of what was written.

    Keys: deadlines, planned, superseded, failed, nobody. One transaction for each `batch`. When the
    database refuses one, its deadlines are taken one at a time: the one at fault is set aside with
    its reason on screen, the rest go on.
    """
    counts: Counter[str] = Counter()
    if not is_due(now):
        return counts
    singly = 0
    book, clinics = LadderBook(), _Clinics()
    while True:
        size = 1 if singly else batch
        singly = max(0, singly - 1)
        due: Sequence[Due] = ()
        try:
            with transaction.atomic():
                due = read_due(now, size)
                if due:
                    reach("F10")
                    written = _write(due, _plan(due, clinics, book, now), now)
                    reach("F0")
        except (DataError, IntegrityError) as error:
            if size == 1 and due:
                _set_aside(due[0], error, now)
                counts["deadlines"] += 1
            elif due:
                singly = len(due)
            else:
                raise  # not one of them could be read: trying again would go on for ever
            continue
        if due:
            counts += written
            reach("F1")
        if len(due) < size:
            # Other sweeps have the rest in hand.
            break
    return counts


def sweep_one(deadline_id: int, now: datetime) -> None:
    """Plan what is due of one deadline at `now` (aware), inside the caller's transaction.

    What the database refuses is left to the next sweep.
    """
    try:
        with transaction.atomic():
            if due := read_due(now, 1, only=deadline_id):
                _write(due, _plan(due, _Clinics(), LadderBook(), now), now)
    except (DataError, IntegrityError) as error:
        logger.error("Deadline %s: %s", deadline_id, type(error).__name__)


def _set_aside(deadline: Due, error: Exception, now: datetime) -> None:
    logger.error("Deadline %s: %s", deadline.pk, type(error).__name__)
    later = now + timedelta(seconds=settings.REMINDER_RETRY)
    move_hints({deadline.pk: later}, {deadline.pk: UNREADABLE}, now)


def _plan(due: Sequence[Due], clinics: _Clinics, book: LadderBook, now: datetime) -> _Plan:
    plan = _Plan()
    clinics.look_up(due, now)
    written = _written([deadline.pk for deadline in due])
    later = now + timedelta(seconds=settings.REMINDER_RETRY)
    for deadline in due:
        if deadline.standing != Standing.RUNNING:
            plan.hints[deadline.pk] = None
        elif not deadline.is_clinic_active:
            plan.hints[deadline.pk] = later
        else:
            try:
                ladder = book.whole_ladder(window(deadline, clinics.hours[deadline.clinic_id]))
                team = clinics.staff[deadline.clinic_id]
                _plan_one(plan, deadline, ladder, team, written.get(deadline.pk), now)
            except Exception as error:
                # One deadline that cannot be read must not stop the others.
                logger.error("Deadline %s: %s", deadline.pk, type(error).__name__)
                plan.hints[deadline.pk] = later
                plan.problems[deadline.pk] = UNREADABLE
    return plan


def _plan_one(
    plan: _Plan,
    deadline: Due,
    ladder: Sequence[Rung],
    team: Sequence[Colleague],
    written: _Written | None,
    now: datetime,
) -> None:
    newest = newest_due(ladder, now)
    last_number = written.number if written else 0
    if newest is None or (written and newest.number <= last_number and newest.at <= written.at):
        plan.hints[deadline.pk] = next_rung_at(ladder, now)
        return
    hint = deadline.next_reminder_at or newest.at
    # Told at once of what was recorded late: nobody was asked, so nobody is called in yet.
    audience = newest.audience if hint <= newest.at else Audience.RESPONSIBLE
    people = recipients(deadline, team, is_last=newest.is_last, audience=audience)
    if not any(one.has_address for one in people):
        plan.hints[deadline.pk] = now + timedelta(seconds=settings.REMINDER_RETRY)
        plan.problems[deadline.pk] = NOBODY
        return
    if not all(one.has_address for one in people):
        plan.problems[deadline.pk] = f"A reminder could not be sent: {NO_ADDRESS}"
    slept_through = [rung for rung in ladder if hint <= rung.at < newest.at]
    for rung in slept_through:
        if rung.number > last_number:
            plan.rows += _rows(deadline, rung, people, now, ReminderState.SUPERSEDED)
    if newest.number <= last_number:
        # The ladder was renumbered (the clinic's zone, a newer ladder): never lose a rung to that.
        plan.rows += _rows(deadline, newest, people, now, number=last_number + 1)
    else:
        plan.rows += _rows(deadline, newest, people, now)
    plan.hints[deadline.pk] = next_rung_at(ladder, now)
    if written and written.is_waiting:
        plan.renewed.append(deadline.pk)


def _rows(
    deadline: Due,
    rung: Rung,
    people: Sequence[Colleague],
    now: datetime,
    state: ReminderState = ReminderState.PLANNED,
    number: int = 0,
) -> list[Planned]:
    useful_until = max(deadline.due_at, deadline.legal_at or deadline.due_at, now) + timedelta(
        seconds=settings.REMINDER_USEFUL
    )
    made = []
    for one in people:
        is_lost = state is ReminderState.PLANNED and not one.has_address
        made.append(
            Planned(
                id=uuid.uuid4(),
                clinic_id=deadline.clinic_id,
                deadline_id=deadline.pk,
                rung=number or rung.number,
                rungs=max(rung.of, number),
                recipient_id=one.staff_id,
                standing_in_for_id=one.stands_in_for,
                due_at=rung.at,
                expires_at=useful_until,
                state=ReminderState.FAILED if is_lost else state,
                last_error=NO_ADDRESS if is_lost else "",
            )
        )
    return made


def _write(due: Sequence[Due], plan: _Plan, now: datetime) -> Counter[str]:
    write_rows(plan.rows, now)
    replaced = _supersede_older(plan.renewed) if plan.renewed else 0
    move_hints(plan.hints, plan.problems, now)
    made = Counter(str(row.state) for row in plan.rows)
    made["superseded"] += replaced
    made["deadlines"] = len(due)
    made["nobody"] = list(plan.problems.values()).count(NOBODY)
    return made


def _written(deadline_ids: Sequence[int]) -> Mapping[int, _Written]:
    found: dict[int, _Written] = {}
    rows = Reminder._base_manager.filter(deadline_id__in=deadline_ids).values_list(
        "deadline_id", "rung", "due_at", "state"
    )
    for deadline_id, rung, due_at, state in rows:
        one = found.get(deadline_id, _Written(rung, due_at, False))
        found[deadline_id] = _Written(
            max(one.number, rung),
            max(one.at, due_at),
            one.is_waiting or state == ReminderState.PLANNED,
        )
    return found


def _supersede_older(deadline_ids: Sequence[int]) -> int:
    """A waiting reminder gives way to a newer rung of its deadline: it would only confuse."""
    newer = Reminder._base_manager.filter(
        deadline_id=OuterRef("deadline_id"), rung__gt=OuterRef("rung")
    )
    return Reminder._base_manager.filter(
        Exists(newer), deadline_id__in=deadline_ids, state=ReminderState.PLANNED
    ).update(state=ReminderState.SUPERSEDED)
