"""A restored database and a clock that jumped stop the sender until a person lets it go."""

from __future__ import annotations

import json
import stat
import uuid
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.models import Deadline, Heartbeat, Reminder, SendingMark
from cases.workflow import mark_file, pausing
from cases.workflow.clock_watch import ClockWatch
from cases.workflow.pausing import CannotResume, go_ahead, resume
from cases.workflow.reminding import tick
from cases.workflow.sweeping import sweep
from priorauth.reminders import ReminderState
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline, reminders

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def file(settings, tmp_path):
    settings.SENDING_MARK_FILE = tmp_path / "mark.json"
    settings.MAIL_FOLDER = tmp_path / "mail"
    return settings.SENDING_MARK_FILE


@pytest.fixture
def deadline():
    clinic = a_clinic()
    return a_deadline(a_case(clinic, a_colleague(clinic)))


def kept(file) -> int:
    return json.loads(file.read_text())["number"]


def go_back_to(number: int) -> None:
    """What a restore does to the mark."""
    SendingMark.objects.update(
        number=number, paused_at=None, paused_because="", repeats_before=None, resumed_at=None
    )


def letters(settings) -> list[str]:
    return [one.read_text() for one in sorted(settings.MAIL_FOLDER.rglob("*.eml"))]


# ------------------------------------------------------------------ the mark


def test_the_mark_grows_before_and_after_mail_and_not_otherwise(deadline, file):
    tick(lambda: deadline.next_reminder_at - timedelta(days=1))
    assert not file.exists()
    tick(lambda: deadline.next_reminder_at)
    assert SendingMark.objects.get().number == kept(file) == 2
    tick(lambda: deadline.next_reminder_at + timedelta(minutes=1))
    assert kept(file) == 2


def test_the_file_is_written_after_the_database_and_before_the_mail(deadline, file, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "cases.workflow.reminding.send_due",
        lambda *_, **__: seen.append((SendingMark.objects.get().number, kept(file))),
    )
    write = mark_file.write

    def watched(installation, number):
        assert SendingMark.objects.get().number == number
        write(installation, number)

    monkeypatch.setattr(mark_file, "write", watched)
    with pytest.raises(AttributeError):  # the stand-in counts nothing
        tick(lambda: deadline.next_reminder_at)
    assert seen == [(1, 1)]


def test_the_file_is_closed_to_others_and_never_goes_back(file):
    installation = uuid.uuid4()
    mark_file.write(installation, 7)
    mark_file.write(installation, 6)
    assert kept(file) == 7
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(one.name for one in file.parent.iterdir()) == ["mark.json", "mark.json.lock"]


def test_a_crash_between_database_and_file_does_not_look_like_a_restore(
    deadline, file, monkeypatch
):
    tick(lambda: deadline.next_reminder_at)
    with monkeypatch.context() as crash:
        crash.setattr(mark_file, "write", lambda *_: None)
        go_ahead()
    assert (SendingMark.objects.get().number, kept(file)) == (3, 2)
    assert pausing.why_paused(NOON) == ""


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"installation": 3, "number": "x"}', "\x00"])
def test_a_file_that_cannot_be_read_stops_no_mail(deadline, file, text):
    file.write_text(text)
    assert tick(lambda: deadline.next_reminder_at)["mailed.sent"] == 1
    assert kept(file) == 2


def test_a_file_that_cannot_be_written_stops_no_mail(deadline, settings, tmp_path):
    settings.SENDING_MARK_FILE = tmp_path / "not" / "there" / "mark.json"
    assert tick(lambda: deadline.next_reminder_at)["mailed.sent"] == 1


def test_a_host_without_a_file_takes_over_the_mark_of_the_database(deadline, file):
    SendingMark.objects.create(installation=uuid.uuid4(), number=40)
    assert tick(lambda: deadline.next_reminder_at)["mailed.sent"] == 1
    assert kept(file) == 42


def test_the_file_of_another_installation_pauses_nothing_and_is_replaced(deadline, file):
    mark_file.write(uuid.uuid4(), 900)
    assert tick(lambda: deadline.next_reminder_at)["mailed.sent"] == 1
    assert kept(file) == 2


# ------------------------------------------------------------------ a restored database


def test_a_database_behind_the_file_pauses_and_only_the_pulse_goes_on(deadline, file, settings):
    due = deadline.next_reminder_at
    tick(lambda: due - timedelta(days=1))
    mark_file.write(SendingMark.objects.get().installation, 5)
    for minute in (0, 1):
        assert tick(lambda minute=minute: due + timedelta(minutes=minute)) == {"paused": 1}
    mark = SendingMark.objects.get()
    assert (mark.paused_at, mark.number) == (due, 5)
    assert mark.paused_because.startswith("database restored")
    assert reminders() == []
    assert letters(settings) == []
    assert Heartbeat.objects.get(name="sender").beat_at == due + timedelta(minutes=1)
    assert not go_ahead()


