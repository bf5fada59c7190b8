"""Every rule on file against dates counted by hand, each with its count and source beside it."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from priorauth.deadlines.contract import answer_line
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.rule import Layer

SCENARIOS = Path(__file__).parents[1] / "scenarios"
RULES = shipped_rulebook()


def rows(name: str) -> list[dict[str, str]]:
    """The rows of every file whose name begins so: one file for each body of law."""
    found: list[dict[str, str]] = []
    for path in sorted(SCENARIOS.glob(f"{name}*.csv")):
        with path.open(encoding="utf-8") as file:
            found += csv.DictReader(file)
    return found


HAND_DATES = rows("hand_dates")
FIRST_DAYS = rows("first_days_in_force")


def ask(rule: str, clock_start: str, **events: Any) -> dict[str, Any]:
    line = {"id": 1, "rule": rule, "clock_start": clock_start, "events": events}
    return answer_line(line, RULES)


def as_events(text: str) -> dict[str, Any]:
    pairs = (pair.split("=") for pair in text.split("; ") if pair)
    return {
        name: None if value == "none" else int(value) if value.isdigit() else value
        for name, value in pairs
    }


@pytest.mark.parametrize("row", HAND_DATES, ids=lambda row: f"{row['rule']}|{row['why']}")
def test_a_date_counted_by_hand_comes_out(row: dict[str, str]) -> None:
    answer = ask(row["rule"], row["clock_start"], **as_events(row["events"]))
    assert answer.get("error") is None
    assert answer["due"] == row["due"], (row["why"], answer["steps"])
    assert answer["chase"] <= answer["due"]


@pytest.mark.parametrize(
    ("rule", "start", "instead"),
    [
        ("fed-ma-pa-standard", "2025-12-31", "fed-ma-pa-standard-2025"),
        ("fed-ma-pa-standard-2025", "2026-01-01", "fed-ma-pa-standard"),
        ("fed-mco-pa-standard", "2025-12-31", "fed-mco-pa-standard-old"),
    ],
)
def test_a_rule_out_of_force_names_the_one_in_force(rule: str, start: str, instead: str) -> None:
    error = ask(rule, f"{start}T12:00:00-05:00[America/New_York]")["error"]
    assert rule in error
    assert instead in error


@pytest.mark.parametrize(
    ("rule", "period", "instead"),
    [
        ("fed-mco-pa-standard", "2025-10-01", "fed-mco-pa-standard-old"),
        ("fed-mco-pa-standard-old", "2026-01-01", "fed-mco-pa-standard"),
        # The period given has not begun: the one before it holds the request.
        ("fed-mco-pa-standard", "2026-07-01", "fed-mco-pa-standard-old"),
    ],
)
def test_the_rating_period_decides_between_the_old_and_the_new_limit(
    rule: str, period: str, instead: str
) -> None:
    start = "2026-05-08T10:00:00-04:00[America/New_York]"
    error = ask(rule, start, rating_period_start=period)["error"]
    assert "rating_period_start" in error
    assert instead in error
    assert "error" not in ask(instead, start, rating_period_start=period)


def test_the_old_medicaid_limit_cannot_govern_once_every_period_began_in_2026() -> None:
    error = ask("fed-mco-pa-standard-old", "2027-01-04T10:00:00-05:00[America/New_York]")["error"]
    assert "fed-mco-pa-standard" in error


@pytest.mark.parametrize(
    "rule", ["fed-erisa-concurrent-cut", "fed-mco-missed-pa", "fed-grandfathered"]
)
def test_a_consequence_has_no_countdown_and_says_what_it_means(rule: str) -> None:
    error = ask(rule, "2026-12-18T10:00:00-05:00[America/New_York]")["error"]
    assert "consequence, not a countdown" in error
    assert RULES.rule(rule).says in error


def test_only_the_baseline_and_payers_own_windows_give_no_legal_date() -> None:
    start = "2026-12-18T10:00:00-05:00[America/New_York]"
    for rule in RULES:
        if rule.is_consequence:
            continue
        legal = ask(rule.id, start).get("legal")
        expectation = rule.authority.layer in (Layer.BASELINE, Layer.POLICY) or rule.id in (
            "fed-erisa-disaster",
            "st-ma-pa-urgent",
        )
        if rule.is_in_force(date(2026, 12, 18)):
            assert (legal is None) == expectation, rule.id


def test_the_shortest_peer_to_peer_window_is_chased_the_day_after() -> None:
    answer = ask("base-p2p", "2026-11-25T10:00:00-06:00[America/Chicago]")
    assert answer["chase"] == "2026-11-27T23:59:59-06:00[America/Chicago]"


def test_a_state_window_of_120_days_for_external_review_is_the_chase_date() -> None:
    # 120 days from 18 Dec 2026: 13 + 31 + 28 + 31 + 17.
    answer = ask("fed-aca-state-external-min", "2026-12-18T10:00:00-05:00[America/New_York]")
    assert answer["chase"] == "2027-04-17T23:59:59-04:00[America/New_York]"


def test_the_printed_date_is_the_safe_start_of_a_window_from_receipt() -> None:
    start = "2026-12-18T10:00:00-05:00[America/New_York]"
    answer = ask("fed-erisa-appeal-filing", start, notice_dated="2026-12-14")
    assert answer["due"] == "2027-06-16T23:59:59-04:00[America/New_York]"
    assert answer["chase"] == "2027-06-12T23:59:59-04:00[America/New_York]"


@pytest.mark.parametrize(
    ("rule", "events", "words"),
    [
        ("fed-mco-fair-hearing", {"state_window": 60}, "allows 90 to 120"),
        ("fed-mco-fair-hearing", {"state_window": "2027-01-01"}, "whole number"),
        ("fed-ma-appeal-filing", {"proved_receipt": "2026-12-01"}, "cannot lie before"),
        ("fed-erisa-pa-standard", {"extension_notice_sent": "2026-12-01"}, "lies before the start"),
        ("fed-erisa-pa-standard", {"extension_notice_snt": "2026-12-20"}, "extension_notice_sent"),
        ("fed-erisa-pa-standard", {"extension_notice_sent": 5}, "date or date-time"),
        ("fed-erisa-pa-standard", {"extension_notice_sent": "20 Dec"}, "not a date"),
        ("fed-erisa-pa-standart", {}, "did you mean fed-erisa-pa-standard"),
    ],
)
def test_contradictions_are_refused_in_words(rule: str, events: dict[str, Any], words: str) -> None:
    error = ask(rule, "2026-12-18T10:00:00-05:00[America/New_York]", **events)["error"]
    assert words in error
