"""Somebody answers a reminder: seen, or put off. Recorded, and the deadline's next mail moved."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cases.models import Acknowledgement, Deadline, PriorAuthRequest, Reminder
from cases.workflow.actor import Actor
from cases.workflow.ladders import rungs
from cases.workflow.sweeping import sweep_one
from priorauth.answering import AnswerKind, check_putting_off, last_safe_moment
from priorauth.calendars.wording import say_time
from priorauth.errors import NotAllowedNow
from priorauth.reminders import ReminderState, next_rung_at
from priorauth.terms import Role, Standing


def may_answer(actor: Actor) -> bool:
    """Everybody who works in the clinic, but not somebody who only looks."""
    return actor.role is not Role.AUDITOR


def say_seen(actor: Actor, deadline: Deadline) -> Acknowledgement:
    """Somebody is on it: its next rungs come as they would, and nobody else is called in for this.

    A rung that had come due before it, and that no sweep has seen yet, comes as well. Raises
    NotAllowedNow when the deadline does not run, and for an auditor.
    """
    return _answer(actor, deadline, AnswerKind.SEEN)


def put_off(
    actor: Actor, deadline: Deadline, *, until: datetime | None, reason: str
) -> Acknowledgement:
    """No reminder of it before `until` (aware); one comes then.

    Raises NotAllowedNow as `say_seen`, MissingFact and ImpossibleFact ("until", "reason") as
    `check_putting_off` says.
    """
    zone = deadline.request.clinic.time_zone
    check_putting_off(
        until,
        reason,
        now=actor.now,
        last=last_safe_moment(deadline.due_at, deadline.working_at),
        say=lambda at: say_time(at, zone),
    )
    return _answer(actor, deadline, AnswerKind.PUT_OFF, until=until, reason=reason.strip())


def _answer(
    actor: Actor,
    deadline: Deadline,
    kind: AnswerKind,
    *,
    until: datetime | None = None,
    reason: str = "",
) -> Acknowledgement:
    if not may_answer(actor) or actor.staff is None:
        raise NotAllowedNow("An auditor looks only: somebody who works on the case answers it.")
    with transaction.atomic():
        # The case's row is the lock, as for every step: a recount must not write over the answer.
        PriorAuthRequest._base_manager.select_for_update().get(pk=deadline.request_id)
        fresh = Deadline._base_manager.select_for_update().get(pk=deadline.pk)
        fresh.request = deadline.request
        if fresh.standing != Standing.RUNNING:
            raise NotAllowedNow(
                "This date does not run any more, or its clock is stopped: there is no reminder "
                "to answer. Look at the case."
            )
        if kind is AnswerKind.SEEN:
            sweep_one(fresh.pk, actor.now)
            fresh.refresh_from_db(fields=["next_reminder_at", "reminder_problem"])
        hint = _look_again(fresh, actor.now)
        answer = Acknowledgement(
            clinic_id=fresh.clinic_id,
            deadline=fresh,
            kind=kind,
            answered_by=actor.staff,
            answered_at=actor.now,
            until=until,
            reason=reason[:300],
        )
        answer.save(force_insert=True)
        deadline.answered_at = fresh.answered_at = actor.now
        deadline.quiet_until = fresh.quiet_until = until
        fresh.next_reminder_at = next_rung_at(rungs(fresh), actor.now)
        if hint is not None and kind is AnswerKind.SEEN:
            fresh.next_reminder_at = min(hint, fresh.next_reminder_at or hint)
        fresh.save(update_fields=["answered_at", "quiet_until", "next_reminder_at"])
        deadline.next_reminder_at = fresh.next_reminder_at
        if kind is AnswerKind.PUT_OFF:
            _withdraw_what_waits(fresh)
    return answer


def _look_again(deadline: Deadline, now: datetime) -> datetime | None:
    """When the sweep looks at a rung that it could not write, as with nobody to reach; else None.

    Such a look is no rung of the ladder as it stands.
    """
    hint = deadline.next_reminder_at
    return None if hint in {rung.at for rung in rungs(deadline) if rung.at > now} else hint


def _withdraw_what_waits(deadline: Deadline) -> None:
    """Mails not yet on their way are not wanted before the new moment either."""
    Reminder._base_manager.filter(deadline=deadline, state=ReminderState.PLANNED).update(
        state=ReminderState.CANCELLED
    )
