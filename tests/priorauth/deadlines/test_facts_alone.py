"""Cases told by facts alone, read off the prose of the law: who wins, who loses and why, and when.

One row, one deadline: the rule that sets it, its dates on the wall of the zone, rules that lose
with words of the reason, and rules that must not so much as be looked at.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from priorauth.deadlines.contract import answer_line
from tests.priorauth.deadlines.test_hand_dates import RULES, as_events, rows

CASES = rows("facts_alone")


def told(row: dict[str, str]) -> dict[str, Any]:
    """The facts of a row, as another program would write them."""
    facts: dict[str, Any] = {"zone": "America/New_York"}
    facts |= dict(pair.split("=") for pair in row["facts"].split("; "))
    if "grandfathered" in facts:
        facts["grandfathered"] = facts["grandfathered"] == "true"
    return facts | {"events": as_events(row["events"])}


def wall(stamp: str | None) -> str:
    """An instant of an answer to the minute, on its own wall; "none" for none."""
    return datetime.fromisoformat(stamp.partition("[")[0]).isoformat()[:16] if stamp else "none"


@pytest.mark.parametrize("row", CASES, ids=lambda row: f"{row['rule']}|{row['why']}")
def test_facts_alone_give_the_rule_the_dates_and_the_losers(row: dict[str, str]) -> None:
    answer = answer_line({"id": 1, "facts": told(row)}, RULES)
    assert answer.get("error") is None, answer
    found = [each for each in answer["deadlines"] if each["kind"] == row["kind"]]
    assert [each["rule"] for each in found] == [row["rule"]], (row["why"], found)
    one = found[0]
    assert (wall(one["due"]), wall(one["legal"])) == (row["due"], row["legal"]), one["steps"]
    lost = {each["rule"]: each["why"] for each in one["lost"]}
    for pair in filter(None, row["lost"].split("; ")):
        rule, _, words = pair.partition(": ")
        assert words in lost.get(rule, "it is not among the losers"), (rule, lost.get(rule))
    for rule in row["absent"].split():
        assert rule not in lost


def test_every_case_says_where_its_expectation_comes_from() -> None:
    assert len(CASES) >= 60
    assert not [row["why"] for row in CASES if not row["source"].strip()]


@pytest.mark.parametrize(
    ("plan", "funding", "rule"),
    [
        ("state_regulated", None, "st-mi-pa-standard"),
        ("employer insured", None, "st-mi-pa-standard"),
        ("employer", "fully-insured", "st-mi-pa-standard"),
        ("self-funded employer", None, "fed-erisa-pa-standard"),
        ("employer", "ASO", "fed-erisa-pa-standard"),
        ("D-SNP", "government", "fed-dsnp-pa-standard"),
        ("Medicaid fee-for-service", "public", "fed-medicaid-ffs-pa-standard"),
        ("MAPD", "not applicable", "fed-ma-pa-standard"),
        ("non-federal government", "self-funded", "fed-erisa-pa-standard"),
    ],
)
def test_plans_are_understood_in_the_words_of_others(
    plan: str, funding: str | None, rule: str
) -> None:
    facts = {
        "line_of_business": plan,
        "funding": funding,
        "state": "mi",
        "item": "service",
        "urgency": "Standard",
        "zone": "America/Detroit",
        "events": {"request_received_by_payer": "2026-11-20T10:00"},
    }
    answer = answer_line({"id": 1, "facts": facts}, RULES)
    assert [each["rule"] for each in answer["deadlines"]] == [rule]


def test_a_plan_that_funding_contradicts_is_refused() -> None:
    facts = {"line_of_business": "self_funded_employer", "funding": "insured", "zone": "UTC"}
    assert "contradicts" in answer_line({"id": 1, "facts": facts}, RULES)["error"]
