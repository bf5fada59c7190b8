"""A patient is told by a neutral mail: planned with what happened, never without an agreement."""

from __future__ import annotations

import email
import uuid
from datetime import date, timedelta
from email.policy import default

import pytest
from django.db import IntegrityError

from cases.demo.stories import Teller
from cases.mail.bounce import Bounce
from cases.mail.outcomes import Delivered, Refused, Unknown
from cases.models import (
    CaseEvent,
    Clinic,
    Deadline,
    Patient,
    PatientMail,
    PriorAuthRequest,
    Reminder,
)
from cases.workflow import marking, patient_mails, pausing, watchdog
from cases.workflow.actor import Actor
from cases.workflow.bouncing import bounced
from cases.workflow.closing import close
from cases.workflow.deciding import not_wanted, say_arrived, send_again
from cases.workflow.determinations import LineDecision, Notice, log_determination
from cases.workflow.joining_patients import join
from cases.workflow.recovering import recover
from cases.workflow.sending import send_due
from cases.workflow.undoing import undo
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact, NotAllowedNow
from priorauth.patient_mail import PatientMailKind, Wording
from priorauth.reminders import ReminderState
from priorauth.terms import EventKind, Outcome, RequestStatus, Role
from tests.cases.courses import at, biller
from tests.cases.workflow.test_sending import Killed, Script, Time

pytestmark = pytest.mark.django_db

S = ReminderState
ADDRESS = "kim@mail.example"
DUE = at("09-18T10:30")  # half an hour after a determination recorded at ten


def agree(patient: Patient, **fields) -> None:
    values = {"email": ADDRESS, "mail_agreed_on": date(2026, 9, 1), "mail_agreed_by": "phone"}
    Patient.objects.filter(pk=patient.pk).update(**{**values, **fields})


@pytest.fixture
def clinic(cast) -> Clinic:
    Reminder._base_manager.all().delete()
    Clinic.objects.filter(pk=cast.clinic.pk).update(
        writes_to_patients=True,
        patient_mail_name="Dr. Lee's office",
        patient_mail_phone="(212) 555-0100",
        sends_digest=False,
    )
    cast.clinic.refresh_from_db()
    return cast.clinic


def a_request(teller: Teller, **fields) -> PriorAuthRequest:
    request = teller.submitted(teller.at(9), plan=teller.cast.plans[0])
    agree(request.patient, **fields)
    Deadline._base_manager.update(next_reminder_at=None)
    return request


@pytest.fixture
def request_(clinic, teller) -> PriorAuthRequest:
    return a_request(teller)


def decide(
    teller: Teller, request, outcome=Outcome.DENIED, days_ago=1, now=None, lines=None,
    notice_on=date(2026, 9, 17), **fields
):  # fmt: skip
    made = log_determination(
        biller(teller, now),
        request,
        decisions=[LineDecision(line, outcome) for line in lines or request.lines.all()],
        notice=Notice(received_on=notice_on),
        **{"decided": teller.moment(teller.at(days_ago)), **fields},
    )
    Deadline._base_manager.update(next_reminder_at=None)
    return made


def ask(teller: Teller, request, wording=Wording.CALL, now=None, role=Role.BILLER):
    actor = Actor(teller.cast.biller, role, now or teller.now)
    made = patient_mails.ask_to_call(actor, request, wording=wording, zone=teller.zone)
    Deadline._base_manager.update(next_reminder_at=None)
    return made


def the_row() -> PatientMail:
    return PatientMail._base_manager.get()


def read(mail):
    return email.message_from_bytes(mail.content, policy=default)


def last_event(request) -> CaseEvent:
    return CaseEvent._base_manager.filter(request=request).latest("pk")


# ------------------------------------------------------------------ planned, or not


