"""A letter filed in a real browser: few interactions, by keyboard too, at any width."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cases.models import Document, PriorAuthRequest
from cases.scans import reading
from tests.cases import letters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def letter(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "kept"
    path = tmp_path / "letter.pdf"
    path.write_bytes(letters.pdf(["Northfield Health", "Notice date: September 1, 2026", "denied"]))
    return path


def pages_are_there(desk: Page) -> None:
    desk.wait_for_function("document.querySelector('.paper img')?.naturalWidth > 1000")


def bring(desk: Page, letter: Path, number: str = "") -> None:
    desk.goto(f"{desk.base}/file/{f'?case={number}' if number else ''}")  # type: ignore[attr-defined]
    desk.set_input_files("input[type=file]", letter)
    desk.wait_for_url("**/file/*/**")
    pages_are_there(desk)


def test_a_denial_is_filed_on_its_case_in_five_interactions(
    desk: Page,
    case: PriorAuthRequest,
    letter: Path,
) -> None:
    desk.goto(f"{desk.base}/case/{case.number}/")  # type: ignore[attr-defined]
    desk.locator(".pa-bar").get_by_role("link", name="File a fax or letter").click()  # 1
    desk.set_input_files("input[type=file]", letter)  # 2, sent at once
    desk.wait_for_url(f"**/file/*/?case={case.number}")
    pages_are_there(desk)
    desk.get_by_label("Denial letter").check()  # 3
    printed = desk.locator("#div_id_printed_on")
    expect(printed.locator("input[type=date]")).to_have_value("")
    printed.get_by_role("button", name="Tue 1 Sep 2026").press("Enter")  # 4
    expect(printed.locator("input[type=date]")).to_have_value("2026-09-01")
    desk.get_by_role("button", name="File it and go on").last.click()  # 5
    desk.wait_for_url(f"**/case/{case.number}/determination/?letter=*")
    expect(desk.get_by_label("Denied", exact=True)).to_be_checked()
    expect(desk.locator("#id_notice_dated")).to_have_value("2026-09-01")
    pages_are_there(desk)
    assert Document.objects.get().request == case


def test_a_case_is_found_while_its_patient_is_typed_and_half_done_is_kept(
    desk: Page,
    case: PriorAuthRequest,
    letter: Path,
) -> None:
    bring(desk, letter)
    desk.get_by_label("Find the case").fill(case.patient.last_name)
    desk.locator(f"input[name=who][value={case.number}]").check()
    desk.get_by_label("Consent").check()
    desk.wait_for_function("Object.values(sessionStorage).some((kept) => kept.includes('consent'))")
    desk.goto(f"{desk.base}/file/")  # type: ignore[attr-defined]
    desk.locator(".paper-waiting a").click()
    expect(desk.get_by_label("Consent")).to_be_checked()
    expect(desk.get_by_label("Find the case")).to_have_value(case.patient.last_name)


def test_a_page_that_had_to_wait_for_others_is_asked_for_again_by_itself(
    desk: Page,
    letter: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bring(desk, letter)
    turns = threading.BoundedSemaphore(1)
    turns.acquire()
    monkeypatch.setattr(reading, "_AT_ONCE", turns)
    monkeypatch.setattr(reading, "WAIT_SECONDS", 1)
    desk.clock.install()
    desk.reload()
    page = desk.locator(".paper img")
    expect(page).to_have_attribute("alt", re.compile("not drawn yet. It is asked for again"))
    turns.release()
    desk.clock.run_for(5000)
    expect(page).to_have_attribute("alt", "Page 1 of 1, larger")
    assert page.evaluate("picture => picture.naturalWidth") > 1000


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_have_no_fault_that_axe_finds_and_never_scroll_sideways(
    desk: Page,
    letter: Path,
    width: int,
) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    desk.goto(f"{desk.base}/file/")  # type: ignore[attr-defined]
    for _ in range(2):
        found = Axe().run(desk, context=".pa").response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert desk.evaluate(sideways) <= 0
        if desk.url[-6:] == "/file/":
            bring(desk, letter)


def test_choosing_a_file_throws_nothing(desk: Page, case: PriorAuthRequest, letter: Path) -> None:
    thrown: list[str] = []
    desk.on("pageerror", lambda error: thrown.append(str(error)))
    for address in ("/import/", f"/case/{case.number}/document/"):
        desk.goto(f"{desk.base}{address}")  # type: ignore[attr-defined]
        desk.set_input_files("input[type=file]", letter)
        expect(desk.locator("input[type=file]")).to_have_value(re.compile("letter"))
    assert thrown == []
