"""The comparison in short: every rule a few times, and proof that a fault would be found."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from priorauth.rulebook.loader import shipped_rulebook
from tests.priorauth.reference import closed_days
from tests.priorauth.reference.comparing import differences
from tests.priorauth.reference.inventing import Case, invent
from tests.priorauth.reference.law import Law, counted, read_law
from tests.priorauth.reference.reading import Refused, read

LAW, RULES = read_law(), shipped_rulebook()
SEED = 20261129


def different(cases: list[Case], law: Law = LAW) -> list[str]:
    return [each.told() for case in cases for each in differences(case, law, RULES)]


def test_every_rule_agrees_with_the_slow_reference() -> None:
    cases = invent(LAW, 3 * len(counted(LAW)), SEED)
    assert set(Counter(case.rule for case in cases).values()) == {3}
    assert different(cases) == []


def test_the_reference_reads_the_same_rules_as_the_product() -> None:
    assert set(LAW) == {rule.id for rule in RULES}


@pytest.mark.parametrize("fields", [("amount",), ("chase_amount",), ("restart", "amount")])
def test_one_unit_changed_in_a_rule_is_found(fields: tuple[str, ...]) -> None:
    name = "st-me-pa-standard" if "restart" in fields else "st-ms-pa-urgent"
    changed = {**LAW[name]}
    if len(fields) == 2:
        changed[fields[0]] = {**changed[fields[0]], fields[1]: changed[fields[0]][fields[1]] - 40}
    else:
        changed[fields[0]] += 1
    cases = [case for case in invent(LAW, 40 * len(LAW), SEED) if case.rule == name]
    assert different(cases[:20], {**LAW, name: changed})


def test_a_holiday_that_was_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # Read as if Thanksgiving were no holiday.
    kept = closed_days.observed_holidays
    monkeypatch.setattr(
        closed_days,
        "observed_holidays",
        lambda year: kept(year) - {closed_days.nth(year, 11, closed_days.THU, 4)},
    )
    names = ("base-pa-standard", "fed-aca-external-extra-info", "base-info-supply", "base-p2p")
    cases = [case for case in invent(LAW, 40 * len(LAW), SEED) if case.rule in names]
    assert different(cases)


@pytest.mark.parametrize("field", ["roll", "presumption_days", "tolling", "min_business_days"])
def test_a_condition_that_was_dropped_is_found(field: str) -> None:
    names = {name for name, rule in LAW.items() if field in rule}
    law = {
        name: {key: value for key, value in rule.items() if key != field}
        for name, rule in LAW.items()
    }
    cases = [case for case in invent(LAW, 12 * len(LAW), SEED) if case.rule in names]
    assert different(cases, law)


def test_the_made_up_cases_hold_what_they_should() -> None:
    cases = invent(LAW, 10_000, SEED)
    days = {case.start.day for case in cases}
    assert {day.year for day in days} == set(range(2024, 2031))
    assert {date(2024, 2, 29), date(2028, 2, 29)} <= days  # leap days
    assert {date(2027, 3, 14), date(2026, 11, 1)} <= days  # clocks change
    zones = {case.start.zone for case in cases}
    assert {"America/Phoenix", "America/Indiana/Indianapolis", "Pacific/Honolulu"} <= zones
    assert min(Counter(case.rule for case in cases).values()) >= 20
    refused = sum(isinstance(read(LAW, c.rule, c.start, c.events), Refused) for c in cases[:1500])
    assert 0 < refused < 150  # on either side of a rule's first and last day


def test_the_same_seed_makes_the_same_cases() -> None:
    assert invent(LAW, 300, 5) == invent(LAW, 300, 5)
    assert invent(LAW, 300, 5) != invent(LAW, 300, 6)