@pytest.mark.parametrize("outcome", [Outcome.APPROVED, Outcome.DENIED, Outcome.DISMISSED])
def test_whatever_was_decided_is_news_half_an_hour_later(teller, request_, outcome):
    decide(teller, request_, outcome)
    row = the_row()
    assert (row.kind, row.wording, row.state) == ("news", "news", S.PLANNED)
    assert (row.due_at, row.not_before, row.address) == (DUE, DUE, ADDRESS)
    assert row.expires_at == DUE + timedelta(days=7)
    assert row.event == CaseEvent.objects.get(kind=EventKind.DETERMINED)


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "", "mail_agreed_on": None},
        {"mail_agreed_on": None},
        {"mail_withdrawn_on": date(2026, 9, 2)},
        {"email_problem": "no such mailbox"},
    ],
)
def test_without_a_current_agreement_nothing_is_planned(teller, clinic, fields):
    request = a_request(teller, **fields)
    decide(teller, request)
    assert not PatientMail.objects.exists()
    with pytest.raises(ImpossibleFact, match="Nothing was sent"):
        ask(teller, request)
    assert not CaseEvent.objects.filter(kind=EventKind.PATIENT_ASKED_TO_CALL).exists()


def test_a_clinic_that_does_not_write_to_patients_does_not(teller, request_, clinic):
    Clinic.objects.filter(pk=clinic.pk).update(writes_to_patients=False)
    decide(teller, request_)
    assert not PatientMail.objects.exists()


def test_a_history_that_is_written_down_is_no_news(teller, clinic):
    request = a_request(teller)
    actor = Actor(None, None, teller.now)
    log_determination(
        actor,
        request,
        decided=teller.moment(teller.at(1)),
        decisions=[LineDecision(line, Outcome.APPROVED) for line in request.lines.all()],
        notice=Notice(received_on=date(2026, 9, 17)),
    )
    assert not PatientMail.objects.exists()


def test_nor_is_what_was_decided_long_ago(teller, clinic):
    request = teller.submitted(teller.at(60), plan=teller.cast.plans[0])
    agree(request.patient)
    decide(teller, request, days_ago=40)
    assert not PatientMail.objects.exists()


def test_there_is_one_for_each_event_and_kind(teller, request_):
    decide(teller, request_)
    row = the_row()
    row.pk, row.message_id = uuid.uuid4(), "<another@example.org>"
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


def test_who_may_ask_a_patient_to_call(teller, request_):
    with pytest.raises(NotAllowedNow):
        ask(teller, request_, role=Role.AUDITOR)
    for role in (Role.BILLER, Role.LEAD, Role.OWNER):
        assert ask(teller, request_, role=role).kind == PatientMailKind.CALL_US


@pytest.mark.parametrize("step", ["a determination", "asked to call"])
def test_a_step_on_a_case_whose_patient_was_joined_meanwhile_tells_who_it_is_now(
    teller, request_, step
):
    kept = Patient.objects.create(
        clinic=request_.clinic, first_name="Kim", last_name="Twin", birth_date=date(1980, 2, 3)
    )
    agree(kept, email="twin@mail.example")
    lines = list(request_.lines.all())
    join(
        Actor(teller.cast.lead, Role.LEAD, teller.now),
        kept,
        Patient(pk=request_.patient_id, clinic_id=kept.clinic_id),
    )
    if step == "asked to call":
        ask(teller, request_)
    else:
        decide(teller, request_, lines=lines)
    assert (the_row().address, request_.patient) == ("twin@mail.example", kept)


# ------------------------------------------------------------------ what is sent


def test_it_is_sent_once_and_says_nothing(teller, request_):
    decide(teller, request_)
    clock, script = Time(DUE), Script(Delivered(250, "queued as 7"))
    assert send_due(lambda: DUE - timedelta(minutes=1), transport=Script()) == {}
    assert send_due(clock, transport=script) == {"sent": 1}
    row, (mail,) = the_row(), script.mails
    assert (row.state, row.sent_at, row.day) == (S.SENT, DUE, date(2026, 9, 18))
    message = read(mail)
    assert (mail.recipient, message["To"]) == (ADDRESS, ADDRESS)
    assert message["Subject"] == "A message from our office"
    assert message["From"].startswith('"Dr. Lee\'s office" <')
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == row.message_id
    assert message["Reply-To"] is None
    text = message.get_content()
    assert "There is news for you." in text
    assert "Dr. Lee's office at (212) 555-0100 during office hours" in text
    assert "wait for us to call you" in text
    assert send_due(clock, transport=script) == {}


