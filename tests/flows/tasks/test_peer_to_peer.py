"""Task 11: a peer-to-peer is asked for, appointed, and its outcome recorded."""

from __future__ import annotations

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pypdf
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.demo.stories import Teller
from cases.models import Deadline, PeerToPeer, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import peer_to_peer
from priorauth.terms import AppealOutcome, ClockKind
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    return teller.denied(2, plan=teller.cast.plans[1])


def open_step(hand: Hand, name: str) -> None:
    """Press a step of the case page: beside the main one, or in the menu."""
    link = hand.page.locator(".pa-steps a").filter(has_text=name).first
    if not link.is_visible():
        hand.press(hand.page.get_by_text("Other steps"))
    hand.press(link)


def record(hand: Hand, case: PriorAuthRequest, button: str) -> None:
    hand.press(hand.page.locator(".step-actions").get_by_role("button", name=button))
    expect(hand.page).to_have_url(f"{hand.base}/case/{case.number}/")


def test_a_peer_to_peer_is_asked_for(hand: Hand, case: PriorAuthRequest) -> None:
    hand.at(f"/case/{case.number}/")
    hand.press(hand.page.get_by_role("link", name="record that it was asked for"))
    record(hand, case, "Record peer-to-peer request")

    talk = PeerToPeer.objects.get(request=case)
    assert (talk.phone, talk.clinician) == ("800-555-0122", case.requesting_clinician)
    hand.within("Ask for a peer-to-peer", interactions=3, seconds=30)


def test_the_sheet_for_the_clinician_is_one_press(hand: Hand, case: PriorAuthRequest) -> None:
    hand.at(f"/case/{case.number}/")
    with hand.page.expect_download() as waiting:
        hand.press(hand.page.get_by_role("link", name="Peer-to-peer sheet"))
    file = waiting.value
    assert file.suggested_filename == f"{case.number}-peer-to-peer.pdf"
    paper = pypdf.PdfReader(file.path())
    assert len(paper.pages) == 1
    told = paper.pages[0].extract_text()
    for words in (case.number, case.patient.full_name, case.coverage.member_id, "800-555-0122"):
        assert words in told
    hand.within("Get the clinician's sheet for a peer-to-peer", interactions=1, seconds=3)


def test_a_peer_to_peer_is_appointed(hand: Hand, case: PriorAuthRequest, teller: Teller) -> None:
    peer_to_peer.ask(teller.actor(teller.at(1)), case, asked=teller.moment(teller.at(1)))
    page, day = hand.page, timezone.localdate() + timedelta(days=3)
    hand.at(f"/case/{case.number}/")
    open_step(hand, "Schedule peer-to-peer")
    hand.fill_day(page.locator("#id_scheduled_for"), day)
    hand.fill_hour(page.locator("#id_scheduled_for_time"), time(14, 30))
    record(hand, case, "Schedule peer-to-peer")

    at = PeerToPeer.objects.get(request=case).scheduled_at
    assert at is not None
    assert f"{at.astimezone(ZoneInfo('America/New_York')):%Y-%m-%d %H:%M}" == f"{day} 14:30"
    assert Deadline.objects.filter(LIVE, request=case, kind=ClockKind.APPOINTMENT).exists()
    hand.within("Appoint a peer-to-peer", seconds=30)


def test_how_a_peer_to_peer_ended_is_recorded(
    hand: Hand, case: PriorAuthRequest, teller: Teller
) -> None:
    peer_to_peer.ask(teller.actor(teller.at(1)), case, asked=teller.moment(teller.at(1)))
    page = hand.page
    hand.at(f"/case/{case.number}/")
    open_step(hand, "Record how the peer-to-peer ended")
    hand.press(page.get_by_label("Upheld"))
    hand.fill(page.get_by_label("Medical director"), "Dr. Lowell")
    hand.fill(page.get_by_label("What was said"), "Wants two more trials named.")
    record(hand, case, "Record how the peer-to-peer ended")

    talk = PeerToPeer.objects.get(request=case)
    assert (talk.outcome, talk.reviewer_name) == (AppealOutcome.UPHELD, "Dr. Lowell")
    hand.within("Record how a peer-to-peer ended", seconds=30)
