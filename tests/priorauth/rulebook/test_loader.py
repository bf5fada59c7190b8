"""A rule file that cannot be trusted is refused by file, rule and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from priorauth.errors import RulebookError
from priorauth.rulebook.loader import load_rulebook

GOOD = """
[authority]
title = "29 CFR 1"
jurisdiction = "US"

[[rule]]
id = "one"
kind = "pa_decision"
owed_by = "payer"
plan_types = ["erisa_self_funded"]
urgency = "standard"
starts_on = "request_received_by_payer"
amount = 15
unit = "calendar_days"
confidence = "verified"
source_kind = "quoted_copy"
citation = "29 CFR 1(a)"
remedy = "none"
says = "A decision is owed."
"""


def load(folder: Path, text: str) -> None:
    (folder / "federal").mkdir(exist_ok=True)
    (folder / "federal" / "law.toml").write_text(text, encoding="utf-8")
    load_rulebook(folder)


def test_a_good_file_loads(tmp_path: Path) -> None:
    load(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("amount = 15", "ammount = 15", "amount", "missing"),
        ('remedy = "none"', 'remedy = "none"\ncolour = "red"', "colour", "not a known field"),
        ("amount = 15", 'amount = "15"', "amount", "whole number"),
        ("amount = 15", "amount = true", "amount", "whole number"),
        ("amount = 15", "amount = -1", "amount", "below zero"),
        ('unit = "calendar_days"', 'unit = "days"', "unit", "calendar_days"),
        ("request_received_by_payer", "request_recieved", "starts_on", "not a known event"),
        ("erisa_self_funded", "erisa", "plan_types", "not a known plan type"),
        ('["erisa_self_funded"]', "[]", "plan_types", "at least one"),
        ('["erisa_self_funded"]', '"erisa_self_funded"', "plan_types", "list"),
        ('urgency = "standard"', 'urgency = "rush"', "urgency", "standard, expedited"),
        ('kind = "pa_decision"', 'kind = "decision"', "kind", "pa_decision"),
        ('owed_by = "payer"', 'owed_by = "insurer"', "owed_by", "clinic, payer"),
        ('citation = "29 CFR 1(a)"', 'citation = ""', "citation", "text"),
        ('remedy = "none"', 'remedy = "shrug"', "remedy", "deemed_exhausted"),
        ("amount = 15", 'amount = 15\neffective_from = "2026-01-01"', "effective_from", "quotes"),
        (
            "amount = 15",
            "amount = 15\neffective_from = 2026-01-01\neffective_to = 2025-01-01",
            "effective_to",
            "before effective_from",
        ),
        ("amount = 15", 'amount = 15\ncounting = "elapsed_hours"', "counting", "does not fit"),
        ("amount = 15", 'amount = 15\nsafe_start = "someday"', "safe_start", "not a known event"),
        ("amount = 15", 'amount = 15\namount_from = "state_window"', "amount_from", "amount_min"),
        ("amount = 15", "amount = 15\nbase_amount = 9", "base_amount", "add up"),
        ("amount = 15", 'amount = 15\nchase_unit = "hours"', "chase_unit", "chase_amount"),
        ("amount = 15", 'amount = 15\nitem = "pill"', "item", "drug, service"),
        ("amount = 15", 'amount = 15\nstage = "soon"', "stage", "request"),
        ("amount = 15", 'amount = 15\nchannels = ["telex"]', "channels", "portal"),
        ("amount = 15", 'amount = 15\nlate_roll = "monday"', "late_roll", "next_business_day"),
        (
            'unit = "calendar_days"',
            'unit = "business_days"\nlate_roll = "next_business_day"',
            "late_roll",
            "calendar days",
        ),
        (
            'owed_by = "payer"',
            'owed_by = "clinic"\nlate_roll = "next_business_day"',
            "late_roll",
            "plans on no roll",
        ),
        ("amount = 15", "amount = 15\nrestart = { amount = 2 }", "unit", "rule one: restart"),
        (
            "amount = 15",
            "amount = 15\nstaffed = { business_days = [18:00:00, 06:00:00], other_days = [] }",
            "business_days",
            "opening and the closing",
        ),
        ("amount = 15", 'amount = 15\nextends = ["two"]', "extends", "no rule 'two'"),
        ("amount = 15", "amount = 15\nextension = 14", "extension", "braces"),
        (
            "amount = 15",
            "amount = 15\nextension = { amount = 14 }",
            "unit",
            "rule one: extension",
        ),
        (
            "amount = 15",
            "amount = 15\ntolling = { answer_days = 45, narrow_days = 15 }",
            "tolling",
            "only a rule with an extension",
        ),
        (
            "amount = 15",
            'amount = 15\nperiod = { event = "rating_period_start", months = 12 }',
            "began_from",
            "either began_from or began_before",
        ),
        (
            "amount = 15",
            'amount = 15\nalternative = { take = "later" }',
            "until",
            "either until, or amount",
        ),
        (
            "amount = 15",
            'amount = 15\nalternative = { take = "earlier", amount = 2 }',
            "amount",
            "needs unit and start",
        ),
        (
            "amount = 15",
            "amount = 15\ntiming = { event = 'request_submitted', relation = 'near', hours = 1, "
            "other = 'approved_course_ends' }\notherwise = 'one'",
            "relation",
            "at_least_before",
        ),
        ("amount = 15", 'amount = 15\notherwise = "one"', "otherwise", "come together"),
    ],
)
def test_a_field_that_cannot_be_right_is_named(
    tmp_path: Path, old: str, new: str, field: str, words: str
) -> None:
    assert old in GOOD
    with pytest.raises(RulebookError) as refusal:
        load(tmp_path, GOOD.replace(old, new, 1))
    message = str(refusal.value)
    assert message.startswith("federal/law.toml: rule one")
    assert f"field {field}:" in message
    assert words in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "field authority: it is missing"),
        ("[authority", "not a TOML file"),
        (GOOD.split("[[rule]]")[0], "holds no"),
        (GOOD.replace('jurisdiction = "US"', 'jurisdiction = "Texas"'), "US- and the state"),
        (GOOD + "\n[more]\nx = 1\n", "more"),
        (GOOD.replace('id = "one"', ""), "without id"),
        ("rule = [5]\n" + GOOD.split("[[rule]]")[0], "table is expected"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(RulebookError) as refusal:
        load(tmp_path, text)
    assert str(refusal.value).startswith("federal/law.toml:")
    assert words in str(refusal.value)


def second(changes: dict[str, str]) -> str:
    rule = GOOD.split("[[rule]]")[1].replace('id = "one"', 'id = "two"')
    for old, new in changes.items():
        assert old in rule
        rule = rule.replace(old, new)
    return f"{GOOD}\n[[rule]]{rule}"


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="rule one: field id: already used"):
        load(tmp_path, second({'id = "two"': 'id = "one"'}))


def test_two_rules_for_the_same_cases_and_days_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"rule two: field effective_from.*same time as one"):
        load(tmp_path, second({}))


@pytest.mark.parametrize(
    "changes",
    [
        {'urgency = "standard"': 'urgency = "expedited"'},
        {'["erisa_self_funded"]': '["medicare_advantage"]'},
        {"amount = 15": "amount = 15\nprecedence = 1"},
        {"amount = 15": "amount = 15\nautomatic = false"},
        {"amount = 15": 'amount = 15\nitem = "drug"'},
    ],
)
def test_rules_that_differ_in_what_they_claim_stand_side_by_side(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    load(tmp_path, second(changes))


def test_one_rule_may_follow_another_in_time(tmp_path: Path) -> None:
    before = GOOD.replace("amount = 15", "amount = 15\neffective_to = 2025-12-31")
    after = second({"amount = 15": "amount = 7\neffective_from = 2026-01-01"})
    load(tmp_path, before + after[len(GOOD) :])
    with pytest.raises(RulebookError, match="same time"):
        overlap = second({"amount = 15": "amount = 7\neffective_from = 2025-12-31"})
        load(tmp_path, before + overlap[len(GOOD) :])


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="no rule file"):
        load_rulebook(tmp_path)


@pytest.mark.parametrize(("from_", "is_gap"), [("2026-01-01", False), ("2026-01-02", True)])
def test_no_day_may_lie_between_two_versions_of_a_rule(
    tmp_path: Path, from_: str, *, is_gap: bool
) -> None:
    before = GOOD.replace("amount = 15", "amount = 15\neffective_to = 2025-12-31")
    after = GOOD[GOOD.index("[[rule]]") :].replace('"one"', '"two"')
    after = after.replace("amount = 15", f"amount = 7\neffective_from = {from_}")
    if not is_gap:
        load(tmp_path, before + after)
        return
    with pytest.raises(RulebookError) as refusal:
        load(tmp_path, before + after)
    assert str(refusal.value).startswith(
        "federal/law.toml: rule one: field effective_to: no rule covers the same cases from "
        "2026-01-01 until two takes effect on 2026-01-02"
    )


def test_a_rule_that_was_repealed_leaves_no_gap(tmp_path: Path) -> None:
    load(tmp_path, GOOD.replace("amount = 15", "amount = 15\neffective_to = 2025-12-31"))
