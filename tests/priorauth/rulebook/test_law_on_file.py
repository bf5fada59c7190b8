"""The rules that ship: complete, sourced, and honest about what was seen."""

from __future__ import annotations

import re

import pytest

from priorauth.rulebook.loader import AUTHORITIES, shipped_rulebook
from priorauth.rulebook.rule import Basis, Confidence, DeadlineRule, Layer, SourceKind
from priorauth.terms import OwedBy

RULES = list(shipped_rulebook())


FAMILIES = {
    "base-": 9,
    "fed-aca-": 11,
    "fed-chip-": 3,
    "fed-dsnp-": 9,
    "fed-erisa-": 18,
    "fed-fehb-": 9,
    "fed-grandfathered": 1,
    "fed-ma-": 19,
    "fed-mco-": 14,
    "fed-medicaid-": 5,
    "fed-om-": 5,
    "fed-partd-": 6,
    "fed-qhp-": 1,
    "fed-tricare-": 6,
    "policy-": 2,
}


def test_the_rulebook_holds_the_baseline_federal_law_and_two_examples_of_policy() -> None:
    found = {family: sum(rule.id.startswith(family) for rule in RULES) for family in FAMILIES}
    assert found == FAMILIES
    here = [rule for rule in RULES if rule.authority.layer is not Layer.STATE]
    assert sum(found.values()) == len(here)


def test_a_contract_window_is_never_a_live_rule() -> None:
    assert not any(rule.is_automatic for rule in RULES if rule.authority.layer is Layer.POLICY)


def test_the_rulebook_holds_the_law_of_45_states_and_the_district() -> None:
    law = [rule for rule in RULES if rule.authority.layer is Layer.STATE]
    assert all(rule.id.startswith(f"st-{rule.authority.state.lower()}-") for rule in law)
    # 139 rows of the research, and 19 more that their notes give the numbers of.
    assert len(law) == 158
    assert len({rule.authority.state for rule in law}) == 46


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_it_is_in_its_own_words(rule: DeadlineRule) -> None:
    assert rule.citation.strip()
    assert 20 < len(rule.says) < 240
    assert rule.says.endswith(".")
    assert rule.authority.file.count("/") == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_was_not_seen_is_never_called_seen(rule: DeadlineRule) -> None:
    seen = rule.source_kind in (SourceKind.PRIMARY_TEXT, SourceKind.QUOTED_COPY)
    assert rule.text_was_seen == seen
    if rule.is_limit:
        assert rule.is_believed == (not seen)
    if rule.confidence is Confidence.FROM_KNOWLEDGE:
        assert rule.source_kind is SourceKind.NOT_SEEN
    elif rule.authority.layer is Layer.FEDERAL:
        assert rule.source


def test_only_law_binds() -> None:
    for rule in RULES:
        if rule.authority.layer is Layer.BASELINE:
            assert not rule.is_limit
            assert rule.basis in (Basis.EXPECTATION, Basis.PAYER_POLICY)
        elif rule.authority.layer is Layer.FEDERAL or rule.authority.link:
            assert rule.authority.link.startswith("https://")


def test_every_file_of_law_is_about_one_section() -> None:
    for file in AUTHORITIES.glob("federal/*.toml"):
        found = {rule.authority.title for rule in RULES if rule.authority.file.endswith(file.name)}
        assert len(found) == 1
        number = re.findall(r"\d+", file.stem)
        assert all(part in next(iter(found)) for part in number[:2])


def test_the_clinic_owes_filings_and_answers_and_the_payer_decisions() -> None:
    ours = {rule.kind.value for rule in RULES if rule.owed_by is OwedBy.CLINIC}
    assert ours == {
        "appeal_filing",
        "continuation_of_benefits",
        "extension",
        "external_filing",
        "fair_hearing",
        "info_supply",
        "peer_to_peer",
        "resubmission",
        "submit_by",
    }
