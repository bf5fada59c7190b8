"""NPI, EIN, NDC, phone numbers, places of service, modifiers, taxonomies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.codes import ein, modifiers, ndc, npi, phone, place_of_service, taxonomy
from priorauth.errors import InvalidCode


@pytest.mark.parametrize(
    "number",
    [
        "1234567893",
        "1000000004",
        "1111111112",
        "1487654323",
        "1555555550",
        "1700000007",
        "1999999992",
        "2000000002",
    ],
)
def test_a_right_npi_is_accepted(number):
    assert npi.validate(f" {number[:4]}-{number[4:]} ") == number


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("1234567890", "check digit"),
        ("3123456780", "begins with 1 or 2"),
        ("123456789", "ten digits"),
        ("12345678931", "ten digits"),
        ("0123456789", "begins with 1 or 2"),
        ("", "ten digits"),
        ("12345678\u0669\u0663", "ten digits"),
    ],
)
def test_a_wrong_npi_is_refused_with_the_reason(number, why):
    assert not npi.is_valid(number)
    with pytest.raises(InvalidCode, match=why):
        npi.validate(number)


@given(st.sampled_from(["1234567893", "1487654323"]), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_never_passes_for_an_npi(number, place, shift):
    digit = (int(number[place]) + shift) % 10
    assert not npi.is_valid(number[:place] + str(digit) + number[place + 1 :])


def test_exactly_one_last_digit_completes_an_npi():
    assert [npi.is_valid(f"123456789{digit}") for digit in range(10)].count(True) == 1


def test_an_ein_is_written_with_its_hyphen():
    assert ein.validate("12-3456789") == "123456789"
    assert ein.format("123456789") == "12-3456789"
    for text in ("12-345678", "1234567890", "", "ab-1234567"):
        assert not ein.is_valid(text)


@pytest.mark.parametrize("prefix", ["00", "07", "78", "89"])
def test_an_unknown_ein_prefix_is_a_warning_and_no_refusal(prefix):
    assert ein.validate(f"{prefix}-1234567") == f"{prefix}1234567"
    assert prefix in ein.warning(f"{prefix}-1234567")


@pytest.mark.parametrize("prefix", ["01", "12", "20", "47", "88", "98", "99"])
def test_a_prefix_in_use_gives_no_warning(prefix):
    assert ein.warning(f"{prefix}1234567") == ""


@pytest.mark.parametrize(
    ("text", "eleven"),
    [
        ("0143-9509-01", "00143950901"),
        ("12345-678-90", "12345067890"),
        ("12345-6789-0", "12345678900"),
        ("12345-6789-01", "12345678901"),
        ("00143950901", "00143950901"),
        ("NDC 0143-9509-01", "00143950901"),
        ("N400143950901", "00143950901"),
    ],
)
def test_an_ndc_gets_its_eleven_digits(text, eleven):
    assert ndc.validate(text) == eleven
    assert ndc.format(text) == f"{eleven[:5]}-{eleven[5:9]}-{eleven[9:]}"


def test_ten_digits_without_hyphens_are_ambiguous():
    with pytest.raises(InvalidCode, match="three ways"):
        ndc.validate("0143950901")
    for text in ("", "1234", "12-34-56", "123456-789-01"):
        assert not ndc.is_valid(text)


@pytest.mark.parametrize(
    ("text", "compact", "shown"),
    [
        ("555-555-0100", "5555550100", "(555) 555-0100"),
        ("(555) 555 0100", "5555550100", "(555) 555-0100"),
        ("+1 555.555.0100", "5555550100", "(555) 555-0100"),
        ("1-555-555-0100", "5555550100", "(555) 555-0100"),
        ("555-555-0100 x12", "5555550100x12", "(555) 555-0100 ext. 12"),
        ("555-555-0100, ext. 4410", "5555550100x4410", "(555) 555-0100 ext. 4410"),
        ("5555550100#7", "5555550100x7", "(555) 555-0100 ext. 7"),
    ],
)
def test_a_phone_number_keeps_its_extension(text, compact, shown):
    assert phone.validate(text) == compact
    assert phone.format(text) == shown
    assert phone.validate(shown) == compact


@pytest.mark.parametrize(
    "text", ["555-0100", "155-555-0100", "055-555-0100", "555-155-0100", "", "call me", "5" * 12]
)
def test_what_is_no_phone_number_is_refused(text):
    assert not phone.is_valid(text)


def test_a_place_of_service_gets_back_its_zero():
    assert place_of_service.validate("2") == "02"
    assert place_of_service.validate("11") == "11"
    assert place_of_service.listed()[0] == ("11", "Office")
    for text in ("", "111", "ab", "00", "-1"):
        assert not place_of_service.is_valid(text)


def test_nobody_is_infused_by_telehealth():
    assert "does not fit an infusion" in place_of_service.warning("02")
    assert "does not fit an infusion" in place_of_service.warning("10")
    assert place_of_service.warning("11") == ""
    assert place_of_service.warning("99") == ""


def test_modifiers_are_two_characters():
    assert modifiers.validate("-jz") == "JZ"
    assert modifiers.label("JZ").startswith("Single-dose container")
    assert modifiers.validate("Q6") == "Q6"
    for text in ("", "1", "JZW", "é1"):
        assert not modifiers.is_valid(text)


def test_taxonomies_end_in_x():
    assert taxonomy.validate("261qi0500x") == "261QI0500X"
    assert taxonomy.label("261QI0500X") == "Infusion therapy clinic"
    for text in ("", "2084P0800", "2084P0800Y", "AB84P0800X"):
        assert not taxonomy.is_valid(text)
