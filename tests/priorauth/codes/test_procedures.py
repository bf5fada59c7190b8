"""CPT and HCPCS: shapes, dates of service, refusals."""

from datetime import date

import pytest

from priorauth.codes import cpt, hcpcs, procedure
from priorauth.errors import InvalidCode
from priorauth.terms import ItemKind


@pytest.mark.parametrize(
    ("text", "code", "category"),
    [
        ("96365", "96365", cpt.Category.ONE),
        (" 96366 ", "96366", cpt.Category.ONE),
        ("0042t", "0042T", cpt.Category.THREE),
        ("2029F", "2029F", cpt.Category.TWO),
        ("0001U", "0001U", cpt.Category.LABORATORY),
        ("0002M", "0002M", cpt.Category.ASSAY),
    ],
)
def test_a_cpt_code_of_each_category_is_accepted(text, code, category):
    assert cpt.validate(text) == code
    assert cpt.format(text) == code
    assert cpt.category(text) is category


@pytest.mark.parametrize(
    "text",
    ["9636S", "", "   ", "9636", "963655", "A6365", "96365,96366", "963\u0665\u0665", "=1+1"],
)
def test_what_is_no_cpt_code_is_refused(text):
    assert not cpt.is_valid(text)
    with pytest.raises(InvalidCode) as refusal:
        cpt.validate(text)
    assert refusal.value.code == text


def test_a_letter_typed_for_a_digit_is_pointed_out():
    with pytest.raises(InvalidCode, match=r"9636S is not a procedure code.*Did you mean 96365\?"):
        cpt.validate("9636s".upper())


def test_no_guess_is_made_that_is_not_a_code_of_ours():
    with pytest.raises(InvalidCode) as refusal:
        cpt.validate("8888S")
    assert "Did you mean" not in str(refusal.value)


@pytest.mark.parametrize(
    ("code", "on", "is_valid"),
    [
        ("S0013", date(2025, 12, 31), True),
        ("S0013", date(2026, 1, 1), False),
        ("J0013", date(2025, 12, 31), False),
        ("J0013", date(2026, 1, 1), True),
        ("J3490", date(2026, 11, 22), True),
        ("G2082", date(2026, 11, 22), True),
        ("A4550", date(2026, 11, 22), True),
    ],
)
def test_a_hcpcs_code_is_right_or_wrong_by_the_date_of_service(code, on, is_valid):
    assert hcpcs.is_valid(code, on) is is_valid
    assert hcpcs.is_valid(code), "without a date only the shape counts"


def test_the_refusal_of_an_ended_code_names_the_one_in_its_place():
    with pytest.raises(InvalidCode, match="S0013 ended on 2025-12-31: for 2026-03-01 use J0013"):
        hcpcs.validate("s0013", date(2026, 3, 1))
    with pytest.raises(InvalidCode, match=r"from 2026-01-01, not on 2025-03-01: .* use S0013"):
        hcpcs.validate("J0013", date(2025, 3, 1))


def test_j3000_is_refused_as_ketamine_with_the_reason():
    with pytest.raises(InvalidCode, match=r"streptomycin.*J3490"):
        hcpcs.validate("J3000")
    assert "J3000" not in dict(procedure.listed())


@pytest.mark.parametrize("text", ["J349", "J34900", "33490", "F3490", "", "J349O"])
def test_what_is_no_hcpcs_code_is_refused(text):
    assert not hcpcs.is_valid(text)


def test_a_procedure_code_may_be_of_either_set():
    assert procedure.validate("j3490") == "J3490"
    assert procedure.validate("96365") == "96365"
    assert procedure.system("J3490") is procedure.System.HCPCS
    assert procedure.system("96365") is procedure.System.CPT
    assert not procedure.is_valid("S0013", date(2026, 1, 1))
    assert not procedure.is_valid("9636S")


def test_drugs_and_services_are_told_apart():
    kinds = {code: procedure.item_kind(code) for code in ("J3490", "J0013", "S0013")}
    assert set(kinds.values()) == {ItemKind.DRUG}
    assert procedure.item_kind("96365") is ItemKind.SERVICE
    assert procedure.item_kind("G2082") is ItemKind.SERVICE


def test_labels_are_ours_and_missing_ones_are_empty():
    assert procedure.label("96365") == "IV infusion of a drug, first hour"
    assert procedure.label("J3490") == "Drug without its own code (racemic ketamine)"
    assert procedure.label("99999") == ""
    assert procedure.listed()[0][0] == "96365"
