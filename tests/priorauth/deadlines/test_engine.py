"""The engine as a whole: pure, repeatable, choosing between laws, and honest about itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.deadlines.engine import compute, compute_deadlines
from priorauth.deadlines.explain import explain
from priorauth.deadlines.facts import Happening, Moment, PlanFacts
from priorauth.errors import RulebookError
from priorauth.rulebook.loader import AUTHORITIES, load_rulebook, shipped_rulebook
from priorauth.rulebook.rulebook import Rulebook
from priorauth.terms import (
    ClockKind,
    EventKind,
    Funding,
    ItemKind,
    LineOfBusiness,
    OwedBy,
    ReviewTiming,
    Standing,
    Urgency,
)
from tests.priorauth.deadlines.casework import (
    DRUG_AND_SERVICE,
    INSURED,
    MEDICARE,
    SELF_FUNDED,
    ZONE,
    Case,
    at,
    written,
)

RULES = shipped_rulebook()

STATE_LAW = """
[authority]
title = "A state's code"
jurisdiction = "US-SD"

[[rule]]
id = "test-sd-pa-standard"
kind = "pa_decision"
owed_by = "payer"
plan_types = ["state_regulated"]
urgency = "standard"
starts_on = "request_received_by_payer"
amount = {amount}
unit = "calendar_days"
confidence = "verified"
source_kind = "{source}"
citation = "S.D. Test Code 1"
remedy = "regulator_complaint"
says = "A decision is owed."
{more}
"""


def with_state_law(
    folder: Path, amount: int = 3, source: str = "primary_text", more: str = ""
) -> Rulebook:
    copytree(AUTHORITIES, folder / "law")
    (folder / "law" / "sd.toml").write_text(
        STATE_LAW.format(amount=amount, source=source, more=more), encoding="utf-8"
    )
    return load_rulebook(folder / "law")


def test_the_shorter_of_federal_and_state_law_binds_the_payer(tmp_path: Path) -> None:
    rules = with_state_law(tmp_path)
    found = (
        Case(plan=INSURED).submitted("2026-11-20T10:00").one(ClockKind.PA_DECISION, rulebook=rules)
    )
    assert (found.rule, written(found.legal)) == ("test-sd-pa-standard", "2026-11-23T23:59")
    lost = {each.rule: each.why for each in found.lost}
    assert "it ends later, Sat 5 Dec 2026" in lost["fed-erisa-pa-standard"]


def test_a_longer_state_limit_loses_to_the_federal_floor(tmp_path: Path) -> None:
    rules = with_state_law(tmp_path, amount=20)
    found = (
        Case(plan=INSURED).submitted("2026-11-20T10:00").one(ClockKind.PA_DECISION, rulebook=rules)
    )
    assert found.rule == "fed-erisa-pa-standard"
    assert "test-sd-pa-standard" in {each.rule for each in found.lost}


@pytest.mark.parametrize("plan", [SELF_FUNDED, replace(INSURED, issue_state="IL"), MEDICARE])
def test_state_law_reaches_only_insured_plans_of_its_state(tmp_path: Path, plan: PlanFacts) -> None:
    rules = with_state_law(tmp_path)
    found = Case(plan=plan).submitted("2026-11-20T10:00").one(ClockKind.PA_DECISION, rulebook=rules)
    assert "test-sd-pa-standard" not in {found.rule, *(each.rule for each in found.lost)}


def test_a_limit_whose_text_was_not_seen_is_believed(tmp_path: Path) -> None:
    rules = with_state_law(tmp_path, source="secondary")
    found = (
        Case(plan=INSURED).submitted("2026-11-20T10:00").one(ClockKind.PA_DECISION, rulebook=rules)
    )
    assert found.is_believed
    assert any(sentence.startswith("Believed") for sentence in explain(found))


def test_two_rules_with_equal_right_are_an_error(tmp_path: Path) -> None:
    second = """
