"""Task 7: a denial came by fax; file it on its case and set its dates, its pages beside them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cases.demo.stories import Teller
from cases.models import Document
from cases.models.contacts import DocumentKind
from priorauth.calendars.wording import say_day
from priorauth.terms import Channel
from tests.cases import letters
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_denial_is_filed_and_its_form_stands_beside_it(
    hand: Hand, teller: Teller, tmp_path: Path, settings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "kept"
    case = teller.submitted(teller.at(12), Channel.FAX, plan=teller.cast.plans[0])
    today = teller.moment(teller.now).on
    dated = today - timedelta(days=4)
    letter = tmp_path / "fax.pdf"
    letter.write_bytes(letters.pdf([f"Notice date: {dated:%m/%d/%Y}", "Your request is denied."]))
    page = hand.page
    hand.at(f"/case/{case.number}/")

    hand.key("f")
    with page.expect_file_chooser() as chooser:
        hand.press(page.locator("input[type=file]"))
    chooser.value.set_files(letter)
    hand.press(page.get_by_label("Denial letter"))
    hand.press(page.locator("#div_id_printed_on").get_by_role("button", name=say_day(dated)))
    hand.press(page.get_by_role("button", name="File it and go on").last)
    page.wait_for_url(f"**/case/{case.number}/determination/?letter=*")
    page.wait_for_function("document.querySelector('.paper img')?.naturalWidth > 1000")
    expect(page.get_by_label("Denied", exact=True)).to_be_checked()

    filed = Document.objects.get(request=case)
    assert filed.kind == DocumentKind.DENIAL_LETTER
    assert (filed.printed_on, filed.received_on) == (dated, today)
    hand.within("File an incoming fax or letter, set its dates", interactions=5, seconds=30)
