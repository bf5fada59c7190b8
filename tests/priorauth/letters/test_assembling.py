"""What people make of the draft is kept, checked and printed."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2
import pytest

from priorauth.letters.appeal_pdf import write_letter
from priorauth.letters.assembling import Part, assemble, part_of, parts_from, problems, traced
from priorauth.letters.changes import changes
from priorauth.letters.letter_text import letter_text
from priorauth.letters.tracing import Known, untraced, words_of
from tests.priorauth.letters.appeal_case import FULL, fact

KNOWN = Known.of(
    [fact("María O’Brien-Núñez"), fact("200 mg daily"), fact("March 4, 1980"), fact("96365")]
)


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("Given 200 mg daily to María.", []),
        ("Given 300 mg daily.", ["300 mg"]),
        ("Born 3/4/1980, code 96365.", []),
        ("Born 3/5/1980.", ["3/5/1980"]),
        ("Doctor Smith said so.", ["Doctor", "Smith"]),
        ("However, the patient is ill. In this case it helps.", []),
        ("María's code is 96366.", ["96366"]),
        ("1. An item.\n2. Another.", []),
        ("On February 30, 2026 nothing.", ["February", "30", "2026"]),
    ],
)
def test_each_number_date_code_and_name_is_looked_up(text: str, strange: list[str]):
    assert [word.shown for word in untraced(text, KNOWN)] == strange


def test_a_person_may_stand_for_a_word():
    assert untraced("Given 300 mg daily.", KNOWN, ["300 mg"]) == []


def test_a_date_is_the_same_however_it_is_written():
    told = words_of("On March 4, 1980, 03/04/1980, 3/4/80 and 1980-03-04.")
    assert {word.word for word in told if not word.is_name} == {"1980-03-04", "2080-03-04"}


def test_a_changed_paragraph_is_checked_and_says_which_words():
    letter = assemble(FULL, [Part("opening", text="Seen by Doctor Quill on May 1, 2025.")])
    why = " ".join(problems(letter))
    assert "“Quill”, “May 1, 2025”" in why
    vouched = Part("opening", text="Seen by Doctor Quill.", vouched=("Quill",), is_mine=True)
    letter = assemble(FULL, [vouched])
    assert problems(letter) == []
    assert traced(letter)["Quill"] == "put in by hand"
    assert traced(letter)["XJ100200300"] == "record of XJ100200300"


def test_a_paragraph_taken_out_is_neither_checked_nor_printed():
    bare = replace(FULL, trials=(), scores=())
    parts = [Part("history", is_out=True), Part("scores", is_out=True)]
    letter = assemble(bare, parts)
    assert problems(letter) == []
    assert "What was tried before" not in [each.heading for each in letter.printed]


def test_the_order_of_people_is_kept_and_what_is_new_stands_in_its_place():
    order = [each.id for each in assemble(FULL).parts]
    swapped = [order[1], order[0], *order[2:]]
    kept = [Part(key) for key in swapped if key != "calls"]
    again = [each.id for each in assemble(FULL, kept).parts]
    assert again[:2] == swapped[:2]
    assert again.index("calls") == again.index("policy") + 1


def test_a_change_survives_new_facts_and_is_told():
    first = assemble(FULL)
    was = next(each for each in first.parts if each.id == "history")
    mine = Part("history", text=f"{was.text}\n- 200 mg daily once more.", base=was.text)
    moved = replace(FULL, trials=FULL.trials[:1])
    again = next(each for each in assemble(moved, [mine]).parts if each.id == "history")
    assert again.is_stale and again.text.endswith("once more.")
    assert not next(each for each in assemble(FULL, [mine]).parts if each.id == "history").is_stale


def test_parts_are_read_back_as_they_were_kept():
    parts = tuple(part_of(each) for each in assemble(FULL).parts)
    stored = [
        {"id": each.id, "text": each.text, "is_out": each.is_out, "vouched": list(each.vouched)}
        for each in parts
    ]
    assert parts_from(stored) == parts
    assert parts_from([{}, 3, {"id": ""}]) == ()  # type: ignore[list-item]


def test_words_of_an_own_text_are_known():
    own = Part("own-1", text="Our protocol is number 88.", known="Our protocol is number 88.")
    assert problems(assemble(FULL, [own])) == []
    changed = replace(own, text="Our protocol is number 89.")
    assert "“89”" in " ".join(problems(assemble(FULL, [changed])))


def test_what_changed_is_told_in_words():
    old = [("", "We ask for 6 units."), ("Law", "One."), ("Gone", "x")]
    new = [("", "We ask for 7 units today."), ("New", "y"), ("Law", "One.")]
    assert changes(old, new) == [
        "The beginning: “6 units.” became “7 units today.”.",
        "“New” is new.",
        "“Gone” was taken out.",
    ]
    assert changes(old, old) == []


class TestPdf:
    def read(self, facts=FULL, signature=("Amal Reyes, MD", "NPI 1487654323")) -> list[str]:
        printed = write_letter(letter_text(assemble(facts), signature))
        with pypdfium2.PdfDocument(io.BytesIO(printed.content)) as paper:
            assert len(paper) == printed.pages
            return [page.get_textpage().get_text_bounded() for page in paper]

    def test_it_holds_the_facts_and_counts_its_pages(self):
        pages = self.read()
        whole = " ".join(" ".join(pages).split())
        for each in ("María O’Brien-Núñez", "XJ100200300", "November 29, 2026", "PO Box 200",
                     "REF556677", "Amal Reyes, MD", "NPI 1487654323", "Sincerely,"):  # fmt: skip
            assert each in whole
        assert "Denial letter, dated November 3, 2026 (2 pages)" in whole
        for place, page in enumerate(pages, start=1):
            assert f"Page {place} of {len(pages)}" in page
            assert "PA-K7Q2M9XD" in page

    def test_an_unsigned_one_says_so_on_every_page(self):
        assert all("DRAFT, not signed" in page for page in self.read(signature=()))
        assert not any("DRAFT" in page for page in self.read())

    def test_no_heading_stands_alone_at_the_foot_of_a_page(self):
        headings = {each.heading for each in assemble(FULL).parts if each.heading}
        for count in range(1, 24):
            trials = tuple(fact(f"Trial {place}, 200 mg daily.") for place in range(count))
            for page in self.read(replace(FULL, trials=trials)):
                lines = [line.strip() for line in page.splitlines() if line.strip()]
                lines = [line for line in lines if "Page " not in line and line != "PA-K7Q2M9XD"]
                assert lines[-1] not in headings

    def test_markup_and_endless_words_are_text(self):
        odd = replace(FULL, verbatim=fact("<b>x</b> & " + "long" * 400))
        assert "<b>x</b> &" in " ".join(self.read(odd))

    def test_the_same_letter_is_the_same_file(self):
        words = letter_text(assemble(FULL), ("A",))
        assert write_letter(words) == write_letter(words)
