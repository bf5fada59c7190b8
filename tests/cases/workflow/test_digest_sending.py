"""Morning digests on their way: as safe as reminders, and never in a reminder's way."""

from __future__ import annotations

import email
from datetime import UTC, date, datetime, timedelta
from email.policy import default

import pytest

from cases.mail.outcomes import Delivered, Refused, Unknown
from cases.models import Absence, Clinic, Deadline, Digest, Membership, Reminder
from cases.workflow import digest_writing, pausing, reminding
from cases.workflow.digesting import plan_digests
from cases.workflow.recovering import recover
from cases.workflow.sending import send_due
from cases.workflow.sweeping import sweep
from priorauth.reminders import ReminderState
from priorauth.terms import Role
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline
from tests.cases.workflow.test_sending import Killed, Script, Time

pytestmark = pytest.mark.django_db

S = ReminderState
OPENS = datetime(2026, 4, 30, 12, tzinfo=UTC)  # Thursday, 08:00 in New York
CLOSES = datetime(2026, 4, 30, 21, tzinfo=UTC)  # 17:00
DAY = date(2026, 4, 30)


@pytest.fixture
def clinic():
    return a_clinic(sends_digest=True, next_digest_at=OPENS)


@pytest.fixture
def biller(clinic):
    return a_colleague(clinic)


def due_in(case, **span) -> Deadline:
    """Ours, to be done so long after the opening, and already reminded of. What is past: by law."""
    at = OPENS + timedelta(**span)
    legal = at if at < OPENS else None
    return a_deadline(case, due_at=at, legal_at=legal, act_at=at, next_reminder_at=None)


@pytest.fixture
def deadline(clinic, biller):
    return due_in(a_case(clinic, biller), hours=5)


@pytest.fixture
def clock(deadline):
    """08:00, and the digests of the day are planned."""
    plan_digests(OPENS)
    return Time(OPENS)


def the_row() -> Digest:
    return Digest._base_manager.get()


def read(mail):
    return email.message_from_bytes(mail.content, policy=default)


def numbers(text: str, *deadlines: Deadline) -> list[int]:
    """Where each case is named in the text."""
    return [text.index(f"{one.request.number}:") for one in deadlines]


# ------------------------------------------------------------------ what is sent, and to whom


def test_a_digest_is_sent_once_and_marked(clock, deadline, biller):
    script = Script(Delivered(250, "queued as 7"))
    assert send_due(clock, transport=script) == {"sent": 1}
    row, (mail,) = the_row(), script.mails
    assert (row.state, row.sent_at, row.attempts) == (S.SENT, OPENS, 1)
    assert (row.smtp_text, len(row.body_sha256)) == ("queued as 7", 64)
    assert mail.recipient == biller.email
    assert read(mail)["Message-ID"] == row.message_id
    assert read(mail)["Subject"] == "1 for today: morning digest"
    assert send_due(clock, transport=script) == {}


def test_it_lists_the_readers_cases_in_the_worklists_order(clinic, biller):
    late = due_in(a_case(clinic, biller), days=-2)
    soon, sooner = due_in(a_case(clinic, biller), hours=7), due_in(a_case(clinic, biller), hours=3)
    in_a_week = due_in(a_case(clinic, biller), days=5)
    others = due_in(a_case(clinic, a_colleague(clinic)), days=-1)
    plan_digests(OPENS)
    script = Script()
    send_due(lambda: OPENS, transport=script)
    mail = next(read(one) for one in script.mails if one.recipient == biller.email)
    text = mail.get_content()
    assert mail["Subject"] == "1 overdue, 2 for today: morning digest"
    assert numbers(text, late, sooner, soon) == sorted(numbers(text, late, sooner, soon))
    assert "In the seven days after today: 1" in text
    assert in_a_week.request.number not in text
    assert others.request.number not in text


