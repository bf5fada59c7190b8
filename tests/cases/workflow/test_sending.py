"""Sending and recovering: every end of a mail leads to the state that is true of it."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta

import pytest

from cases.mail import faultpoints
from cases.mail.outcomes import Delivered, OutgoingMail, Refused, Unknown, Withdrawn
from cases.mail.reminder_mail import message_id
from cases.models import Deadline, Membership, Reminder
from cases.workflow import recovering, reminding
from cases.workflow.actor import Actor
from cases.workflow.deciding import AlreadySettled, say_arrived, send_again
from cases.workflow.escalating import HELD
from cases.workflow.ladders import rungs
from cases.workflow.recovering import recover
from cases.workflow.reminding import tick
from cases.workflow.sending import send_due
from cases.workflow.sweeping import sweep
from config import env
from priorauth.errors import NotAllowedNow
from priorauth.reminders import MOVES, ReminderState
from priorauth.terms import Role, Standing
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline, reminders

pytestmark = pytest.mark.django_db

S = ReminderState


class Script:
    """A transport that does as it is told, and arms like a real one."""

    def __init__(self, *ends, knows=None):
        self.ends = itertools.chain(ends, itertools.repeat(Delivered()))
        self.knows = knows
        self.mails: list[OutgoingMail] = []
        self.meanwhile = lambda: None

    def deliver(self, mail, arm):
        end = next(self.ends)
        if isinstance(end, Refused) and (end.is_server or end.is_broken_off):
            return end
        self.meanwhile()
        if arm() <= 0:
            return Withdrawn()
        if isinstance(end, BaseException):
            raise end
        if not isinstance(end, Refused):
            self.mails.append(mail)
        return end

    def lookup(self, reminder_id):
        return self.knows

    def ready(self):
        pass

    def close(self):
        pass


class Time:
    """A clock that stands until it is moved."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def passes(self, **span):
        self.now += timedelta(**span)


@pytest.fixture
def clinic():
    return a_clinic()


@pytest.fixture
def biller(clinic):
    return a_colleague(clinic)


@pytest.fixture
def deadline(clinic, biller):
    return a_deadline(a_case(clinic, biller))


@pytest.fixture
def clock(deadline):
    time = Time(deadline.next_reminder_at)
    sweep(time())
    return time


def put_off(deadline: Deadline) -> None:
    """Until tomorrow, by somebody who was quicker than the mail."""
    at = deadline.next_reminder_at
    Deadline._base_manager.update(answered_at=at, quiet_until=at + timedelta(days=1))


def the_row() -> Reminder:
    (row,) = reminders()
    return row


@pytest.fixture(autouse=True)
def only_moves_of_the_table(monkeypatch):
    """Every UPDATE of a state must be a move of the table, from any state it could start at."""
    from django.db.models import QuerySet

    update = QuerySet.update

    def watched(self, **changes):
        if self.model is Reminder and "state" in changes:
            before = set(self.values_list("state", flat=True))
            assert all(changes["state"] in MOVES[S(state)] for state in before), (before, changes)
        return update(self, **changes)

    monkeypatch.setattr(QuerySet, "update", watched)


def test_a_planned_reminder_is_sent_and_marked(clock, biller):
    script = Script(Delivered(250, "queued as 7"))
    assert send_due(clock, transport=script) == {"sent": 1}
    row = the_row()
    (mail,) = script.mails
    assert (row.state, row.sent_at, row.attempts) == (S.SENT, clock(), 1)
    assert (row.smtp_code, row.smtp_text) == (250, "queued as 7")
    assert row.armed_at == clock()
    assert len(row.body_sha256) == 64
    assert mail.recipient == biller.email
    assert row.message_id.encode() in mail.content
    assert send_due(clock, transport=script) == {}


def test_the_way_out_is_made_ready_before_a_row_is_held(clock):
    """To connect may take longer than the lease."""
    script, seen = Script(), []
    script.ready = lambda: seen.append(the_row().state)
    send_due(clock, transport=script)
    assert seen[0] == S.PLANNED


def test_a_temporary_refusal_waits_1_5_15_60_60_minutes_and_loses_nothing(clock):
    script = Script(*[Refused("later", 451)] * 5)
    for minutes in (1, 5, 15, 60, 60):
        assert send_due(clock, transport=script) == {"planned": 1}
        row = the_row()
        assert row.state == S.PLANNED
        assert row.not_before == clock() + timedelta(minutes=minutes)
        clock.passes(minutes=minutes, seconds=-1)
        assert send_due(clock, transport=script) == {}
        clock.passes(seconds=1)
    assert send_due(clock, transport=script) == {"sent": 1}
    assert the_row().attempts == 6


