"""Every rule of a state against dates counted by hand: the date, when it is late, its last day.

`due` is the date on the federal calendar; `legal` the day after which a payer is called late, on
the reading with the state's own holidays and its statute on computing time.
"""

from __future__ import annotations

import pytest

from priorauth.rulebook.rule import Basis
from tests.priorauth.deadlines.test_hand_dates import RULES, as_events, ask, rows

STATE_DATES = rows("hand_dates_states")


@pytest.mark.parametrize("row", STATE_DATES, ids=lambda row: f"{row['rule']}|{row['why']}")
def test_a_date_of_a_state_counted_by_hand_comes_out(row: dict[str, str]) -> None:
    answer = ask(row["rule"], row["clock_start"], **as_events(row["events"]))
    assert answer.get("error") is None
    assert answer["due"] == row["due"], (row["why"], answer["steps"])
    is_law = RULES.rule(row["rule"]).basis is not Basis.ANNOUNCED
    assert answer["legal"] == (row["legal"] if is_law else None), (row["why"], answer["steps"])


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
