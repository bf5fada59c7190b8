"""The worked dates of the deadline research, through the JSON contract, word for word."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from priorauth.deadlines.contract import answer_line
from priorauth.rulebook.loader import shipped_rulebook

WORKED_DATES = Path(__file__).parents[1] / "scenarios" / "worked_dates.csv"
FAMILIES = ("base-", "fed-", "st-")

# Where the calendar or the statutes of a state give another reading, a payer is late only after
# the later: deadline_review.md, 1, and the explanations of the rows themselves.
LATER_READINGS = {
    "ex-083": "2026-11-06T23:59:59-05:00[America/New_York]",  # general election day
    "ex-087": "2026-12-28T23:59:59-06:00[America/Chicago]",  # Saturday, to Monday
    "ex-091": "2026-12-28T23:59:59-08:00[America/Los_Angeles]",  # Sunday
    "ex-093": "2026-12-21T23:59:59-08:00[America/Los_Angeles]",  # Saturday
    "ex-095": "2026-11-30T15:00:00-05:00[America/Indiana/Indianapolis]",  # the Friday
    "ex-107": "2026-12-28T23:59:59-05:00[America/Detroit]",  # Saturday
    "ex-113": "2026-02-18T23:59:59-06:00[America/Chicago]",  # Mardi Gras
}


def worked_dates() -> list[dict[str, str]]:
    with WORKED_DATES.open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["rule"].startswith(FAMILIES)]


def as_line(row: dict[str, str]) -> dict[str, Any]:
    """A CSV row as a line of the contract: `name=value; name=value` becomes an object."""
    events: dict[str, Any] = {}
    for pair in filter(None, row["events"].split("; ")):
        name, value = pair.split("=")
        events[name] = None if value == "none" else int(value) if value.isdigit() else value
    return {
        "id": row["id"],
        "rule": row["rule"],
        "clock_start": row["clock_start"],
        "events": events,
    }


def test_the_file_holds_the_rows_it_had() -> None:
    assert len(worked_dates()) == 64


@pytest.mark.parametrize("row", worked_dates(), ids=lambda row: f"{row['id']}-{row['rule']}")
def test_a_worked_date_comes_out_as_written(row: dict[str, str]) -> None:
    answer = answer_line(as_line(row), shipped_rulebook())
    assert answer.get("error") is None
    assert answer["id"] == row["id"]
    assert answer["due"] == row["expected_due"], row["why"]
    late_only_after = LATER_READINGS.get(row["id"], row["expected_due"])
    assert answer["legal"] == (None if row["rule"].startswith("base-") else late_only_after)
    assert answer["citation"]
    assert answer["steps"]


@pytest.mark.parametrize(
    ("row_id", "chase"),
    [
        # The dates to chase on that the same rows name in their explanation.
        ("ex-011", "2026-12-16T23:59:59-05:00[America/New_York]"),
        ("ex-059", "2027-01-20T23:59:59-05:00[America/New_York]"),
    ],
)
def test_where_readings_differ_the_earlier_is_the_chase_date(row_id: str, chase: str) -> None:
    row = next(row for row in worked_dates() if row["id"] == row_id)
    assert answer_line(as_line(row), shipped_rulebook())["chase"] == chase
