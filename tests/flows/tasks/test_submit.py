"""Task 6: the request is sent by portal, by phone or as a packet by fax, with its proof."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect

from cases.demo.stories import Teller
from cases.models import Deadline, PriorAuthRequest
from cases.models.contacts import DocumentKind
from cases.models.deadlines import LIVE
from cases.workflow.actor import Actor
from cases.workflow.documents import add_document
from priorauth.terms import Channel, ClockKind, RequestStatus, Role
from tests.cases import letters
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(teller: Teller) -> PriorAuthRequest:
    return teller.opened(teller.at(1), plan=teller.cast.plans[0], starts_in=30)


def sent(hand: Hand, draft: PriorAuthRequest) -> None:
    """The request is with the payer, its number is kept, and the payer's clock runs."""
    expect(hand.page).to_have_url(f"{hand.base}/case/{draft.number}/")
    draft.refresh_from_db()
    assert draft.status == RequestStatus.RECEIVED
    assert draft.submissions.get().confirmation_number == "REF556677"
    assert Deadline.objects.filter(LIVE, request=draft, kind=ClockKind.PA_DECISION).exists()
    assert not Deadline.objects.filter(LIVE, request=draft, kind=ClockKind.SUBMIT_BY).exists()


def test_a_request_goes_by_portal(hand: Hand, draft: PriorAuthRequest) -> None:
    page = hand.page
    hand.at(f"/case/{draft.number}/")

    hand.key("s")
    hand.press(page.get_by_role("radio", name="Payer portal"))
    hand.fill(page.get_by_label("Confirmation number"), "REF556677")
    hand.press(page.locator(".step-actions").get_by_role("button", name="Record submission"))

    sent(hand, draft)
    assert draft.submissions.get().channel == Channel.PORTAL
    hand.within("Submit by portal, with proof", seconds=60)


def test_a_request_goes_by_phone_and_hanging_up_logs_the_call(
    hand: Hand, draft: PriorAuthRequest
) -> None:
    page = hand.page
    hand.at(f"/case/{draft.number}/")

    hand.key("s")
    hand.press(page.get_by_label("Phone", exact=True))
    hand.fill(page.get_by_label("Taken by"), "Dana K")
    hand.fill(page.get_by_label("Confirmation number"), "REF556677")
    hand.press(page.get_by_role("button", name="The call has ended: record it"))

    sent(hand, draft)
    call = draft.calls.get()
    assert (call.representative_name, call.reference_number) == ("Dana K", "REF556677")
    hand.within("Submit by phone, with proof and the call", seconds=60)


def test_a_request_goes_by_fax_as_one_packet(
    hand: Hand, draft: PriorAuthRequest, teller: Teller, settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    teller.submitted(teller.at(9), channel=Channel.FAX, plan=teller.cast.plans[0])
    for kind in (DocumentKind.LETTER_OF_NECESSITY, DocumentKind.CLINICAL_NOTE):
        add_document(
            Actor(teller.cast.biller, Role.BILLER, teller.now), draft, kind=kind,
            title=kind.label, content=letters.pdf([kind.label], ["two"]), zone=teller.zone,
        )  # fmt: skip
    page = hand.page
    hand.at(f"/case/{draft.number}/")

    hand.key("s")
    with page.expect_download() as waited:
        hand.press(page.get_by_role("button", name="Make the fax"))
    packet = pypdf.PdfReader(io.BytesIO(Path(waited.value.path()).read_bytes()))
    assert len(packet.pages) == 1 + 1 + 2 + 2
    assert draft.patient.last_name in packet.pages[1].extract_text()
    hand.within("Build the packet as one PDF", interactions=2)

    hand.fill(page.get_by_label("Confirmation number"), "REF556677")
    hand.press(page.locator(".step-actions").get_by_role("button", name="Record submission"))
    sent(hand, draft)
    record = draft.submissions.get()
    assert (record.channel, record.pages) == (Channel.FAX, 6)
    hand.within("Submit by fax, with the packet and proof", seconds=60)