def test_after_a_restore_what_may_have_gone_out_goes_out_once_more_and_says_so(
    deadline, file, settings
):
    due = deadline.next_reminder_at
    tick(lambda: due)
    assert "earlier copy" not in letters(settings)[0]
    # The backup was taken before the sweep: it knows nothing of that reminder.
    Reminder._base_manager.all().delete()
    Deadline._base_manager.update(next_reminder_at=due)
    go_back_to(0)
    assert tick(lambda: due + timedelta(hours=1)) == {"paused": 1}
    assert resume(None, "checked the mailbox", due + timedelta(hours=2)) == 0
    assert tick(lambda: due + timedelta(hours=2))["mailed.sent"] == 1
    (row,) = reminders()
    assert (row.state, row.possible_dup) == (ReminderState.SENT, True)
    assert SendingMark.objects.get().number == kept(file) == 4


@pytest.mark.parametrize("state", [ReminderState.PLANNED, ReminderState.CLAIMED])
def test_rows_that_waited_when_the_backup_was_taken_are_marked_at_once(deadline, file, state):
    due = deadline.next_reminder_at
    sweep(due)
    Reminder._base_manager.update(state=ReminderState.PLANNED)
    if state != ReminderState.PLANNED:
        Reminder._base_manager.update(state=state, lease_until=due)
    tick(lambda: due - timedelta(days=300))
    SendingMark.objects.update(
        paused_at=due + timedelta(hours=1), paused_because="database restored", was_restored=True
    )
    assert resume(None, "all looked at", due + timedelta(hours=2)) == 1
    assert reminders()[0].possible_dup


def test_a_rung_that_comes_due_after_the_pause_is_not_marked(deadline, file):
    due = deadline.next_reminder_at
    SendingMark.objects.create(
        installation=uuid.uuid4(),
        paused_at=due - timedelta(hours=1),
        paused_because="database restored",
        was_restored=True,
    )
    resume(None, "looked", due - timedelta(minutes=30))
    assert tick(lambda: due)["mailed.sent"] == 1
    assert not reminders()[0].possible_dup


def test_a_backup_from_before_there_were_marks_pauses_too(deadline, file):
    mark_file.write(uuid.uuid4(), 5)
    sweep(deadline.next_reminder_at)
    assert tick(lambda: deadline.next_reminder_at) == {"paused": 1}


def test_another_host_that_had_come_further_does_not_pause_again_after_letting_go(deadline, file):
    due = deadline.next_reminder_at
    tick(lambda: due)
    installation = SendingMark.objects.get().installation
    go_back_to(0)
    tick(lambda: due)
    mark_file.write(installation, 9)  # the file of the second host
    tick(lambda: due)
    assert SendingMark.objects.get().number == 9
    resume(None, "looked", due)
    assert pausing.why_paused(due) == ""


# ------------------------------------------------------------------ letting go


def test_letting_go_needs_a_pause_and_a_reason():
    with pytest.raises(CannotResume, match="not paused"):
        resume(None, "why not", NOON)
    SendingMark.objects.create(installation=uuid.uuid4(), paused_at=NOON, paused_because="x")
    with pytest.raises(CannotResume, match="Say why"):
        resume(None, "  \n ", NOON)
    assert SendingMark.objects.get().paused_at == NOON


def test_the_command_lets_go_and_says_what_it_did(file):
    SendingMark.objects.create(
        installation=uuid.uuid4(), paused_at=NOON, paused_because="database restored"
    )
    said = StringIO()
    call_command("resume_sending", reason="mails looked through", stdout=said)
    assert "It was paused: database restored." in said.getvalue()
    mark = SendingMark.objects.get()
    assert (mark.paused_at, mark.resumed_because) == (None, "mails looked through")
    with pytest.raises(CommandError, match="not paused"):
        call_command("resume_sending", reason="again")


def test_the_plain_sender_says_that_it_is_paused():
    SendingMark.objects.create(
        installation=uuid.uuid4(), paused_at=NOON, paused_because="database restored"
    )
    said = StringIO()
    call_command("send_due_reminders", once=True, stderr=said)
    assert "sending is paused: database restored" in said.getvalue()
    assert "resume_sending" in said.getvalue()


# ------------------------------------------------------------------ the clock


