"""The page about sending: counts of one clinic, the pulse, and letting go."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from cases.models import Clinic, SendingMark, StaffMember
from priorauth.reminders import ReminderState
from priorauth.terms import Role
from tests.cases.desk import made
from tests.cases.desk.made import NOW
from tests.cases.desk.test_held_reminders import _at_ten_on_wednesday, held, words  # noqa: F401


@pytest.fixture
def lead(clinic: Clinic) -> Client:
    browser = Client()
    browser.force_login(made.staff(clinic, Role.LEAD, "Lee Marsh"))
    return browser


def said(browser: Client, address: str = "/sending/") -> str:
    return words(browser.get(address).content.decode())


def paused() -> None:
    SendingMark.objects.create(
        installation=uuid4(), paused_at=NOW, paused_because="database restored", was_restored=True
    )


def test_it_counts_what_waits_failed_and_is_held_in_this_clinic_only(
    lead: Client, clinic: Clinic, jo: StaffMember
) -> None:
    other = made.clinic("elsewhere")
    for state in (ReminderState.PLANNED, ReminderState.FAILED, ReminderState.HELD):
        held(clinic, jo, state=state)
        held(other, made.staff(other), state=state)
    page = said(lead)
    for one in ("Waiting to be sent 1", "Held for a person 1", "Failed, last 7 days 1"):
        assert one in page
    assert "Worker never seen" in page
    assert "Sending is paused" not in page


@pytest.mark.parametrize("address", ["/sending/", "/sending/resume/"])
def test_a_biller_is_told_whom_to_ask(client: Client, jo: StaffMember, address: str) -> None:
    paused()
    assert client.get(address).status_code == 403
    assert client.post(address, {"reason": "mine"}).status_code in (403, 405)
    assert SendingMark.objects.get().paused_at == NOW


def test_a_lead_lets_go_with_a_reason_and_not_without(lead: Client) -> None:
    paused()
    assert "Sending is paused" in said(lead)
    assert "marked as a possible repeat" in said(lead, "/sending/resume/")
    assert "Say why" in words(lead.post("/sending/resume/", {"reason": " "}).content.decode())
    assert SendingMark.objects.get().paused_at == NOW
    answer = lead.post("/sending/resume/", {"reason": "all recorded anew"}, follow=True)
    assert "Sending goes on" in words(answer.content.decode())
    assert SendingMark.objects.get().resumed_because == "all recorded anew"
