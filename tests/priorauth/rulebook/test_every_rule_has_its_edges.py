"""No rule without its edges: what the scenario files must hold for each rule, by its own fields.

The rows themselves are run by `test_hand_dates`, `test_state_dates` and `test_edges`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from priorauth.rulebook.describe import describe_coverage
from priorauth.rulebook.rule import DeadlineRule, Unit
from tests.priorauth.deadlines.test_hand_dates import RULES, rows

FILES = ("hand_dates", "limits", "not_here", "consequences", "first_days_in_force", "facts_alone")
ROWS = {name: rows(name) for name in FILES}
UNDATED = describe_coverage().partition("## Rules whose first day is not on file")[2]

# Federal holidays as kept in the years that rows are about (OPM), with the weekend days themselves.
HOLIDAYS = frozenset(
    date.fromisoformat(f"{year}-{day}")
    for year, days in {
        2024: (
            "01-01",
            "01-15",
            "02-19",
            "05-27",
            "06-19",
            "07-04",
            "09-02",
            "10-14",
            "11-11",
            "11-28",
            "12-25",
        ),
        2025: (
            "01-01",
            "01-20",
            "02-17",
            "05-26",
            "06-19",
            "07-04",
            "09-01",
            "10-13",
            "11-11",
            "11-27",
            "12-25",
        ),
        2026: (
            "01-01",
            "01-19",
            "02-16",
            "05-25",
            "06-19",
            "07-03",
            "07-04",
            "09-07",
            "10-12",
            "11-11",
            "11-26",
            "12-25",
        ),
        2027: (
            "01-01",
            "01-18",
            "02-15",
            "05-31",
            "06-18",
            "06-19",
            "07-04",
            "07-05",
            "09-06",
            "10-11",
            "11-11",
            "11-25",
            "12-24",
            "12-25",
            "12-31",
        ),
        2028: (
            "01-01",
            "01-17",
            "02-21",
            "05-29",
            "06-19",
            "07-04",
            "09-04",
            "10-09",
            "11-10",
            "11-11",
            "11-23",
            "12-25",
        ),
        2029: ("01-01",),
    }.items()
    for day in days
)


def of(name: str, rule: DeadlineRule) -> list[dict[str, str]]:
    return [row for row in ROWS[name] if row["rule"] == rule.id]


def is_closed(day: date) -> bool:
    return day.weekday() >= 5 or day in HOLIDAYS


def meets_a_closed_day(rule: DeadlineRule) -> bool:
    """Whether a row starts or ends on a weekend or holiday, or steps over one left out."""
    limit = rule.limit
    mixed = limit.excluded or limit.plus_business_days or limit.min_business_days
    steps_over = limit.unit is Unit.BUSINESS_DAYS or bool(mixed)
    spans = [(row["clock_start"], row["due"]) for row in of("hand_dates", rule)]
    spans += [(row["events"].rpartition("=")[2], row["last_in_time"]) for row in of("limits", rule)]
    for told in spans:
        first, last = sorted(date.fromisoformat(stamp[:10]) for stamp in told)
        between = ((last - first).days - 1) if steps_over else 0
        days = [first, last, *(first + timedelta(days=1 + step) for step in range(between))]
        if any(is_closed(day) for day in days):
            return True
    return False


def missing_of_a_countdown(rule: DeadlineRule) -> Iterator[str]:
    if len(of("hand_dates", rule)) < 2:
        yield "two dates counted by hand"
    limits = [row for row in of("limits", rule) if row["facts"] or not rule.is_automatic]
    if not limits:
        yield "the last moment in time and the first one late"
    if not meets_a_closed_day(rule):
        yield "a weekend or holiday edge"
    if not of("not_here", rule):
        yield "a case where it must not apply"


def missing_of_a_consequence(rule: DeadlineRule) -> Iterator[str]:
    """A rule with nothing to count has no last moment: it speaks, or it does not."""
    told = of("consequences", rule)
    spoken = {row["speaks"] for row in told}
    if "yes" not in spoken:
        yield "a case where it applies"
    if "no" not in spoken:
        yield "a case where it must not apply"
    if rule.limit.starts_on == "end_of_decision_period":
        # It speaks from the second after another rule's last one.
        if not any(row["now"].endswith("23:59:59") and row["speaks"] == "no" for row in told):
            yield "the last moment of the payer's time"
        if not any(row["now"].endswith("00:00:00") and row["speaks"] == "yes" for row in told):
            yield "the first moment after the payer's time"
    elif rule.effective_from is not None:
        first = rule.effective_from.isoformat()
        day_before = (rule.effective_from - timedelta(days=1)).isoformat()
        for day, speaks in ((day_before, "no"), (first, "yes")):
            if not any(row["now"][:10] == day and row["speaks"] == speaks for row in told):
                yield f"the case of {day}"


def missing_of_any(rule: DeadlineRule) -> Iterator[str]:
    if rule.effective_from is None:
        # Nobody can say what held the day before (DECISIONS 12): said on the page of coverage.
        if f"`{rule.id}`" not in UNDATED:
            yield "its line on the page of coverage: first day not on file"
    elif [row["first_day"] for row in of("first_days_in_force", rule)] != [
        rule.effective_from.isoformat()
    ]:
        yield "the day before and the day it took effect"
    for name in FILES:
        if any(not row["source"].strip() for row in of(name, rule)):
            yield f"a source beside its rows in {name}"


def missing(rule: DeadlineRule) -> list[str]:
    own = missing_of_a_consequence if rule.is_consequence else missing_of_a_countdown
    return [*own(rule), *missing_of_any(rule)]


def test_every_rule_has_its_edges_each_with_its_source() -> None:
    lacking = {rule.id: missing(rule) for rule in RULES}
    told = [f"{rule}: {', '.join(edges)}" for rule, edges in lacking.items() if edges]
    assert not told, "rules without their edges:\n" + "\n".join(told)


@pytest.mark.parametrize("name", [name for name in FILES if name != "facts_alone"])
def test_no_row_is_about_a_rule_that_is_not_there(name: str) -> None:
    assert {row["rule"] for row in ROWS[name]} <= {rule.id for rule in RULES}


def test_a_rule_without_rows_is_told_with_everything_it_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in FILES:
        monkeypatch.setitem(ROWS, name, [])
    assert missing(RULES.rule("fed-erisa-pa-standard")) == [
        "two dates counted by hand",
        "the last moment in time and the first one late",
        "a weekend or holiday edge",
        "a case where it must not apply",
        "the day before and the day it took effect",
    ]
    assert missing(RULES.rule("st-il-no-pa-outpatient-mh")) == [
        "a case where it applies",
        "a case where it must not apply",
        "the case of 2025-12-31",
        "the case of 2026-01-01",
        "the day before and the day it took effect",
    ]


@pytest.mark.parametrize("name", FILES)
def test_a_row_without_its_source_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = ROWS[name][0]
    monkeypatch.setitem(ROWS, name, [{**row, "source": " "}, *ROWS[name][1:]])
    assert f"a source beside its rows in {name}" in missing(RULES.rule(row["rule"]))
