"""Names of patients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.errors import UnreadableCell
from priorauth.spreadsheet.names import read_name


@pytest.mark.parametrize(
    ("text", "last", "first"),
    [
        ("Kai Weiss", "Weiss", "Kai"),
        ("Weiss, Kai", "Weiss", "Kai"),
        ("Weiss ,Kai", "Weiss", "Kai"),
        ("  Weiss,\n Kai ", "Weiss", "Kai"),
        ("Reese O'Brien", "O'Brien", "Reese"),
        ("O\u2019Brien, Reese", "O\u2019Brien", "Reese"),
        ("Smith-Lee, Jordan", "Smith-Lee", "Jordan"),
        ("Harper Smith-Lee", "Smith-Lee", "Harper"),
        ("Nu\u00f1ez, Avery", "Nu\u00f1ez", "Avery"),
        ("Nun\u0303ez, Avery", "Nu\u00f1ez", "Avery"),
        ("Weiss, Kai R.", "Weiss", "Kai R."),
        ("Mary Ann Weiss", "Weiss", "Mary Ann"),
        ("Weiss Jr., Kai", "Weiss Jr.", "Kai"),
        ("Weiss, Kai Jr.", "Weiss Jr.", "Kai"),
        ("Weiss, Kai, III", "Weiss III", "Kai"),
        ("Kai Weiss Jr.", "Weiss Jr.", "Kai"),
        ("Kai Weiss, Jr.", "Weiss Jr.", "Kai"),
        ("Ana de la Cruz", "de la Cruz", "Ana"),
        ("Ludwig van der Berg", "van der Berg", "Ludwig"),
        ("van der Berg, Ludwig", "van der Berg", "Ludwig"),
        ("Ms. Kai Weiss", "Weiss", "Kai"),
        ("Weiss, Dr. Kai", "Weiss", "Kai"),
        ("\u738b, \u4f1f", "\u738b", "\u4f1f"),
        ("V, Kai", "V", "Kai"),
        ("Ben Carter", "Carter", "Ben"),
        ("Weiss, Kai\u202e", "Weiss", "Kai"),
        ("DOE, JANE", "DOE", "JANE"),
    ],
)
def test_last_and_first_name_are_told_apart(text, last, first):
    assert read_name(text) == (last, first)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "patient name missing"),
        ("  \n", "patient name missing"),
        ("Weiss", "patient name incomplete"),
        ("Weiss,", "patient name incomplete"),
        (", Kai", "patient name incomplete"),
        (",", "patient name is no name"),
        ("123", "patient name is no name"),
        ('=HYPERLINK("http://x/"&A1)', "formula in place of a name"),
        ("+1+1", "formula in place of a name"),
        ("@SUM(1)", "formula in place of a name"),
        ("\uff1dcmd Kai", "formula in place of a name"),
        ("-2+3 Weiss", "formula in place of a name"),
    ],
)
def test_what_is_no_name_is_refused(text, problem):
    with pytest.raises(UnreadableCell) as refusal:
        read_name(text)
    assert refusal.value.problem == problem


PLAIN = st.text(
    st.sampled_from("bcdfghklmnpqrtwyzBCDFGHKLMNPQRTW\u00f1\u00e9\u00f6\u0141'\u2019-"),
    min_size=1,
).map(lambda text: f"Q{text}")


@given(PLAIN, PLAIN)
def test_both_orders_of_a_name_read_alike(last, first):
    assert read_name(f"{last}, {first}") == (last, first)
    assert read_name(f"{first} {last}") == (last, first)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_name(text):
    try:
        last, first = read_name(text)
    except UnreadableCell as refusal:
        assert refusal.advice
    else:
        assert last
        assert first
