"""The appeal letter in a real browser: typed, looked at, ticked and signed without a pause."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page, expect

from cases.demo.stories import Teller
from cases.models import AppealLetter, PriorAuthRequest
from priorauth.terms import EventKind, Role
from tests.cases.appeal_case import person, refused
from tests.flows.signing_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MINE = "Call us at noon, and ask for the treating clinician."


@pytest.fixture
def case(teller: Teller, settings, tmp_path: Path) -> PriorAuthRequest:
    settings.MEDIA_ROOT = tmp_path
    return refused(teller)


@pytest.fixture
def letter(desk: Page, case: PriorAuthRequest, teller: Teller) -> Iterator[Page]:
    """The page of the letter, before the billing lead, who may sign."""
    sign_in(desk, desk.base, person(teller, Role.LEAD))  # type: ignore[attr-defined]
    desk.goto(f"{desk.base}/case/{case.number}/appeal-letter/")  # type: ignore[attr-defined]
    yield desk


def own_words(page: Page, words: str) -> None:
    """Typed over the last paragraph, kept, and stood for."""
    page.get_by_label("Text: Closing").fill(words)
    page.get_by_role("button", name="Keep", exact=True).last.click()
    page.get_by_label("I stand for these words").check()


def test_typed_looked_at_and_signed_by_a_double_click_it_is_signed_once_with_every_word(
    letter: Page, case: PriorAuthRequest
):
    own_words(letter, "Call us.")
    closing = letter.get_by_label("Text: Closing")
    closing.fill("")
    closing.press_sequentially(MINE)
    letter.get_by_label("I stand for these words").check()
    with letter.expect_download() as waited:
        letter.get_by_role("button", name="Look at the PDF").click()
    letter.get_by_role("button", name="Sign and lock").dblclick()
    expect(letter.get_by_text("Signed and locked:")).to_be_visible()
    expect(letter.get_by_role("heading", name="Not done")).to_have_count(0)
    expect(letter.get_by_text(MINE)).to_be_visible()

    signed = AppealLetter.objects.get(request=case)
    assert signed.signed_at is not None
    assert MINE in [text for _, text in signed.content["parts"]]
    assert case.events.filter(kind=EventKind.LETTER_SIGNED).count() == 1
    for content in (Path(waited.value.path()).read_bytes(), signed.document.file.read()):
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        assert MINE in " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_tick_for_words_falls_while_they_are_typed_over(letter: Page):
    own_words(letter, "Call us.")
    tick = letter.get_by_label("I stand for these words")
    letter.get_by_label("Text: Opening").press_sequentially("Dear all. ")
    expect(tick).to_be_checked()  # another paragraph's words
    letter.get_by_label("Text: Closing").press_sequentially("At noon.")
    expect(tick).not_to_be_checked()
    expect(letter.get_by_text("Kept, ")).to_be_visible()
    letter.reload()
    expect(letter.get_by_label("I stand for these words").last).not_to_be_checked()
