"""Beyond the twelve: several requests were looked up in one sitting, and the list on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from cases.demo.stories import Teller
from cases.models import CaseEvent
from priorauth.terms import EventKind
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_ticked_rows_are_tried_and_recorded_together(hand: Hand, teller: Teller) -> None:
    for days in (2, 3, 4):
        teller.submitted(teller.at(days), plan=teller.cast.plans[1])
    page = hand.page
    hand.at("/?side=payer")
    bar = page.locator("#pa-many")
    expect(bar).to_be_hidden()

    # By key: the row that has the focus is ticked, and the same key takes the tick off.
    ticked = page.locator('.pa-work [name="row"]:checked')
    hand.key("j")
    hand.key("x")
    expect(ticked).to_have_count(1)
    expect(bar).to_be_visible()
    hand.key("x")
    expect(ticked).to_have_count(0)

    for button in page.get_by_role("button", name=re.compile("Tick all")).all():
        hand.press(button)
    expect(ticked).to_have_count(page.locator(".pa-work tbody tr").count())
    page.select_option("#pa-many-act", "status_check")
    hand.press(bar.get_by_role("button", name="Go on"))
    hand.press(page.get_by_role("button", name="Show what would happen"))
    expect(page.get_by_text("Nothing is recorded yet.")).to_be_visible()
    assert not CaseEvent.objects.filter(kind=EventKind.STATUS_CHECKED).exists()
    hand.press(page.get_by_role("button", name="Do it for 3"))
    expect(page.get_by_text("Done for 3.")).to_be_visible()
    assert CaseEvent.objects.filter(kind=EventKind.STATUS_CHECKED).count() == 3

    hand.press(page.get_by_role("link", name="Back to the worklist"))
    expect(page).to_have_url(f"{hand.base}/?side=payer")


def test_filters_fold_on_a_phone_so_that_the_first_case_is_on_screen(
    hand: Hand, teller: Teller
) -> None:
    teller.submitted(teller.at(3), plan=teller.cast.plans[1])
    page = hand.page
    page.set_viewport_size({"width": 390, "height": 844})
    hand.at("/?side=payer")
    groups = page.get_by_role("navigation", name="Groups")
    expect(groups).to_be_hidden()
    expect(page.locator(".pa-work tbody tr").first).to_be_in_viewport(ratio=1)
    hand.press(page.get_by_text("Groups and filters: Theirs"))
    expect(groups).to_be_visible()

    page.set_viewport_size({"width": 1280, "height": 900})
    expect(groups).to_be_visible()
    expect(page.get_by_text("Groups and filters")).to_be_hidden()
