"""Units from minutes, against a table written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.codes.infusion import (
    RequestedLine,
    check_family,
    check_lines,
    units_for_minutes,
)
from priorauth.errors import ImpossibleFact

# (first minute, last minute, 96365, 96366, 96374): the published table to 330 minutes, carried on
# by its own rule, one more add-on for each 60 minutes begun by more than 30.
HAND_TABLE = [
    (1, 15, 0, 0, 1),
    (16, 90, 1, 0, 0),
    (91, 150, 1, 1, 0),
    (151, 210, 1, 2, 0),
    (211, 270, 1, 3, 0),
    (271, 330, 1, 4, 0),
    (331, 390, 1, 5, 0),
    (391, 450, 1, 6, 0),
    (451, 510, 1, 7, 0),
    (511, 570, 1, 8, 0),
    (571, 600, 1, 9, 0),
]


@pytest.mark.parametrize(("first", "last", "initial", "further", "push"), HAND_TABLE)
def test_every_minute_gives_the_units_of_the_table(first, last, initial, further, push):
    wanted = {"96365": initial, "96366": further, "96374": push}
    for minutes in range(first, last + 1):
        units = units_for_minutes(minutes)
        assert {code: units.get(code, 0) for code in wanted} == wanted, minutes
        assert 0 not in units.values()


def test_the_hand_table_leaves_no_minute_out():
    minutes = [m for first, last, *_ in HAND_TABLE for m in range(first, last + 1)]
    assert minutes == list(range(1, 601))


@pytest.mark.parametrize("minutes", [0, -5, 1441, 10**9])
def test_impossible_minutes_are_refused(minutes):
    with pytest.raises(ImpossibleFact) as refusal:
        units_for_minutes(minutes)
    assert refusal.value.field == "planned_minutes"


@given(st.integers(1, 1440))
def test_no_add_on_ever_stands_without_the_first_hour(minutes):
    assert check_family(list(units_for_minutes(minutes))) == []


def test_96366_alone_is_refused():
    (finding,) = check_family(["96366"])
    assert finding.is_refusal
    assert finding.code == "96366"
    assert finding.message.startswith("96366 without 96365")


@pytest.mark.parametrize("code", ["96367", "96368", "96375"])
def test_other_add_ons_do_not_stand_alone_either(code):
    assert [finding.code for finding in check_family([code, "J3490"])] == [code]
    assert check_family([code, "96365"]) == []


def test_a_push_carries_a_second_push_but_no_infusion_hour():
    assert check_family(["96374", "96375"]) == []
    assert [finding.code for finding in check_family(["96374", "96366"])] == ["96366"]


def test_96366_for_a_forty_minute_infusion_is_a_warning():
    lines = [RequestedLine("96365", 1), RequestedLine("96366", 1)]
    (finding,) = check_lines(lines, planned_minutes=40)
    assert not finding.is_refusal
    assert finding.code == "96366"
    assert "1 per session requested, but 40 planned minutes make 0" in finding.message


def test_units_that_agree_with_the_minutes_say_nothing():
    lines = [RequestedLine("96365", 1), RequestedLine("96366", 2), RequestedLine("J3490", 1)]
    assert check_lines(lines, planned_minutes=180) == []


def test_a_code_without_units_is_compared_by_its_presence():
    assert check_lines([RequestedLine("96365")], planned_minutes=40) == []
    codes = [f.code for f in check_lines([RequestedLine("96365")], planned_minutes=120)]
    assert codes == ["96366"]


def test_the_total_is_units_per_session_times_sessions():
    assert check_lines([RequestedLine("96365", 1, 6)], sessions=6) == []
    (finding,) = check_lines([RequestedLine("96365", 1, 8)], sessions=6)
    assert "8 units in total requested, but 6 sessions of 1 make 6" in finding.message


def test_two_initial_codes_need_a_second_encounter():
    assert check_lines([RequestedLine("96365"), RequestedLine("96374")])
    assert not check_lines([RequestedLine("96365"), RequestedLine("96374", modifiers=("59",))])


def test_refusals_come_before_warnings():
    found = check_lines([RequestedLine("96366", 1, 9)], planned_minutes=40, sessions=6)
    assert [finding.is_refusal for finding in found] == sorted(
        (finding.is_refusal for finding in found), reverse=True
    )
    assert found[0].is_refusal


def test_visits_alone_are_not_compared_with_infusion_minutes():
    assert check_lines([RequestedLine("99214", 1)], planned_minutes=40) == []
