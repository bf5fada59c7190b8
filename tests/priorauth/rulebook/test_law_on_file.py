"""The rules that ship: complete, sourced, and honest about what was seen."""

from __future__ import annotations

import re

import pytest

from priorauth.rulebook.loader import AUTHORITIES, shipped_rulebook
from priorauth.rulebook.remedies import Remedy
from priorauth.rulebook.rule import Basis, Confidence, DeadlineRule, Layer, SourceKind
from priorauth.terms import ClockKind, OwedBy

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


# deadlines.md 5, deadline_review.md 6: where a request without an answer may count as approved.
APPROVED_BY_SILENCE = (
    "st-co-pa-standard st-mi-pa-standard st-tn-pa-standard st-il-pa-standard st-ga-pa-standard "
    "st-ky-pa-standard st-az-pa-standard st-in-pa-standard st-nj-pa-standard-electronic "
    "st-dc-pa-standard-electronic st-nh-pa-standard-electronic st-me-pa-standard st-wy-pa-standard "
    "st-nd-pa-standard st-ma-pa-form st-ok-pa-standard st-ne-pa-standard st-vt-pa-standard "
    "st-ca-drug-pa-standard st-ak-pa-standard-2027"
)
OTHERWISE_BY_SILENCE = {
    "st-la-pa-standard": Remedy.CLAIM_STANDS,
    "st-ct-pa-standard": Remedy.DEEMED_EXHAUSTED,
    "st-ny-pa-standard": Remedy.ADVERSE_AND_APPEALABLE,
    "st-ny-missed-appeal": Remedy.DEEMED_REVERSED,
    "fed-mco-missed-pa": Remedy.COUNTS_AS_DENIAL,
    "fed-mco-appeal-decision": Remedy.DEEMED_EXHAUSTED,
    "fed-ma-pa-standard": Remedy.ADVERSE_AND_APPEALABLE,
    "fed-ma-appeal-decision": Remedy.AUTO_FORWARD_TO_IRE,
    "st-ca-pa-standard": Remedy.REGULATOR_COMPLAINT,
}


def test_silence_means_what_the_law_of_each_place_says() -> None:
    approved = dict.fromkeys(APPROVED_BY_SILENCE.split(), Remedy.DEEMED_APPROVED)
    told = approved | OTHERWISE_BY_SILENCE
    assert {rule.id: rule.remedy for rule in RULES if rule.id in told} == told


def test_the_states_that_count_from_complete_information_are_those_of_the_law() -> None:
    """deadlines.md 4 and deadline_review.md 6; Virginia until 2027; OK, NE and ND are believed."""
    waiting = {
        rule.authority.state
        for rule in RULES
        if rule.kind is ClockKind.PA_DECISION
        and rule.limit.starts_on == "all_information_received_by_payer"
        and rule.reach.item is None
        and rule.authority.state
    }
    known = "IL GA AZ KY NC MD NY NH WY CA MA AR AL OK NE MN MO ND VA"
    assert waiting == set(known.split())