def test_a_server_that_stays_down_keeps_no_mail_longer_than_it_is_down(clock):
    script = Script(*[Refused("connection refused", is_server=True)] * 3)
    for _ in range(3):
        assert send_due(clock, transport=script) == {"planned": 1}
        assert the_row().not_before == clock() + timedelta(minutes=1)
        clock.passes(minutes=1)
    assert send_due(clock, transport=script) == {"sent": 1}


def test_a_mail_server_that_is_down_is_asked_once_and_delays_all(clock, clinic, biller):
    for _ in range(4):
        a_deadline(a_case(clinic, biller))
    sweep(clock())
    down = Refused("connection refused", is_server=True)
    script = Script(down)
    assert send_due(clock, transport=script) == {"planned": 5}
    assert {row.state for row in reminders()} == {S.PLANNED}
    assert sorted(row.attempts for row in reminders()) == [0, 0, 0, 0, 1]
    clock.passes(minutes=1)
    assert send_due(clock, transport=script) == {"sent": 5}


def test_a_connection_that_broke_off_keeps_no_other_mail_and_no_mail_longer(clock, clinic, biller):
    for _ in range(2):
        a_deadline(a_case(clinic, biller))
    sweep(clock())
    gone = Refused("hung up", is_broken_off=True)
    assert send_due(clock, transport=Script(gone)) == {"planned": 1, "sent": 2}
    for _ in range(3):
        clock.passes(minutes=1)
        assert send_due(clock, transport=Script(gone)) == {"planned": 1}
    (waiting,) = reminders(state=S.PLANNED)
    assert waiting.not_before == clock() + timedelta(minutes=1)
    clock.passes(minutes=1)
    assert send_due(clock, transport=Script(Refused("later", 451))) == {"planned": 1}
    (waiting,) = reminders(state=S.PLANNED)
    assert waiting.not_before == clock() + timedelta(minutes=5)


def test_a_permanent_refusal_fails_alone_alarms_and_goes_to_the_leads(clock, clinic, deadline):
    lead = a_colleague(clinic, Role.LEAD)
    other = a_deadline(a_case(clinic, a_colleague(clinic)))
    sweep(clock())
    script = Script(Refused("no such person", 550, is_permanent=True))
    assert send_due(clock, transport=script) == {"failed": 1, "sent": 2}
    failed = Reminder._base_manager.get(state=S.FAILED)
    assert failed.last_error == "no such person"
    deadline_of_failed = failed.deadline
    deadline_of_failed.refresh_from_db()
    assert "no such person" in deadline_of_failed.reminder_problem
    assert reminders(deadline=deadline_of_failed, recipient=lead)[0].state == S.SENT
    assert {other.pk, deadline.pk} == {row.deadline_id for row in reminders()}


def test_an_address_that_cannot_stand_in_a_mail_fails_alone(clock, biller):
    type(biller).objects.filter(pk=biller.pk).update(email="not an address")
    assert send_due(clock, transport=Script()) == {"failed": 1}
    assert "address" in the_row().last_error


def test_a_fault_while_preparing_one_mail_does_not_stop_the_rest(
    clock, clinic, biller, monkeypatch
):
    a_deadline(a_case(clinic, biller))
    sweep(clock())
    broken = reminders()[0].pk
    from cases.workflow import sending

    build = sending.build

    def sometimes(mail, **rest):
        if mail.reminder_id == broken:
            raise ZeroDivisionError
        return build(mail, **rest)

    monkeypatch.setattr(sending, "build", sometimes)
    assert send_due(clock, transport=Script()) == {"failed": 1, "sent": 1}
    assert Reminder._base_manager.get(pk=broken).state == S.FAILED


# ------------------------------------------------------------------ the fence


