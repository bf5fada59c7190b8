"""Task 9: a denial came by letter; record it until all clocks run and the advice is shown."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from cases.demo.stories import Teller
from cases.models import Deadline, Determination
from cases.models.deadlines import LIVE
from priorauth.terms import Channel, ClockKind, RequestStatus
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW_YORK = ZoneInfo("America/New_York")
WORDS = "The service is considered experimental for this diagnosis."


def test_a_denial_is_recorded_and_says_what_is_next(hand: Hand, teller: Teller) -> None:
    case = teller.submitted(teller.at(12), Channel.FAX, plan=teller.cast.plans[0])
    today = teller.moment(teller.now).on
    dated = today - timedelta(days=4)
    page = hand.page
    hand.at(f"/case/{case.number}/")

    hand.key("s")
    hand.press(page.get_by_label("Denied", exact=True))
    hand.fill_day(page.locator("#id_when"), dated)
    hand.fill_day(page.locator("#id_notice_dated"), dated)
    hand.press(page.get_by_label("It reached us today"))
    hand.fill_day(page.locator("#id_appeal_by"), today + timedelta(days=120))
    hand.fill(page.get_by_label("Reasons in the payer's words"), WORDS)
    hand.press(page.locator("label.step-suggested").first)
    hand.press(page.locator(".step-actions").get_by_role("button", name="Record determination"))
    expect(page).to_have_url(f"{hand.base}/case/{case.number}/")

    case.refresh_from_db()
    assert case.status == RequestStatus.DENIED
    refused = Determination.objects.get(request=case)
    assert refused.reasons == ["experimental_investigational"]
    assert refused.reasons_verbatim == WORDS
    live = Deadline.objects.filter(LIVE, request=case)
    assert not live.filter(kind=ClockKind.PA_DECISION).exists()
    for filing in live.filter(kind=ClockKind.APPEAL_FILING):
        # 29 CFR 2560.503-1(h)(3)(i): 180 days from receipt. The letter's day is earlier.
        legal, due = (at.astimezone(NEW_YORK).date() for at in (filing.legal_at, filing.due_at))
        assert (legal, due) == (today + timedelta(days=180), today + timedelta(days=120))
    assert live.filter(kind=ClockKind.APPEAL_FILING).exists()
    advice = page.get_by_role("region", name="What the refusal calls for")
    expect(advice.get_by_text("Next:").first).to_be_visible()
    hand.within("Record a denial, choose the next step", interactions=9, seconds=60)
