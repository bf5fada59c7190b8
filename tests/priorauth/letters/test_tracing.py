"""What is looked up, against which records, and in how much time."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import pytest

from priorauth.letters.assembling import Part, assemble, parts_from, problems
from priorauth.letters.tracing import Known, untraced, words_of
from tests.priorauth.letters.appeal_case import FULL, fact

LONG = 12_000
ENDLESS = [
    "a", "1", "#", "$5", "é", "_", "-", "’", " ", "\n", "1.", "1.\n", "a1", "a-", "1 ", "A ", "A  ",
    "1/1/", "A-", "A-a-", "(1 to ", "1 - ", "1, ", "January ", "January 1 ", "\n 1", ". A", "a_1",
    "(",
]  # fmt: skip


@pytest.fixture
def no_collecting() -> Iterator[None]:
    """No look through all that other tests left in memory while this one makes many things."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("piece", ENDLESS)
@pytest.mark.usefixtures("no_collecting")
def test_the_time_grows_with_the_length_and_not_with_its_square(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length] + " x"
        begun = time.process_time()
        words_of(text)
        return time.process_time() - begun

    words_of("warm")
    short = min(seconds(LONG) for _ in range(3))
    long = min(seconds(8 * LONG) for _ in range(5))
    assert long < 0.1 + 20 * short


@pytest.mark.parametrize("text", ["a" * 50 + "9", "x_7", "AB#7", "cost$5", "7é8", "US5$6"])
def test_no_digit_hides_in_a_word(text: str) -> None:
    told = "".join(word.shown for word in words_of(text))
    assert all(each in told for each in text if each.isdigit())


def test_a_number_that_begins_a_line_is_no_item_unless_it_counts_on() -> None:
    nothing = Known.of([])
    told = "The score fell to\n64. It rose to\n9. percent"
    assert [word.shown for word in untraced(told, nothing)] == ["64", "9. percent"]
    assert untraced("1. One.\n2. Two.\n  3. Three.", nothing) == []


def test_a_measure_bears_out_no_bare_number() -> None:
    known = Known.of([fact("24 hours after the infusion"), fact("15 patients")])
    told = untraced("The score was 24 and fell to 15.", known)
    assert [word.shown for word in told] == ["24", "15"]


SCORES = "PHQ-9 (0 to 27): 21 on September 9, 2026."


@pytest.mark.parametrize("name", ["PHQ-9", "GAD-7", "PCL-5", "QIDS-SR16", "HAM-D-17", "DSM-5-TR"])
def test_the_name_of_a_scale_is_one_name(name: str) -> None:
    assert [(word.shown, word.is_name) for word in words_of(f"The {name}, then.")] == [(name, True)]
    assert untraced(f"Measured by {name}.", Known.of([fact(f"{name}: 21")])) == []


def test_a_score_of_a_scale_must_still_be_on_file() -> None:
    known = Known.of([fact(SCORES)])
    assert untraced("The PHQ-9 was 21 on September 9, 2026.", known) == []
    told = untraced("The PHQ-9 was 9, then 27, then 0; the PHQ-21 and the GAD-9 too.", known)
    assert [word.shown for word in told] == ["9", "27", "0", "PHQ-21", "GAD-9"]


def test_the_number_of_a_scale_hides_no_score_behind_it() -> None:
    known = Known.of([fact(SCORES)])
    for text in (
        "PHQ-9-24",
        "PHQ-9: 24",
        "PHQ-9/24",
        "PHQ-9 24",
        "PHQ-9.24",
        "PHQ-9(24)",
        "PHQ-924",
    ):
        assert "24" in "".join(word.shown for word in untraced(text, known)), text


def test_a_scale_that_the_cited_evidence_names_is_known_and_its_figures_are_not() -> None:
    letter = assemble(FULL, [Part("scores", text="By MADRS and PHQ-9: 21.")])
    scores = next(each for each in letter.parts if each.id == "scores")
    evidence = next(each for each in letter.parts if each.id == "evidence")
    assert "MADRS" in evidence.text and scores.strange == ()


def test_figures_of_studies_and_of_law_bear_out_no_other_paragraph() -> None:
    letter = assemble(FULL)
    evidence = next(each for each in letter.parts if each.id == "evidence")
    figure = next(
        word.shown
        for word in words_of(evidence.text)
        if not word.is_name and not letter.known.source_of(word)
    )
    assert evidence.strange == ()
    changed = Part("scores", text=f"Measured: {figure}.")
    told = next(each for each in assemble(FULL, [changed]).parts if each.id == "scores")
    assert figure in [word.shown for word in told.strange]


class TestWordsOfAPerson:
    def test_each_changed_or_typed_paragraph_asks_for_a_tick(self) -> None:
        false = "The patient failed lithium and twelve sessions, and attempted suicide twice."
        for part in (Part("closing", text=false), Part("typed-1", text=false)):
            (why,) = problems(assemble(FULL, [part]))
            assert "stand for these words" in why
            ticked = parts_from([{"id": part.id, "text": false, "is_mine": True}])
            assert problems(assemble(FULL, ticked)) == []

    def test_what_the_file_or_the_register_of_texts_says_needs_none(self) -> None:
        own = Part("own-1", text="We go by our protocol.", known="We go by our protocol.")
        assert problems(assemble(FULL, [own])) == []
        assert problems(assemble(FULL, [Part("closing", text="", is_mine=False)])) == []