[[rule]]
id = "test-sd-second"
kind = "pa_decision"
owed_by = "payer"
plan_types = ["state_regulated"]
urgency = "standard"
is_complex = false
starts_on = "request_received_by_payer"
amount = 4
unit = "calendar_days"
confidence = "verified"
source_kind = "primary_text"
citation = "S.D. Test Code 2"
remedy = "none"
says = "Another."
"""
    rules = with_state_law(tmp_path, more=second)
    with pytest.raises(RulebookError, match="equal right"):
        Case(plan=INSURED).submitted("2026-11-20T10:00").computed(rulebook=rules)


# ------------------------------------------------------------------ every kind of plan


@pytest.mark.parametrize("line_of_business", list(LineOfBusiness))
@pytest.mark.parametrize("funding", list(Funding))
@pytest.mark.parametrize("urgency", list(Urgency))
@pytest.mark.parametrize("timing", list(ReviewTiming))
def test_no_plan_makes_two_rules_claim_one_step(
    line_of_business: LineOfBusiness, funding: Funding, urgency: Urgency, timing: ReviewTiming
) -> None:
    for levels, yes_no in ((None, None), (1, True), (2, False)):
        plan = PlanFacts(
            line_of_business,
            funding,
            "TX",
            is_grandfathered=yes_no,
            federal_external_review=yes_no,
            appeal_levels=levels,
        )
        case = long_story(Case(plan, DRUG_AND_SERVICE, urgency, timing))
        kinds = {each.kind for each in case.computed("2027-03-01").deadlines}
        assert ClockKind.PA_DECISION in kinds
        # Only the state agency that pays by itself has no appeal before the hearing.
        is_heard = line_of_business is LineOfBusiness.MEDICAID_FFS
        assert (ClockKind.FAIR_HEARING if is_heard else ClockKind.APPEAL_FILING) in kinds


def long_story(case: Case) -> Case:
    case.submitted("2026-11-02T10:00").asked("2026-11-04T10:00")
    case.answered("2026-11-05").denied("2026-11-10", notice_dated=date(2026, 11, 10))
    case.appealed("2026-11-20T10:00").appeal_received("2026-11-21T10:00")
    case.upheld("2026-12-18", notice_dated=date(2026, 12, 18), notice_received=date(2026, 12, 21))
    case.tell(EventKind.EXTERNAL_REVIEW_FILED, "2027-01-04", "review-1", urgency="standard")
    case.tell(EventKind.EXTERNAL_REVIEW_ASSIGNED, "2027-01-05", "review-1")
    return case


# ------------------------------------------------------------------ pure


def test_the_same_facts_give_an_equal_answer() -> None:
    facts = long_story(Case()).facts()
    now = at("2027-01-06").latest
    assert compute(facts, RULES, now) == compute(facts, RULES, now)


def test_now_moves_no_date_and_must_have_a_zone() -> None:
    facts = long_story(Case()).facts()
    early = compute_deadlines(facts, RULES, at("2026-11-02").latest)
    late = compute_deadlines(facts, RULES, at("2029-11-02").latest)
    same = {"standing": Standing.RUNNING}
    assert [replace(each, **same) for each in early] == [replace(each, **same) for each in late]  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="time zone"):
        compute_deadlines(facts, RULES, datetime(2027, 1, 6))


def test_events_that_move_nothing_change_nothing() -> None:
    plain = long_story(Case())
    noisy = long_story(Case())
    for kind in (EventKind.CALL_LOGGED, EventKind.NOTE_ADDED, EventKind.REASSIGNED):
        noisy.tell(kind, "2026-11-12T10:00")
    assert plain.computed() == noisy.computed()


STEPS = st.sampled_from([kind for kind in EventKind if kind is not EventKind.STEP_UNDONE])
FACTS = {
    "adverse": True,
    "channel": "fax",
    "level": "first",
    "urgency": "expedited",
    "outcome": "upheld",
    "is_extension": True,
    "notice_dated": date(2026, 11, 10),
    "answer_by": date(2026, 12, 24),
}


@settings(max_examples=250, deadline=None)
@given(
    st.lists(st.tuples(STEPS, st.integers(-1, 2000), st.integers(0, 3)), max_size=14),
    st.sampled_from(list(LineOfBusiness)),
    st.sampled_from(list(Funding)),
    st.sampled_from(list(ReviewTiming)),
)
def test_any_order_of_events_gives_dates_that_hold_together(
    steps: list[tuple[EventKind, int, int]],
    line_of_business: LineOfBusiness,
    funding: Funding,
    timing: ReviewTiming,
) -> None:
    start = datetime(2026, 11, 2, 15, tzinfo=UTC)
    happenings = tuple(
        Happening(
            key=str(number),
            kind=kind,
            when=Moment.instant(start + timedelta(hours=hours), ZONE) if hours >= 0 else None,
            learned_at=start + timedelta(hours=abs(hours), seconds=number),
            proceeding=f"p-{proceeding}" if proceeding else "",
            facts=FACTS,
        )
        for number, (kind, hours, proceeding) in enumerate(steps, 1)
    )
    facts = replace(
        Case(PlanFacts(line_of_business, funding), DRUG_AND_SERVICE, timing=timing).facts(),
        happenings=happenings,
    )
    found = compute_deadlines(facts, RULES, start + timedelta(days=30))
    keys = {
        (each.item, each.kind, each.rule, each.rule_effective_from, each.start) for each in found
    }
    assert len(keys) == len(found)  # the natural key is one
    for each in found:
        assert each.chase is not None
        assert each.chase <= each.due
        assert each.legal is None or each.owed_by is OwedBy.CLINIC or each.due == each.legal
        if each.owed_by is OwedBy.CLINIC:
            assert each.working is not None
            assert each.working <= each.due
            assert each.legal is None or each.due <= each.legal
        if each.owed_by is OwedBy.PAYER and each.legal is None:
            assert each.standing is not Standing.MISSED
        assert each.derivation
        assert each.citation


# ------------------------------------------------------------------ explanations


def test_every_deadline_explains_itself() -> None:
    for deadline in long_story(Case(plan=MEDICARE, lines=DRUG_AND_SERVICE)).computed().deadlines:
        words = "\n".join(explain(deadline))
        assert deadline.kind.label in words
        assert deadline.rule in words
        assert deadline.citation in words
        for lost in deadline.lost:
            assert lost.rule in words


def test_an_explanation_names_each_counted_and_skipped_day() -> None:
    found = Case(plan=PlanFacts()).submitted("2026-11-25T10:00").one(ClockKind.PA_DECISION)
    words = "\n".join(explain(found))
    assert "Counted (business days): Fri 27 Nov 2026 = 1, Mon 30 Nov 2026 = 2" in words
    assert "Thu 26 Nov 2026 (Thanksgiving Day)" in words
    assert "There is no legal date" in words
    assert "An expectation, not law." in words


def test_an_explanation_says_how_a_settled_or_stopped_clock_stands() -> None:
    met = Case().submitted("2026-11-20T10:00").approved("2026-11-23").one(ClockKind.PA_DECISION)
    assert explain(met)[-1] == "It was met."
    stopped = Case().submitted("2026-11-02T09:00").asked("2026-11-12", is_extension=True)
    assert "stands still" in explain(stopped.one(ClockKind.EXTENSION))[-1]
    items = Case(plan=MEDICARE, lines=DRUG_AND_SERVICE).submitted("2026-11-20T10:00").computed()
    assert {each.item for each in items.deadlines} == set(ItemKind)
    assert any("(drug lines)" in explain(each)[0] for each in items.deadlines)
