"""The form of a record in a real browser: a button pressed twice saves once."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import APIResponse, Error, Page, Route, expect

from cases.demo.cast import Cast
from cases.models import Patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def jane(cast: Cast) -> Patient:
    return Patient.objects.create(
        clinic=cast.clinic, first_name="Jane", last_name="Quillson", birth_date=date(1985, 5, 3)
    )


def change_url(patient: Patient) -> str:
    return reverse("admin:cases_patient_change", args=[patient.pk])


class SlowLine:
    """Holds back the answers to what is sent, though the server has it already."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.held: list[tuple[Route, APIResponse]] = []
        page.route("**/*", self._take)

    def _take(self, route: Route) -> None:
        if route.request.method == "POST":
            self.held.append((route, route.fetch(max_redirects=0)))
        else:
            route.continue_()

    def wait_for(self, number: int) -> None:
        """Until the server has answered so many."""
        for _ in range(200):
            if len(self.held) >= number:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{len(self.held)} were sent, not {number}")

    def let_go(self) -> None:
        """The answers arrive; one whose page has gone on to another is dropped."""
        for route, answer in self.held:
            try:
                route.fulfill(response=answer)
            except Error:
                assert route is not self.held[-1][0]


@pytest.mark.parametrize("button", ["Save", "Save and continue editing"])
def test_a_second_click_while_a_record_is_saved_does_nothing(desk: Page, cast: Cast, button: str):
    patient = jane(cast)
    desk.goto(f"{desk.base}{change_url(patient)}")  # type: ignore[attr-defined]
    desk.locator("[name=first_name]").fill("Joan")
    line = SlowLine(desk)
    save = desk.get_by_role("button", name=button, exact=True)
    save.scroll_into_view_if_needed()
    box = save.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    desk.mouse.click(*middle)
    line.wait_for(1)
    desk.mouse.click(*middle)
    desk.wait_for_timeout(300)
    line.let_go()
    expect(desk.get_by_text(re.compile("was changed successfully"))).to_be_visible()
    expect(desk.get_by_text("Somebody else saved")).to_have_count(0)
    assert len(line.held) == 1
    patient.refresh_from_db()
    assert (patient.first_name, patient.version) == ("Joan", 1)


def test_a_record_can_be_saved_again_after_it_came_back_refused(desk: Page, cast: Cast):
    patient = jane(cast)
    desk.goto(f"{desk.base}{change_url(patient)}")  # type: ignore[attr-defined]
    desk.locator("[name=first_name]").fill("")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("This field is required")).to_be_visible()
    desk.locator("[name=first_name]").fill("Joan")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text(re.compile("was changed successfully"))).to_be_visible()
