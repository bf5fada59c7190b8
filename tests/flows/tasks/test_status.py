"""Task 2: a pending request was looked up; record it from the worklist, and when to look again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from cases.demo.stories import Teller
from priorauth.terms import EventKind
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_pending_request_is_looked_up(hand: Hand, teller: Teller) -> None:
    case = teller.submitted(teller.at(3), plan=teller.cast.plans[1])
    page = hand.page
    hand.at("/")

    row = page.locator(".pa-work tr").filter(has_text=case.number)
    hand.press(row.get_by_role("link", name=re.compile("Check status")).first)
    hand.press(page.locator(".step-actions").get_by_role("button", name="Record status check"))
    expect(page).to_have_url(f"{hand.base}/")

    told = case.events.get(kind=EventKind.STATUS_CHECKED).facts
    assert (told["how"], told["said"]) == ("portal", "pending")
    assert told["look_again"]
    hand.within("Check the status of a pending request", interactions=3, seconds=10)
