"""The pages made from the rules: nothing on file is left out, nothing missing is hidden."""

from __future__ import annotations

import pytest

from priorauth.codes.state import NAMES
from priorauth.rulebook.describe import describe_coverage, describe_rules, limit_words, sure_words
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.terms import LineOfBusiness

RULES = shipped_rulebook()


def test_every_rule_stands_on_the_page_of_rules_with_its_citation() -> None:
    page = describe_rules()
    for rule in RULES:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{rule.id}` |"))
        assert rule.citation.replace("|", "/") in row
        assert sure_words(rule) in row


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "fed-ma-pa-standard",
            "7 calendar days from request received by payer, up to 14 calendar days more",
        ),
        ("fed-partd-urgent", "24 hours from request received by payer"),
        ("fed-medicaid-advance-notice", "10 calendar days before action effective"),
        ("fed-fehb-reconsideration-filing", "6 months from denial notice dated"),
        ("fed-mco-missed-pa", "no time to count"),
    ],
)
def test_a_limit_is_told_in_a_few_words(rule: str, words: str) -> None:
    assert limit_words(RULES.rule(rule)) == words


def test_every_kind_of_plan_and_every_state_has_a_row_on_the_page_of_coverage() -> None:
    page = describe_coverage()
    for plan in LineOfBusiness:
        if plan is not LineOfBusiness.UNKNOWN:
            assert f"| {plan.label}" in page
    for name in NAMES.values():
        assert f"| {name} |" in page


def test_a_plan_without_law_is_shown_to_have_none() -> None:
    rows = {line.split(" | ")[0]: line for line in describe_coverage().splitlines()}
    assert rows["| VA community care"].count("**none**") == 6
    # 42 CFR 422.568: from 2003 with 14 days, since 2026 with 7.
    assert "2003-01-01" in rows["| Medicare Advantage"]
    # Services of the state agency have a limit since 2026 (42 CFR 440.230(e)); drugs are older.
    assert rows["| Medicaid fee-for-service"].split(" | ")[1] == "2026-01-01"
    # 32 CFR 199.10(b) is on file, the day it took effect is not.
    assert "always" in rows["| TRICARE"]
    # What follows a denied reconsideration of an integrated plan is not on file.
    assert "**none**" in rows["| Medicare-Medicaid integrated (D-SNP)"]


def test_every_rule_without_a_first_day_is_named_on_the_page_of_coverage() -> None:
    undated = describe_coverage().partition("## Rules whose first day is not on file")[2]
    for rule in RULES:
        assert (f"`{rule.id}`" in undated) == (rule.effective_from is None), rule.id


def test_a_limit_of_which_only_hearsay_is_on_file_is_marked_believed() -> None:
    rows = {line.split(" | ")[0]: line for line in describe_coverage().splitlines()}
    assert "2006-01-01, believed" in rows["| Medicare Part D"]