def test_a_biller_chooses_among_fixed_sentences(teller, request_):
    ask(teller, request_, Wording.SIGN)
    script = Script()
    send_due(Time(teller.now), transport=script)
    assert "There is a paper for you to sign." in read(script.mails[0]).get_content()


def test_reminders_go_first(teller, request_):
    ask(teller, request_)
    deadline = Deadline.objects.filter(request=request_).first()
    Reminder(
        clinic=request_.clinic,
        deadline=deadline,
        rung=1,
        rungs=1,
        recipient=teller.cast.biller,
        due_at=teller.now,
        not_before=teller.now,
        planned_at=teller.now,
        expires_at=teller.now + timedelta(days=9),
        message_id="<r@example.org>",
    ).save()
    script = Script()
    assert send_due(Time(teller.now), transport=script)["sent"] == 2
    assert [bool(read(one)["X-Reminder-Id"]) for one in script.mails] == [True, False]


# ------------------------------------------------------------------ its hours, one a day


def test_what_is_recorded_in_the_evening_goes_in_the_morning(teller, request_):
    ask(teller, request_, now=at("09-18T19:00"))  # a Friday
    assert the_row().due_at == at("09-21T09:00")


def test_one_that_was_refused_at_closing_time_waits_for_the_morning(teller, request_):
    ask(teller, request_, now=at("09-18T16:50"))
    clock = Time(at("09-18T16:50"))
    assert send_due(clock, transport=Script(Refused("later", 451))) == {"planned": 1}
    clock.passes(minutes=30)
    assert send_due(clock, transport=Script()) == {"planned": 1}
    assert the_row().not_before == at("09-21T09:00")
    script = Script()
    assert send_due(Time(at("09-21T09:00")), transport=script) == {"sent": 1}


def test_a_mail_that_waits_for_monday_is_no_mail_server_that_is_down(teller, request_):
    Deadline._base_manager.update(next_reminder_at=None)
    ask(teller, request_, now=at("09-18T16:50"))
    clock = Time(at("09-18T16:50"))
    send_due(clock, transport=Script(Refused("later", 451)))
    clock.passes(minutes=30)
    send_due(clock, transport=Script())
    clock.passes(hours=20)
    assert not watchdog.is_overdue(clock())
    # Nor in the hour before it may go, in the minute in which it goes, or while it then waits.
    for time in ("08:00", "08:30", "08:59", "09:00", "09:09"):
        assert not watchdog.is_overdue(at(f"09-21T{time}")), time


@pytest.mark.parametrize(("opened", "is_told"), [(9, False), (10, True), (60, True)])
def test_a_mail_server_that_is_down_when_the_hours_of_patient_mail_begin_is_told(
    teller, request_, opened, is_told
):
    Deadline._base_manager.update(next_reminder_at=None)
    ask(teller, request_, now=at("09-18T16:50"))
    send_due(Time(at("09-18T16:50")), transport=Script(Refused("later", 451)))
    clock = Time(at("09-21T09:00") + timedelta(minutes=opened))
    assert send_due(clock, transport=Script(Refused("down", is_server=True))) == {"planned": 1}
    assert watchdog.is_overdue(clock()) == is_told


def test_two_cases_of_one_patient_are_two_days(teller, request_):
    other = another_case(teller, request_)
    decide(teller, request_)
    decide(teller, other)
    script = Script()
    assert send_due(Time(DUE), transport=script) == {"sent": 1, "planned": 1}
    later = PatientMail.objects.get(state=S.PLANNED)
    assert later.not_before == at("09-21T09:00")
    assert send_due(Time(at("09-21T09:00")), transport=script) == {"sent": 1}


