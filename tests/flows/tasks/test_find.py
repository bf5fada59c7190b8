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


def member(case: PriorAuthRequest, number: str) -> None:
    case.coverage.member_id = number
    case.coverage.save()


def test_the_first_characters_of_a_member_id_lead_straight_to_its_case(
    hand: Hand, case: PriorAuthRequest
) -> None:
    # Others of the same payer: alike as far as the letters that name its plan.
    others = PriorAuthRequest.objects.exclude(pk=case.pk)
    for place, other in enumerate(others):
        member(other, f"W8843{place}120771")
    member(case, "W88441207719")
    hand.at("/calls/")
    hand.key("/")
    hand.page.keyboard.type("w88441")
    hand.key("Enter")
    expect(hand.page).to_have_url(f"{hand.base}/case/{case.number}/")
    hand.within("Find a case by the first six of its member ID", interactions=3, seconds=5)


def test_a_beginning_that_two_members_have_lists_both_and_enter_opens_the_first(
    hand: Hand, case: PriorAuthRequest
) -> None:
    member(case, "W88441207719")
    member(PriorAuthRequest.objects.exclude(pk=case.pk)[0], "W88441999999")
    hand.at("/calls/")
    hand.key("/")
    hand.page.keyboard.type("w88441")
    hand.key("Enter")
    expect(hand.page.get_by_text("Member ID W88441999999")).to_be_visible()
    hand.key("Enter")
    expect(hand.page).to_have_url(f"{hand.base}/case/{case.number}/")
    hand.within("Find a case by a beginning that two member IDs have", interactions=4)


def test_a_member_id_of_twelve_typed_whole_is_told_as_it_is(
    hand: Hand, case: PriorAuthRequest
) -> None:
    member(case, "W88441207719")
    hand.at("/calls/")
    hand.key("/")
    hand.page.keyboard.type("w88441207719")
    hand.key("Enter")
    expect(hand.page).to_have_url(f"{hand.base}/case/{case.number}/")
    hand.within("Find a case by a member ID of twelve, typed whole", interactions=3)


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
