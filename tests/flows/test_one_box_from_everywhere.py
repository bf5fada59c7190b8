"""The registers, which are pages of the skin, have the desk's box and its key too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from cases.models import PriorAuthRequest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("register", ["", "{patient}/change/"])
def test_the_key_leads_to_the_desks_box_on_a_register(
    desk: Page, case: PriorAuthRequest, register: str
) -> None:
    page = f"/admin/cases/patient/{register.format(patient=case.patient_id)}"
    desk.goto(f"{desk.base}{page}")  # type: ignore[attr-defined]
    desk.keyboard.press("/")
    expect(desk.locator("#pa-q")).to_be_focused()
    desk.keyboard.type(case.number)
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(f"{desk.base}/case/{case.number}/")  # type: ignore[attr-defined]


def test_a_window_that_only_chooses_has_no_box(desk: Page, case: PriorAuthRequest) -> None:
    desk.goto(f"{desk.base}/admin/cases/payer/add/?_popup=1")  # type: ignore[attr-defined]
    expect(desk.get_by_label("Name", exact=False).first).to_be_visible()
    expect(desk.locator("#pa-q")).to_have_count(0)


def test_letters_typed_into_a_list_to_choose_from_press_no_button(
    desk: Page, case: PriorAuthRequest
) -> None:
    address = f"{desk.base}/admin/cases/patient/{case.patient_id}/change/"  # type: ignore[attr-defined]
    desk.goto(address)
    desk.get_by_role("combobox").first.focus()
    desk.keyboard.type("n")
    desk.keyboard.type("f")
    expect(desk).to_have_url(address)