def test_another_kind_may_come_on_the_same_day(teller, request_):
    decide(teller, request_)
    ask(teller, request_)
    assert send_due(Time(DUE), transport=Script()) == {"sent": 2}


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_refuses_a_second_one_on_a_day(teller, request_):
    """Two workers that arm at once: the one that comes second keeps its mail."""
    other = another_case(teller, request_)
    first = decide(teller, request_)
    script = Script()

    def another_leaves():
        if PatientMail.objects.count() == 1:
            decide(teller, other)
            PatientMail.objects.exclude(event=first.event).update(day=date(2026, 9, 18))

    script.meanwhile = another_leaves
    assert send_due(Time(DUE), transport=script) == {"planned": 1, "sent": 1}
    assert len(script.mails) == 1
    kept = PatientMail.objects.get(event=first.event)
    assert (kept.state, kept.not_before) == (S.PLANNED, at("09-21T09:00"))


def another_case(teller, request) -> PriorAuthRequest:
    """Another case of the same patient."""
    other = teller.submitted(teller.at(9), plan=teller.cast.plans[0])
    PriorAuthRequest.objects.filter(pk=other.pk).update(patient=request.patient)
    other.refresh_from_db()
    Deadline._base_manager.update(next_reminder_at=None)
    return other


@pytest.mark.parametrize(
    ("refused", "becomes"),
    [
        (Refused("5.7.1 looks like spam", 554, is_permanent=True), "failed"),
        (Refused("4.2.0 try later", 451), "planned"),
        (Refused("421 closing", 421, is_broken_off=True), "planned"),
        (Refused("the server is not well", is_server=True), "planned"),
    ],
)
def test_a_mail_that_was_refused_leaves_its_day_to_another(teller, request_, refused, becomes):
    other = another_case(teller, request_)
    decide(teller, request_)
    clock, script = Time(DUE), Script(refused)
    assert send_due(clock, transport=script) == {becomes: 1}
    first = the_row()
    assert (first.day, first.possible_dup) == (None, False)
    decide(teller, other)
    PatientMail._base_manager.filter(pk=first.pk, state=S.PLANNED).update(
        not_before=at("09-18T16:00")
    )
    script = Script()
    assert send_due(clock, transport=script) == {"sent": 1}
    assert PatientMail._base_manager.exclude(pk=first.pk).get().day == date(2026, 9, 18)
    assert len(script.mails) == 1


@pytest.mark.parametrize("is_permanent", [True, False])
def test_a_mail_that_may_have_left_keeps_its_day_though_its_copy_is_refused(
    teller, request_, is_permanent
):
    other = another_case(teller, request_)
    decide(teller, request_)
    clock = Time(DUE)
    with pytest.raises(Killed):
        send_due(clock, transport=Script(Killed()))
    clock.passes(minutes=15)
    refused = Refused("not now", 451, is_permanent=is_permanent)
    assert recover(clock(), Script())["resent"] == 1
    send_due(clock, transport=Script(refused))
    first = the_row()
    assert (first.smtp_code, first.possible_dup, first.day) == (451, True, date(2026, 9, 18))
    decide(teller, other)
    assert send_due(clock, transport=Script()) == {"planned": 1}
    later = PatientMail._base_manager.exclude(pk=first.pk).get()
    assert later.not_before == at("09-21T09:00")


def test_a_mail_that_came_back_did_leave_and_keeps_its_day(teller, request_):
    decide(teller, request_)
    send_due(Time(DUE), transport=Script())
    bounced(Bounce(the_row().pk, "it came back: 4.4.7"), DUE)
    assert (the_row().state, the_row().day) == (S.BOUNCED, date(2026, 9, 18))


# ------------------------------------------------------------------ the fence


def withdrawn(request):
    Patient.objects.filter(pk=request.patient_id).update(mail_withdrawn_on=date(2026, 9, 18))


