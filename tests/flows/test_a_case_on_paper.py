"""A case printed: what is known of it, and nothing to press."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from cases.demo.stories import Teller
from cases.models import PriorAuthRequest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TO_PRESS = "button, summary, .pa-button, .pa-do, .pa-why-link, .pa-switch a, #nav-sidebar"


def test_a_printed_case_has_nothing_to_press_and_nothing_folded(
    desk: Page, case: PriorAuthRequest, teller: Teller
) -> None:
    call = teller.call(case, teller.at(1))
    desk.goto(f"{desk.base}/case/{case.number}/")  # type: ignore[attr-defined]
    folded = desk.locator(".pa-call dl")
    expect(desk.locator(".pa-printed")).to_be_hidden()
    expect(folded).to_be_hidden()
    desk.emulate_media(media="print")
    told = desk.locator(".pa-printed")
    expect(told).to_contain_text(f"{case.clinic.name}, case {case.number}, as of ")
    expect(folded).to_be_visible()
    expect(folded).to_contain_text(call.reference_number)
    seen = desk.locator(TO_PRESS).filter(visible=True)
    assert [each for each in seen.all_inner_texts() if call.reference_number not in each] == []
