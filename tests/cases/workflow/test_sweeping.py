"""The sweep: what is due gets one outbox row a recipient, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from cases.models import Deadline, Membership, Reminder
from cases.workflow import sweeping
from cases.workflow.ladders import rungs
from cases.workflow.outbox import is_due
from cases.workflow.sweeping import sweep
from priorauth.reminders import ReminderState
from priorauth.terms import OwedBy, Role, Standing
from tests.cases.one_case import DUE, a_case, a_clinic, a_colleague, a_deadline, reminders

pytestmark = pytest.mark.django_db


def all_are_sent():
    """By the only way there is: the database refuses any other."""
    for state in (ReminderState.CLAIMED, ReminderState.ARMED, ReminderState.SENT):
        Reminder._base_manager.update(state=state)


def test_a_due_rung_is_planned_for_the_biller_and_the_hint_moves_on():
    clinic = a_clinic()
    biller = a_colleague(clinic)
    a_colleague(clinic, Role.LEAD)
    deadline = a_deadline(a_case(clinic, biller))
    first, second = rungs(deadline)[:2]

    counts = sweep(first.at)

    (row,) = reminders()
    assert (row.recipient, row.state, row.rung) == (biller, ReminderState.PLANNED, 1)
    assert row.rungs == first.of
    assert row.due_at == first.at
    assert row.message_id == f"<r.{row.pk}@localhost>"
    assert row.clinic == clinic
    deadline.refresh_from_db()
    assert deadline.next_reminder_at == second.at
    assert counts["planned"] == counts["deadlines"] == 1


def test_nothing_is_planned_before_its_time():
    deadline = a_deadline(a_case(*_with_biller()))
    assert sweep(rungs(deadline)[0].at - timedelta(seconds=1)) == {}
    assert reminders() == []


def _with_biller():
    clinic = a_clinic()
    return clinic, a_colleague(clinic)


def test_a_second_sweep_adds_nothing():
    deadline = a_deadline(a_case(*_with_biller()))
    now = rungs(deadline)[0].at
    sweep(now)
    sweep(now)
    sweep(now + timedelta(hours=1))
    assert len(reminders()) == 1


def test_two_sweeps_with_the_same_view_write_one_row():
    """What two processes do that both read before either wrote: the hint is put back by hand."""
    deadline = a_deadline(a_case(*_with_biller()))
    hint = deadline.next_reminder_at
    sweep(hint)
    Deadline._base_manager.update(next_reminder_at=hint)
    sweep(hint)
    assert len(reminders()) == 1
    deadline.refresh_from_db()
    assert deadline.next_reminder_at == rungs(deadline)[1].at


def test_the_leads_hear_of_it_inside_the_last_rung_of_what_is_ours():
    clinic = a_clinic()
    biller, lead = a_colleague(clinic), a_colleague(clinic, Role.LEAD)
    a_colleague(clinic, Role.OWNER)
    deadline = a_deadline(a_case(clinic, biller))
    last = next(rung for rung in rungs(deadline) if rung.is_last)
    Deadline._base_manager.update(next_reminder_at=last.at)

    sweep(last.at)

    assert {row.recipient for row in reminders(state=ReminderState.PLANNED)} == {biller, lead}


def test_what_is_recorded_on_its_last_afternoon_calls_nobody_in_at_once():
    # Nobody has been asked yet, so nobody has failed to answer.
    clinic = a_clinic()
    biller, lead = a_colleague(clinic), a_colleague(clinic, Role.LEAD)
    a_colleague(clinic, Role.OWNER)
    recorded_at = datetime(2026, 5, 1, 18, tzinfo=UTC)  # 14:00 of the day it is due
    a_deadline(a_case(clinic, biller), next_reminder_at=recorded_at)
    sweep(recorded_at)
    planned = reminders(state=ReminderState.PLANNED)
    assert {one.recipient for one in planned} == {biller, lead}


def test_the_leads_are_spared_what_the_payer_owes():
    clinic = a_clinic()
    biller = a_colleague(clinic)
    a_colleague(clinic, Role.LEAD)
    deadline = a_deadline(a_case(clinic, biller), owed_by=OwedBy.PAYER, working_at=None)
    Deadline._base_manager.update(next_reminder_at=rungs(deadline)[-1].at)
    sweep(rungs(deadline)[-1].at)
    assert {row.recipient for row in reminders(state=ReminderState.PLANNED)} == {biller}


@pytest.mark.parametrize("gone", ["unassigned", "taken out", "sign-in closed"])
def test_without_a_living_biller_the_leads_are_reminded(gone):
    clinic = a_clinic()
    biller, lead = a_colleague(clinic), a_colleague(clinic, Role.LEAD)
    case = a_case(clinic, None if gone == "unassigned" else biller)
    if gone == "taken out":
        Membership._base_manager.filter(staff=biller).update(is_active=False)
    if gone == "sign-in closed":
        type(biller).objects.filter(pk=biller.pk).update(is_active=False)
    deadline = a_deadline(case)
    sweep(deadline.next_reminder_at)
    assert [row.recipient for row in reminders()] == [lead]


def test_without_biller_and_leads_the_owners_are_reminded():
    clinic = a_clinic()
    owner = a_colleague(clinic, Role.OWNER)
    a_colleague(clinic, Role.AUDITOR)
    a_colleague(a_clinic(), Role.LEAD)
    deadline = a_deadline(a_case(clinic))
    sweep(deadline.next_reminder_at)
    assert [row.recipient for row in reminders()] == [owner]


def test_nobody_to_remind_is_an_alarm_and_is_tried_again():
    clinic = a_clinic()
    a_colleague(clinic, Role.AUDITOR)
    deadline = a_deadline(a_case(clinic))
    now = deadline.next_reminder_at

    assert sweep(now)["nobody"] == 1
    deadline.refresh_from_db()
    assert "Nobody in this clinic" in deadline.reminder_problem
    assert now < deadline.next_reminder_at <= now + timedelta(hours=1)

    lead = a_colleague(clinic, Role.LEAD)
    sweep(deadline.next_reminder_at)
    deadline.refresh_from_db()
    assert [row.recipient for row in reminders()] == [lead]
    assert deadline.reminder_problem == ""


def test_a_biller_without_an_address_fails_alone_and_the_leads_step_in():
    clinic = a_clinic()
    biller, lead = a_colleague(clinic, email=""), a_colleague(clinic, Role.LEAD)
    deadline = a_deadline(a_case(clinic, biller))
    sweep(deadline.next_reminder_at)
    states = {row.recipient: (row.state, row.last_error) for row in reminders()}
    assert states == {
        biller: (ReminderState.FAILED, "no e-mail address on file"),
        lead: (ReminderState.PLANNED, ""),
    }
    deadline.refresh_from_db()
    assert "no e-mail address" in deadline.reminder_problem


def test_after_a_long_sleep_the_newest_rung_is_planned_and_the_older_are_listed():
    deadline = a_deadline(a_case(*_with_biller()))
    ladder = rungs(deadline)
    sweep(ladder[3].at + timedelta(hours=26))
    assert [(row.rung, row.state) for row in reminders()] == [
        (1, ReminderState.SUPERSEDED),
        (2, ReminderState.SUPERSEDED),
        (3, ReminderState.SUPERSEDED),
        (4, ReminderState.SUPERSEDED),
        (5, ReminderState.PLANNED),
    ]


def test_a_waiting_reminder_gives_way_to_the_next_rung():
    deadline = a_deadline(a_case(*_with_biller()))
    first, second = rungs(deadline)[:2]
    sweep(first.at)
    sweep(second.at)
    assert [(row.rung, row.state) for row in reminders()] == [
        (1, ReminderState.SUPERSEDED),
        (2, ReminderState.PLANNED),
    ]


def test_what_was_sent_stays_sent_when_the_next_rung_comes():
    deadline = a_deadline(a_case(*_with_biller()))
    first, second = rungs(deadline)[:2]
    sweep(first.at)
    all_are_sent()
    sweep(second.at)
    assert [row.state for row in reminders()] == [ReminderState.SENT, ReminderState.PLANNED]


def test_a_moved_date_starts_its_own_ladder():
    case = a_case(*_with_biller())
    old = a_deadline(case)
    sweep(old.next_reminder_at)
    Deadline._base_manager.update(standing=Standing.SUPERSEDED, next_reminder_at=None)
    new = a_deadline(case, due_at=DUE + timedelta(days=10), legal_at=DUE + timedelta(days=10))
    sweep(new.next_reminder_at)
    assert len(reminders(deadline=old)) == len(reminders(deadline=new)) == 1


@pytest.mark.parametrize("standing", [Standing.MET, Standing.TOLLED, Standing.SUPERSEDED])
def test_a_deadline_that_does_not_run_is_disarmed(standing):
    deadline = a_deadline(a_case(*_with_biller()), standing=standing)
    sweep(deadline.next_reminder_at)
    deadline.refresh_from_db()
    assert reminders() == []
    assert deadline.next_reminder_at is None


def test_a_clinic_that_stopped_reminders_gets_none_until_it_starts_again():
    clinic, biller = _with_biller()
    deadline = a_deadline(a_case(clinic, biller))
    now = deadline.next_reminder_at
    clinic.is_active = False
    clinic.save()
    sweep(now)
    assert reminders() == []
    clinic.is_active = True
    clinic.save()
    sweep(now + timedelta(hours=1))
    assert len(reminders()) == 1


def test_one_deadline_that_cannot_be_worked_out_does_not_stop_the_others():
    clinic, biller = _with_biller()
    broken_clinic = a_clinic(time_zone="Mars/Olympus")
    broken = a_deadline(
        a_case(broken_clinic, a_colleague(broken_clinic)),
        next_reminder_at=datetime(2026, 3, 3, tzinfo=UTC),
    )
    sound = a_deadline(a_case(clinic, biller))
    sweep(sound.next_reminder_at)
    broken.refresh_from_db()
    assert [row.deadline for row in reminders()] == [sound]
    assert "could not be worked out" in broken.reminder_problem


def test_a_renumbered_ladder_loses_no_rung():
    """The clinic moves to another zone or the ladder is changed: rung 2 was sent as number 5."""
    deadline = a_deadline(a_case(*_with_biller()))
    ladder = rungs(deadline)
    sweep(ladder[0].at)
    all_are_sent()
    Reminder._base_manager.update(rung=5)
    sweep(ladder[1].at)
    assert [(row.rung, row.due_at) for row in reminders()] == [
        (5, ladder[0].at),
        (6, ladder[1].at),
    ]


def test_the_cost_is_by_what_is_due_not_by_what_exists(django_assert_num_queries):
    clinic, biller = _with_biller()
    case = a_case(clinic, biller)
    due = a_deadline(case)
    now = due.next_reminder_at

    def queries():
        Reminder._base_manager.all().delete()
        Deadline._base_manager.filter(pk=due.pk).update(next_reminder_at=now)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            sweep(now)
        return len(seen)

    few = queries()
    for _ in range(300):
        a_deadline(case, next_reminder_at=now + timedelta(days=1))
    assert queries() == few


def test_many_due_deadlines_are_taken_in_batches():
    clinic, biller = _with_biller()
    case = a_case(clinic, biller)
    now = datetime(2026, 4, 2, tzinfo=UTC)
    for _ in range(25):
        a_deadline(case)
    counts = sweep(now, batch=10)
    assert counts["deadlines"] == 25
    assert len(reminders(state=ReminderState.PLANNED)) == 25


def test_a_row_the_database_refuses_is_set_aside_alone_with_its_reason(monkeypatch):
    """One statement writes the batch, so one bad row refuses all: then they go one at a time."""
    clinic, biller = _with_biller()
    case = a_case(clinic, biller)
    first, bad, last = (a_deadline(case) for _ in range(3))
    write = sweeping.write_rows

    def refuse(rows, now):
        if any(row.deadline_id == bad.pk for row in rows):
            raise DataError("smallint out of range")
        write(rows, now)

    monkeypatch.setattr(sweeping, "write_rows", refuse)
    now = bad.next_reminder_at

    counts = sweep(now)

    assert {row.deadline for row in reminders()} == {first, last}
    assert (counts["deadlines"], counts["planned"]) == (3, 2)
    bad.refresh_from_db()
    assert "could not be worked out" in bad.reminder_problem
    assert bad.next_reminder_at == now + timedelta(hours=1)


def test_an_idle_sweep_is_one_query(django_assert_num_queries):
    deadline = a_deadline(a_case(*_with_biller()))
    with django_assert_num_queries(1):
        sweep(deadline.next_reminder_at - timedelta(seconds=1))


def test_looking_for_what_is_due_reads_the_index_of_hints_only():
    with CaptureQueriesContext(connection) as seen:
        is_due(DUE)
    asked = seen.captured_queries[0]["sql"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a small table would be read whole
            cursor.execute("EXPLAIN " + asked)
        else:
            text = DUE.strftime("%Y-%m-%d %H:%M:%S")
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT 1 FROM cases_deadline"
                " WHERE next_reminder_at <= %s LIMIT 1",
                [text],
            )
        plan = " ".join(str(line) for line in cursor.fetchall())
    assert "deadline_to_remind" in plan