def moved(request):
    Patient.objects.filter(pk=request.patient_id).update(email="new@mail.example")


def broken(request):
    Patient.objects.filter(pk=request.patient_id).update(email_problem="no such mailbox")


def switched_off(request):
    Clinic.objects.update(writes_to_patients=False)


def ended(request):
    PriorAuthRequest.objects.filter(pk=request.pk).update(status=RequestStatus.CLOSED)


def taken_back(request):
    told = CaseEvent.objects.get(request=request, kind=EventKind.DETERMINED)
    CaseEvent(
        clinic=request.clinic,
        request=request,
        kind=EventKind.STEP_UNDONE,
        zone=told.zone,
        learned_at=told.learned_at,
        undoes=told,
    ).save(force_insert=True)


@pytest.mark.parametrize(
    ("happens", "state", "why"),
    [
        (withdrawn, S.CANCELLED, "wants no mail any more"),
        (moved, S.CANCELLED, "another e-mail address"),
        (broken, S.CANCELLED, "does not work"),
        (switched_off, S.CANCELLED, "does not write to patients"),
        (taken_back, S.CANCELLED, "the step was undone"),
        (ended, S.SUPERSEDED, "the case has ended"),
    ],
)
@pytest.mark.parametrize("between", ["planned and claimed", "claimed and the end of the mail"])
def test_what_happened_meanwhile_keeps_it_back(teller, request_, happens, state, why, between):
    decide(teller, request_)
    script = Script()
    if between == "planned and claimed":
        happens(request_)
    else:
        script.meanwhile = lambda: happens(request_)
    assert send_due(Time(DUE), transport=script) == {str(state): 1}
    assert script.mails == []
    row = the_row()
    assert row.state == state
    assert why in row.last_error


@pytest.mark.parametrize("between", ["planned and claimed", "claimed and the end of the mail"])
def test_a_closed_clinic_sends_none_until_it_is_of_no_use(teller, request_, between):
    decide(teller, request_)
    script = Script()

    def closes():
        Clinic.objects.update(is_active=False)

    if between == "planned and claimed":
        closes()
        assert send_due(Time(DUE), transport=script) == {}
    else:
        script.meanwhile = closes
        assert send_due(Time(DUE), transport=script) == {"planned": 1}
    assert script.mails == []
    assert recover(DUE + timedelta(days=7), Script())["expired"] == 1


def test_undoing_the_determination_keeps_it_back(teller, request_):
    decide(teller, request_)
    undo(biller(teller), last_event(request_))
    Deadline._base_manager.update(next_reminder_at=None)
    assert send_due(Time(DUE), transport=Script()) == {"cancelled": 1}


def test_a_closed_case_is_no_news(teller, request_):
    decide(teller, request_)
    close(biller(teller), request_, closed=Moment.instant(teller.now, teller.zone), reason="done")
    Deadline._base_manager.update(next_reminder_at=None)
    assert send_due(Time(DUE), transport=Script()) == {"superseded": 1}


def test_newer_news_of_the_case_takes_the_place_of_older(teller, request_):
    ask(teller, request_)
    ask(teller, request_, Wording.SIGN)
    script = Script()
    assert send_due(Time(teller.now), transport=script) == {"superseded": 1, "sent": 1}
    assert "a paper for you to sign" in read(script.mails[0]).get_content()
    assert PatientMail.objects.get(state=S.SUPERSEDED).last_error == "a newer one takes its place"


def test_unless_the_newer_was_undone(teller, request_):
    ask(teller, request_)
    ask(teller, request_, Wording.SIGN)
    undo(biller(teller), last_event(request_))
    script = Script()
    assert send_due(Time(teller.now), transport=script) == {"sent": 1, "cancelled": 1}
    assert "when you have a moment" in read(script.mails[0]).get_content()


def slip(teller, request) -> None:
    decide(teller, request, now=teller.now + timedelta(minutes=20), lines=request.lines.all()[1:])