class Steady:
    """A clock that nobody sets."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize(
    ("wall", "true", "said"),
    [
        (timedelta(hours=2, minutes=1), 60, "2 h 0 min forward"),
        (timedelta(minutes=-29), 60, "30 min back"),
        (timedelta(minutes=11, seconds=1), 60, "10 min forward"),
    ],
)
def test_a_clock_set_by_more_than_ten_minutes_pauses(deadline, wall, true, said):
    steady, due = Steady(), deadline.next_reminder_at
    watch = ClockWatch(steady)
    assert tick(lambda: due - timedelta(days=1), watch=watch) == {}
    steady.seconds += true
    assert tick(lambda: due - timedelta(days=1) + wall, watch=watch) == {"paused": 1}
    because = SendingMark.objects.get().paused_because
    assert because == f"the clock of this machine jumped by {said}"


@pytest.mark.parametrize(
    ("wall", "true"),
    [
        (timedelta(minutes=11), 60),  # ten minutes off, not more
        (timedelta(minutes=-9), 60),
        (timedelta(hours=26), 26 * 3600),  # asleep for 26 hours
    ],
)
def test_a_small_correction_and_a_sleep_send(deadline, wall, true):
    steady, due = Steady(), deadline.next_reminder_at
    watch = ClockWatch(steady)
    tick(lambda: due - wall, watch=watch)
    steady.seconds += true
    assert tick(lambda: due, watch=watch)["paused"] == 0
    assert reminders()[0].state == ReminderState.SENT


def test_a_pause_told_by_another_process_ends_a_run_that_is_under_way(
    deadline, settings, monkeypatch
):
    settings.REMINDER_BATCH = 1
    monkeypatch.setattr("cases.workflow.sending.ASKED_EVERY", 0.0)
    a_deadline(deadline.request)
    now = deadline.next_reminder_at
    assert pausing.why_paused(now) == ""
    go_on = pausing.go_ahead

    def paused_meanwhile(*, is_over=False):
        moved = go_on(is_over=is_over)
        SendingMark.objects.update(paused_at=now, paused_because="told by another process")
        return moved

    monkeypatch.setattr("cases.workflow.reminding.go_ahead", paused_meanwhile)
    counts = tick(lambda: now)
    assert counts["mailed.sent"] == 0
    assert {row.state for row in reminders()} == {ReminderState.PLANNED}


def test_letting_go_after_a_jump_marks_nothing_and_holds(deadline):
    steady, due = Steady(), deadline.next_reminder_at
    watch = ClockWatch(steady)
    tick(lambda: due - timedelta(days=9), watch=watch)
    tick(lambda: due, watch=watch)
    assert resume(None, "the clock is right now", due) == 0
    assert tick(lambda: due, watch=watch)["mailed.sent"] == 1
    assert not reminders()[0].possible_dup


def test_a_second_process_does_not_pause_again_for_a_jump_already_let_go(deadline):
    steady, due = Steady(), deadline.next_reminder_at
    first, second = ClockWatch(steady), ClockWatch(steady)
    for watch in (first, second):
        tick(lambda: due - timedelta(days=9), watch=watch)
    steady.seconds += 60
    assert tick(lambda: due, watch=first) == {"paused": 1}
    resume(None, "set right", due + timedelta(minutes=1))
    steady.seconds += 120
    later = due + timedelta(minutes=2)
    assert tick(lambda: later, watch=second)["mailed.sent"] == 1


def test_a_clock_set_back_pauses_though_somebody_let_go_of_an_earlier_jump(deadline):
    steady, due = Steady(), deadline.next_reminder_at
    watch = ClockWatch(steady)
    tick(lambda: due - timedelta(days=9), watch=watch)
    steady.seconds += 60
    tick(lambda: due - timedelta(days=3), watch=watch)
    resume(None, "set right", due - timedelta(days=3))
    steady.seconds += 3600
    assert tick(lambda: due - timedelta(days=5), watch=watch) == {"paused": 1}


def test_a_clock_set_while_mail_goes_out_is_not_believed_before_the_next_look(deadline):
    steady, due = Steady(), deadline.next_reminder_at
    watch, asked = ClockWatch(steady), []

    def set_forward():
        asked.append(1)
        return due if len(asked) == 1 else due + timedelta(days=3)

    assert tick(set_forward, watch=watch)["mailed.sent"] == 1
    assert reminders()[0].sent_at == due
    assert not Reminder._base_manager.filter(state=ReminderState.SUPERSEDED).exists()
    assert tick(set_forward, watch=watch) == {"paused": 1}


def test_within_a_tick_time_goes_on_by_the_steady_clock():
    steady = Steady()
    watch = ClockWatch(steady)
    clock = watch.steady(lambda: NOON)
    steady.seconds += 2.5
    assert clock() == NOON + timedelta(seconds=2.5)


def test_without_a_clock_that_counts_in_sleep_nothing_is_said(monkeypatch):
    monkeypatch.setattr("cases.workflow.clock_watch._boot_clock", lambda: None)
    watch = ClockWatch()
    watch.look(NOON)
    assert watch.look(NOON + timedelta(days=9)) is None


def test_the_steady_clock_of_this_machine_runs_beside_the_wall_clock():
    watch = ClockWatch()
    watch.look(datetime.now(UTC))
    assert watch.look(datetime.now(UTC)) is None


# ------------------------------------------------------------------ what it costs


def test_a_tick_with_nothing_to_do_asks_the_mark_once(deadline, django_assert_num_queries):
    before = deadline.next_reminder_at - timedelta(days=1)
    tick(lambda: before)
    with django_assert_num_queries(1):
        assert pausing.why_paused(before) == ""
