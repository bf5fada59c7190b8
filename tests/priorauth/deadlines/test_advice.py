"""What the law says without any time to count, at the moment when it can be acted on."""

from __future__ import annotations

from datetime import date

from priorauth.deadlines.advice import Advice, NextStep, advise
from priorauth.deadlines.engine import compute
from priorauth.deadlines.facts import LineFacts, PlanFacts
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.terms import (
    EventKind,
    Funding,
    ItemKind,
    LineOfBusiness,
    ReviewTiming,
    Urgency,
)
from tests.priorauth.deadlines.casework import MEDICAID, MEDICARE, SELF_FUNDED, UNKNOWN, Case, at

RULES = shipped_rulebook()


def told(case: Case, now: str) -> list[Advice]:
    facts, instant = case.facts(), at(now).latest
    return list(advise(facts, compute(facts, RULES, instant), RULES, instant))


def one(case: Case, now: str) -> Advice:
    (only,) = told(case, now)
    return only


def insured(state: str) -> PlanFacts:
    return PlanFacts(LineOfBusiness.EMPLOYER, Funding.INSURED, state)


# ------------------------------------------------------------------ silence on a request


def test_nothing_is_said_before_the_last_second_is_over() -> None:
    case = Case(plan=MEDICAID).submitted("2026-12-18T10:00")
    assert told(case, "2026-12-25T23:59:59") == []


def test_medicaid_silence_is_a_denial_to_be_appealed() -> None:
    found = one(Case(plan=MEDICAID).submitted("2026-12-18T10:00"), "2026-12-26")
    assert (found.rule, found.next_step) == ("fed-mco-missed-pa", NextStep.APPEAL)
    assert found.citation == "42 CFR 438.404(c)(5)"
    assert "25 Dec 2026" in found.says
    assert not found.is_believed


def test_michigan_silence_may_be_an_approval_to_be_had_in_writing() -> None:
    """Michigan deems a late non-urgent request granted: MCL 500.2212e."""
    case = Case(plan=insured("MI")).submitted("2026-12-07T10:00")
    found = told(case, "2027-01-20")
    assert [each.next_step for each in found] == [NextStep.ASK_IN_WRITING]
    assert "approved" in found[0].says
    assert "500.2212e" in found[0].citation


def test_an_employer_plan_that_is_late_may_be_taken_to_external_review() -> None:
    found = one(Case(plan=SELF_FUNDED).submitted("2026-11-06T11:00"), "2026-11-22")
    assert (found.rule, found.next_step) == ("fed-erisa-pa-standard", NextStep.EXTERNAL_REVIEW)


def test_an_answer_ends_the_advice_and_so_does_the_end_of_the_case() -> None:
    answered = Case(plan=MEDICAID).submitted("2026-12-18T10:00").approved("2026-12-30")
    assert told(answered, "2027-01-04") == []
    closed = Case(plan=MEDICAID).submitted("2026-12-18T10:00").tell(EventKind.CLOSED, "2027-01-02")
    assert told(closed, "2027-01-04") == []


def test_an_unknown_plan_is_told_nothing() -> None:
    assert told(Case(plan=UNKNOWN).submitted("2026-11-06T11:00"), "2027-06-01") == []


# ------------------------------------------------------------------ silence on an appeal


def appealed(plan: PlanFacts) -> Case:
    case = Case(plan=plan).submitted("2026-11-02T10:00")
    case.denied("2026-11-06", notice_dated=date(2026, 11, 6))
    return case.appealed("2026-11-20T10:00", channel="portal")


def test_medicare_is_asked_whether_it_sent_the_late_appeal_on() -> None:
    found = one(appealed(MEDICARE), "2026-12-21")  # 30 days from 20 Nov: 20 Dec
    assert (found.rule, found.next_step) == ("fed-ma-appeal-decision", NextStep.CONFIRM_FORWARDING)


def test_medicaid_silence_on_an_appeal_leads_to_the_fair_hearing() -> None:
    found = one(appealed(MEDICAID), "2026-12-21")
    assert found.next_step is NextStep.FAIR_HEARING


# ------------------------------------------------------------------ no approval needed


def test_illinois_allows_no_prior_authorization_of_outpatient_mental_health_treatment() -> None:
    draft = Case(plan=insured("IL")).tell(EventKind.REQUEST_OPENED, "2026-11-18T10:00")
    found = one(draft, "2026-11-19")
    assert (found.rule, found.next_step) == ("st-il-no-pa-outpatient-mh", NextStep.ASK_IF_NEEDED)
    # Not before the law took effect, not in another state, not for a self-funded plan.
    assert told(draft, "2025-12-31") == []
    elsewhere = Case(plan=insured("IN")).tell(EventKind.REQUEST_OPENED, "2026-11-18T10:00")
    assert told(elsewhere, "2026-11-19") == []
    self_funded = PlanFacts(LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED, "IL")
    beyond = Case(plan=self_funded).tell(EventKind.REQUEST_OPENED, "2026-11-18T10:00")
    assert told(beyond, "2026-11-19") == []


def test_minnesota_leaves_medication_out_of_its_ban() -> None:
    def asks(item: ItemKind) -> list[str]:
        case = Case(plan=insured("MN"), lines=(LineFacts("1", item),))
        case.tell(EventKind.REQUEST_OPENED, "2026-11-18T10:00")
        return [each.rule for each in told(case, "2027-01-04")]

    assert asks(ItemKind.SERVICE) == ["st-mn-no-pa-outpatient-mh"]
    assert asks(ItemKind.DRUG) == []


def test_an_approval_leaves_no_doubt_whether_one_was_needed() -> None:
    case = Case(plan=insured("IL")).submitted("2026-11-18T10:00").approved("2026-11-19")
    assert told(case, "2026-11-20") == []


# ------------------------------------------------------------------ a course cut, an old plan


def test_an_approved_course_that_is_cut_short_is_a_denial() -> None:
    case = Case(plan=SELF_FUNDED, timing=ReviewTiming.CONCURRENT, urgency=Urgency.EXPEDITED)
    case.submitted("2026-11-02T10:00").denied("2026-11-03", notice_dated=date(2026, 11, 3))
    assert "fed-erisa-concurrent-cut" in [each.rule for each in told(case, "2026-11-04")]
    before = Case(plan=SELF_FUNDED).submitted("2026-11-02T10:00").denied("2026-11-03")
    assert told(before, "2026-11-04") == []


def test_a_grandfathered_plan_owes_no_federal_external_review() -> None:
    plan = PlanFacts(LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED, is_grandfathered=True)
    denied = Case(plan=plan).submitted("2026-11-02T10:00").denied("2026-11-03")
    assert [each.rule for each in told(denied, "2026-11-04")] == ["fed-grandfathered"]
    assert told(Case(plan=plan).submitted("2026-11-02T10:00"), "2026-11-04") == []


def test_a_cut_is_told_ten_days_ahead_in_medicaid() -> None:
    def cut(effective: str) -> list[str]:
        case = Case(plan=MEDICAID, timing=ReviewTiming.CONCURRENT).submitted("2026-11-02T10:00")
        case.denied("2026-11-05", notice_dated=date(2026, 11, 5), action_effective=at(effective))
        return [each.rule for each in told(case, "2026-11-06")]

    assert cut("2026-11-15") == []  # ten days after the 5th
    assert cut("2026-11-14") == ["fed-medicaid-advance-notice"]
