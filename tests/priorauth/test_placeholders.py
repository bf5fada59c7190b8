"""Open names in a clinic's texts: known ones only, and in a mail none that tells of a patient."""

from __future__ import annotations

import pytest

from priorauth.placeholders import PRIVATE, SAFE, fill, refusal


@pytest.mark.parametrize("name", sorted(SAFE))
def test_what_tells_of_no_patient_may_stand_anywhere(name: str):
    assert refusal(f"See {{{name}}}.", for_mail=True) == ""
    assert refusal(f"See {{{name}}}.", for_mail=False) == ""


@pytest.mark.parametrize("name", sorted(PRIVATE))
def test_what_tells_of_a_patient_is_refused_in_a_mail_only(name: str):
    assert refusal(f"See {{{name}}}.", for_mail=False) == ""
    assert "tells of a patient" in refusal(f"See {{case_number}} and {{{name}}}.", for_mail=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello {patiant}", "Did you mean {patient}?"),
        ("Hello {zzzz}", "is no name that can be filled in"),
        ("Hello {patient", "A { stands alone"),
        ("Hello patient}", "A } stands alone"),
        ("Hello {}", "A { stands alone"),
        ("Hello {{patient}}", "A { stands alone"),
        ("Hello {Patient}", "A { stands alone"),
        ("Hello {patient!r}", "A { stands alone"),
        ("Hello {patient.__class__}", "A { stands alone"),
    ],
)
def test_what_cannot_be_filled_in_is_refused_with_what_to_do(text: str, words: str):
    assert words in refusal(text, for_mail=False)


def test_names_are_filled_and_what_is_not_on_file_says_so():
    told = {"clinic": "Lakeview", "member_id": ""}
    assert fill("{clinic}: member {member_id}", told) == (
        "Lakeview: member [the member ID not on file]"
    )


def test_what_is_filled_in_is_not_read_again():
    assert fill("{clinic}", {"clinic": "{patient}", "patient": "Ada"}) == "{patient}"
