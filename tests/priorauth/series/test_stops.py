"""What stands against an infusion, in words that say what to do."""

from __future__ import annotations

from datetime import date

from priorauth.series.forecast import SESSIONS, Approved
from priorauth.series.stops import StopKind, in_words, stops

CODES = {"1": "96365", "2": "J3490"}
DAY = date(2026, 9, 18)
FULL = Approved({"1": 6, "2": 6}, sessions=6, first_on=date(2026, 9, 1), last_on=date(2026, 9, 30))
ONE = {"1": 1, "2": 1}


def kinds(on=DAY, units=ONE, approved=FULL, used=None, not_asked=None):
    return [each.kind for each in stops(on, units, approved, used or {}, CODES, not_asked)]


def test_an_infusion_inside_the_approval_meets_nothing():
    assert kinds() == []
    assert kinds(on=date(2026, 9, 1)) == []
    assert kinds(on=date(2026, 9, 30)) == []
    assert kinds(used={"1": 5, "2": 5, SESSIONS: 5}) == []


def test_each_way_of_being_outside_is_told():
    assert kinds(approved=None) == [StopKind.NO_APPROVAL]
    assert kinds(on=date(2026, 8, 31)) == [StopKind.TOO_EARLY]
    assert kinds(on=date(2026, 10, 1)) == [StopKind.TOO_LATE]
    assert kinds(units={"1": 1, "3": 1}) == [StopKind.NO_APPROVAL]
    assert kinds(used={"1": 6, "2": 5}) == [StopKind.UNITS_GONE]
    assert kinds(used={SESSIONS: 6}) == [StopKind.UNITS_GONE]
    assert kinds(not_asked={"96366": 1}) == [StopKind.NOT_ASKED]


def test_a_limit_that_is_not_known_stops_nothing():
    assert kinds(approved=Approved({"1": None, "2": None}), used={"1": 99}) == []


def test_every_stop_says_what_is_wrong_and_what_to_do():
    gone = stops(DAY, {"1": 2}, FULL, {"1": 5}, CODES)[0]
    assert gone.says == "96365: 2 needed, 1 of 6 approved units left."
    assert "Start the renewal" in gone.do


def test_what_helps_against_two_things_is_said_once():
    found = stops(DAY, ONE, FULL, {"1": 6, "2": 6}, CODES)
    assert in_words(found) == (
        "96365: 1 needed, 0 of 6 approved units left. J3490: 1 needed, 0 of 6 approved units left. "
        "Start the renewal, or ask the payer for more, before the infusion."
    )
