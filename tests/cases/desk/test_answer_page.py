"""The link of a reminder: it asks for sign-in, shows a page, and only its buttons do anything."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.mail.answer_link import answer_url
from cases.models import Acknowledgement, Deadline, Reminder
from priorauth.reminders import ReminderState
from priorauth.terms import Role, Standing
from tests.cases.desk import made
from tests.cases.desk.made import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine_on_wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def clinic():
    return made.clinic()


@pytest.fixture
def biller(clinic):
    return made.staff(clinic)


@pytest.fixture
def reminder(clinic, biller):
    case = made.request(clinic, assigned_to=biller)
    deadline = made.deadline(case, working_at=NOW + timedelta(days=2))
    key = uuid.uuid4()
    return Reminder._base_manager.create(
        id=key, clinic=clinic, deadline=deadline, rung=1, rungs=4, recipient=biller, due_at=NOW,
        expires_at=NOW, not_before=NOW, planned_at=NOW, message_id=f"<r.{key}@clinic.example>",
        state=ReminderState.SENT,
    )  # fmt: skip


def link(reminder, at=NOW) -> str:
    return re.sub(r"^https?://[^/]+", "", answer_url(reminder.pk, at))


def page_of(reminder) -> str:
    return reverse("desk:answer", args=[reminder.deadline.request.number, reminder.deadline_id])


def test_the_link_asks_for_sign_in(reminder):
    response = Client().get(link(reminder))
    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_looking_changes_nothing_and_leads_to_the_page(reminder, client, biller):
    client.force_login(biller)
    response = client.get(link(reminder), follow=True)
    assert response.redirect_chain == [(page_of(reminder), 302)]
    said = response.content.decode()
    assert "I have seen it" in said
    assert "Fri 27 Nov 2026" in said  # the latest possible
    assert not Acknowledgement._base_manager.exists()
    assert client.post(link(reminder)).status_code == 405


def test_seen_is_recorded_by_the_button(reminder, client, biller):
    client.force_login(biller)
    response = client.post(page_of(reminder), {"decision": "seen"}, follow=True)
    assert "Noted that you are on it" in response.content.decode()
    answer = Acknowledgement._base_manager.get()
    assert (answer.deadline_id, answer.answered_by, answer.kind) == (
        reminder.deadline_id, biller, "seen",
    )  # fmt: skip
    assert "Seen by Jo Lind" in response.content.decode()


def test_putting_off_takes_the_clinics_local_time(reminder, client, biller):
    client.force_login(biller)
    asked = {"decision": "later", "until": "2026-11-26T09:30", "reason": "The line opens then"}
    response = client.post(page_of(reminder), asked, follow=True)
    assert Acknowledgement._base_manager.get().until.isoformat() == "2026-11-26T15:30:00+00:00"
    assert "The line opens then" in response.content.decode()


@pytest.mark.parametrize(
    ("until", "reason", "says"),
    [
        ("2026-11-28T09:00", "Waits", "The latest possible is"),
        ("2026-11-26T09:00", " ", "Say why it can wait"),
        ("", "Waits", "Say when to remind you again"),
        ("tomorrow", "Waits", "Give a day and an hour"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(reminder, client, biller, until, reason, says):
    client.force_login(biller)
    response = client.post(
        page_of(reminder), {"decision": "later", "until": until, "reason": reason}
    )
    said = response.content.decode()
    assert response.status_code == 422
    assert says in said
    assert f'value="{until}"' in said or not until
    assert reason.strip() in said
    assert not Acknowledgement._base_manager.exists()


def test_a_colleague_of_another_clinic_gets_what_a_stranger_gets(reminder, client):
    client.force_login(made.staff(made.clinic("hilltop"), name="Al Far"))
    assert client.get(link(reminder)).status_code == 404
    assert client.post(page_of(reminder), {"decision": "seen"}).status_code == 404


def test_whoever_works_in_two_clinics_is_brought_to_the_right_one(reminder, client, biller, clinic):
    other = made.clinic("aldertree")
    both = made.staff(other, name="Al Far")
    from cases.models import Membership

    Membership(clinic=clinic, staff=both, role=Role.LEAD).save()
    client.force_login(both)
    response = client.get(link(reminder), follow=True)
    assert response.status_code == 200
    assert "I have seen it" in response.content.decode()


def test_a_link_ends_after_thirty_days_and_cannot_be_made_up(reminder, client, biller):
    client.force_login(biller)
    assert client.get(link(reminder, NOW - timedelta(days=30))).status_code == 302
    for address in (link(reminder, NOW - timedelta(days=31)), link(reminder)[:-2] + "x/"):
        response = client.get(address)
        assert response.status_code == 410
        assert "This link has ended" in response.content.decode()


def test_the_link_of_a_moved_date_leads_to_its_newest_version(reminder, client, biller):
    old = reminder.deadline
    Deadline._base_manager.filter(pk=old.pk).update(standing=Standing.SUPERSEDED)
    new = made.deadline(old.request, key=old.key, revision=2)
    Deadline._base_manager.filter(pk=old.pk).update(superseded_by=new)
    client.force_login(biller)
    assert f"/answer/{new.pk}/" in client.get(link(reminder))["Location"]


def test_an_auditor_sees_the_page_without_buttons(reminder, clinic):
    client = Client()
    client.force_login(made.staff(clinic, Role.AUDITOR, "Au Ditor"))
    said = client.get(page_of(reminder)).content.decode()
    assert "You look only" in said
    assert "I have seen it</button>" not in said
    assert client.post(page_of(reminder), {"decision": "seen"}).status_code == 422


def test_a_deadline_that_is_met_has_nothing_to_answer(reminder, client, biller):
    Deadline._base_manager.filter(pk=reminder.deadline_id).update(standing=Standing.MET)
    client.force_login(biller)
    assert "There is nothing to answer" in client.get(page_of(reminder)).content.decode()


def test_the_worklist_leads_to_the_page(reminder, client, biller):
    client.force_login(biller)
    assert f'href="{page_of(reminder)}"' in client.get("/").content.decode()