@pytest.mark.parametrize("when", ["before the claim", "between claim and arm"])
@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda d: Deadline._base_manager.update(standing=Standing.MET), S.CANCELLED),
        (lambda d: Deadline._base_manager.update(standing=Standing.TOLLED), S.CANCELLED),
        (lambda d: Deadline._base_manager.update(standing=Standing.SUPERSEDED), S.SUPERSEDED),
        (lambda d: put_off(d), S.SUPERSEDED),
        (lambda d: Membership._base_manager.update(is_active=False), S.CANCELLED),
        (lambda d: d.request.assigned_to.__class__.objects.update(is_active=False), S.CANCELLED),
        (lambda d: d.clinic.__class__.objects.update(is_active=False), S.PLANNED),
    ],
    ids=["met", "tolled", "moved date", "put off", "taken out", "sign-in closed", "clinic paused"],
)
def test_the_fence_stops_what_is_no_longer_wanted(clock, deadline, when, change, state):
    script = Script()
    if when == "before the claim":
        change(deadline)
    else:
        script.meanwhile = lambda: change(deadline)
    # What waits in a clinic that has paused is not even claimed.
    is_left_alone = state is S.PLANNED and when == "before the claim"
    assert send_due(clock, transport=script) == ({} if is_left_alone else {str(state): 1})
    assert the_row().state == state
    assert script.mails == []


def test_a_lease_that_lapsed_before_arming_is_not_armed(clock):
    script = Script()
    script.meanwhile = lambda: clock.passes(seconds=121)
    send_due(clock, transport=script)
    assert script.mails == []
    assert the_row().state == S.PLANNED


def test_a_claim_that_went_to_another_worker_is_left_alone(clock):
    script = Script()
    script.meanwhile = lambda: Reminder._base_manager.update(lease_owner="somebody else")
    assert send_due(clock, transport=script) == {"lost": 1}
    assert script.mails == []
    assert the_row().lease_owner == "somebody else"


# ------------------------------------------------------------------ death in the middle


class Killed(BaseException):
    """What a kill -9 looks like from inside: nothing after it runs."""


@pytest.fixture
def die_at(monkeypatch):
    def arrange(point):
        def strike(name):
            if name == point:
                raise Killed(point)

        monkeypatch.setattr(faultpoints, "strike", strike)

    yield arrange


def _run_and_die(clock, transport):
    with pytest.raises(Killed):
        send_due(clock, transport=transport)
    faultpoints.strike = None


def test_dying_before_arming_sends_it_again_unmarked(clock, die_at):
    die_at("F2")
    _run_and_die(clock, Script())
    assert the_row().state == S.CLAIMED
    clock.passes(minutes=2)
    assert recover(clock(), Script())["planned"] == 1
    assert send_due(clock, transport=Script()) == {"sent": 1}
    assert not the_row().possible_dup


def test_dying_after_arming_gives_one_marked_copy_and_then_a_person_decides(clock, deadline):
    doomed = Script(Killed(), Killed())
    with pytest.raises(Killed):
        send_due(clock, transport=doomed)
    assert the_row().state == S.ARMED
    clock.passes(minutes=14, seconds=59)
    assert not +recover(clock(), doomed)
    clock.passes(seconds=1)

    counts = recover(clock(), doomed)
    assert (counts["uncertain"], counts["resent"]) == (1, 1)
    row = the_row()
    assert (row.state, row.possible_dup, row.resends) == (S.PLANNED, True, 1)

    with pytest.raises(Killed):
        send_due(clock, transport=doomed)
    clock.passes(minutes=15)
    assert recover(clock(), doomed)["held"] == 1
    assert the_row().state == S.HELD
    deadline.refresh_from_db()
    assert "may not have arrived" in deadline.reminder_problem
    clock.passes(days=3)
    recover(clock(), doomed)
    assert send_due(clock, transport=Script()) == {}


def test_the_marked_copy_says_so_and_keeps_its_message_id(clock):
    with pytest.raises(Killed):
        send_due(clock, transport=Script(Killed()))
    clock.passes(minutes=15)
    recover(clock(), Script())
    script = Script()
    send_due(clock, transport=script)
    (mail,) = script.mails
    assert b"This mail may be a repeat" in mail.content
    assert message_id(the_row().pk).encode() in mail.content


def test_no_answer_is_uncertain_only_when_the_lease_has_lapsed(clock):
    script = Script(Unknown("timed out"))
    assert send_due(clock, transport=script) == {"uncertain": 1}
    assert the_row().state == S.ARMED
    clock.passes(minutes=15)
    assert recover(clock(), script)["uncertain"] == 1


def test_where_the_transport_knows_nothing_is_doubled(clock):
    with pytest.raises(Killed):
        send_due(clock, transport=Script(Killed(), knows=True))
    clock.passes(minutes=15)
    assert recover(clock(), Script(knows=True))["sent"] == 1
    assert the_row().state == S.SENT


