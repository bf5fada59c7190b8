"""Each kind of page, in light and dark, wide and on a phone: named, readable, never sideways."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.demo import courses, stories
from cases.demo.cast import Cast
from cases.demo.stories import Teller
from cases.desk.reports import REPORTS
from cases.models import Coverage, Deadline, Plan, PriorAuthRequest, Reminder
from cases.models.deadlines import LIVE
from priorauth.reminders import ReminderState
from tests.flows.signing_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"
LEVEL_AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}


@pytest.fixture
def case(cast: Cast, settings, tmp_path) -> PriorAuthRequest:
    """A denied case with long values wherever somebody could type them, and a held reminder."""
    settings.MAIL_FOLDER = tmp_path
    stories.denied_lately(Teller(cast, now=timezone.now(), rng=Random(7)))
    found: PriorAuthRequest = PriorAuthRequest.objects.latest("pk")
    found.patient.first_name, found.patient.last_name = "Maximiliana", LONG
    found.patient.address_1 = "1200 " + "Longstreetname" * 5
    found.patient.save()
    Coverage.objects.filter(pk=found.coverage_id).update(member_id="M" * 30, group_number="G" * 40)
    Plan.objects.filter(pk=found.coverage.plan_id).update(name=f"{LONG} Choice PPO {LONG}")
    deadline = Deadline.objects.filter(LIVE, request=found).earliest("pk")
    now = timezone.now()
    for state in (ReminderState.HELD, ReminderState.UNCERTAIN):
        key = uuid.uuid4()
        Reminder(
            id=key, clinic=cast.clinic, deadline=deadline, rung=len(state), rungs=9, attempts=2,
            recipient=cast.biller, state=state, due_at=now, not_before=now, planned_at=now,
            armed_at=now, expires_at=now + timedelta(days=9), message_id=f"<r.{key}@x.example>",
        ).save()  # fmt: skip
    return found


@pytest.fixture
def desk(page: Page, live_server, cast: Cast) -> Iterator[Page]:
    """The biller, signed in. A script error, or a word of complaint on the console, fails."""
    sign_in(page, live_server.url, cast.biller)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(f"{page.url}: {said.text}") if said.type == "error" else None,
    )
    page.set_default_timeout(10_000)
    yield page
    assert faults == []


@pytest.fixture
def course(cast: Cast) -> PriorAuthRequest:
    """A course of infusions, of which the next one is booked without an approval."""
    courses.infusion_booked_too_early(Teller(cast, now=timezone.now(), rng=Random(8)))
    found: PriorAuthRequest = PriorAuthRequest.objects.latest("pk")
    return found


def pages_of(case: PriorAuthRequest, course: PriorAuthRequest) -> list[str]:
    number = case.number
    first = course.infusions.earliest("planned_at")
    ours = Deadline.objects.filter(LIVE, request=case, standing="running", owed_by="clinic")
    return [
        f"/case/{number}/answer/{ours.earliest('pk').pk}/", "/admin/cases/absence/",
        "/admin/cases/absence/add/",
        "/", "/file/", "/reminders/", f"/case/{number}/", f"/case/{number}/appeal-file/",
        f"/case/{number}/call/", "/new/", "/import/", "/mails/", "/calls/", "/codes/",
        f"/case/{course.number}/", f"/case/{course.number}/series/",
        f"/case/{course.number}/infusion/?of=infusion-{first.pk}",
        "/reports/outcomes/", "/reports/turnaround/", "/reports/money/", "/reports/units/",
        "/reports/breaches/", f"/case/{course.number}/determination/", f"/case/{number}/financing/",
        "/admin/cases/patient/", f"/admin/cases/patient/{case.patient_id}/change/",
        f"/admin/cases/coverage/{case.coverage_id}/change/",
    ]  # fmt: skip


def faults_of(page: Page, address: str) -> list[str]:
    """What is wrong with the page as it stands: by level AA of the guidelines, and its width."""
    found = [
        f"{address}: {fault['id']}: {node['target']}"
        for fault in Axe().run(page, options=LEVEL_AA).response["violations"]
        for node in fault["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{address}: scrolls sideways")
    if page.evaluate("[...document.querySelectorAll('[tabindex]')].some(e => e.tabIndex > 0)"):
        found.append(f"{address}: jumps about when tabbed through")
    return found


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_every_page_can_be_read_and_used(
    desk: Page,
    live_server,
    case: PriorAuthRequest,
    course: PriorAuthRequest,
    scheme,
    width: int,
):
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size({"width": width, "height": 900})
    faults = []
    for address in pages_of(case, course):
        desk.goto(live_server.url + address)
        if scheme == "dark":
            expect(desk.locator("html.dark")).to_be_attached()
        faults += faults_of(desk, address)
    desk.goto(live_server.url)
    desk.locator("#pa-q").fill(LONG[:8])
    desk.locator("#pa-q").press("Enter")
    expect(desk.get_by_text(LONG).first).to_be_visible()
    faults += faults_of(desk, "search")
    desk.context.clear_cookies()
    desk.goto(live_server.url)
    expect(desk.locator("[name=password]")).to_be_visible()
    faults += faults_of(desk, "sign-in")
    assert faults == []


def test_the_keyboard_reaches_the_page_first_and_then_the_menu_in_order(
    desk: Page, live_server, case: PriorAuthRequest
):
    desk.goto(f"{live_server.url}/reminders/")
    desk.keyboard.press("Tab")
    expect(desk.get_by_text("Skip to the page")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    expect(desk.locator("#pa-q")).to_be_focused()
    seen = []
    for _ in range(12):
        desk.keyboard.press("Tab")
        seen.append(desk.evaluate("document.activeElement.innerText.split(':')[0].trim()"))
    assert seen.index("It arrived") < seen.index("Send it again")


def test_on_a_phone_no_table_hides_a_column(
    desk: Page, live_server, case: PriorAuthRequest, course: PriorAuthRequest
) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    hidden = """[...document.querySelectorAll(".pa-scroll")]
        .filter((each) => each.scrollWidth > each.clientWidth)
        .map((each) => each.textContent.trim().slice(0, 60))"""
    for address in (
        f"/case/{case.number}/",
        f"/case/{course.number}/",
        *(f"/reports/{name}/" for name in REPORTS),
    ):
        desk.goto(live_server.url + address)
        assert desk.evaluate(hidden) == [], address
        if "reports" in address:
            continue
        for word in ("Asked", "Approved", "Left"):
            shown = desk.locator(f'.pa-units td[data-name="{word}"]').first
            expect(shown).to_be_visible()
