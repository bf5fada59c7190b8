"""Task 3: the call is over, the case is on screen; log it with what was promised."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.demo.stories import Teller
from cases.models import Deadline
from cases.models.deadlines import LIVE
from priorauth.terms import ClockKind, EventKind
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_call_is_logged_with_its_promise(hand: Hand, teller: Teller) -> None:
    case = teller.submitted(teller.at(3), plan=teller.cast.plans[1])
    page = hand.page
    hand.at(f"/case/{case.number}/")

    hand.key("c")
    hand.fill(page.get_by_label("Representative"), "Dana K")
    hand.fill(page.get_by_label("Call reference"), "C-778123")
    promised = page.get_by_role("group", name="Promised by")
    hand.press(promised.get_by_role("button", name="In 2 business days"))
    hand.press(page.locator(".step-actions").get_by_role("button", name="Log call"))
    expect(page).to_have_url(f"{hand.base}/case/{case.number}/")

    call = case.calls.get()
    assert (call.representative_name, call.reference_number) == ("Dana K", "C-778123")
    assert call.promise == "Decision"
    assert call.promised_by_at > timezone.now() + timedelta(days=1)
    assert case.events.filter(kind=EventKind.CALL_LOGGED).count() == 1
    promise = Deadline.objects.get(LIVE, request=case, kind=ClockKind.PROMISE)
    assert promise.due_at == call.promised_by_at
    hand.within("Call the insurer and log it", interactions=6, seconds=20)
