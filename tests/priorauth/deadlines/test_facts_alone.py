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


def asked(**events: str) -> dict[str, Any]:
    """The answer to an insured request of Michigan with these events."""
    facts = {"line_of_business": "employer_insured", "state": "MI", "zone": "America/Detroit"}
    return answer_line({"id": "q", "facts": facts | {"events": events}}, RULES)


@pytest.mark.parametrize(
    ("events", "later", "earlier"),
    [
        (
            {"request_submitted": "2026-11-20", "denial_notice_dated": "2026-11-19"},
            "denial_notice_dated (Thu 19 Nov 2026)",
            "request_submitted (Fri 20 Nov 2026)",
        ),
        (
            {"request_received_by_payer": "2026-11-20", "denial_notice_received": "2026-11-19"},
            "denial_notice_received",
            "request_received_by_payer",
        ),
        (
            {"denial_notice_dated": "2026-11-20", "denial_notice_received": "2026-11-19"},
            "denial_notice_received",
            "denial_notice_dated",
        ),
        (
            {"request_submitted": "2026-11-20T10:00", "request_received_by_payer": "2026-11-20T09"},
            "request_received_by_payer",
            "request_submitted",
        ),
        (
            {"denial_notice_dated": "2026-11-20", "proved_receipt": "2026-11-18"},
            "proved_receipt",
            "denial_notice_dated",
        ),
        (
            {"denial_notice_dated": "2026-11-20", "plan_appeal_filed": "2026-11-18"},
            "plan_appeal_filed",
            "denial_notice_dated",
        ),
        (
            {"plan_appeal_filed": "2026-11-20", "appeal_received_by_payer": "2026-11-18"},
            "appeal_received_by_payer",
            "plan_appeal_filed",
        ),
        (
            {"final_denial_dated": "2026-11-20", "final_denial_received": "2026-11-18"},
            "final_denial_received",
            "final_denial_dated",
        ),
        (
            {"info_request_sent": "2026-11-20", "info_received": "2026-11-18"},
            "info_received",
            "info_request_sent",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_events_in_an_impossible_order_are_refused_by_name(
    events: dict[str, str], later: str, earlier: str
) -> None:
    events = {name: f"{at}:00" if at.endswith("T09") else at for name, at in events.items()}
    answer = asked(**events)
    assert set(answer) == {"id", "error"}, answer
    words = answer["error"]
    assert words.startswith(f"events: {later}"), words
    assert f"lies before {earlier}" in words and "correct one of the two" in words


@pytest.mark.parametrize(
    "events",
    [
        {"denial_notice_dated": "2026-11-19"},
        {"denial_notice_received": "2026-11-19"},
        # all on one day: any order of the hours fits
        {
            "request_submitted": "2026-11-19T16:00",
            "request_received_by_payer": "2026-11-19",
            "denial_notice_dated": "2026-11-19",
            "denial_notice_received": "2026-11-19",
        },
        # a filing after the final answer is the next level, not a disorder
        {"final_denial_dated": "2026-11-10", "plan_appeal_filed": "2026-11-19"},
    ],
)
def test_an_event_alone_or_a_possible_order_is_answered(events: dict[str, str]) -> None:
    assert "error" not in asked(**events)


def test_by_rule_a_receipt_before_the_notice_is_refused_too() -> None:
    line = {
        "id": "r",
        "rule": "fed-ma-appeal-filing",
        "clock_start": "2026-11-20[America/Detroit]",
        "events": {"proved_receipt": "2026-11-18"},
    }
    answer = answer_line(line, RULES)
    assert set(answer) == {"id", "error"}, answer
    assert "cannot lie before" in answer["error"]
