"""Lists go by keyboard alone: j and k between rows, Enter opens, and ? tells of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cases.demo import stories
from cases.demo.stories import Teller
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worklist(hand: Hand, teller: Teller) -> Page:
    """Three cases and more rows than that."""
    for tell in (stories.promise_broken, stories.submitted_by_portal, stories.draft):
        tell(teller)
    hand.at("/")
    return hand.page


def test_j_and_k_go_from_row_to_row_and_stop_at_the_ends(worklist: Page) -> None:
    rows = worklist.locator(".pa-work tbody tr")
    here = [rows.nth(n).get_by_role("link").first for n in range(rows.count())]
    assert len(here) > 2
    worklist.keyboard.press("j")
    expect(here[0]).to_be_focused()
    worklist.keyboard.press("j")
    expect(here[1]).to_be_focused()
    worklist.keyboard.press("k")
    worklist.keyboard.press("k")
    expect(here[0]).to_be_focused()
    for _ in range(len(here) + 2):
        worklist.keyboard.press("j")
    expect(here[-1]).to_be_focused()


def test_enter_opens_the_row_that_was_gone_to(worklist: Page) -> None:
    third = worklist.locator(".pa-work tbody tr").nth(2)
    address = third.get_by_role("link").first.get_attribute("href")
    for _ in range(3):
        worklist.keyboard.press("j")
    worklist.keyboard.press("Enter")
    worklist.wait_for_url(f"**{address}")


@pytest.mark.parametrize("step", ["", "status-check/", "submit/"])
def test_y_copies_the_member_id(hand: Hand, teller: Teller, step: str) -> None:
    case = teller.submitted(teller.at(2)) if step != "submit/" else teller.opened(teller.at(2))
    hand.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hand.at(f"/case/{case.number}/{step}")
    hand.key("y")
    expect(hand.page.get_by_role("button", name=re.compile("^Copied"))).to_be_visible()
    assert hand.page.evaluate("navigator.clipboard.readText()") == case.coverage.member_id


def test_letters_typed_into_the_search_box_are_letters(worklist: Page) -> None:
    worklist.keyboard.press("/")
    worklist.keyboard.type("jkn?")
    expect(worklist.locator("#pa-q")).to_have_value("jkn?")


def test_the_question_mark_shows_the_keys_and_escape_hides_them(worklist: Page) -> None:
    worklist.keyboard.press("?")
    keys = worklist.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("next row, row before")
    worklist.keyboard.press("j")
    expect(worklist.locator(".pa-work tr:focus-within")).to_have_count(0)
    worklist.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_single_keys_can_be_turned_off_and_on_again(worklist: Page) -> None:
    keys = worklist.get_by_role("dialog", name="Keys")
    worklist.get_by_role("button", name="Keys of this page").click()
    worklist.get_by_label("Single keys work in this browser").uncheck()
    worklist.keyboard.press("Escape")
    worklist.reload()
    worklist.keyboard.press("?")
    worklist.keyboard.press("n")
    worklist.keyboard.press("j")
    expect(keys).to_be_hidden()
    expect(worklist.locator(".pa-work tr:focus-within")).to_have_count(0)
    worklist.get_by_role("button", name="Keys of this page").click()
    worklist.get_by_label("Single keys work in this browser").check()
    worklist.keyboard.press("Escape")
    worklist.locator(".pa-lead").click()
    worklist.keyboard.press("j")
    expect(worklist.locator(".pa-work tbody tr a").first).to_be_focused()