def a_slip_after_the_news(teller, request):
    """One line is decided at ten; at twenty past ten the other, by mistake. The two mails."""
    decide(teller, request, lines=request.lines.all()[:1])
    first = the_row().pk
    slip(teller, request)
    return first, PatientMail._base_manager.exclude(pk=first).get().pk


@pytest.mark.parametrize("between", ["planned and claimed", "claimed and the end of the mail"])
def test_news_waits_while_newer_news_can_still_be_undone(teller, request_, between):
    decide(teller, request_, lines=request_.lines.all()[:1])
    first, clock, script = the_row().pk, Time(DUE), Script()
    if between == "planned and claimed":
        slip(teller, request_)
    else:
        script.meanwhile = lambda: slip(teller, request_)
    assert send_due(clock, transport=script) == {"planned": 1}
    row = PatientMail._base_manager.get(pk=first)
    assert (row.state, row.not_before) == (S.PLANNED, DUE + timedelta(minutes=21))
    undo(biller(teller, clock()), last_event(request_))
    Deadline._base_manager.update(next_reminder_at=None)
    clock.passes(minutes=21)
    assert send_due(clock, transport=Script()) == {"cancelled": 1, "sent": 1}
    assert PatientMail._base_manager.get(pk=first).state == S.SENT


def test_news_that_waited_is_replaced_once_the_newer_has_left(teller, request_):
    first, newer = a_slip_after_the_news(teller, request_)
    clock, script = Time(DUE), Script()
    send_due(clock, transport=script)
    clock.passes(minutes=20)
    assert send_due(clock, transport=script) == {"sent": 1}
    clock.passes(minutes=1)
    assert send_due(clock, transport=script) == {"superseded": 1}
    assert PatientMail._base_manager.get(pk=newer).state == S.SENT
    assert PatientMail._base_manager.get(pk=first).state == S.SUPERSEDED
    assert len(script.mails) == 1


def test_news_waits_too_for_newer_news_while_the_server_is_down(teller, request_):
    first, newer = a_slip_after_the_news(teller, request_)
    clock = Time(DUE + timedelta(minutes=20))
    script = Script(Refused("refused", is_server=True))
    assert send_due(clock, transport=script) == {"planned": 2}
    undo(biller(teller, clock()), last_event(request_))
    Deadline._base_manager.update(next_reminder_at=None)
    clock.passes(minutes=10)
    assert send_due(clock, transport=Script()) == {"cancelled": 1, "sent": 1}
    assert PatientMail._base_manager.get(pk=newer).state == S.CANCELLED
    assert PatientMail._base_manager.get(pk=first).state == S.SENT


def test_newer_news_between_claim_and_end_stops_the_older(teller, request_):
    ask(teller, request_)
    script = Script()

    def again():
        if PatientMail.objects.count() == 1:
            ask(teller, request_, Wording.TALK)

    script.meanwhile = again
    send_due(Time(teller.now), transport=script)
    assert sorted(PatientMail.objects.values_list("state", flat=True)) == ["sent", "superseded"]
    assert len(script.mails) == 1


# ------------------------------------------------------------------ nothing lost, nothing doubled


def held(teller, request) -> Time:
    """The mail and its copy both ended in a crash; half an hour has passed."""
    decide(teller, request)
    clock = Time(DUE)
    for outcome in ("resent", "held"):
        with pytest.raises(Killed):
            send_due(clock, transport=Script(Killed()))
        assert the_row().state == S.ARMED
        clock.passes(minutes=15)
        assert recover(clock(), Script())[outcome] == 1
    return clock


def test_a_crash_at_the_end_brings_one_marked_copy_and_then_a_person(teller, request_):
    held(teller, request_)
    row = the_row()
    assert (row.state, row.resends, row.possible_dup) == (S.HELD, 1, True)
    say_arrived(biller(teller), row)
    assert the_row().state == S.SENT


