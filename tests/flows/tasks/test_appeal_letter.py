"""Task 10: a refusal is appealed: the letter drafted, signed, and sent with its proof."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from playwright.sync_api import expect

from cases.demo.stories import Teller
from cases.models import AppealLetter, Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from priorauth.terms import ClockKind, RequestStatus, Role
from tests.cases.appeal_case import person, refused
from tests.flows.signing_in import sign_in
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(teller: Teller, settings, tmp_path: Path) -> PriorAuthRequest:
    settings.MEDIA_ROOT = tmp_path
    return refused(teller)


def test_a_letter_is_drafted_made_ready_signed_and_sent(
    hand: Hand, case: PriorAuthRequest, teller: Teller
) -> None:
    page = hand.page
    hand.at(f"/case/{case.number}/")

    hand.key("l")
    expect(page.get_by_text("Nothing is left to settle.")).to_be_visible()
    hand.press(page.get_by_role("button", name="Ready to sign"))
    expect(page.get_by_text("Ready to sign, by")).to_be_visible()
    hand.within("Appeal letter: draft, made ready to sign", interactions=2)

    sign_in(page, hand.base, person(teller, Role.CLINICIAN))  # in the same tab
    page.goto(f"{hand.base}/case/{case.number}/")
    hand.key("l")
    hand.press(page.get_by_role("button", name="Sign and lock"))
    with page.expect_download() as waited:
        hand.press(page.get_by_role("link", name="Packet: letter and documents"))
    packet = pypdf.PdfReader(io.BytesIO(Path(waited.value.path()).read_bytes()))
    hand.within("Appeal letter: from the case to the signed packet", seconds=90)

    signed = AppealLetter.objects.get(request=case, signed_at__isnull=False)
    assert len(packet.pages) == signed.pages + 2 + 2
    with signed.document.file.open("rb") as file:
        content = file.read()
    assert hashlib.sha256(content).hexdigest() == signed.sha256
    with pypdfium2.PdfDocument(content) as paper:
        told = " ".join(" ".join(each.get_textpage().get_text_bounded() for each in paper).split())
    for fact in (case.patient.full_name, case.coverage.member_id, case.number, "F33.2", "96365",
                 "considered experimental", "Sertraline (antidepressant), 200 mg daily",
                 "PHQ-9 (0 to 27): 21 on August 7, 2026", "10.1056/NEJMoa2302399",
                 "29 CFR 2560.503-1(i)(2)(ii)", "Amal Reyes, MD", "NPI 1487654323"):  # fmt: skip
        assert fact in told

    sign_in(page, hand.base, teller.cast.biller)
    page.goto(f"{hand.base}/case/{case.number}/")
    hand.key("s")
    hand.fill(page.get_by_label("Confirmation or tracking number"), "FAX556677")
    hand.press(page.locator(".step-actions").get_by_role("button", name="Record appeal filed"))
    expect(page).to_have_url(f"{hand.base}/case/{case.number}/")
    hand.within("Appeal letter: draft, sign, send", seconds=90)

    signed.refresh_from_db()
    case.refresh_from_db()
    assert signed.appeal.confirmation_number == "FAX556677"
    assert case.status == RequestStatus.UNDER_APPEAL
    assert Deadline.objects.filter(LIVE, request=case, kind=ClockKind.APPEAL_DECISION).exists()
