"""Plan facts to plan types, and rules to verdicts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from priorauth.rulebook.event_names import EXTRA_EVENTS, START_EVENTS, event_name
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.plan_types import PLAN_TYPES, plan_reach
from priorauth.rulebook.rule import Layer, Period, Stage
from priorauth.rulebook.selection import Question, holds_in_period, select
from priorauth.terms import (
    AppealLevel,
    Channel,
    ClockKind,
    Funding,
    ItemKind,
    LineOfBusiness,
    ReviewTiming,
    Urgency,
)

INSURED, SELF_FUNDED, NOT_SAID = Funding.INSURED, Funding.SELF_FUNDED, Funding.UNKNOWN


@pytest.mark.parametrize(
    ("line_of_business", "funding", "types"),
    [
        (LineOfBusiness.EMPLOYER, INSURED, "erisa_insured state_regulated"),
        (LineOfBusiness.EMPLOYER, SELF_FUNDED, "erisa_self_funded"),
        (LineOfBusiness.EMPLOYER, NOT_SAID, ""),
        (LineOfBusiness.UNKNOWN, SELF_FUNDED, ""),
        (LineOfBusiness.EXCHANGE, NOT_SAID, "qhp_ffe individual_aca state_regulated"),
        (LineOfBusiness.INDIVIDUAL, INSURED, "individual_aca state_regulated"),
        (LineOfBusiness.NONFEDERAL_GOVERNMENT, SELF_FUNDED, "nonfed_gov"),
        (LineOfBusiness.NONFEDERAL_GOVERNMENT, INSURED, "nonfed_gov state_regulated"),
        (LineOfBusiness.MEDICARE_ADVANTAGE, NOT_SAID, "medicare_advantage"),
        (LineOfBusiness.MEDICAID_MANAGED_CARE, NOT_SAID, "medicaid_mco"),
        (LineOfBusiness.PSHB, NOT_SAID, "fehb"),
        (LineOfBusiness.WORKERS_COMPENSATION, NOT_SAID, ""),
    ],
)
def test_plan_facts_amount_to_plan_types(
    line_of_business: LineOfBusiness, funding: Funding, types: str
) -> None:
    reach = plan_reach(line_of_business, funding, None)
    assert reach.types == frozenset(types.split())
    assert bool(reach.unknown) == (not types)
    assert reach.types <= PLAN_TYPES


@pytest.mark.parametrize("line_of_business", list(LineOfBusiness))
@pytest.mark.parametrize("funding", list(Funding))
def test_every_plan_has_types_or_says_what_to_find_out(
    line_of_business: LineOfBusiness, funding: Funding
) -> None:
    reach = plan_reach(line_of_business, funding, None)
    assert bool(reach.types) != bool(reach.unknown)


def test_a_grandfathered_plan_is_outside_the_law_that_reaches_it_through_the_aca() -> None:
    individual = plan_reach(LineOfBusiness.INDIVIDUAL, NOT_SAID, True)
    assert individual.types == {"state_regulated", "grandfathered"}
    employer = plan_reach(LineOfBusiness.EMPLOYER, SELF_FUNDED, True)
    assert employer.types == {"erisa_self_funded", "grandfathered"}


def question(**changes: object) -> Question:
    asked: dict[str, object] = {
        "kind": ClockKind.PA_DECISION,
        "stage": Stage.REQUEST,
        "plan_types": frozenset({"medicare_advantage"}),
        "state": "",
        "urgency": Urgency.STANDARD,
        "review_timing": ReviewTiming.PROSPECTIVE,
        "item": ItemKind.SERVICE,
        "is_complex": False,
        "level": None,
        "appeal_levels": None,
        "grandfathered": False,
        "federal_external_review": None,
        "starts": {
            "request_received_by_payer": date(2026, 11, 20),
            "request_submitted": date(2026, 11, 20),
        },
        **changes,
    }
    return Question(**asked)  # type: ignore[arg-type]


def governing(asked: Question) -> dict[Layer, tuple[str, ...]]:
    verdict = select(asked, shipped_rulebook())
    return {layer: tuple(rule.id for rule in rules) for layer, rules in verdict.governing.items()}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, "fed-ma-pa-standard"),
        ({"item": ItemKind.DRUG}, "fed-ma-partb-drug-standard"),
        ({"urgency": Urgency.EXPEDITED}, "fed-ma-pa-urgent"),
        ({"urgency": Urgency.EXPEDITED, "item": ItemKind.DRUG}, "fed-ma-partb-drug-urgent"),
        ({"starts": {"request_received_by_payer": date(2025, 12, 31)}}, "fed-ma-pa-standard-2025"),
        ({"starts": {"request_received_by_payer": date(2026, 1, 1)}}, "fed-ma-pa-standard"),
        # Before 2020 a Part B drug had no clock of its own.
        (
            {"starts": {"request_received_by_payer": date(2019, 12, 31)}, "item": ItemKind.DRUG},
            "fed-ma-pa-standard-2025",
        ),
    ],
)
def test_facts_and_dates_choose_one_rule(changes: dict[str, object], rule: str) -> None:
    assert governing(question(**changes))[Layer.FEDERAL] == (rule,)


def test_the_baseline_stands_beside_the_law_and_alone_when_the_plan_is_unknown() -> None:
    assert governing(question())[Layer.BASELINE] == ("base-pa-standard",)
    assert governing(question(plan_types=frozenset())) == {Layer.BASELINE: ("base-pa-standard",)}
    assert governing(question(is_complex=True))[Layer.BASELINE] == ("base-pa-complex",)


def test_a_rule_whose_start_is_not_recorded_waits() -> None:
    verdict = select(question(starts={"request_submitted": date(2026, 11, 20)}), shipped_rulebook())
    assert {rule.id for rule in verdict.waiting} == {"fed-ma-pa-standard"}


def test_a_rule_that_was_over_before_anything_happened_does_not_wait_for_its_start() -> None:
    verdict = select(question(starts={"request_submitted": date(2026, 1, 1)}), shipped_rulebook())
    why = {each.rule.id: each.why for each in verdict.rejected}
    assert why["fed-ma-pa-standard-2025"] == (
        "it ended on 2025-12-31, before this clock could start"
    )
    assert Layer.FEDERAL not in verdict.governing


def test_two_rules_stay_where_a_fact_is_not_known() -> None:
    appeal = question(
        kind=ClockKind.APPEAL_DECISION,
        stage=Stage.APPEAL,
        plan_types=frozenset({"erisa_self_funded"}),
        starts={"appeal_received_by_payer": date(2026, 11, 20)},
    )
    verdict = select(appeal, shipped_rulebook())
    assert len(verdict.governing[Layer.FEDERAL]) == 2
    assert verdict.doubts == ("how many levels of internal appeal the plan has",)


@pytest.mark.parametrize(
    ("on", "began", "holds"),
    [
        (date(2026, 12, 28), date(2026, 7, 1), True),
        (date(2026, 5, 8), date(2026, 7, 1), False),  # the period before began in 2025
        (date(2027, 3, 1), date(2025, 7, 1), True),  # it has begun anew in July 2026
        (date(2026, 1, 1), date(2026, 1, 1), True),
        (date(2025, 12, 31), None, False),
        (date(2026, 6, 1), None, None),
        (date(2026, 12, 31), None, True),
        (date(2026, 12, 30), None, None),
    ],
)
def test_the_plan_period_that_holds_the_day_decides(
    on: date, began: date | None, holds: bool | None
) -> None:
    new = Period("rating_period_start", date(2026, 1, 1), is_before=False, months=12)
    old = Period("rating_period_start", date(2026, 1, 1), is_before=True, months=12)
    assert holds_in_period(new, on, began) is holds
    assert holds_in_period(old, on, began) is (None if holds is None else not holds)


@pytest.mark.parametrize(
    ("spelt", "name"),
    [
        ("extension_notice_sent", "extension_notice_sent"),
        ("Extension-Notice sent", "extension_notice_sent"),
        ("notice_mailed", "notice_dated"),
        ("four_month_window_end", "end_of_external_filing_window"),
        ("claimant_responded_on", "claimant_responded"),
        ("action_effective_date", "action_effective"),
        ("denial_notice_date", "denial_notice_dated"),
        ("ire_decision_date", "ire_decision_dated"),
        ("request_received_by_plan", "request_received_by_payer"),
        ("final_denial_received_at", "final_denial_received"),
        ("extension_notice_snt", None),
        ("plan_year_start", None),
        ("", None),
    ],
)
def test_an_event_is_known_by_its_name_and_synonyms(spelt: str, name: str | None) -> None:
    assert event_name(spelt) == name


def test_every_name_of_the_vocabulary_means_itself() -> None:
    for name in START_EVENTS | EXTRA_EVENTS:
        assert event_name(name) == name


# ------------------------------------------------------------------ no two with equal right

PLANS = {
    plan_reach(line_of_business, funding, grandfathered).types
    for line_of_business, funding in (
        (LineOfBusiness.EMPLOYER, INSURED),
        (LineOfBusiness.EXCHANGE, NOT_SAID),
        (LineOfBusiness.NONFEDERAL_GOVERNMENT, INSURED),
        (LineOfBusiness.MEDICAID_MANAGED_CARE, NOT_SAID),
        (LineOfBusiness.CHIP, NOT_SAID),
    )
    for grandfathered in (False, True)
}
STATES = sorted({rule.authority.state for rule in shipped_rulebook()} - {""})


def days_of(state: str) -> list[date]:
    """The days on each side of every change of a state's law from 2024 to 2030, and both ends."""
    changes = [
        (rule.effective_from, rule.effective_to)
        for rule in shipped_rulebook()
        if rule.authority.state == state
    ]
    before = {first - timedelta(days=1) for first, _ in changes if first}
    after = {last + timedelta(days=1) for _, last in changes if last}
    firsts, lasts = {first for first, _ in changes if first}, {last for _, last in changes if last}
    ends = {date(2024, 1, 1), date(2030, 12, 31)}
    return sorted(day for day in before | after | firsts | lasts | ends if 2024 <= day.year <= 2030)