def test_a_held_one_is_sent_again_by_a_person_and_marked(teller, request_):
    clock = held(teller, request_)
    actor = biller(teller, clock())
    row = PatientMail.objects.select_related("clinic", "request__patient").get()
    with pytest.raises(NotAllowedNow):
        send_again(Actor(teller.cast.biller, Role.AUDITOR, DUE), row)
    send_again(actor, row)
    script = Script()
    assert send_due(clock, transport=script) == {"sent": 1}
    mail = read(script.mails[0])
    assert mail.get_content().startswith("This mail may be a repeat")
    assert mail["X-Office-Message-Repeat"] == "possible"


def test_a_held_one_that_is_no_longer_wanted_says_why(teller, request_):
    held(teller, request_)
    withdrawn(request_)
    row = PatientMail.objects.select_related("clinic", "request__patient").get()
    assert "wants no mail any more" in not_wanted(row, DUE)
    with pytest.raises(NotAllowedNow):
        send_again(biller(teller), row)


def test_a_held_one_of_no_use_any_more_is_nobodys_to_decide(teller, request_):
    held(teller, request_)
    assert recover(DUE + timedelta(days=7), Script())["cancelled"] == 1


def test_a_reconciler_is_asked_by_its_own_header(teller, request_):
    decide(teller, request_)
    asked = []

    class Journal:
        def lookup(self, doubt):
            asked.append((doubt.mail_id, doubt.header, doubt.recipient))
            return True

        def close(self):
            pass

    clock = Time(DUE)
    send_due(clock, transport=Script(Unknown("silence")))
    clock.passes(minutes=15)
    assert recover(clock(), Script(), Journal())["sent"] == 1
    assert asked == [(the_row().pk, "X-Office-Message-Id", ADDRESS)]


def test_after_a_restore_it_says_that_it_may_be_a_repeat(teller, request_):
    decide(teller, request_)
    pausing.why_paused(DUE)
    pause = DUE + timedelta(hours=1)
    pausing.SendingMark.objects.update(
        paused_at=pause, paused_because="restored", was_restored=True
    )
    assert pausing.resume(None, "looked", pause) == 1
    assert the_row().possible_dup


def restored(pause) -> None:
    pausing.why_paused(pause)
    pausing.SendingMark.objects.update(
        paused_at=pause, paused_because="restored", was_restored=True
    )


@pytest.mark.parametrize("let_go", ["before it was recorded anew", "after"])
@pytest.mark.parametrize("said", ["an instant before", "that day", "no day"])
def test_what_is_recorded_anew_after_a_restore_says_that_it_may_be_a_repeat(
    teller, request_, let_go, said
):
    """Its day is that of the pause or earlier; it comes due after the pause."""
    restored(teller.now)
    if let_go != "after":
        pausing.resume(None, "looked", teller.now)
    told = {
        "an instant before": teller.moment(teller.now - timedelta(minutes=1)),
        "that day": Moment.day(date(2026, 9, 18), teller.zone),
        "no day": None,
    }
    decide(teller, request_, decided=told[said], notice_on=date(2026, 9, 18))
    if let_go == "after":
        assert pausing.resume(None, "looked", teller.now) == 1
    assert the_row().due_at > teller.now
    assert the_row().possible_dup


def test_what_happened_after_the_pause_is_no_repeat(teller, request_):
    restored(teller.now - timedelta(days=2))
    pausing.resume(None, "looked", teller.now)
    decide(teller, request_, days_ago=1)
    ask(teller, request_)
    assert not PatientMail.objects.filter(possible_dup=True).exists()


# ------------------------------------------------------------------ an address that does not work


def test_a_refused_address_is_marked_and_nobody_else_is_told(teller, request_, caplog):
    decide(teller, request_)
    before = Patient.objects.get(pk=request_.patient_id).version
    refused = Refused("no such mailbox", 550, is_permanent=True, is_address=True)
    assert send_due(Time(DUE), transport=Script(refused)) == {"failed": 1}
    row, patient = the_row(), Patient.objects.get(pk=request_.patient_id)
    assert (row.state, row.smtp_code, row.last_error) == (S.FAILED, 550, "no such mailbox")
    assert (patient.email_problem, patient.version) == ("no such mailbox", before + 1)
    assert not Reminder.objects.exists()
    assert PatientMail.objects.count() == 1
    assert ADDRESS not in caplog.text


