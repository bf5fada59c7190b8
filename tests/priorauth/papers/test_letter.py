"""What a letter proposes, and what it must not be taken to say."""

from __future__ import annotations

import pytest

from priorauth.papers.found import Found, Sought
from priorauth.papers.letter import MOST, read

DENIAL = """Northfield Health Plan
PO Box 5, Springfield
November 24, 2026
Notice of Adverse Benefit Determination
Member: Ada Quill    Member ID: XJ100200    Date of birth: 02/29/1980
Reference number: A-55812
Your file: PA-7K3M9Q2X
We received your request on November 12, 2026.
We cannot approve ketamine infusions. The service is experimental and investigational.
A peer-to-peer discussion may be requested by December 1, 2026.
You may file an appeal no later than May 25, 2027.
"""


def values(text: str, sought: Sought) -> list[str]:
    return [found.value for found in read(text) if found.sought is sought]


def only(text: str) -> Found:
    """The one date or number of a line."""
    found = [each for each in read(text) if each.sought not in (Sought.KIND, Sought.REASON)]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("line", "sought", "on"),
    [
        ("Notice date: May 3, 2026", Sought.PRINTED, "2026-05-03"),
        ("Date of this notice: 3 May 2026", Sought.PRINTED, "2026-05-03"),
        ("Date mailed 05/03/2026", Sought.PRINTED, "2026-05-03"),
        ("Date: Sept. 3rd, 2026", Sought.PRINTED, "2026-09-03"),
        ("Letter date\n05/03/26", Sought.PRINTED, "2026-05-03"),
        ("Decision date: 2026-05-02", Sought.DECIDED, "2026-05-02"),
        ("This request was denied on 5/2/2026.", Sought.DECIDED, "2026-05-02"),
        ("RECEIVED 05/04/2026 09:12 FROM 555-201-3344", Sought.RECEIVED, "2026-05-04"),
        ("Please respond by June 1, 2026", Sought.ANSWER_BY, "2026-06-01"),
        ("Records must be received by 06/01/2026", Sought.ANSWER_BY, "2026-06-01"),
        ("Appeals must be filed on or before 11/03/2026", Sought.APPEAL_BY, "2026-11-03"),
        ("A peer-to-peer may be held until May 10, 2026", Sought.PEER_TO_PEER_BY, "2026-05-10"),
        ("Effective date: 05/01/2026", Sought.COVERED_FROM, "2026-05-01"),
        ("This authorization expires on 07/31/2026", Sought.COVERED_THROUGH, "2026-07-31"),
    ],
)
def test_a_date_is_what_its_label_says(line: str, sought: Sought, on: str) -> None:
    found = only(line)
    assert (found.sought, found.value) == (sought, on)


@pytest.mark.parametrize(
    "line",
    [
        "Date of birth: 02/29/1980",
        "DOB 02/03/2001",
        "We received your request on May 1, 2026.",
        "Your appeal was received on 05/01/2026",
        "In your letter dated May 1, 2026 you ask for ketamine.",
        "Pages: 05/13/2026 is 13 of 20 and 31/12/2026 is no date here",
        "The clinic saw the member, as noted, and wrote of it in its chart on 05/01/2026 as usual",
    ],
)
def test_a_date_that_is_not_ours_proposes_nothing(line: str) -> None:
    assert [each for each in read(line) if each.sought is not Sought.REASON] == []


def test_the_date_that_stands_alone_at_the_top_is_the_letters_own() -> None:
    assert values(DENIAL, Sought.PRINTED) == ["2026-11-24"]
    assert values("Dear Provider,\n" * 20 + "\nMay 3, 2026\n", Sought.PRINTED) == []


@pytest.mark.parametrize("between", ["through", "to", "-", "–", "thru"])
def test_two_dates_with_a_word_between_are_the_covered_span(between: str) -> None:
    text = f"Approved from 05/01/2026 {between} 07/31/2026"
    assert values(text, Sought.COVERED_FROM) == ["2026-05-01"]
    assert values(text, Sought.COVERED_THROUGH) == ["2026-07-31"]


@pytest.mark.parametrize(
    ("line", "sought", "number"),
    [
        ("Reference number: A-55812", Sought.REFERENCE, "A-55812"),
        ("Ref # 2026-0099-17", Sought.REFERENCE, "2026-0099-17"),
        ("Call reference no. 77812Q", Sought.REFERENCE, "77812Q"),
        ("Prior authorization number AUTH99812", Sought.AUTHORIZATION, "AUTH99812"),
        ("Auth #: 0012345", Sought.AUTHORIZATION, "0012345"),
        ("Member ID: XJ100200", Sought.MEMBER, "XJ100200"),
        ("Subscriber identification number XJ100200", Sought.MEMBER, "XJ100200"),
        ("Your file is pa-7k3m9q2x, thank you", Sought.CASE, "PA-7K3M9Q2X"),
        ("Reference number: PA-7K3M9Q2X", Sought.CASE, "PA-7K3M9Q2X"),
    ],
)
def test_a_number_is_what_its_label_says(line: str, sought: Sought, number: str) -> None:
    found = only(line)
    assert (found.sought, found.value) == (sought, number)


@pytest.mark.parametrize("line", ["Reference: see below", "Member ID card", "Fax 555-201-3344"])
def test_words_and_telephone_numbers_are_no_numbers_of_a_case(line: str) -> None:
    assert read(line) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (DENIAL, "denial_letter"),
        (
            "Good news: your request has been approved. Appeals of denials: page 2",
            "approval_letter",
        ),
        ("We need additional clinical information to decide", "information_request"),
        (
            "REQUEST FOR ADDITIONAL INFORMATION\nWithout it this will be denied",
            "information_request",
        ),
        ("TRANSMISSION REPORT\nRESULT OK  PAGES 12", "fax_report"),
        ("Minutes of the book club", None),
    ],
)
def test_the_words_that_come_first_say_what_it_is(text: str, kind: str | None) -> None:
    assert values(text, Sought.KIND) == ([kind] if kind else [])


def test_a_sentence_that_names_a_reason_is_proposed_with_it() -> None:
    (found,) = [each for each in read(DENIAL) if each.sought is Sought.REASON]
    assert found.value == "The service is experimental and investigational."
    assert found.snippet == "Experimental or investigational"


def test_a_heading_is_no_part_of_the_sentence_below_it_and_a_wrapped_line_is() -> None:
    text = (
        "Reference number: D-90017\n"
        "It is not medically necessary for the member named above because\n"
        "Ketamine has not been shown to help.\n"
    )
    assert values(text, Sought.REASON) == [
        "It is not medically necessary for the member named above because Ketamine has not been "
        "shown to help."
    ]


def test_every_proposal_shows_the_words_it_comes_from_and_its_page() -> None:
    text = "Cover sheet\f" + DENIAL
    (found,) = [each for each in read(text) if each.sought is Sought.REFERENCE]
    assert "Reference number: A-55812" in found.snippet
    assert found.page == 2


def test_a_letter_full_of_dates_proposes_few_of_a_sort() -> None:
    text = "\n".join(f"Please respond by 06/{day:02}/2026" for day in range(1, 29))
    assert len(values(text, Sought.ANSWER_BY)) == MOST


@pytest.mark.parametrize("text", ["", "\f\f", "\x00\ufffd" * 50, "9" * 60_000, "1/" * 30_000])
def test_rubbish_proposes_nothing(text: str) -> None:
    assert read(text) == []
