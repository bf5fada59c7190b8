"""Task 4: one box finds a case by any of its numbers, or by the patient's name."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cases.demo import stories
from cases.demo.stories import Teller
from cases.models import Authorization, InsurerCall, PriorAuthRequest
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    """An approved case that a call was made about, among others like it."""
    stories.approved(teller)
    found: PriorAuthRequest = PriorAuthRequest.objects.get()
    teller.call(found, teller.at(2))
    found.patient.first_name, found.patient.last_name = "Ada", "Quillson"
    found.patient.save()
    found.coverage.member_id = "W884412077"
    found.coverage.save()
    InsurerCall.objects.update(reference_number="C-778123")
    Authorization.objects.update(authorization_number="A2290417")
    for _ in range(3):
        stories.approved(teller)
    return found


@pytest.mark.parametrize(
    ("by", "typed"),
    [
        ("reference", "c-778123"),
        ("authorization number", "a2290417"),
        ("member ID", "w884412077"),
    ],
)
def test_a_number_leads_straight_to_its_case(
    hand: Hand, case: PriorAuthRequest, by: str, typed: str
) -> None:
    hand.at("/calls/")
    hand.key("/")
    hand.page.keyboard.type(typed)
    hand.key("Enter")
    expect(hand.page).to_have_url(f"{hand.base}/case/{case.number}/")
    hand.within(f"Find a case by its {by}", interactions=3, seconds=5)


def test_a_name_is_listed_and_enter_opens_the_first(hand: Hand, case: PriorAuthRequest) -> None:
    hand.at("/calls/")
    hand.key("/")
    hand.page.keyboard.type("quil")
    hand.key("Enter")
    expect(hand.page.get_by_text("Quillson, Ada")).to_be_visible()
    hand.key("Enter")
    expect(hand.page).to_have_url(f"{hand.base}/case/{case.number}/")
    hand.within("Find a case by the patient's name", interactions=4, seconds=5)


def test_a_reference_that_is_also_a_name_is_listed_first(
    hand: Hand, case: PriorAuthRequest
) -> None:
    InsurerCall.objects.update(reference_number="quillson")
    hand.at("/calls/")
    hand.key("/")
    hand.page.keyboard.type("quillson")
    hand.key("Enter")
    headings = hand.page.locator(".pa-group h2")
    expect(headings.first).to_contain_text("By number")
    expect(headings.last).to_contain_text("By name")