def test_a_bounce_marks_it_too(teller, request_):
    decide(teller, request_)
    send_due(Time(DUE), transport=Script())
    assert bounced(Bounce(the_row().pk, "it came back: 5.1.1", is_address=True), DUE) == "bounced"
    assert the_row().state == S.BOUNCED
    assert Patient.objects.get(pk=request_.patient_id).email_problem == "it came back: 5.1.1"
    assert not Reminder.objects.exists()


def test_an_address_corrected_before_the_bounce_came_is_not_marked(teller, request_):
    decide(teller, request_)
    send_due(Time(DUE), transport=Script())
    moved(request_)
    bounced(Bounce(the_row().pk, "it came back", is_address=True), DUE)
    assert Patient.objects.get(pk=request_.patient_id).email_problem == ""


def test_a_refusal_of_the_mail_is_not_the_addresss(teller, request_):
    decide(teller, request_)
    refused = Refused("5.7.1 relaying denied", 550, is_permanent=True)
    assert send_due(Time(DUE), transport=Script(refused)) == {"failed": 1}
    assert the_row().last_error == "5.7.1 relaying denied"
    assert Patient.objects.get(pk=request_.patient_id).email_problem == ""


def test_nor_is_a_mail_that_comes_back_for_another_reason(teller, request_):
    decide(teller, request_)
    send_due(Time(DUE), transport=Script())
    assert bounced(Bounce(the_row().pk, "it came back: 4.4.7"), DUE) == "bounced"
    assert the_row().state == S.BOUNCED
    assert Patient.objects.get(pk=request_.patient_id).email_problem == ""


def test_a_copy_of_a_mail_that_is_over_still_marks_the_address_when_it_comes_back(teller, request_):
    """The first copy may have left; its marked copy was cancelled, since the step was undone."""
    decide(teller, request_)
    clock = Time(DUE)
    with pytest.raises(Killed):
        send_due(clock, transport=Script(Killed()))
    clock.passes(minutes=15)
    assert recover(clock(), Script())["resent"] == 1
    taken_back(request_)
    assert send_due(clock, transport=Script()) == {"cancelled": 1}
    back = Bounce(the_row().pk, "it came back: 5.1.1", is_address=True)
    assert bounced(back, clock()) == "bounced"
    row = the_row()
    assert (row.state, row.sent_at, row.last_error) == (S.CANCELLED, DUE, back.reason)
    assert Patient.objects.get(pk=request_.patient_id).email_problem == back.reason
    assert bounced(back, clock()) == "foreign"


def test_a_fault_of_our_own_is_not_the_addresss(teller, request_, monkeypatch, caplog):
    decide(teller, request_)
    monkeypatch.setattr(marking.patient_fence, "judge", _breaks)
    assert send_due(Time(DUE), transport=Script()) == {"failed": 1}
    assert Patient.objects.get(pk=request_.patient_id).email_problem == ""
    assert ADDRESS not in caplog.text


def _breaks(*_):
    raise RuntimeError(ADDRESS)


# ------------------------------------------------------------------ joined patients


def test_a_patient_joined_with_another_address_gets_nothing_at_the_old_one(teller, request_):
    decide(teller, request_)
    kept = Patient(
        clinic=request_.clinic,
        first_name="Kim",
        last_name="Twin",
        birth_date=date(1980, 2, 3),
        email="twin@mail.example",
        mail_agreed_on=date(2026, 9, 1),
        mail_agreed_by="phone",
    )
    kept.save()
    join(Actor(teller.cast.lead, Role.LEAD, teller.now), kept, request_.patient)
    Deadline._base_manager.update(next_reminder_at=None)
    assert send_due(Time(DUE), transport=Script()) == {"cancelled": 1}
