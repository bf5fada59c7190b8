"""Every rule at its edges, by rows written by hand: in time and late, where it is not, since when.

`limits` rows give facts, or no facts and the start of a rule asked by its name; `not_here` rows a
case that the rule must leave alone; `consequences` rows when a rule without a countdown speaks.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from priorauth.calendars.local_time import zone_named
from priorauth.deadlines.advice import advise
from priorauth.deadlines.contract import answer_line, read_events
from priorauth.deadlines.contract_facts import read_facts
from priorauth.deadlines.engine import compute
from priorauth.deadlines.spelling import read_moment
from priorauth.deadlines.standing import standing
from priorauth.rulebook.rule import Basis, DeadlineRule
from priorauth.terms import OwedBy, Standing
from tests.priorauth.deadlines.test_hand_dates import FIRST_DAYS, RULES, as_events, ask, rows

LIMITS = rows("limits")
NOT_HERE = rows("not_here")
CONSEQUENCES = rows("consequences")
NEW_YORK = "America/New_York"
by_row = pytest.mark.parametrize


def as_told(row: dict[str, str]) -> dict[str, Any]:
    """The facts of a row with its events, as another program would write them."""
    told: dict[str, Any] = dict(pair.split("=") for pair in row["facts"].split("; "))
    for name in ("grandfathered", "federal_external_review"):
        if name in told:
            told[name] = told[name] == "true"
    events = as_events(row["events"])
    named = {str(value).rstrip("]").partition("[")[2] for value in events.values()} - {""}
    return {"zone": next(iter(named), NEW_YORK)} | told | {"events": events}


def by_facts(row: dict[str, str], now: str = "") -> list[dict[str, Any]]:
    """Every deadline of the case that the row tells."""
    told = as_told(row) | ({"now": now} if now else {})
    answer = answer_line({"id": 1, "facts": told}, RULES)
    assert answer.get("error") is None, answer
    return list(answer["deadlines"])


def by_name(row: dict[str, str]) -> dict[str, Any]:
    """The answer for a rule asked by its name."""
    events = as_events(row["events"])
    start = str(events.pop("clock_start"))
    if "[" not in start:
        start += f"[{NEW_YORK}]"
    answer = ask(row["rule"], start, **events)
    assert answer.get("error") is None, answer
    return answer


def is_never_late(rule: DeadlineRule) -> bool:
    """A payer that no law on file binds is never called late; the date is one to chase."""
    return not rule.is_limit and rule.owed_by is OwedBy.PAYER


@by_row("row", [row for row in LIMITS if row["facts"]], ids=lambda row: row["rule"])
def test_the_last_moment_is_in_time_and_the_next_late(row: dict[str, str]) -> None:
    rule = RULES.rule(row["rule"])
    late = Standing.RUNNING if is_never_late(rule) else Standing.MISSED
    for now, stands in ((row["last_in_time"], Standing.RUNNING), (row["first_late"], late)):
        cases = by_facts(row, now)
        found = next((each for each in cases if each["rule"] == rule.id), None)
        if found is None:
            found = _beside(rule, cases)
        assert found["standing"] == stands, (now, cases)
        if rule.basis is Basis.ANNOUNCED:
            assert found["chase"] == row["last_in_time"]
        else:
            assert found["legal" if rule.is_limit else "due"] == row["last_in_time"], found["steps"]


def _beside(rule: DeadlineRule, cases: list[dict[str, Any]]) -> dict[str, Any]:
    """The deadline in which the rule is named as saying the same, or as a day to chase only."""
    for each in cases:
        why = {lost["rule"]: lost["why"] for lost in each["lost"]}.get(rule.id, "")
        if why.startswith(("it ends at the same moment as", "it binds nobody yet")):
            return each
    raise AssertionError(f"{rule.id} is in none of {cases}")


@by_row("row", [row for row in LIMITS if not row["facts"]], ids=lambda row: row["rule"])
def test_a_rule_asked_by_name_has_its_last_moment_too(row: dict[str, str]) -> None:
    rule, answer = RULES.rule(row["rule"]), by_name(row)
    assert answer["legal" if rule.is_limit else "due"] == row["last_in_time"], answer["steps"]
    last, late = (read_moment(row[name], None) for name in ("last_in_time", "first_late"))
    for now, stands in ((last, Standing.RUNNING), (late, Standing.MISSED)):
        found = standing(
            owed_by=rule.owed_by,
            limit=read_moment(answer["legal"], None).latest if answer["legal"] else None,
            expected=read_moment(answer["due"], None).latest,
            stop=None,
            received_counts=False,
            stands_still_until=None,
            zone=last.zone,
            now=now.latest,
        )
        assert found is stands


@by_row("row", LIMITS, ids=lambda row: row["rule"])
def test_the_first_late_moment_is_the_one_after_the_last_in_time(row: dict[str, str]) -> None:
    last, late = (
        datetime.fromisoformat(row[name].partition("[")[0])
        for name in ("last_in_time", "first_late")
    )
    assert late - last == timedelta(seconds=1)
    zone = zone_named(row["last_in_time"].rstrip("]").partition("[")[2])
    assert last.utcoffset() == last.astimezone(zone).utcoffset()


@by_row("row", NOT_HERE, ids=lambda row: f"{row['rule']}|{row['why']}")
def test_a_rule_does_not_set_the_date_where_it_does_not_apply(row: dict[str, str]) -> None:
    assert row["rule"] not in {each["rule"] for each in by_facts(row)}


@by_row("row", CONSEQUENCES, ids=lambda row: f"{row['rule']}|{row['why']}")
def test_a_rule_without_a_countdown_speaks_only_where_and_when_it_applies(
    row: dict[str, str],
) -> None:
    told = as_told(row)
    events = read_events(told["events"], told["zone"])
    facts = read_facts(told, events.known, told["zone"])
    now = read_moment(row["now"], told["zone"]).earliest
    said = advise(facts, compute(facts, RULES, now), RULES, now)
    assert (row["rule"] in {each.rule for each in said}) == (row["speaks"] == "yes"), said


@by_row("row", FIRST_DAYS, ids=lambda row: row["rule"])
def test_a_rule_does_not_govern_the_day_before_it_took_effect(row: dict[str, str]) -> None:
    rule, first = RULES.rule(row["rule"]), date.fromisoformat(row["first_day"])
    before = first - timedelta(days=1)
    if rule.is_consequence:
        assert (rule.is_in_force(before), rule.is_in_force(first)) == (False, True)
        return
    refused = ask(rule.id, f"{before}T17:00:00Z[{NEW_YORK}]")
    assert f"took effect on {first}" in refused["error"]
    allowed = ask(rule.id, f"{first}T17:00:00Z[{NEW_YORK}]")
    assert "error" not in allowed


@pytest.mark.parametrize(
    ("rule", "limit", "types", "first"),
    [
        # 42 CFR 438.404(c)(5), 81 Fed. Reg. 27498.
        ("fed-mco-missed-pa", "fed-mco-pa-urgent", "medicaid_mco", date(2017, 7, 1)),
    ],
)
def test_what_silence_means_is_said_from_the_day_it_took_effect(
    rule: str, limit: str, types: str, first: date
) -> None:
    passed, plan = RULES.rule(limit), frozenset({types})
    assert RULES.meaning_of_silence(passed, plan, first - timedelta(days=1)) is None
    found = RULES.meaning_of_silence(passed, plan, first)
    assert found is not None
    assert found.id == rule
