"""Task 1: after signing in, the first page says what is due, and its first row opens to be done."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cases.demo import stories
from cases.demo.cast import Cast
from cases.demo.stories import Teller
from tests.flows.tasks.hand import Hand
from tests.flows.tasks.recorder import KEPT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "quiet-harbor-4417"


def test_the_first_page_after_signing_in_says_what_to_do_first(
    page: Page, live_server, cast: Cast, teller: Teller
) -> None:
    for tell in (stories.promise_broken, stories.submitted_by_portal, stories.draft):
        tell(teller)
    cast.biller.set_password(PASSWORD)
    cast.biller.save()
    hand = Hand(page, live_server.url)
    page.goto(live_server.url)
    hand.fill(page.locator("[name=username]"), "biller")
    hand.fill(page.locator("[name=password]"), PASSWORD)
    hand.key("Enter")
    expect(page).to_have_title(re.compile("Worklist"))

    page.evaluate(f"sessionStorage.removeItem('{KEPT}')")
    first = page.locator(".pa-work tbody tr").first
    expect(first).to_be_in_viewport()
    expect(first.locator("td").first).to_contain_text(re.compile(r"\w"))
    what = first.get_by_role("link").first.inner_text()
    assert hand.spent().interactions == 0

    hand.key("Enter")
    expect(page.locator(".pa-clock h3").first).to_have_text(what)
    expect(page.locator("[data-pa-key=s]")).to_be_in_viewport()
    hand.within("Morning: see what is first, and open it", interactions=1, seconds=10)
