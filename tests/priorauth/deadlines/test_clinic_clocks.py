"""What the clinic owes: windows to answer, talk, appeal and ask for review. Dates by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from priorauth.deadlines.facts import PlanFacts
from priorauth.terms import ClockKind, EventKind, LineOfBusiness, ReviewTiming, Standing, Urgency
from tests.priorauth.deadlines.casework import (
    DRUG_AND_SERVICE,
    INSURED,
    MEDICAID,
    MEDICARE,
    SELF_FUNDED,
    UNFUNDED,
    UNKNOWN,
    Case,
    at,
    written,
)

APPEAL = ClockKind.APPEAL_FILING
EXTERNAL = ClockKind.EXTERNAL_FILING
DATED, RECEIVED = date(2026, 11, 10), date(2026, 11, 16)


def denied(plan: PlanFacts = SELF_FUNDED, **facts: object) -> Case:
    told = {"notice_dated": DATED, "notice_received": RECEIVED, **facts}
    return Case(plan=plan).submitted("2026-11-02T10:00").denied("2026-11-10T09:00", **told)  # type: ignore[arg-type]


def upheld(plan: PlanFacts = SELF_FUNDED, **facts: object) -> Case:
    told = {
        "is_final_internal": True,
        "notice_dated": date(2026, 12, 18),
        "notice_received": date(2026, 12, 21),
        **facts,
    }
    case = denied(plan).appealed("2026-11-20T10:00", channel="portal")
    return case.upheld("2026-12-18T09:00", **told)  # type: ignore[arg-type]


# ------------------------------------------------------------------ internal appeal


def test_a_self_funded_plan_gives_180_days_from_receipt() -> None:
    found = denied().one(APPEAL)
    assert found.rule == "fed-erisa-appeal-filing"
    # 14 left in Nov, 31 + 31 + 28 + 31 + 30 = 165, 15 in May.
    assert written(found.legal) == "2027-05-15T23:59"
    # The safe reading counts from the printed date: 9 May.
    assert written(found.chase) == "2027-05-09T23:59"
    # Sunday 9 May goes back to Friday the 7th, five business days before it.
    assert written(found.working) == "2027-04-30T17:00"


def test_medicare_counts_from_the_presumed_or_proved_receipt() -> None:
    found = denied(MEDICARE, notice_received=None).one(APPEAL)
    assert written(found.legal) == "2027-01-14T23:59"  # 65 days from 10 Nov
    proved = denied(MEDICARE).one(APPEAL)
    assert written(proved.legal) == "2027-01-15T23:59"  # 60 days from 16 Nov
    assert written(proved.chase) == "2027-01-14T23:59"


def test_medicaid_counts_from_the_printed_date() -> None:
    assert written(denied(MEDICAID).one(APPEAL).legal) == "2027-01-09T23:59"


@pytest.mark.parametrize("plan", [UNKNOWN, UNFUNDED])
def test_an_unknown_plan_is_planned_on_60_days_from_the_printed_date(plan: PlanFacts) -> None:
    case = denied(plan)
    found = case.one(APPEAL)
    assert (found.rule, found.legal) == ("base-appeal-filing", None)
    assert written(found.due) == "2027-01-09T23:59"
    assert {each.kind for each in case.computed().unruled} == {APPEAL}
    assert "not known" in case.computed().unruled[0].why


def test_a_letter_proves_more_than_the_baseline() -> None:
    found = denied(UNKNOWN, appeal_by=date(2027, 5, 9)).one(APPEAL)
    assert written(found.due) == "2027-05-09T23:59"
    assert written(found.chase) == "2027-01-09T23:59"


@pytest.mark.parametrize(
    ("printed", "due"),
    [
        (date(2027, 2, 1), "2027-02-01T23:59"),  # earlier than the law's: it drives the work
        (date(2027, 6, 1), "2027-05-15T23:59"),  # later: the law's date drives
    ],
)
def test_the_earlier_of_law_and_letter_drives_the_work(printed: date, due: str) -> None:
    found = denied(appeal_by=printed).one(APPEAL)
    assert written(found.due) == due
    assert (written(found.legal), found.printed) == ("2027-05-15T23:59", printed)
    assert found.working is not None
    assert found.working < found.due


def test_the_right_is_not_lost_while_only_the_printed_date_has_passed() -> None:
    case = denied(appeal_by=date(2027, 2, 1))
    assert case.one(APPEAL, now="2027-02-02").standing is Standing.RUNNING
    assert case.one(APPEAL, now="2027-05-16").standing is Standing.MISSED


def test_a_denial_told_before_its_letter_counts_from_that_day() -> None:
    case = Case().submitted("2026-11-02T10:00").denied("2026-11-10T09:00", notice_awaited=True)
    found = case.one(APPEAL)
    assert written(found.legal) == "2027-05-09T23:59"
    assert any("Not recorded" in step for step in found.derivation)


def test_a_denial_without_any_date_starts_no_window() -> None:
    case = Case().submitted("2026-11-02T10:00").denied(None)
    assert case.kinds() == {"pa_decision"}


def test_the_appeal_settles_the_window_in_time_or_late() -> None:
    assert denied().appealed("2027-05-15T23:59:59").one(APPEAL).standing is Standing.MET
    assert denied().appealed("2027-05-16T00:00").one(APPEAL).standing is Standing.MISSED
    assert denied().appealed(None).one(APPEAL).standing is Standing.MET


def test_where_receipt_counts_a_filing_that_arrives_late_is_late() -> None:
    case = denied(MEDICARE).appealed("2027-01-14T10:00")
    assert case.one(APPEAL).standing is Standing.MET
    case.appeal_received("2027-01-16T10:00")
    assert case.one(APPEAL).standing is Standing.MISSED


def test_an_approval_opens_no_window() -> None:
    case = Case().submitted("2026-11-02T10:00").approved("2026-11-10")
    assert case.kinds() == {"pa_decision"}


def test_a_denial_of_one_line_is_not_settled_by_the_appeal_of_another() -> None:
    case = Case(lines=DRUG_AND_SERVICE).submitted("2026-11-02T10:00")
    case.denied("2026-11-10", lines=("1",), notice_dated=DATED)
    case.denied("2026-11-11", lines=("2",), notice_dated=date(2026, 11, 11))
    case.tell(EventKind.APPEAL_FILED, "2026-11-20", "appeal-1", ("2",), level="first")
    found = {each.start: each for each in case.computed().deadlines if each.kind is APPEAL}
    assert found["2"].standing is Standing.RUNNING
    assert found["3"].standing is Standing.MET


# ------------------------------------------------------------------ peer-to-peer


def test_the_peer_to_peer_is_asked_for_on_the_short_end() -> None:
    found = denied().one(ClockKind.PEER_TO_PEER)
    assert written(found.due) == "2026-11-23T23:59"  # 5 business days from Mon 16 Nov
    assert written(found.chase) == "2026-11-17T23:59"
    assert found.legal is None


def test_the_letters_peer_to_peer_date_is_worked_to() -> None:
    found = denied(peer_to_peer_by=date(2026, 11, 24)).one(ClockKind.PEER_TO_PEER)
    assert written(found.due) == "2026-11-24T23:59"


def test_a_peer_to_peer_stops_no_other_clock() -> None:
    case = denied()
    before = case.one(APPEAL)
    case.tell(EventKind.PEER_TO_PEER_REQUESTED, "2026-11-17T10:00", "peer_to_peer-1")
    assert case.one(APPEAL) == before
    assert case.one(ClockKind.PEER_TO_PEER).standing is Standing.MET


def test_an_appeal_closes_the_peer_to_peer_window() -> None:
    assert "peer_to_peer" not in denied().appealed("2026-11-17T10:00").kinds()


def test_a_denial_overturned_on_the_telephone_leaves_nothing_to_file() -> None:
    case = denied().tell(EventKind.PEER_TO_PEER_REQUESTED, "2026-11-17T10:00", "peer_to_peer-1")
    case.tell(
        EventKind.PEER_TO_PEER_HELD, "2026-11-18T10:00", "peer_to_peer-1", outcome="overturned"
    )
    assert "appeal_filing" not in case.kinds()


def test_a_new_decision_on_the_lines_replaces_the_window_of_the_old() -> None:
    case = denied().denied("2026-11-18T09:00", notice_dated=date(2026, 11, 18))
    found = case.one(APPEAL)
    assert found.start == "3"


# ------------------------------------------------------------------ answers


def test_a_question_is_answered_within_45_days_or_as_printed() -> None:
    case = Case().submitted("2026-11-02T10:00").asked("2026-11-13T10:00")
    found = case.one(ClockKind.INFO_SUPPLY)
    assert (found.rule, written(found.legal)) == ("fed-erisa-info-supply", "2026-12-28T23:59")
    printed = Case().submitted("2026-11-02T10:00")
    printed.asked("2026-11-13T10:00", answer_by=date(2026, 11, 27))
    assert written(printed.one(ClockKind.INFO_SUPPLY).due) == "2026-11-27T23:59"


def test_an_urgent_question_gives_48_hours() -> None:
    case = Case(urgency=Urgency.EXPEDITED).submitted("2026-11-18T10:00").asked("2026-11-18T12:00")
    found = case.one(ClockKind.INFO_SUPPLY)
    assert written(found.legal) == "2026-11-20T12:00"
    # Twelve hours before is midnight: back to the end of the office day before it.
    assert written(found.working) == "2026-11-19T17:00"


def test_where_no_law_sets_the_time_to_answer_the_letter_or_the_house_does() -> None:
    case = Case(plan=MEDICARE).submitted("2026-11-02T10:00").asked("2026-11-05T10:00")
    found = case.one(ClockKind.INFO_SUPPLY)
    assert (found.rule, found.legal) == ("base-info-supply", None)
    assert written(found.due) == "2026-11-09T23:59"  # Fri 6, Mon 9
    printed = Case(plan=MEDICARE).submitted("2026-11-02T10:00")
    printed.asked("2026-11-05T10:00", answer_by=date(2026, 11, 16))
    assert written(printed.one(ClockKind.INFO_SUPPLY).due) == "2026-11-16T23:59"


def test_the_answer_settles_its_own_question_only() -> None:
    case = Case().submitted("2026-11-02T10:00").asked("2026-11-05T10:00")
    case.asked("2026-11-06T10:00", "information-2").answered("2026-11-09", "information-2")
    found = {
        each.proceeding: each.standing
        for each in case.computed().deadlines
        if each.kind is ClockKind.INFO_SUPPLY
    }
    assert found == {"information-1": Standing.RUNNING, "information-2": Standing.MET}


def test_a_decision_makes_an_open_question_moot() -> None:
    case = Case().submitted("2026-11-02T10:00").asked("2026-11-05T10:00").approved("2026-11-09")
    assert "info_supply" not in case.kinds()


def test_a_question_of_the_reviewer_gives_ten_business_days() -> None:
    case = upheld()
    case.tell(EventKind.EXTERNAL_REVIEW_FILED, "2027-01-04", "review-1", urgency="standard")
    case.tell(EventKind.EXTERNAL_REVIEW_ASSIGNED, "2027-01-05", "review-1")
    case.asked("2027-01-08T10:00", "information-9")
    found = case.one(ClockKind.INFO_SUPPLY, now="2027-01-09")
    # 11-15 Jan, (18 Jan is a holiday), 19-22, 25.
    assert (found.rule, written(found.due)) == ("fed-aca-external-extra-info", "2027-01-25T23:59")


def test_an_incomplete_request_for_review_can_be_mended_until_the_window_ends() -> None:
    case = upheld()
    case.tell(EventKind.EXTERNAL_REVIEW_FILED, "2027-01-04", "review-1", urgency="standard")
    case.asked("2027-01-08T10:00", "information-9")
    found = case.one(ClockKind.INFO_SUPPLY, now="2027-01-09")
    assert found.rule == "fed-aca-external-perfect"
    assert written(found.legal) == "2027-04-21T23:59"  # four months from 21 Dec
    assert written(found.chase) == "2027-01-10T10:00"


def test_a_question_on_an_appeal_has_no_45_days() -> None:
    case = denied().appealed("2026-11-20T10:00").asked("2026-11-23T10:00", "information-4")
    found = case.one(ClockKind.INFO_SUPPLY)
    assert found.rule == "base-info-supply"


# ------------------------------------------------------------------ after the internal appeal


def test_the_final_denial_opens_four_months_for_external_review() -> None:
    found = upheld().one(EXTERNAL, now="2026-12-22")
    assert found.rule == "fed-aca-external-filing"
    assert written(found.legal) == "2027-04-21T23:59"
    assert written(found.chase) == "2027-04-19T23:59"  # from the printed 18 Dec: Sunday, Monday


def test_an_insured_plan_is_planned_on_the_earlier_of_both_processes() -> None:
    unknown = upheld(INSURED).one(EXTERNAL, now="2026-12-22")
    # Both end on 21 Apr 2027; a state's reading from the printed 18 Dec ends on a Sunday.
    assert written(unknown.legal) == "2027-04-21T23:59"
    assert written(unknown.chase) == "2027-04-18T23:59"
    assert any("external review process" in step for step in unknown.derivation)
    state = upheld(replace(INSURED, federal_external_review=False)).one(EXTERNAL, now="2026-12-22")
    assert state.rule == "fed-aca-state-external-min"


def test_a_grandfathered_plan_has_no_federal_external_review() -> None:
    case = upheld(replace(SELF_FUNDED, is_grandfathered=True))
    found = case.one(EXTERNAL, now="2026-12-22")
    assert found.rule == "base-external-filing"
    assert ("fed-aca-external-filing", "the plan is grandfathered") in {
        (lost.rule, lost.why) for lost in found.lost
    }


def test_a_plan_with_two_levels_opens_the_second_appeal_first() -> None:
    case = upheld(replace(SELF_FUNDED, appeal_levels=2), is_final_internal=None)
    second = next(
        each
        for each in case.computed("2026-12-22").deadlines
        if each.kind is APPEAL and each.start == "4"
    )
    assert (second.rule, second.legal) == ("base-appeal-filing", None)
    assert written(second.due) == "2027-02-16T23:59"
    assert "external_filing" not in case.kinds("2026-12-22")
    case.appealed("2027-01-04T10:00", "appeal-2", "second", channel="portal")
    case.upheld("2027-01-10", "appeal-2", notice_dated=date(2027, 1, 10))
    assert "external_filing" in case.kinds("2027-01-11")


def test_medicare_forwards_the_case_itself() -> None:
    assert upheld(MEDICARE).kinds("2026-12-22") == {
        "pa_decision",
        "appeal_filing",
        "appeal_decision",
    }


def test_after_the_independent_entity_a_judge_can_be_asked() -> None:
    case = upheld(MEDICARE)
    case.tell(EventKind.EXTERNAL_REVIEW_FILED, "2026-12-22", "review-1", urgency="standard")
    case.tell(EventKind.EXTERNAL_REVIEW_DECIDED, "2027-01-20", "review-1", outcome="upheld")
    found = case.one(ClockKind.FAIR_HEARING, now="2027-01-21")
    assert (found.rule, written(found.legal)) == ("fed-ma-alj-filing", "2027-03-21T23:59")


def test_medicaid_opens_the_fair_hearing() -> None:
    found = upheld(MEDICAID).one(ClockKind.FAIR_HEARING, now="2026-12-22")
    assert written(found.legal) == "2027-03-18T23:59"  # 90 days from the printed 18 Dec
    longer = upheld(replace(MEDICAID, hearing_window_days=120))
    found = longer.one(ClockKind.FAIR_HEARING, now="2026-12-22")
    assert written(found.legal) == "2027-04-17T23:59"


def test_a_cut_in_care_opens_the_window_to_keep_benefits() -> None:
    case = Case(plan=MEDICAID, timing=ReviewTiming.CONCURRENT).submitted("2026-11-02T10:00")
    case.denied("2026-11-10", notice_dated=DATED, action_effective=at("2026-12-01"))
    found = case.one(ClockKind.CONTINUATION_OF_BENEFITS)
    assert written(found.legal) == "2026-12-01T23:59"
    assert written(found.chase) == "2026-11-20T23:59"
    plain = denied(MEDICAID)
    assert "continuation_of_benefits" not in plain.kinds()


def test_an_urgent_denial_opens_external_review_beside_the_appeal() -> None:
    case = Case(urgency=Urgency.EXPEDITED).submitted("2026-11-02T10:00")
    case.denied("2026-11-03", notice_dated=date(2026, 11, 3), notice_received=date(2026, 11, 3))
    found = case.one(EXTERNAL)
    assert (found.rule, written(found.legal)) == (
        "fed-aca-external-filing-expedited",
        "2027-03-03T23:59",
    )
    assert found.is_believed
    medicare = Case(plan=MEDICARE, urgency=Urgency.EXPEDITED).submitted("2026-11-02T10:00")
    medicare.denied("2026-11-03", notice_dated=date(2026, 11, 3))
    assert "external_filing" not in medicare.kinds()


def test_a_plan_of_which_no_law_is_on_file_says_so() -> None:
    case = denied(PlanFacts(LineOfBusiness.VA_COMMUNITY_CARE))
    assert case.one(APPEAL).rule == "base-appeal-filing"
    unruled = case.computed().unruled
    assert [(each.kind, each.has_expectation) for each in unruled] == [(APPEAL, True)]


# ------------------------------------------------------------------ programs with their own way


def test_the_state_agency_has_no_appeal_the_hearing_is_asked_for_at_once() -> None:
    case = denied(PlanFacts(LineOfBusiness.MEDICAID_FFS))
    found = case.one(ClockKind.FAIR_HEARING)
    # 30 days from mailing, the letter's date standing for it: 20 left in Nov, 10 in Dec.
    assert (found.rule, written(found.legal)) == ("fed-medicaid-ffs-hearing", "2026-12-10T23:59")
    assert APPEAL.value not in case.kinds()
    heard = case.appealed("2026-11-20T10:00", channel="portal")
    assert heard.one(ClockKind.FAIR_HEARING).standing is Standing.MET
    decision = heard.one(ClockKind.APPEAL_DECISION)
    # 10 left in Nov, 31, 31, 18 in Feb: 90.
    assert (decision.rule, written(decision.legal)) == (
        "fed-medicaid-ffs-hearing-decision",
        "2027-02-18T23:59",
    )


def test_the_hearing_window_is_the_one_the_state_gives_when_it_is_known() -> None:
    plan = PlanFacts(LineOfBusiness.MEDICAID_FFS, hearing_window_days=60)
    # 20 left in Nov, 31, 9 in Jan.
    assert written(denied(plan).one(ClockKind.FAIR_HEARING).legal) == "2027-01-09T23:59"


def test_tricare_gives_a_second_reconsideration_and_a_hearing_after_it() -> None:
    case = upheld(PlanFacts(LineOfBusiness.TRICARE))
    second = next(
        each for each in case.computed().deadlines if each.rule.endswith("second-reconsideration")
    )
    # From 18 Dec: 13 + 31 + 28 + 18 = 90; a denial about coverage has 60: 16 Feb.
    assert written(second.legal) == "2027-03-18T23:59"
    assert written(second.chase) == "2027-02-16T23:59"
    case.appealed("2027-01-04T10:00", "appeal-2", level="second")
    case.upheld("2027-02-01T09:00", "appeal-2", notice_dated=date(2027, 2, 1))
    hearing = case.one(ClockKind.FAIR_HEARING)
    # 27 left in Feb, 31, 2 in Apr.
    assert (hearing.rule, written(hearing.legal)) == (
        "fed-tricare-hearing-filing",
        "2027-04-02T23:59",
    )


def test_original_medicare_decides_twice_and_the_second_decision_has_its_own_limit() -> None:
    case = upheld(PlanFacts(LineOfBusiness.ORIGINAL_MEDICARE))
    case.appealed("2027-01-04T10:00", "appeal-2", level="second", channel="portal")
    rules = {each.rule: each for each in case.computed().deadlines}
    assert "fed-om-redetermination-decision" in rules
    # 27 left in Jan, 28, 5 in Mar: 60.
    assert written(rules["fed-om-reconsideration-decision"].legal) == "2027-03-05T23:59"


# ------------------------------------------------------------------ a draft nobody has sent


def test_a_draft_without_a_planned_start_is_to_be_sent_within_three_business_days() -> None:
    case = Case().tell(EventKind.REQUEST_OPENED, "2026-11-20T10:00")  # a Friday
    found = case.one(ClockKind.SUBMIT_BY)
    assert (found.rule, found.legal, found.owed_by) == ("base-submit", None, "clinic")
    # Mon 23, Tue 24, Wed 25; worked to the office day before it.
    assert written(found.due) == "2026-11-25T23:59"
    assert written(found.working) == "2026-11-24T17:00"


def test_an_urgent_draft_is_to_be_sent_the_next_business_day() -> None:
    case = Case(urgency=Urgency.EXPEDITED).tell(EventKind.REQUEST_OPENED, "2026-11-20T10:00")
    assert written(case.one(ClockKind.SUBMIT_BY).due) == "2026-11-23T23:59"
    raised = Case().tell(EventKind.REQUEST_OPENED, "2026-11-18T10:00")
    raised.tell(EventKind.URGENCY_CHANGED, "2026-11-20T09:00", urgency="expedited", by="clinician")
    # Urgent since Friday 20: the next business day is Monday.
    assert written(raised.one(ClockKind.SUBMIT_BY).due) == "2026-11-23T23:59"


def test_a_planned_start_dates_the_draft_by_itself() -> None:
    case = Case(planned_start_on=date(2026, 12, 1))
    assert case.tell(EventKind.REQUEST_OPENED, "2026-11-20T10:00").computed().deadlines == ()


def test_the_submission_settles_the_draft_and_its_end_takes_the_date_off() -> None:
    case = Case().tell(EventKind.REQUEST_OPENED, "2026-11-18T10:00").submitted("2026-11-19T10:00")
    assert case.one(ClockKind.SUBMIT_BY).standing is Standing.MET
    gone = Case().tell(EventKind.REQUEST_OPENED, "2026-11-18T10:00")
    assert gone.tell(EventKind.WITHDRAWN, "2026-11-19").computed().deadlines == ()


def test_a_draft_without_a_date_leaves_no_task_to_look_for_law() -> None:
    assert Case().tell(EventKind.REQUEST_OPENED, "2026-11-20T10:00").computed().unruled == ()
