"""What a state's law adds to the clocks of a case: layers, channels, answers, processes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from priorauth.deadlines.advice import advise
from priorauth.deadlines.engine import compute
from priorauth.deadlines.explain import explain
from priorauth.deadlines.facts import PlanFacts
from priorauth.terms import (
    ClockKind,
    EventKind,
    Funding,
    LineOfBusiness,
    ReviewTiming,
    Standing,
    Urgency,
)
from tests.priorauth.deadlines.casework import DRUG_AND_SERVICE, ZONE, Case, at, written
from tests.priorauth.deadlines.test_hand_dates import RULES

DECISION = ClockKind.PA_DECISION
FRIDAY = "2026-11-20T10:00"


def insured(state: str) -> PlanFacts:
    return PlanFacts(LineOfBusiness.EMPLOYER, Funding.INSURED, state)


def test_a_payer_is_late_only_after_the_day_that_the_states_statute_moves_to() -> None:
    # Seven days from Saturday 19 Dec 2026 end on Saturday the 26th; MCL 8.6 moves it to Monday.
    case = Case(plan=insured("MI")).submitted("2026-12-19T10:00")
    found = case.one(DECISION, now="2026-12-27")
    assert (found.rule, written(found.due)) == ("st-mi-pa-standard", "2026-12-26T23:59")
    assert written(found.legal) == "2026-12-28T23:59"
    assert found.standing is Standing.RUNNING
    assert case.one(DECISION, now="2026-12-29").standing is Standing.MISSED
    assert any("MCL 8.6 may move the last day" in step for step in found.derivation)


def test_the_federal_floor_wins_where_it_ends_first() -> None:
    # Two business days of Louisiana end on Tuesday night, the federal 72 hours that morning.
    case = Case(plan=insured("LA"), urgency=Urgency.EXPEDITED).submitted("2026-11-21T10:00")
    found = case.one(DECISION)
    assert (found.rule, written(found.legal)) == ("fed-erisa-pa-urgent", "2026-11-24T10:00")
    assert "st-la-pa-urgent" in {lost.rule for lost in found.lost}


def test_a_state_that_counts_from_complete_information_waits_for_it_and_says_so() -> None:
    case = Case(plan=insured("CA")).submitted(FRIDAY)
    found = case.one(DECISION)
    assert (found.rule, written(found.legal)) == ("fed-erisa-pa-standard", "2026-12-05T23:59")
    assert any("st-ca-pa-standard" in step and "earlier limit" in step for step in found.derivation)
    case.tell(EventKind.PACKET_COMPLETE, "2026-11-23T10:00")
    found = case.one(DECISION)
    # Tue 24, Wed 25, (Thanksgiving), Fri 27, Mon 30, Tue 1; with the Friday closed Wednesday.
    assert (found.rule, written(found.due)) == ("st-ca-pa-standard", "2026-12-01T23:59")
    assert written(found.legal) == "2026-12-02T23:59"


@pytest.mark.parametrize(
    ("channel", "rule", "due"),
    [
        ("portal", "st-wa-pa-standard-electronic", "2026-11-23T23:59"),
        ("fax", "st-wa-pa-standard-paper", "2026-11-25T23:59"),
    ],
)
def test_how_it_was_sent_decides_where_the_law_says_so(channel: str, rule: str, due: str) -> None:
    found = Case(plan=insured("WA")).submitted(FRIDAY, channel=channel).one(DECISION)
    assert (found.rule, written(found.due)) == (rule, due)


def test_not_knowing_how_it_was_sent_is_read_cautiously() -> None:
    case = Case(plan=insured("WA")).tell(EventKind.SUBMITTED, FRIDAY)
    found = case.one(DECISION)
    assert (found.rule, written(found.legal)) == ("st-wa-pa-standard-paper", "2026-11-25T23:59")
    assert written(found.chase) == "2026-11-23T23:59"
    assert any("how the request was sent" in step for step in found.derivation)


def test_a_payer_that_may_have_everything_is_called_in_that_time() -> None:
    # Kentucky: 24 hours from all information, which may have been there with the request.
    case = Case(plan=insured("KY"), urgency=Urgency.EXPEDITED).submitted(FRIDAY)
    found = case.one(DECISION)
    assert (found.rule, written(found.legal)) == ("fed-erisa-pa-urgent", "2026-11-23T10:00")
    assert written(found.chase) == "2026-11-21T10:00"
    assert any("if all information was there at once" in step for step in found.derivation)


def test_nevadas_payer_is_late_only_after_the_longest_that_it_may_take() -> None:
    found = Case(plan=insured("NV")).submitted(FRIDAY).one(DECISION)
    assert (written(found.due), written(found.legal)) == ("2026-11-24T23:59", "2026-11-27T23:59")


def test_a_drug_and_a_service_have_their_own_clocks_in_california() -> None:
    case = Case(plan=insured("CA"), lines=DRUG_AND_SERVICE).submitted(FRIDAY)
    case.tell(EventKind.PACKET_COMPLETE, FRIDAY)
    rules = {each.item: each.rule for each in case.computed().deadlines}
    assert set(rules.values()) == {"st-ca-drug-pa-standard", "st-ca-pa-standard"}


def test_our_answer_begins_michigans_time_anew() -> None:
    case = Case(plan=insured("MI")).submitted(FRIDAY).asked("2026-11-24")
    waiting = case.one(DECISION, now="2026-12-01")
    # Michigan's clock waits for the answer; the federal one stops for no question.
    assert (waiting.rule, written(waiting.legal)) == ("fed-erisa-pa-standard", "2026-12-05T23:59")
    assert {lost.rule: lost.why for lost in waiting.lost}["st-mi-pa-standard"] == (
        "its time begins anew with our answer, which is not recorded"
    )
    case.answered("2026-11-25")
    found = case.one(DECISION, now="2026-12-01")
    assert (found.rule, written(found.legal)) == ("st-mi-pa-standard", "2026-12-02T23:59")


def test_without_a_federal_floor_the_clock_stands_still_until_the_answer() -> None:
    plan = PlanFacts(LineOfBusiness.INDIVIDUAL, issue_state="MI", is_grandfathered=True)
    case = Case(plan=plan).submitted(FRIDAY).asked("2026-11-24")
    assert case.one(DECISION, now="2027-03-01").standing is Standing.TOLLED


def test_oregon_counts_from_its_question_once_it_asked() -> None:
    case = Case(plan=insured("OR")).submitted("2026-07-06T10:00").asked("2026-07-07")
    found = case.answered("2026-07-10").one(DECISION, now="2026-07-11")
    # The federal 15 days from receipt end a day before the 15 from the question.
    assert (found.rule, written(found.legal)) == ("fed-erisa-pa-standard", "2026-07-21T23:59")
    assert "st-or-pa-after-info" in {lost.rule for lost in found.lost}


def test_what_is_only_announced_binds_nobody_and_is_a_day_to_call() -> None:
    case = Case(plan=insured("MA"), urgency=Urgency.EXPEDITED).submitted(FRIDAY)
    found = case.one(DECISION)
    assert (found.rule, written(found.legal)) == ("fed-erisa-pa-urgent", "2026-11-23T10:00")
    assert written(found.chase) == "2026-11-21T10:00"
    assert "binds nobody" in {lost.rule: lost.why for lost in found.lost}["st-ma-pa-urgent"]


@pytest.mark.parametrize(
    ("state", "timing", "rule", "due"),
    [
        ("NY", ReviewTiming.PROSPECTIVE, "st-ny-external-filing-consumer", "2027-04-19T23:59"),
        ("NY", ReviewTiming.CONCURRENT, "st-ny-external-filing-provider", "2027-02-16T23:59"),
        ("MI", ReviewTiming.PROSPECTIVE, "st-mi-external-filing", "2027-04-24T23:59"),
        ("CA", ReviewTiming.PROSPECTIVE, "st-ca-external-filing", "2027-06-18T23:59"),
        ("VA", ReviewTiming.PROSPECTIVE, "st-va-external-filing", "2027-04-17T23:59"),
        ("TN", ReviewTiming.PROSPECTIVE, "st-tn-external-filing", "2027-06-18T23:59"),
    ],
)
def test_a_states_own_window_for_external_review_governs(
    state: str, timing: ReviewTiming, rule: str, due: str
) -> None:
    found = upheld(Case(plan=insured(state), timing=timing)).one(ClockKind.EXTERNAL_FILING)
    assert (found.rule, written(found.legal)) == (rule, due)
    lost = {each.rule: each.why for each in found.lost}
    assert (
        "federal" in lost["fed-aca-external-filing"] or "a state" in lost["fed-aca-external-filing"]
    )


def upheld(case: Case) -> Case:
    case.submitted("2026-11-02T10:00").denied("2026-11-10", notice_dated=date(2026, 11, 10))
    case.appealed("2026-11-12T10:00")
    dated = date(2026, 12, 18)
    return case.upheld("2026-12-18", notice_dated=dated, notice_received=dated)


def test_a_believed_window_is_worked_to_no_later_than_the_federal_least() -> None:
    # 130 days in Hawaii are from memory; 120 days, the least that states give, end on 17 April.
    found = upheld(Case(plan=insured("HI"))).one(ClockKind.EXTERNAL_FILING)
    assert (found.rule, written(found.due)) == ("st-hi-external-filing", "2027-04-27T23:59")
    assert written(found.chase) == "2027-04-17T23:59"
    seen = upheld(Case(plan=insured("MI"))).one(ClockKind.EXTERNAL_FILING)
    assert seen.chase == seen.due


def test_a_state_whose_window_is_not_on_file_has_the_earlier_of_four_months_and_120_days() -> None:
    found = upheld(Case(plan=insured("SD"))).one(ClockKind.EXTERNAL_FILING)
    assert written(found.chase) == "2027-04-17T23:59"
    assert found.legal is not None
    assert written(found.legal)[:7] == "2027-04"  # type: ignore[index]


def test_delawares_least_of_30_days_is_worked_to_but_is_not_the_window() -> None:
    case = Case(plan=insured("DE")).submitted(FRIDAY)
    case.denied("2026-12-18", notice_dated=date(2026, 12, 18), notice_received=date(2026, 12, 18))
    found = case.one(ClockKind.APPEAL_FILING)
    assert (found.rule, written(found.legal)) == ("fed-erisa-appeal-filing", "2027-06-16T23:59")
    assert written(found.chase) == "2027-01-17T23:59"


def test_indiana_gives_48_working_hours_to_mend_a_slip() -> None:
    case = Case(plan=insured("IN")).submitted(FRIDAY)
    case.denied("2026-12-18T10:00", notice_received=date(2026, 12, 18))
    found = case.one(ClockKind.RESUBMISSION)
    assert found.rule == "st-in-resubmission"
    # Counted from the beginning of Friday, because the hour is not known.
    assert written(found.due) == "2026-12-22T00:00"
    assert "resubmission" not in Case(plan=insured("OH")).submitted(FRIDAY).denied(FRIDAY).kinds()


def test_new_hampshire_owes_the_talk_within_two_business_days() -> None:
    case = Case(plan=insured("NH")).submitted(FRIDAY).denied("2026-12-15")
    case.tell(EventKind.PEER_TO_PEER_REQUESTED, "2026-12-18T10:00", "peer-to-peer-1")
    owed = [each for each in case.computed("2026-12-18").deadlines if each.rule == "st-nh-p2p"]
    assert [written(each.legal) for each in owed] == ["2026-12-22T23:59"]
    case.tell(EventKind.PEER_TO_PEER_SCHEDULED, "2026-12-21T10:00", "peer-to-peer-1")
    met = [each for each in case.computed("2026-12-23").deadlines if each.rule == "st-nh-p2p"]
    assert [each.standing for each in met] == [Standing.MET]


def test_what_reaches_a_texas_payer_after_hours_counts_from_the_next_staffed_day() -> None:
    plan = replace(insured("TX"))
    case = Case(plan=plan).submitted("2026-11-20T22:40")
    found = case.one(DECISION)
    assert (found.rule, written(found.legal)) == ("st-tx-pa-standard", "2026-11-24T23:59")
    assert written(found.chase) == "2026-11-23T23:59"
    assert "must be staffed" in " ".join(explain(found))
    assert ZONE == "America/New_York"


def test_alaskas_new_law_waits_for_the_plan_to_renew() -> None:
    old = replace(insured("AK"), issued_or_renewed=date(2026, 7, 1))
    new = replace(insured("AK"), issued_or_renewed=date(2027, 1, 1))
    rules = [
        Case(plan=plan).submitted("2027-03-01T10:00").one(DECISION, now="2027-03-01").rule
        for plan in (old, new)
    ]
    assert rules == ["st-ak-pa-standard", "st-ak-pa-standard-2027"]
    unsaid = Case(plan=insured("AK")).submitted("2027-03-01T10:00").one(DECISION, now="2027-03-01")
    assert any("issued or last renewed" in step for step in unsaid.derivation)


def test_iowas_payer_that_takes_more_time_for_a_complex_case_has_fifteen_days() -> None:
    case = Case(plan=insured("IA")).submitted("2026-11-18T10:00")
    # Ten days end on Saturday the 28th; Iowa Code 4.1(34) may move that to Monday.
    first = case.one(DECISION, now="2026-11-19")
    assert (written(first.due), written(first.legal)) == ("2026-11-28T23:59", "2026-11-30T23:59")
    found = case.tell(EventKind.EXTENSION_NOTICED, "2026-11-24").computed("2026-11-25").deadlines
    # The federal clock may run 30 days now; Iowa's has 15, to 3 December.
    assert [(each.rule, written(each.legal)) for each in found] == [
        ("st-ia-pa-standard", "2026-12-03T23:59")
    ]
    assert any("15 because the payer says" in step for step in found[0].derivation)


def test_minnesotas_ban_waits_for_the_plan_to_renew() -> None:
    for renewed, speaks in ((date(2025, 7, 1), False), (date(2026, 7, 1), True)):
        plan = replace(insured("MN"), issued_or_renewed=renewed)
        case = Case(plan=plan).submitted("2026-06-29T10:00")
        now = at("2026-06-30" if renewed.year == 2025 else "2026-07-01").latest
        said = advise(case.facts(), compute(case.facts(), RULES, now), RULES, now)
        assert ("st-mn-no-pa-outpatient-mh" in {each.rule for each in said}) is speaks


def test_a_question_does_not_lengthen_a_federal_clock_that_was_extended_for_another_reason() -> (
    None
):
    case = Case().submitted("2026-11-02T09:00").tell(EventKind.EXTENSION_NOTICED, "2026-11-10")
    found = case.asked("2026-11-12").answered("2026-11-20").one(ClockKind.EXTENSION)
    assert written(found.legal) == "2026-12-02T23:59"