class Journal:
    """A reconciler that gives the answers it was told, the last one for ever."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0

    def lookup(self, doubt):
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def close(self):
        pass


def in_doubt(clock):
    send_due(clock, transport=Script(Unknown("silence")))
    clock.passes(minutes=15)


def test_a_reconciler_that_found_the_mail_settles_it_without_a_copy(clock):
    in_doubt(clock)
    assert recover(clock(), Script(), Journal(True))["sent"] == 1
    row = the_row()
    assert (row.state, row.possible_dup, row.sent_at) == (S.SENT, False, row.armed_at)


def test_a_reconciler_that_misses_the_mail_has_one_copy_sent_and_then_asks_a_person(clock):
    in_doubt(clock)
    assert recover(clock(), Script(), Journal(False))["resent"] == 1
    in_doubt(clock)
    assert recover(clock(), Script(), Journal(False))["held"] == 1


def test_a_reconciler_is_not_asked_before_ten_minutes_have_passed(clock, settings):
    settings.REMINDER_ARMED_LEASE = 60
    in_doubt(clock)
    clock.passes(minutes=-6)  # nine minutes after arming
    journal = Journal(False)
    recover(clock(), Script(), journal)
    assert (journal.asked, the_row().state) == (0, S.UNCERTAIN)
    clock.passes(minutes=1)
    recover(clock(), Script(), journal)
    assert (journal.asked, the_row().state) == (1, S.PLANNED)


def test_what_a_reconciler_cannot_tell_for_half_an_hour_waits_for_a_person(clock, deadline):
    in_doubt(clock)
    clock.passes(minutes=29)
    assert not recover(clock(), Script(), Journal(None))["held"]
    assert the_row().state == S.UNCERTAIN
    clock.passes(minutes=1)
    assert recover(clock(), Script(), Journal(None))["held"] == 1
    deadline.refresh_from_db()
    assert deadline.reminder_problem == HELD


class Slow(Journal):
    """Each answer takes three seconds of a watch of its own; of `unknown` it cannot tell."""

    def __init__(self, monkeypatch, unknown=()):
        super().__init__(True)
        self.now, self.unknown = 0.0, unknown
        monkeypatch.setattr(recovering, "time", self)

    def monotonic(self):
        return self.now

    def lookup(self, doubt):
        self.now += 3
        return None if doubt.mail_id in self.unknown else super().lookup(doubt)


@pytest.fixture
def three_in_doubt(clock, clinic, biller):
    for _ in range(2):
        a_deadline(a_case(clinic, biller))
    sweep(clock())
    for _ in range(3):
        send_due(clock, transport=Script(Unknown("silence")))
        clock.passes(minutes=1)
    assert Counter(row.state for row in reminders()) == {S.ARMED: 3}


def test_a_slow_reconciler_is_asked_for_a_few_seconds_and_for_the_rest_in_the_next_tick(
    clock, three_in_doubt, monkeypatch
):
    clock.passes(hours=2)  # long after a person would be asked about what cannot be told
    journal = Slow(monkeypatch)
    assert recover(clock(), Script(), journal)["sent"] == 2
    assert Counter(row.state for row in reminders()) == {S.SENT: 2, S.UNCERTAIN: 1}
    assert recover(clock(), Script(), journal)["sent"] == 1


def test_what_a_slow_reconciler_cannot_tell_does_not_stand_before_what_it_can(
    clock, three_in_doubt, monkeypatch
):
    clock.passes(minutes=15)
    oldest = Reminder._base_manager.order_by("armed_at", "pk").values_list("pk", flat=True)[:2]
    journal = Slow(monkeypatch, unknown=set(oldest))
    for _ in range(60):
        recover(clock(), Script(), journal)
    assert Counter(row.state for row in reminders()) == {S.SENT: 1, S.UNCERTAIN: 2}


def test_in_a_tick_the_reconciler_is_asked_when_the_mail_is_out(
    clock, three_in_doubt, clinic, biller, settings, tmp_path, monkeypatch
):
    settings.MAIL_FOLDER = tmp_path
    monkeypatch.setenv("RECONCILER_URL", "imap://journal:x@journal.example:143")
    settings.RECONCILER = env.reconciler("RECONCILER_URL")
    clock.passes(minutes=15)
    a_deadline(a_case(clinic, biller), next_reminder_at=clock())
    waiting = []

    class Watching(Journal):
        def lookup(self, doubt):
            waiting.append(Reminder._base_manager.filter(state=S.PLANNED).count())
            return super().lookup(doubt)

    monkeypatch.setattr(recovering, "open_transport", Script)
    monkeypatch.setattr(recovering, "open_reconciler", lambda: Watching(True))
    counts = tick(clock)
    assert (counts["swept.planned"], counts["mailed.sent"], counts["settled.sent"]) == (1, 1, 3)
    assert waiting == [0, 0, 0]


def test_policy_hold_never_sends_a_copy(clock, settings):
    settings.REMINDER_UNCERTAIN = "hold"
    with pytest.raises(Killed):
        send_due(clock, transport=Script(Killed()))
    clock.passes(minutes=15)
    assert recover(clock(), Script())["held"] == 1


def test_an_answer_that_comes_after_the_lease_still_counts(clock):
    """Slower than the lease, but nobody has touched the row beyond calling it uncertain."""

    class Late(Script):
        def deliver(self, mail, arm):
            assert arm() > 0
            Reminder._base_manager.update(state=S.UNCERTAIN)
            return Delivered()

    assert send_due(clock, transport=Late()) == {"sent": 1}
    assert the_row().state == S.SENT


def test_a_fault_after_arming_is_not_called_a_failure(clock):
    assert send_due(clock, transport=Script(OSError("disk"))) == {"lost": 1}
    assert the_row().state == S.ARMED


def test_what_waited_too_long_is_listed_as_expired(clock):
    row = the_row()
    clock.now = row.expires_at
    assert recover(clock(), Script())["expired"] == 1
    assert the_row().state == S.EXPIRED
    assert send_due(clock, transport=Script()) == {}


# ------------------------------------------------------------------ a person decides


def _held(clock):
    Reminder._base_manager.filter().update(state=S.CLAIMED)
    for state in (S.ARMED, S.UNCERTAIN, S.HELD):
        Reminder._base_manager.update(state=state)
    return the_row()


def test_a_person_who_saw_the_mail_settles_it(clock, biller):
    row = _held(clock)
    say_arrived(Actor(biller, Role.BILLER, clock()), row)
    assert the_row().state == S.SENT
    with pytest.raises(AlreadySettled):
        send_again(Actor(biller, Role.BILLER, clock()), row)


def test_a_person_can_have_it_sent_again_marked(clock, biller):
    send_again(Actor(biller, Role.BILLER, clock()), _held(clock))
    script = Script()
    assert send_due(clock, transport=script) == {"sent": 1}
    assert b"may be a repeat" in script.mails[0].content


def test_it_is_kept_who_decided_and_when(clock, biller):
    say_arrived(Actor(biller, Role.BILLER, clock()), _held(clock))
    assert (the_row().settled_by, the_row().settled_at) == (biller, clock())


def test_what_a_person_sends_again_does_not_expire_at_the_next_tick(clock, biller):
    row = _held(clock)
    clock.now = row.expires_at + timedelta(days=1)
    send_again(Actor(biller, Role.BILLER, clock()), row)
    clock.passes(minutes=1)

    assert not recover(clock(), Script())["expired"]
    assert send_due(clock, transport=Script()) == {"sent": 1}


def test_nothing_is_sent_again_while_the_clock_stands_and_it_stays_held(clock, biller, deadline):
    row = _held(clock)
    row.deadline.standing = Standing.TOLLED
    with pytest.raises(NotAllowedNow, match="clock is stopped"):
        send_again(Actor(biller, Role.BILLER, clock()), row)
    assert the_row().state == S.HELD


def test_an_auditor_decides_nothing_and_a_clinician_only_about_their_own(clock, clinic, biller):
    row = _held(clock)
    doctor = a_colleague(clinic, Role.CLINICIAN)
    for staff, role in ((biller, Role.AUDITOR), (doctor, Role.CLINICIAN)):
        for decide in (say_arrived, send_again):
            with pytest.raises(NotAllowedNow, match="may say what became"):
                decide(Actor(staff, role, clock()), row)
    assert the_row().state == S.HELD
    say_arrived(Actor(biller, Role.CLINICIAN, clock()), row)
    assert the_row().state == S.SENT


REFUSED = "A reminder could not be sent: 550"


@pytest.mark.parametrize(("said", "left"), [(HELD, ""), (REFUSED, REFUSED)])
def test_a_decision_takes_its_own_alarm_off_and_no_other(clock, biller, deadline, said, left):
    Deadline._base_manager.update(reminder_problem=said)
    say_arrived(Actor(biller, Role.BILLER, clock()), _held(clock))
    deadline.refresh_from_db()
    assert deadline.reminder_problem == left


@pytest.mark.parametrize(
    ("standing", "state"), [(Standing.MET, S.CANCELLED), (Standing.SUPERSEDED, S.SUPERSEDED)]
)
def test_a_held_reminder_of_a_deadline_that_ended_waits_for_nobody(
    clock, deadline, standing, state
):
    _held(clock)
    assert not +recover(clock(), Script())
    Deadline._base_manager.update(standing=standing)
    assert recover(clock(), Script())[str(state)] == 1
    assert the_row().state == state


def test_one_mail_that_cannot_be_looked_up_does_not_keep_the_others_waiting(clock, deadline):
    class Blind(Script):
        """Its folder breaks on the first mail."""

        asked = 0

        def lookup(self, reminder_id):
            self.asked += 1
            if self.asked == 1:
                raise PermissionError("var/mail")
            return True

    for _ in range(2):
        a_deadline(a_case(deadline.clinic, deadline.request.assigned_to))
    sweep(clock())
    for state in (S.CLAIMED, S.ARMED, S.UNCERTAIN):
        Reminder._base_manager.update(state=state)
    counts = recover(clock(), Blind())
    assert (counts["sent"], counts["resent"]) == (2, 1)


# ------------------------------------------------------------------ the whole tick


def test_one_tick_plans_and_keeps_the_mail_in_the_folder(settings, tmp_path, deadline):
    from cases.models import Heartbeat

    settings.MAIL_FOLDER = tmp_path
    now = deadline.next_reminder_at
    assert reminding.tick(lambda: now) == {
        "swept.deadlines": 1,
        "swept.planned": 1,
        "mailed.sent": 1,
    }
    assert len(list(tmp_path.rglob("*.eml"))) == 1
    assert Heartbeat.objects.get(name="sender").beat_at == now
    assert reminding.tick(lambda: now) == {}


def test_a_broken_sweep_does_not_keep_planned_mails_from_going(
    clock, monkeypatch, settings, tmp_path
):
    settings.MAIL_FOLDER = tmp_path

    def broken(now):
        raise RuntimeError("sweep")

    monkeypatch.setattr(reminding, "sweep", broken)
    with pytest.raises(RuntimeError):
        reminding.tick(clock)
    assert the_row().state == S.SENT


def test_a_closed_case_disarms_and_a_moved_date_arms_anew(clock, deadline, clinic, biller):
    send_due(clock, transport=Script())
    Deadline._base_manager.filter(pk=deadline.pk).update(
        standing=Standing.SUPERSEDED, next_reminder_at=None
    )
    later = a_deadline(
        deadline.request,
        due_at=deadline.due_at + timedelta(days=30),
        legal_at=deadline.legal_at + timedelta(days=30),
    )
    clock.now = rungs(later)[0].at
    sweep(clock())
    script = Script()
    assert send_due(clock, transport=script) == {"sent": 1}
    Deadline._base_manager.filter(pk=later.pk).update(standing=Standing.MET, next_reminder_at=None)
    clock.passes(days=365)
    sweep(clock())
    assert send_due(clock, transport=script) == {}


def test_a_reminder_of_somebody_who_left_goes_to_the_lead_at_the_same_tick(
    clinic, biller, deadline, clock
):
    lead = a_colleague(clinic, Role.LEAD)
    Membership._base_manager.filter(staff=biller).update(is_active=False)
    script = Script()

    counts = send_due(clock, transport=script)

    assert counts == {"cancelled": 1, "sent": 1}
    assert [mail.recipient for mail in script.mails] == [lead.email]
    first, second = reminders(deadline=deadline)
    assert first.rung == second.rung


def test_a_reminder_of_somebody_who_left_between_claim_and_end_goes_to_the_lead(
    clinic, biller, deadline, clock
):
    lead = a_colleague(clinic, Role.LEAD)
    script = Script()
    script.meanwhile = lambda: Membership._base_manager.filter(staff=biller).update(is_active=False)

    send_due(clock, transport=script)

    assert [mail.recipient for mail in script.mails] == [lead.email]


def test_with_nobody_left_to_pass_a_reminder_on_to_the_deadline_says_so(biller, deadline, clock):
    Membership._base_manager.filter(staff=biller).update(is_active=False)

    send_due(clock, transport=Script())

    deadline.refresh_from_db()
    assert "Nobody" in deadline.reminder_problem
