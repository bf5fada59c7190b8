"""Each rule given by facts alone: whom it governs to the last second, and whom it does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from priorauth.deadlines.contract import answer_line
from priorauth.rulebook.loader import shipped_rulebook
from tests.priorauth.deadlines.test_hand_dates import as_events, rows

ZONE = "America/New_York"
GOVERNED = rows("who_is_governed")
by_rule = pytest.mark.parametrize("row", GOVERNED, ids=lambda row: row["rule"])


def ask(row: dict[str, str], now: str = "", **other: str) -> dict[str, dict[str, Any]]:
    """The deadlines then running, by rule."""
    names = ("line_of_business", "urgency", "item", "review_timing")
    facts: dict[str, Any] = {name: row[name] for name in names} | other
    facts |= {"zone": ZONE, "events": as_events(row["events"])}
    if now:
        facts["now"] = now
    answer = answer_line({"id": 1, "facts": facts}, shipped_rulebook())
    return {each["rule"]: each for each in answer["deadlines"]}


@by_rule
def test_the_rule_governs_to_its_last_second_and_not_one_longer(row: dict[str, str]) -> None:
    due = f"{row['due']}[{ZONE}]"
    found = ask(row, now=due)[row["rule"]]
    assert (found["due"], found["legal"]) == (due, due), row["why"]
    assert found["standing"] == "running"
    late = (datetime.fromisoformat(row["due"]) + timedelta(seconds=1)).isoformat()
    assert ask(row, now=f"{late}[{ZONE}]")[row["rule"]]["standing"] == "missed"


@by_rule
def test_the_rule_leaves_alone_whom_it_is_not_for(row: dict[str, str]) -> None:
    name, value = row["not_for"].split("=")
    assert row["rule"] not in ask(row, **{name: value})
