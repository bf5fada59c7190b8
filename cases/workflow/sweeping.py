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

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.db.models import Exists, OuterRef

from cases.mail.faultpoints import reach
from cases.models import Clinic, Deadline, Reminder
from cases.queries.staffed_hours import hours_of
from cases.workflow.escalating import NOBODY
from cases.workflow.ladders import rungs
from cases.workflow.outbox import Planned, is_due, move_hints, write_rows
from cases.workflow.recipients import Colleague, recipients, teams
from priorauth.reminders import ReminderState, Rung, newest_due, next_rung_at
from priorauth.terms import Standing

BATCH = 500
_NEEDED = (
    "clinic_id",
    "kind",
    "owed_by",
    "standing",
    "started_at",
    "chase_at",
    "working_at",
    "legal_at",
    "due_at",
    "next_reminder_at",
    "answered_at",
    "quiet_until",
    "request__clinic_id",
    "request__assigned_to_id",
    "request__requesting_clinician__staff_id",
    "request__rendering_clinician__staff_id",
)
UNREADABLE = "Its reminders could not be worked out. Check the deadline's dates by hand."
NO_ADDRESS = "no e-mail address on file"

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Plan:
    """What one batch will write: outbox rows, and for each deadline its hint and its problem."""

    rows: list[Planned] = field(default_factory=list)
    hints: dict[int, datetime | None] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)


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
    while True:
        size = 1 if singly else batch
        singly = max(0, singly - 1)
        due: list[Deadline] = []
        try:
            with transaction.atomic():
                due = _due(now, size)
                if due:
                    reach("F10")
                    written = _write(due, _plan(due, now), now)
                    reach("F0")
        except (DataError, IntegrityError) as error:
            if size == 1 and due:
                _set_aside(due[0], error, now)
                counts["deadlines"] += 1
            else:
                singly = len(due)
            continue
        if due:
            counts += written
            reach("F1")
        if len(due) < size:
            # Other sweeps have the rest in hand.
            break
    return counts


def _set_aside(deadline: Deadline, error: Exception, now: datetime) -> None:
    logger.error("Deadline %s: %s", deadline.pk, type(error).__name__)
    later = now + timedelta(seconds=settings.REMINDER_RETRY)
    move_hints({deadline.pk: later}, {deadline.pk: UNREADABLE}, now)


def _due(now: datetime, batch: int) -> list[Deadline]:
    """The next deadlines to look at. On PostgreSQL their rows are locked, others' skipped.

    Only what ladders and recipients read is fetched; each clinic comes once.
    """
    due = list(
        Deadline._base_manager.filter(next_reminder_at__lte=now)
        .order_by("next_reminder_at", "pk")
        .select_related("request__requesting_clinician", "request__rendering_clinician")
        .only(*_NEEDED)
        .select_for_update(skip_locked=True, of=("self",))[:batch]
    )
    clinics = Clinic.objects.in_bulk({deadline.clinic_id for deadline in due})
    for deadline in due:
        deadline.clinic = deadline.request.clinic = clinics[deadline.clinic_id]
    return due


def _plan(due: Sequence[Deadline], now: datetime) -> _Plan:
    plan = _Plan()
    staff = teams((deadline.clinic_id for deadline in due), now)
    hours = hours_of({one.clinic_id: one.request.clinic.time_zone for one in due})
    written = _written([deadline.pk for deadline in due])
    later = now + timedelta(seconds=settings.REMINDER_RETRY)
    for deadline in due:
        if deadline.standing != Standing.RUNNING:
            plan.hints[deadline.pk] = None
        elif not deadline.request.clinic.is_active:
            plan.hints[deadline.pk] = later
        else:
            try:
                ladder = rungs(deadline, hours[deadline.clinic_id])
                team = staff.get(deadline.clinic_id, ())
                _plan_one(plan, deadline, ladder, team, written, now)
            except Exception as error:
                # One deadline that cannot be read must not stop the others.
                logger.error("Deadline %s: %s", deadline.pk, type(error).__name__)
                plan.hints[deadline.pk] = later
                plan.problems[deadline.pk] = UNREADABLE
    return plan


def _plan_one(
    plan: _Plan,
    deadline: Deadline,
    ladder: Sequence[Rung],
    team: Sequence[Colleague],
    written: Mapping[int, tuple[int, datetime]],
    now: datetime,
) -> None:
    newest = newest_due(ladder, now)
    last_number, last_at = written.get(deadline.pk, (0, None))
    if newest is None or (
        newest.number <= last_number and (last_at is None or newest.at <= last_at)
    ):
        plan.hints[deadline.pk] = next_rung_at(ladder, now)
        return
    people = recipients(deadline, team, is_last=newest.is_last, audience=newest.audience)
    if not any(one.has_address for one in people):
        plan.hints[deadline.pk] = now + timedelta(seconds=settings.REMINDER_RETRY)
        plan.problems[deadline.pk] = NOBODY
        return
    if not all(one.has_address for one in people):
        plan.problems[deadline.pk] = f"A reminder could not be sent: {NO_ADDRESS}"
    hint = deadline.next_reminder_at or newest.at
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


def _rows(
    deadline: Deadline,
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


def _write(due: Sequence[Deadline], plan: _Plan, now: datetime) -> Counter[str]:
    write_rows(plan.rows, now)
    replaced = _supersede_older([deadline.pk for deadline in due]) if plan.rows else 0
    move_hints(plan.hints, plan.problems, now)
    made = Counter(str(row.state) for row in plan.rows)
    made["superseded"] += replaced
    made["deadlines"] = len(due)
    made["nobody"] = list(plan.problems.values()).count(NOBODY)
    return made


def _written(deadline_ids: Sequence[int]) -> Mapping[int, tuple[int, datetime]]:
    """The highest rung written for each deadline, and the latest instant one came due."""
    found: dict[int, tuple[int, datetime]] = {}
    rows = Reminder._base_manager.filter(deadline_id__in=deadline_ids).values_list(
        "deadline_id", "rung", "due_at"
    )
    for deadline_id, rung, due_at in rows:
        number, at = found.get(deadline_id, (0, due_at))
        found[deadline_id] = (max(number, rung), max(at, due_at))
    return found


def _supersede_older(deadline_ids: Sequence[int]) -> int:
    """A waiting reminder gives way to a newer rung of its deadline: it would only confuse."""
    newer = Reminder._base_manager.filter(
        deadline_id=OuterRef("deadline_id"), rung__gt=OuterRef("rung")
    )
    return Reminder._base_manager.filter(
        Exists(newer), deadline_id__in=deadline_ids, state=ReminderState.PLANNED
    ).update(state=ReminderState.SUPERSEDED)
