"""Mail to patients on screen: the case page, the step that asks for a call, and what did not go."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from cases.models import (
    CaseEvent,
    Clinic,
    Patient,
    PatientMail,
    PriorAuthRequest,
    StaffMember,
)
from priorauth.reminders import ReminderState as S
from priorauth.terms import EventKind, Role
from tests.cases.desk import made
from tests.cases.desk.made import NOW
from tests.cases.desk.paper import Desk, said
from tests.cases.desk.test_held_reminders import decide, held, page, words

ASK = "Ask the patient to call us"
ADDRESS = "kim@mail.example"


@pytest.fixture(autouse=True)
def _at_nine_on_wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def writing(clinic: Clinic) -> Clinic:
    """The clinic writes to patients."""
    clinic.writes_to_patients = True
    clinic.patient_mail_name = "Dr. Lee's office"
    clinic.patient_mail_phone = "(312) 555-0100"
    clinic.save()
    return clinic


@pytest.fixture
def case(writing: Clinic, jo: StaffMember) -> PriorAuthRequest:
    return a_case(writing, jo)


def a_case(clinic: Clinic, jo: StaffMember, **fields: Any) -> PriorAuthRequest:
    request = made.request(clinic, assigned_to=jo)
    agreed = {"email": ADDRESS, "mail_agreed_on": date(2026, 11, 2), "mail_agreed_by": "phone"}
    Patient.objects.filter(pk=request.patient_id).update(**{**agreed, **fields})
    return request


def a_mail(case: PriorAuthRequest, **values: Any) -> PatientMail:
    key = uuid.uuid4()
    row = PatientMail(
        id=key,
        clinic=case.clinic,
        request=case,
        event=made.event(case, EventKind.DETERMINED, happened_at=NOW - timedelta(hours=3)),
        kind="news",
        wording="news",
        **{
            "address": ADDRESS,
            "due_at": NOW - timedelta(hours=2),
            "expires_at": NOW + timedelta(days=7),
            "not_before": NOW - timedelta(hours=2),
            "planned_at": NOW - timedelta(hours=3),
            "armed_at": NOW - timedelta(hours=2),
            "message_id": f"<m.{key}@clinic.example>",
            "state": S.HELD,
            "attempts": 2,
            **values,
        },
    )
    row.save()
    return row


def shown(client: Client, case: PriorAuthRequest) -> str:
    return words(page(client, f"/case/{case.number}/")).replace("&#x27;", "'")


# ------------------------------------------------------------------ the step


def test_a_biller_asks_the_patient_to_call(case: PriorAuthRequest, jo: StaffMember) -> None:
    desk = Desk(jo)
    answer = desk.record(case, "ask-to-call", wording="sign")
    assert answer.status_code == 302
    assert "A mail to the patient goes out Wed 25 Nov 2026, 09:00" in said(answer)
    row = PatientMail.objects.get()
    assert (row.kind, row.wording, row.address) == ("call_us", "sign", ADDRESS)
    assert row.event.recorded_by == jo
    listed = shown(desk.client, case)
    assert "Patient asked to call" in listed
    assert "“There is a paper for you to sign. Please call us to find a time.” goes out" in listed


def test_the_same_form_sent_twice_writes_one_mail(case: PriorAuthRequest, jo: StaffMember) -> None:
    desk = Desk(jo)
    address = desk.step(case, "ask-to-call")
    form = desk.form(address)
    for _ in range(2):
        desk.send(address, form, wording="call")
    assert PatientMail.objects.count() == 1


def test_a_sentence_that_is_not_ours_is_refused(case: PriorAuthRequest, jo: StaffMember) -> None:
    desk = Desk(jo)
    for wrong in ("Your ketamine was denied", "news", ""):
        answer = desk.record(case, "ask-to-call", wording=wrong)
        assert answer.status_code == 200
    assert not PatientMail.objects.exists()


def test_consent_withdrawn_while_the_form_was_open_is_refused(
    case: PriorAuthRequest, jo: StaffMember
) -> None:
    desk = Desk(jo)
    address = desk.step(case, "ask-to-call")
    form = desk.form(address)
    Patient.objects.update(mail_withdrawn_on=NOW.date())
    answer = desk.send(address, form, wording="call")
    assert answer.status_code == 409
    assert "No mail may go to the patient" in words(answer.content.decode())
    assert not PatientMail.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_who_may_press_it(case: PriorAuthRequest, writing: Clinic, role: Role) -> None:
    desk = Desk(made.staff(writing, role, "Ada Sol"))
    may = role in (Role.BILLER, Role.LEAD, Role.OWNER)
    listed = desk.open(f"/case/{case.number}/").content.decode()
    assert (ASK in listed) is may
    assert "Agreed on Mon 2 Nov 2026, by phone." in words(listed)
    desk.open(desk.step(case, "ask-to-call"), status=200 if may else 403)
    answer = desk.client.post(desk.step(case, "ask-to-call"), {"wording": "call", "token": ""})
    assert (answer.status_code == 403) is not may
    assert PatientMail.objects.exists() is may


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"email": "", "mail_agreed_on": None}, "The patient has no e-mail address on file."),
        ({"mail_agreed_on": None}, "The patient has not agreed to mail."),
        ({"mail_withdrawn_on": date(2026, 11, 3)}, "The patient wants no mail any more."),
        ({"email_problem": "no such mailbox"}, "The patient's e-mail address does not work."),
    ],
)
def test_without_an_agreement_the_page_says_so_and_offers_nothing(
    writing: Clinic, jo: StaffMember, client: Client, fields: dict[str, Any], why: str
) -> None:
    case = a_case(writing, jo, **fields)
    listed = shown(client, case)
    assert f"{why} Nothing is sent." in listed
    assert ASK not in listed
    assert f"/admin/cases/patient/{case.patient_id}/change/" in page(
        client, f"/case/{case.number}/"
    )


def test_a_clinic_that_does_not_write_shows_nothing_of_it(
    clinic: Clinic, jo: StaffMember, client: Client
) -> None:
    assert "Mail to the patient" not in shown(client, a_case(clinic, jo))


def test_what_only_the_patient_can_give_is_asked_of_them(teller: Any, cast: Any) -> None:
    """A question of the payer with the tick, and one without."""
    Clinic.objects.filter(pk=cast.clinic.pk).update(
        writes_to_patients=True, patient_mail_name="The office", patient_mail_phone="2125550100"
    )
    with time_machine.travel(teller.now, tick=False):
        desk = Desk(cast.biller)
        for tick, kinds in (("on", ["needed"]), (None, [])):
            case = teller.submitted(teller.at(9), plan=teller.cast.plans[0])
            Patient.objects.filter(pk=case.patient_id).update(
                email=ADDRESS, mail_agreed_on=date(2026, 9, 1), mail_agreed_by="phone"
            )
            answer = desk.record(
                case, "information-requested", asked_for="A signed release", needs_patient=tick
            )
            assert answer.status_code == 302, answer.content.decode()[:3000]
            found = PatientMail.objects.filter(request=case).values_list("kind", flat=True)
            assert list(found) == kinds
            assert ("only the patient" in shown(desk.client, case)) is bool(kinds)


# ------------------------------------------------------------------ what became of each


@pytest.mark.parametrize(
    ("values", "words_"),
    [
        ({"state": S.SENT, "sent_at": NOW - timedelta(hours=2)}, "sent Wed 25 Nov 2026, 07:00"),
        (
            {"state": S.BOUNCED, "sent_at": NOW, "last_error": "it came back: 5.1.1"},
            ", but it came back: 5.1.1.",
        ),
        ({"state": S.FAILED, "last_error": "no such mailbox"}, "not sent: no such mailbox."),
        (
            {"state": S.SUPERSEDED, "last_error": "the case has ended"},
            "not sent: the case has ended.",
        ),
        ({"state": S.EXPIRED, "last_error": ""}, "not sent in seven days."),
        ({"state": S.CANCELLED, "settled_at": NOW}, "may have arrived, nobody knows."),
        (
            {"state": S.CANCELLED, "possible_dup": True, "last_error": "the step was undone"},
            "may have arrived, nobody knows: the step was undone.",
        ),
        ({"state": S.EXPIRED, "possible_dup": True}, "may have arrived, nobody knows."),
        ({"state": S.CANCELLED}, "not sent."),
        (
            {"state": S.CANCELLED, "sent_at": NOW, "last_error": "it came back: 5.1.1"},
            ", but it came back: 5.1.1.",
        ),
        ({"state": S.UNCERTAIN}, "may have arrived; being looked into."),
        ({"state": S.HELD}, "settle it under Reminders to settle"),
        (
            {"state": S.PLANNED, "attempts": 0, "not_before": NOW + timedelta(days=1)},
            "goes out Thu",
        ),
        (
            {"state": S.PLANNED, "attempts": 1, "last_error": "try later", "not_before": NOW},
            "(tried before: try later)",
        ),
    ],
)
def test_the_timeline_says_where_each_stands(
    case: PriorAuthRequest, client: Client, values: dict[str, Any], words_: str
) -> None:
    a_mail(case, **values)
    listed = shown(client, case)
    assert "“There is news for you.”" in listed
    assert words_ in listed
    assert ADDRESS not in listed


def test_one_that_was_held_until_it_was_of_no_use_is_listed_for_a_week(
    case: PriorAuthRequest, client: Client
) -> None:
    row = a_mail(case, state=S.CANCELLED, settled_at=NOW - timedelta(days=6))
    listed = words(page(client, "/reminders/"))
    assert f"{case.number} , news: it may have arrived, and its seven days are over" in listed
    PatientMail.objects.filter(pk=row.pk).update(settled_at=NOW - timedelta(days=8))
    assert case.number not in words(page(client, "/reminders/"))


def test_one_that_expired_untried_is_listed_for_a_week(
    case: PriorAuthRequest, client: Client
) -> None:
    due, over = NOW - timedelta(days=9), NOW - timedelta(days=2)
    row = a_mail(case, state=S.EXPIRED, due_at=due, not_before=due, expires_at=over, armed_at=None)
    assert case.number in words(page(client, "/reminders/"))
    PatientMail.objects.filter(pk=row.pk).update(expires_at=NOW - timedelta(days=8))
    assert case.number not in words(page(client, "/reminders/"))


def test_many_reminders_in_doubt_hide_no_mail_to_a_patient(
    case: PriorAuthRequest, client: Client, jo: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.desk.held_reminders.SHOWN", 4)
    for _ in range(6):
        held(case.clinic, jo, case=case)
    mail = a_mail(case)
    html = page(client, "/reminders/")
    assert f"reminder-{mail.pk}" in html
    assert html.count('class="pa-mail pa-held"') == 4
    assert "The first 4" in words(html)


def test_a_held_one_is_settled_with_the_reminders(case: PriorAuthRequest, client: Client) -> None:
    row = a_mail(case)
    listed = words(page(client, "/reminders/"))
    for one in (case.number, "Mail to the patient", "the patient, kim@mail.example", "It arrived"):
        assert one in listed, one
    told = decide(client, row, "arrived")
    assert (
        f"Mail to the patient of case {case.number}: the mail to a patient counts as sent." in told
    )
    assert row.state == S.SENT


def test_and_sent_again(case: PriorAuthRequest, client: Client) -> None:
    row = a_mail(case)
    assert "one more copy to the patient goes out" in decide(client, row, "again")
    assert (row.state, row.possible_dup) == (S.PLANNED, True)


def test_one_that_is_not_wanted_any_more_offers_no_copy(
    case: PriorAuthRequest, client: Client
) -> None:
    row = a_mail(case)
    Patient.objects.update(mail_withdrawn_on=NOW.date())
    html = page(client, "/reminders/")
    assert 'value="arrived"' in html and 'value="again"' not in html
    assert "wants no mail any more" in decide(client, row, "again")
    assert row.state == S.HELD


def test_an_auditor_looks_only(case: PriorAuthRequest, auditor: Client) -> None:
    row = a_mail(case)
    assert 'value="arrived"' not in page(auditor, "/reminders/")
    decide(auditor, row, "arrived")
    assert row.state == S.HELD


def test_what_was_not_sent_this_week_is_listed_with_its_reason(
    case: PriorAuthRequest, writing: Clinic, client: Client, signed_in: Any
) -> None:
    a_mail(case, state=S.FAILED, last_error="550 no such mailbox")
    a_mail(case, state=S.FAILED, not_before=NOW - timedelta(days=8), last_error="long ago")
    listed = words(page(client, "/reminders/"))
    assert f"{case.number} , news: 550 no such mailbox" in listed
    assert "long ago" not in listed
    assert ADDRESS not in listed
    lead = signed_in(made.staff(writing, Role.LEAD, "Lee Marsh"))
    assert "Mails to patients not sent, last 7 days 1 See why" in words(page(lead, "/sending/"))


def test_another_clinics_mail_is_not_there(client: Client, clinic: Clinic, jo: StaffMember) -> None:
    other = made.clinic("elsewhere")
    row = a_mail(a_case(other, made.staff(other)))
    assert "Mail to the patient" not in page(client, "/reminders/")
    assert client.post(f"/reminders/{row.pk}/", {"decision": "arrived"}).status_code == 404


def test_the_case_page_asks_no_more_questions_for_more_mails(
    case: PriorAuthRequest, client: Client, django_assert_max_num_queries: Any
) -> None:
    a_mail(case)
    client.get(f"/case/{case.number}/")
    with django_assert_max_num_queries(100) as one:
        client.get(f"/case/{case.number}/")
    for _ in range(4):
        a_mail(case)
    with django_assert_max_num_queries(len(one)):
        client.get(f"/case/{case.number}/")
    assert CaseEvent.objects.filter(request=case).count() > 4
    assert re.search("news", shown(client, case))