@pytest.mark.parametrize("role", [Role.LEAD, Role.OWNER])
def test_owners_and_leads_get_the_clinics_list_with_what_nobody_has(clinic, biller, role):
    a_colleague(clinic, role)
    mine, nobodys = due_in(a_case(clinic, biller), hours=1), due_in(a_case(clinic), hours=2)
    plan_digests(OPENS)
    script = Script()
    send_due(lambda: OPENS, transport=script)
    by_address = {one.recipient: read(one).get_content() for one in script.mails}
    (of_biller,) = [text for to, text in by_address.items() if to == biller.email]
    (of_all,) = [text for to, text in by_address.items() if to != biller.email]
    assert nobodys.request.number not in of_biller
    assert numbers(of_all, mine, nobodys) == sorted(numbers(of_all, mine, nobodys))


def test_of_a_stopped_clock_it_says_so(clinic, biller):
    one = due_in(a_case(clinic, biller), hours=2)
    Deadline._base_manager.update(standing="tolled")
    plan_digests(OPENS)
    script = Script()
    send_due(lambda: OPENS, transport=script)
    assert f"{one.request.number}: clock stopped" in read(script.mails[0]).get_content()


def test_another_clinics_cases_are_in_no_digest(clock, deadline):
    elsewhere = a_clinic()
    other = due_in(a_case(elsewhere, a_colleague(elsewhere)), days=-3)
    a_colleague(deadline.clinic, Role.OWNER)
    script = Script()
    send_due(clock, transport=script)
    assert all(other.request.number not in one.content.decode() for one in script.mails)


def test_with_nothing_due_nothing_is_sent(clinic, biller):
    due_in(a_case(clinic, biller), days=3)
    plan_digests(OPENS)
    script = Script()
    assert send_due(lambda: OPENS, transport=script) == {"cancelled": 1}
    assert script.mails == []


def test_what_was_done_before_it_left_is_not_in_it(clock, deadline):
    Deadline._base_manager.update(standing="met")
    assert send_due(clock, transport=Script()) == {"cancelled": 1}


def away(person, **fields):
    Absence._base_manager.create(
        clinic_id=Membership._base_manager.get(staff=person).clinic_id,
        member=Membership._base_manager.get(staff=person),
        away_from=DAY,
        away_through=DAY,
        **fields,
    )


def test_who_stands_in_gets_the_cases_of_the_absent_and_is_told(clinic, biller):
    other = a_colleague(clinic)
    away(biller, hand_over_to=Membership._base_manager.get(staff=other))
    theirs, own = due_in(a_case(clinic, biller), hours=1), due_in(a_case(clinic, other), hours=2)
    plan_digests(OPENS)
    script = Script()
    assert send_due(lambda: OPENS, transport=script) == {"sent": 1}
    (mail,) = script.mails
    text = read(mail).get_content()
    assert mail.recipient == other.email
    assert numbers(text, theirs, own) == sorted(numbers(text, theirs, own))
    assert "a colleague who is away" in text


def test_an_absence_entered_after_eight_still_keeps_the_mail_back(clock, clinic, biller):
    away(biller, hand_over_to=Membership._base_manager.get(staff=a_colleague(clinic)))
    assert send_due(clock, transport=Script()) == {"cancelled": 1}


# ------------------------------------------------------------------ beside the reminders


def test_a_digest_takes_no_reminders_place(clinic, biller):
    """The same rungs at the same instants, with and without it; and the reminder goes first."""
    case = a_case(clinic, biller)
    at = OPENS + timedelta(days=1)
    urgent = a_deadline(case, due_at=at, legal_at=at, act_at=OPENS, next_reminder_at=OPENS)
    sweep(OPENS)
    alone = list(Reminder._base_manager.order_by("pk").values("pk", "state", "rung", "not_before"))
    plan_digests(OPENS)
    again = list(Reminder._base_manager.order_by("pk").values("pk", "state", "rung", "not_before"))
    assert alone == again
    script = Script()
    assert send_due(lambda: OPENS, transport=script) == {"sent": 2}
    first, second = (read(one) for one in script.mails)
    assert first["X-Reminder-Id"] and second["X-Digest-Id"]
    hint = Deadline._base_manager.get(pk=urgent.pk).next_reminder_at
    assert hint is not None and hint > OPENS