@pytest.mark.parametrize("state", STATES)
def test_no_case_of_a_state_is_claimed_by_two_rules_with_equal_right(state: str) -> None:
    law = [rule for rule in shipped_rulebook() if rule.authority.state == state]
    steps = sorted({(rule.kind, rule.reach.stage) for rule in law}, key=str)
    for (kind, stage), types, day in product(steps, PLANS, days_of(state)):
        request = kind is ClockKind.PA_DECISION
        told = {
            "kind": kind,
            "stage": stage or Stage.REQUEST,
            "plan_types": types,
            "state": state,
            "grandfathered": "grandfathered" in types,
            # The worst case: everything that can start a clock has happened.
            "starts": dict.fromkeys(START_EVENTS, day),
        }
        for urgency, timing in product(Urgency, ReviewTiming):
            for item in ItemKind if request else (ItemKind.DRUG,):
                for channel in (None, *Channel) if request else (None,):
                    for level in (None,) if request else AppealLevel:
                        asked = question(
                            **told,
                            urgency=urgency,
                            review_timing=timing,
                            item=item,
                            channel=channel,
                            level=level,
                        )
                        verdict = select(asked, shipped_rulebook())  # raises on equal right
                        kept = verdict.governing.get(Layer.STATE, ())
                        assert len(kept) < 2 or verdict.doubts
