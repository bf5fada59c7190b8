"""A maker's program: for esketamine only, and never where a government plan pays."""

from __future__ import annotations

import pytest

from priorauth.financing import SOURCE, maker_program_refusal
from priorauth.terms import LineOfBusiness, Product

EMPLOYER, UNKNOWN = LineOfBusiness.EMPLOYER, LineOfBusiness.UNKNOWN


def test_it_is_refused_for_ketamine_infusions():
    words = maker_program_refusal(Product.RACEMIC_KETAMINE, [EMPLOYER])
    assert "for esketamine only" in words


@pytest.mark.parametrize(
    "kind",
    [
        "medicare_advantage",
        "original_medicare",
        "part_d",
        "dsnp_integrated",
        "medicaid_managed_care",
        "medicaid_ffs",
        "chip",
        "tricare",
        "va_community_care",
    ],
)
def test_it_is_refused_with_the_source_where_a_government_plan_is_among_those_that_pay(kind: str):
    government = LineOfBusiness(kind)
    words = maker_program_refusal(Product.ESKETAMINE, [EMPLOYER, government])
    assert government.label in words
    assert SOURCE in words


@pytest.mark.parametrize(
    "kind", ["employer", "individual", "exchange", "fehb", "pshb", "nonfed_gov"]
)
def test_it_is_open_to_those_whom_no_federal_program_covers(kind: str):
    assert maker_program_refusal(Product.ESKETAMINE, [LineOfBusiness(kind)]) == ""


@pytest.mark.parametrize("kinds", [[], [UNKNOWN], [EMPLOYER, UNKNOWN]])
def test_a_kind_of_plan_that_is_not_known_bars_it(kinds: list[LineOfBusiness]):
    assert "Find out" in maker_program_refusal(Product.ESKETAMINE, kinds)