def test_a_reminder_that_comes_due_among_many_digests_waits_for_ten_at_most(clinic, biller):
    due_in(a_case(clinic, biller), hours=5)
    for _ in range(24):
        a_colleague(clinic, Role.LEAD)
    plan_digests(OPENS)
    script = Script()
    at = OPENS + timedelta(days=1)

    def comes_due():
        if len(script.mails) == 3 and not Reminder._base_manager.exists():
            case = a_case(clinic, biller)
            a_deadline(case, due_at=at, legal_at=at, act_at=at, next_reminder_at=OPENS)
            sweep(OPENS)

    script.meanwhile = comes_due
    assert send_due(lambda: OPENS, transport=script) == {"sent": 26}
    place = [bool(read(one)["X-Reminder-Id"]) for one in script.mails].index(True)
    assert place <= 10


def test_a_mail_server_that_is_down_keeps_both_and_loses_neither(clinic, biller):
    at = OPENS + timedelta(days=1)
    a_deadline(a_case(clinic, biller), due_at=at, legal_at=at, act_at=OPENS, next_reminder_at=OPENS)
    sweep(OPENS)
    plan_digests(OPENS)
    clock = Time(OPENS)
    send_due(clock, transport=Script(Refused("down", is_server=True)))
    assert {the_row().state, Reminder._base_manager.get().state} == {S.PLANNED}
    clock.passes(minutes=1)
    assert send_due(clock, transport=Script()) == {"sent": 2}


# ------------------------------------------------------------------ nothing lost, nothing doubled


def test_a_crash_at_the_end_brings_one_marked_copy_and_then_a_person(clock):
    for outcome in ("resent", "held"):
        with pytest.raises(Killed):
            send_due(clock, transport=Script(Killed()))
        assert the_row().state == S.ARMED
        assert send_due(clock, transport=Script()) == {}
        clock.passes(minutes=15)
        assert recover(clock(), Script())[outcome] == 1
    row = the_row()
    assert (row.state, row.resends, row.possible_dup) == (S.HELD, 1, True)
    assert send_due(clock, transport=Script()) == {}


def test_the_copy_says_that_it_may_be_a_repeat_under_the_same_message_id(clock):
    send_due(clock, transport=Script(Unknown("silence")))
    clock.passes(minutes=15)
    recover(clock(), Script())
    script = Script()
    send_due(clock, transport=script)
    mail = read(script.mails[0])
    assert mail.get_content().startswith("This mail may be a repeat")
    assert mail["X-Digest-Repeat"] == "possible"
    assert mail["Message-ID"] == the_row().message_id


def test_a_crash_before_the_end_sends_it_once_more_unmarked(clock):
    class Dies(Script):
        def deliver(self, mail, arm):
            raise Killed

    with pytest.raises(Killed):
        send_due(clock, transport=Dies())
    clock.passes(minutes=2)
    assert recover(clock(), Script())["planned"] == 1
    script = Script()
    assert send_due(clock, transport=script) == {"sent": 1}
    assert "repeat" not in read(script.mails[0]).get_content()


def test_where_the_transport_knows_nothing_is_doubled(clock):
    with pytest.raises(Killed):
        send_due(clock, transport=Script(Killed()))
    clock.passes(minutes=15)
    assert recover(clock(), Script(knows=True))["sent"] == 1
    assert the_row().state == S.SENT


def test_a_reconciler_is_asked_by_the_digests_own_header(clock):
    asked = []

    class Journal:
        def lookup(self, doubt):
            asked.append((doubt.mail_id, doubt.header))
            return True

        def close(self):
            pass

    send_due(clock, transport=Script(Unknown("silence")))
    clock.passes(minutes=15)
    assert recover(clock(), Script(), Journal())["sent"] == 1
    assert asked == [(the_row().pk, "X-Digest-Id")]


def test_a_refusal_for_good_fails_it_with_its_reason_and_bothers_nobody_else(clock, deadline):
    a_colleague(deadline.clinic, Role.LEAD)
    refused = Refused("no such mailbox", 550, is_permanent=True)
    assert send_due(clock, transport=Script(refused)) == {"failed": 1}
    row = the_row()
    assert (row.state, row.smtp_code, row.last_error) == (S.FAILED, 550, "no such mailbox")
    deadline.refresh_from_db()
    assert deadline.reminder_problem == ""


