"""Task 8: an approval came; record its number, units and dates, and see how far it carries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from cases.demo.stories import Teller
from cases.models import Authorization, Deadline
from cases.models.deadlines import LIVE
from priorauth.terms import Channel, ClockKind, LineStatus, RequestStatus
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_approval_is_recorded(hand: Hand, teller: Teller) -> None:
    case = teller.submitted(teller.at(3), Channel.FAX, plan=teller.cast.plans[1])
    first = teller.moment(teller.now).on
    last = first + timedelta(days=90)
    page = hand.page
    hand.at(f"/case/{case.number}/")

    hand.key("s")
    hand.press(page.get_by_label("Approved", exact=True))
    hand.fill(page.get_by_label("Authorization number"), "A2290417")
    hand.fill_day(page.locator("#id_effective_from"), first)
    hand.fill_day(page.locator("#id_effective_through"), last)
    hand.press(page.locator(".step-actions").get_by_role("button", name="Record determination"))
    expect(page).to_have_url(f"{hand.base}/case/{case.number}/")

    case.refresh_from_db()
    assert case.status == RequestStatus.APPROVED
    given = Authorization.objects.get(request=case)
    assert given.authorization_number == "A2290417"
    assert (given.effective_from, given.effective_through) == (first, last)
    assert given.sessions == case.planned_sessions
    for line in case.lines.all():
        assert (line.status, line.units_approved) == (LineStatus.APPROVED, line.units_total)
    assert not Deadline.objects.filter(LIVE, request=case, kind=ClockKind.PA_DECISION).exists()
    assert Deadline.objects.filter(LIVE, request=case, kind=ClockKind.AUTHORIZATION_ENDS).exists()
    expect(page.get_by_text("Covers treatment through").first).to_be_visible()
    hand.within("Record an approval", interactions=8, seconds=30)
