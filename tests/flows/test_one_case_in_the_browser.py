"""One case as a biller lives it, in real Chromium, to the reminder mail in a real SMTP sink."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django_scopes import scope, scopes_disabled
from playwright.sync_api import Page, expect

from cases.demo.cast import Cast, make_cast
from cases.models import Deadline, InsurerCall, PriorAuthRequest, Reminder
from cases.models.deadlines import LIVE
from cases.workflow.reminding import tick
from config.env import MailTransport
from priorauth.terms import ClockKind, RequestStatus
from tests.smtp_sink import SmtpSink

pytestmark = [
    pytest.mark.browser,
    pytest.mark.smtp,
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "quiet-harbor-4417"
SHOTS = os.environ.get("STORY_SCREENSHOTS")
"""A folder to keep a picture of each page in, to be looked at."""


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    made.biller.set_password(PASSWORD)
    made.biller.save()
    with scope(clinic=made.clinic):
        yield made


@pytest.fixture
def desk(page: Page, live_server, cast: Cast) -> Iterator[Page]:
    """The biller, signed in. Any script error or request to elsewhere fails the test."""
    faults: list[str] = []
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((live_server.url, "data:", "blob:"))
            else faults.append(request.url)
        ),
    )
    page.goto(live_server.url)
    page.get_by_label("Username").or_(page.locator("[name=username]")).first.fill("biller")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page).to_have_title(re.compile("Worklist"))
    yield page
    assert faults == []


def photograph(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def take(page: Page, step: str) -> None:
    """Press the button of a step on the case page, under "Other steps" when it stands there."""
    button = page.locator(".pa-steps a").filter(has_text=re.compile(rf"^\s*{step}")).first
    if not button.is_visible():
        page.get_by_text("Other steps").click()
    button.click()


def record(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).first.click()
    expect(page).to_have_url(re.compile(r"/case/PA-[0-9A-Z]{8}/$"))


def the_case() -> PriorAuthRequest:
    return PriorAuthRequest.objects.get()


def runs(kind: ClockKind) -> bool:
    return Deadline.objects.filter(LIVE, kind=kind).exists()


def test_from_intake_to_an_appeal_and_the_reminder_that_follows(
    desk: Page, cast: Cast, smtp_sink: SmtpSink, settings
) -> None:
    take_in(desk, cast)
    submit(desk)
    call(desk)
    pend_and_answer(desk)
    deny(desk)
    appeal(desk)
    remind(smtp_sink, settings)


def take_in(page: Page, cast: Cast) -> None:
    page.get_by_role("link", name="New request").first.click()
    page.locator("[name=who][value=new]").check()
    page.locator("[name=first_name]").fill("Kai")
    page.locator("[name=last_name]").fill("O'Brien")
    page.locator("[name=birth_date]").fill("1980-03-14")
    page.locator("[name=member_id]").fill("SYN445566778")
    page.locator("[name=group_number]").fill("GRP-1001")
    page.locator("[name=plan]").select_option(str(cast.plans[0].pk))
    page.locator("[name=requesting_clinician]").select_option(str(cast.clinicians[0].pk))
    page.locator("[name=planned_sessions]").fill("6")
    page.locator("[name=minutes_per_session]").fill("40")
    page.locator("[name=dx_1]").fill("f332")
    page.locator("[name=line_1_code]").fill("96365")
    page.locator("[name=line_1_per_session]").fill("1")
    page.locator("[name=line_1_total]").fill("6")
    # The drug's own line is proposed beside the infusion; payers want it in words.
    page.locator("[name=line_2_narrative]").fill("Ketamine HCl 50 mg/mL, 0.5 mg/kg IV")
    photograph(page, "1-intake")
    record(page, "Open the request")

    request = the_case()
    assert request.status == RequestStatus.DRAFT
    assert request.diagnoses.get().code == "F33.2"
    assert request.patient.full_name == "Kai O'Brien"


def submit(page: Page) -> None:
    take(page, "Record submission")
    page.locator("[name=channel][value=portal]").check()
    page.locator("[name=confirmation_number]").fill("REF556677")
    photograph(page, "2-submission")
    record(page, "Record submission")

    assert the_case().status in (RequestStatus.SUBMITTED, RequestStatus.RECEIVED)
    assert runs(ClockKind.PA_DECISION)


def call(page: Page) -> None:
    take(page, "Log call")
    page.locator("[name=representative_name]").fill("Maria G")
    page.locator("[name=reference_number]").fill("C-85711")
    photograph(page, "3-call")
    record(page, "Log call")

    logged = InsurerCall.objects.get()
    assert (logged.representative_name, logged.reference_number) == ("Maria G", "C-85711")
    expect(page.get_by_text("C-85711").first).to_be_visible()


def pend_and_answer(page: Page) -> None:
    take(page, "Record the payer's request for information")
    page.locator("[name=asked_for]").fill("Scale scores of the last visits.")
    record(page, "Record the payer's request for information")
    assert the_case().status == RequestStatus.PENDED
    assert runs(ClockKind.INFO_SUPPLY)

    take(page, "Record information sent")
    page.locator("[name=channel][value=fax]").check()
    page.locator("[name=confirmation]").fill("FAX-99812")
    page.locator("[name=summary]").fill("PHQ-9 of three visits.")
    record(page, "Record information sent")
    assert not runs(ClockKind.INFO_SUPPLY)


def deny(page: Page) -> None:
    take(page, "Record determination")
    page.locator("[name=outcome][value=denied]").check()
    today = page.locator("[name=when_on]").input_value()
    page.locator("[name=notice_dated_on]").fill(today)
    page.locator("[name=notice_received_on]").fill(today)
    page.locator("[name=reasons_verbatim]").fill("Considered experimental for this diagnosis.")
    page.locator("[name=reasons][value=experimental_investigational]").check()
    photograph(page, "4-denial")
    record(page, "Record determination")

    assert the_case().status == RequestStatus.DENIED
    filing = Deadline.objects.get(LIVE, kind=ClockKind.APPEAL_FILING)
    # 29 CFR 2560.503-1(h)(3)(i): 180 days from receipt of the notice.
    day = filing.due_at.astimezone(ZoneInfo("America/New_York")).date()
    assert day == date.fromisoformat(today) + timedelta(days=180)
    expect(page.get_by_text("Why this date?").first).to_be_visible()
    photograph(page, "5-case-denied")


def appeal(page: Page) -> None:
    take(page, "Record appeal filed")
    page.locator("[name=channel][value=fax]").check()
    page.locator("[name=confirmation_number]").fill("FAX-99911")
    page.locator("[name=receipt][value=at_once]").check()
    page.locator("[name=argument]").fill("Four adequate trials failed.")
    photograph(page, "6-appeal")
    record(page, "Record appeal filed")

    assert the_case().status == RequestStatus.UNDER_APPEAL
    assert runs(ClockKind.APPEAL_DECISION)
    assert not runs(ClockKind.APPEAL_FILING)
    photograph(page, "7-case-under-appeal")


def remind(sink: SmtpSink, settings) -> None:
    """Forty days on the payer's thirty are over: the biller hears of it, and nothing of Kai."""
    settings.MAIL = MailTransport("smtp", sink.host, sink.port)
    later = timezone.now() + timedelta(days=40)
    with scopes_disabled():
        tick(clock=lambda: later)
        sent = Reminder.objects.get(state="sent")

    # In office hours the morning digests go too.
    (mail,) = [one for one in sink.mails() if one.message["X-Reminder-Id"]]
    number = PriorAuthRequest.objects.get().number
    assert number in mail.message["Subject"]
    assert mail.message["Message-ID"] == sent.message_id
    text = "".join(one.message.as_string() for one in sink.mails())
    # Three letters may stand by chance in an identifier or in a signed link.
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|/answer/\S+", "", text)
    for secret in ("Kai", "Brien", "SYN445566778", "GRP-1001", "F33", "96365", "ketamine"):
        assert secret.lower() not in text.lower()