def test_one_that_cannot_be_written_fails_alone(clock, monkeypatch, caplog, clinic):
    a_colleague(clinic, Role.LEAD)
    Clinic.objects.update(next_digest_at=OPENS)
    Digest._base_manager.all().delete()
    plan_digests(OPENS)
    line = digest_writing._line
    calls = []

    def breaks_once(*given):
        calls.append(given)
        if len(calls) == 1:
            raise RuntimeError("not a word of this")
        return line(*given)

    monkeypatch.setattr(digest_writing, "_line", breaks_once)
    assert send_due(clock, transport=Script()) == {"failed": 1, "sent": 1}
    assert "not a word of this" not in caplog.text


def test_later_means_later_and_after_closing_never(clock):
    script = Script(*[Refused("later", 451)] * 99)
    while clock() < CLOSES:
        send_due(clock, transport=script)
        clock.passes(minutes=30)
    assert recover(clock(), script)["expired"] == 1
    assert send_due(clock, transport=Script()) == {}
    assert the_row().state == S.EXPIRED


# ------------------------------------------------------------------ the fence


def left(biller):
    Membership._base_manager.filter(staff=biller).update(is_active=False)


def switched_off(biller):
    Clinic.objects.update(sends_digest=False)


@pytest.mark.parametrize("happens", [left, switched_off])
@pytest.mark.parametrize("between", ["planned and claimed", "claimed and the end of the mail"])
def test_whoever_left_and_a_digest_switched_off_are_not_mailed(clock, biller, happens, between):
    script = Script()
    if between == "planned and claimed":
        happens(biller)
    else:
        script.meanwhile = lambda: happens(biller)
    assert send_due(clock, transport=script) == {"cancelled": 1}
    assert script.mails == []
    assert Digest._base_manager.count() == 1


@pytest.mark.parametrize("between", ["planned and claimed", "claimed and the end of the mail"])
def test_a_closed_clinic_sends_none_until_its_day_is_over(clock, between):
    script = Script()

    def closes():
        Clinic.objects.update(is_active=False)

    if between == "planned and claimed":
        closes()
        assert send_due(clock, transport=script) == {}
    else:
        script.meanwhile = closes
        assert send_due(clock, transport=script) == {"planned": 1}
    assert script.mails == []
    assert recover(CLOSES, Script())["expired"] == 1


# ------------------------------------------------------------------ the whole tick, and a restore


def test_one_tick_plans_and_keeps_the_digest_in_the_folder(deadline, settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path
    counts = reminding.tick(lambda: OPENS)
    assert counts == {"digests.planned": 1, "mailed.sent": 1}
    (path,) = tmp_path.rglob("*.eml")
    assert b"X-Digest-Id" in path.read_bytes()
    assert reminding.tick(lambda: OPENS) == {}
    assert reminding.tick(lambda: OPENS + timedelta(hours=2)) == {}


def test_while_sending_is_paused_none_is_planned(deadline, settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path
    pausing.why_paused(OPENS)
    pausing.SendingMark.objects.update(paused_at=OPENS, paused_because="database restored")
    assert reminding.tick(lambda: OPENS) == {"paused": 1}
    assert not Digest._base_manager.exists()


@pytest.mark.parametrize("was_planned", [True, False])
def test_after_a_restore_a_digest_that_may_have_gone_out_says_so(deadline, was_planned):
    if was_planned:
        plan_digests(OPENS)
    pausing.why_paused(OPENS)
    pause = OPENS + timedelta(hours=1)
    pausing.SendingMark.objects.update(
        paused_at=pause, paused_because="restored", was_restored=True
    )
    assert pausing.resume(None, "looked", pause) == was_planned
    plan_digests(pause)
    assert the_row().possible_dup
    script = Script()
    send_due(lambda: pause, transport=script)
    assert read(script.mails[0]).get_content().startswith("This mail may be a repeat")
