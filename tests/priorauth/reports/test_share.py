from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.reports.share import Share


def test_a_share_says_its_denominator():
    assert str(Share(12, 30)) == "12 of 30 (40%)"


def test_a_share_of_nothing_is_no_zero():
    assert str(Share(0, 0)) == "none yet"
    assert Share(0, 0).percent is None
    assert Share(0, 0).spread == ""


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Worked by hand from Wilson's formula with z = 1.96; also in Newcombe, Stat. Med. 17 (1998)
        # 857, table I (81/263 and 15/148, method 3).
        (81, 263, 25.53, 36.62),
        (15, 148, 6.24, 16.05),
        (0, 20, 0.0, 16.11),
    ],
)
def test_the_range_is_wilsons(part, whole, low, high):
    found = Share(part, whole).interval
    assert found is not None
    assert found == pytest.approx((low, high), abs=0.01)


def test_few_cases_are_called_few():
    assert Share(1, 2).spread.endswith(", few")
    assert not Share(5, 10).spread.endswith("few")


def test_a_part_larger_than_the_whole_is_refused():
    with pytest.raises(ValueError, match="no part"):
        Share(3, 2)


@given(st.integers(1, 5000), st.data())
def test_the_range_holds_the_percentage_and_stays_within_a_hundred(whole, data):
    share = Share(data.draw(st.integers(0, whole)), whole)
    low, high = share.interval
    assert 0 <= low <= share.percent + 1e-9
    assert share.percent - 1e-9 <= high <= 100
