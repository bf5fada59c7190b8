"""Seen and put off: what is recorded, and which mails come after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.models import Acknowledgement, Deadline
from cases.workflow.actor import Actor
from cases.workflow.answering import put_off, say_seen
from cases.workflow.ladders import rungs
from cases.workflow.reminding import tick
from priorauth.errors import ImpossibleFact, NotAllowedNow
from priorauth.reminders import ReminderState
from priorauth.terms import Role, Standing
from tests.cases.one_case import STARTED, a_case, a_clinic, a_colleague, a_deadline, reminders

pytestmark = pytest.mark.django_db


@pytest.fixture
def deadline(settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path
    clinic = a_clinic()
    return a_deadline(a_case(clinic, a_colleague(clinic)))


def an_actor(deadline, now, role=Role.BILLER):
    return Actor(deadline.request.assigned_to, role, now)


def stored(deadline):
    return Deadline._base_manager.get(pk=deadline.pk)


def test_what_was_put_off_is_mailed_once_when_the_pause_ends(deadline):
    first = deadline.next_reminder_at
    tick(lambda: first)
    second = stored(deadline).next_reminder_at
    until = second + timedelta(days=1, hours=3)  # past the second rung
    put_off(an_actor(deadline, first + timedelta(hours=1)), deadline, until=until, reason="holiday")
    assert stored(deadline).next_reminder_at == until
    tick(lambda: until - timedelta(minutes=1))
    assert len(reminders(deadline=deadline)) == 1
    tick(lambda: until)
    tick(lambda: until + timedelta(minutes=1))
    sent = reminders(deadline=deadline)
    assert [(row.rung, row.due_at, row.state) for row in sent] == [
        (1, first, ReminderState.SENT),
        (2, until, ReminderState.SENT),
    ]
    assert stored(deadline).next_reminder_at > until


def test_every_later_rung_still_comes_after_a_pause(deadline):
    """However often it is put off, the mails at and after the last safe moment go out."""
    now = deadline.next_reminder_at
    while now < deadline.working_at - timedelta(days=2):
        tick(lambda now=now: now)
        put_off(an_actor(deadline, now), deadline, until=now + timedelta(days=1), reason="later")
        now = stored(deadline).next_reminder_at
    for _ in range(12):
        if now is None:
            break
        tick(lambda now=now: now)
        now = stored(deadline).next_reminder_at
    at = [row.due_at for row in reminders(deadline=deadline)]
    assert any(
        deadline.working_at - timedelta(hours=24) <= one <= deadline.working_at for one in at
    )
    assert sum(one > deadline.working_at for one in at) >= 3  # three days, one day, the day itself
    assert {row.state for row in reminders(deadline=deadline)} == {ReminderState.SENT}


def test_seen_leaves_the_next_rung_where_it_was(deadline):
    first = deadline.next_reminder_at
    tick(lambda: first)
    second = stored(deadline).next_reminder_at
    answer = say_seen(an_actor(deadline, first + timedelta(hours=1)), deadline)
    assert stored(deadline).next_reminder_at == second
    assert (answer.until, answer.reason) == (None, "")
    assert answer.answered_by == deadline.request.assigned_to


def test_a_rung_that_was_due_but_not_yet_swept_comes_though_seen_was_said_meanwhile(deadline):
    first = deadline.next_reminder_at
    tick(lambda: first)
    second = stored(deadline).next_reminder_at
    say_seen(an_actor(deadline, second + timedelta(seconds=20)), deadline)
    third = stored(deadline).next_reminder_at
    assert third > second
    tick(lambda: second + timedelta(minutes=1))
    assert [(row.rung, row.due_at, row.state) for row in reminders(deadline=deadline)] == [
        (1, first, ReminderState.SENT),
        (2, second, ReminderState.SENT),
    ]
    assert stored(deadline).next_reminder_at == third


def test_whoever_was_to_be_called_in_before_seen_was_said_is_called_in(deadline):
    """It had gone unanswered for so long; and seen after it calls in nobody further."""
    leads = a_colleague(deadline.clinic, Role.LEAD)
    critical = next(rung for rung in rungs(deadline) if rung.audience)
    asked = [rung for rung in rungs(deadline) if rung.at < critical.at][-1]
    Deadline._base_manager.filter(pk=deadline.pk).update(next_reminder_at=asked.at)
    tick(lambda: asked.at)
    assert stored(deadline).next_reminder_at == critical.at
    say_seen(an_actor(deadline, critical.at + timedelta(seconds=20)), deadline)
    tick(lambda: critical.at + timedelta(minutes=1))
    called = reminders(deadline=deadline, due_at=critical.at)
    assert leads.pk in {row.recipient_id for row in called}
    assert {row.state for row in called} == {ReminderState.SENT}
    following = next(r for r in rungs(deadline) if r.at > critical.at and not r.audience)
    assert stored(deadline).next_reminder_at == following.at


def test_seen_does_not_end_the_hourly_look_for_somebody_who_can_be_reached(deadline):
    first = deadline.next_reminder_at
    staff = deadline.request.assigned_to
    email, staff.email = staff.email, ""
    staff.save()
    tick(lambda: first)
    hour = stored(deadline).next_reminder_at
    assert reminders(deadline=deadline) == []
    say_seen(an_actor(deadline, first + timedelta(minutes=5)), deadline)
    assert stored(deadline).next_reminder_at == hour
    staff.email = email
    staff.save()
    tick(lambda: hour)
    assert [row.state for row in reminders(deadline=deadline)] == [ReminderState.SENT]


def test_a_due_rung_that_is_put_off_before_the_sweep_comes_when_the_pause_ends(deadline):
    now = deadline.next_reminder_at + timedelta(seconds=20)
    until = now + timedelta(days=1)
    put_off(an_actor(deadline, now), deadline, until=until, reason="later")
    tick(lambda: now)
    assert reminders(deadline=deadline) == []
    tick(lambda: until)
    assert [row.due_at for row in reminders(deadline=deadline)] == [until]


def test_a_mail_that_waits_for_the_server_is_withdrawn_when_it_is_put_off(deadline):
    from cases.workflow.sweeping import sweep

    now = deadline.next_reminder_at
    sweep(now)
    put_off(an_actor(deadline, now), deadline, until=now + timedelta(days=2), reason="later")
    assert [row.state for row in reminders(deadline=deadline)] == [ReminderState.CANCELLED]


def test_it_cannot_be_put_off_past_the_working_date_and_nothing_is_written(deadline):
    until = deadline.working_at + timedelta(minutes=1)
    with pytest.raises(ImpossibleFact, match="latest possible is"):
        put_off(an_actor(deadline, STARTED), deadline, until=until, reason="later")
    assert not Acknowledgement._base_manager.exists()
    assert stored(deadline).quiet_until is None


@pytest.mark.parametrize("standing", [Standing.MET, Standing.TOLLED, Standing.SUPERSEDED])
def test_a_date_that_does_not_run_is_not_answered(deadline, standing):
    Deadline._base_manager.filter(pk=deadline.pk).update(standing=standing)
    with pytest.raises(NotAllowedNow, match="does not run"):
        say_seen(an_actor(deadline, STARTED), deadline)


def test_an_auditor_answers_nothing(deadline):
    with pytest.raises(NotAllowedNow, match="auditor"):
        say_seen(an_actor(deadline, STARTED, Role.AUDITOR), deadline)
