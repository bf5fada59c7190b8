"""Every rule of a state against dates counted by hand: the date, when it is late, where it ends.

`due` is the date on the federal calendar; `legal` the day after which a payer is called late, on
the reading with the state's own holidays and its statute on computing time.
"""

from __future__ import annotations

from typing import Any

import pytest

from priorauth.deadlines.contract import answer_line
from priorauth.rulebook.rule import Basis, DeadlineRule, Layer
from tests.priorauth.deadlines.test_hand_dates import RULES, as_events, ask, rows

STATE_DATES = rows("hand_dates_states")
LIMITS = rows("state_limits")
NOT_HERE = rows("state_not_here")
STATE_RULES = [rule for rule in RULES if rule.authority.layer is Layer.STATE]
COUNTED = [rule for rule in STATE_RULES if not rule.is_consequence]
# Announced, or the federal floor said again: they never set the date of a case.
NEVER_GOVERNS = {"st-ma-pa-urgent", "st-fl-pa-standard"}


def by_facts(row: dict[str, str], now: str = "") -> list[dict[str, Any]]:
    """Every deadline of the case that the row tells."""
    told: dict[str, Any] = dict(pair.split("=") for pair in row["facts"].split("; "))
    if "grandfathered" in told:
        told["grandfathered"] = told["grandfathered"] == "true"
    told["events"] = dict(pair.split("=") for pair in row["events"].split("; "))
    told["zone"] = next(iter(told["events"].values())).rstrip("]").partition("[")[2]
    if now:
        told["now"] = now
    answer = answer_line({"id": 1, "facts": told}, RULES)
    assert answer.get("error") is None, answer
    return list(answer["deadlines"])


@pytest.mark.parametrize("row", STATE_DATES, ids=lambda row: f"{row['rule']}|{row['why']}")
def test_a_date_of_a_state_counted_by_hand_comes_out(row: dict[str, str]) -> None:
    answer = ask(row["rule"], row["clock_start"], **as_events(row["events"]))
    assert answer.get("error") is None
    assert answer["due"] == row["due"], (row["why"], answer["steps"])
    is_law = RULES.rule(row["rule"]).basis is not Basis.ANNOUNCED
    assert answer["legal"] == (row["legal"] if is_law else None), (row["why"], answer["steps"])


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row["rule"])
def test_the_last_moment_is_in_time_and_the_next_second_late(row: dict[str, str]) -> None:
    for now, standing in ((row["last_in_time"], "running"), (row["first_late"], "missed")):
        found = [each for each in by_facts(row, now) if each["rule"] == row["rule"]]
        assert [each["standing"] for each in found] == [standing], (now, by_facts(row, now))
        assert found[0]["legal"] == row["last_in_time"]


@pytest.mark.parametrize("row", NOT_HERE, ids=lambda row: f"{row['rule']}|{row['why']}")
def test_a_rule_does_not_set_the_date_where_it_does_not_apply(row: dict[str, str]) -> None:
    assert row["rule"] not in {each["rule"] for each in by_facts(row)}


@pytest.mark.parametrize("rule", COUNTED, ids=lambda rule: rule.id)
def test_every_rule_of_a_state_has_its_rows(rule: DeadlineRule) -> None:
    dates = [row for row in STATE_DATES if row["rule"] == rule.id]
    assert len(dates) > 1
    assert any("2026-12-1" not in row["clock_start"] for row in dates), "no holiday or weekend edge"
    if rule.is_automatic:
        assert rule.id in {row["rule"] for row in NOT_HERE}
        assert (rule.id in {row["rule"] for row in LIMITS}) == (rule.id not in NEVER_GOVERNS)


@pytest.mark.parametrize(
    ("rule", "last", "after", "instead"),
    [
        ("st-mi-pa-standard-2023", "2024-05-31", "2024-06-01", "st-mi-pa-standard"),
        ("st-ne-pa-urgent", "2027-12-31", "2028-01-01", "st-ne-pa-urgent-2028"),
        ("st-va-pa-standard", "2026-12-31", "2027-01-01", ""),
    ],
)
def test_a_rule_governs_to_its_last_day(rule: str, last: str, after: str, instead: str) -> None:
    assert "error" not in ask(rule, f"{last}T12:00:00Z[America/New_York]")
    error = ask(rule, f"{after}T12:00:00Z[America/New_York]")["error"]
    assert f"ended on {last}" in error
    assert instead in error
