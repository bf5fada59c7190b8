"""What the payer owes: which happening starts, stops and stretches each clock. Dates by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from priorauth.deadlines.explain import explain
from priorauth.deadlines.facts import PlanFacts
from priorauth.terms import (
    ClockKind,
    EventKind,
    ItemKind,
    LineOfBusiness,
    ReviewTiming,
    Standing,
    Urgency,
)
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

DECISION = ClockKind.PA_DECISION
FRIDAY = "2026-11-20T10:00"


def test_a_portal_submission_is_received_at_once() -> None:
    found = Case().submitted(FRIDAY).one(DECISION)
    assert found.rule == "fed-erisa-pa-standard"
    assert written(found.due) == "2026-12-05T23:59"
    assert found.legal == found.due
    assert written(found.chase) == "2026-11-25T23:59"  # the baseline: 23, 24, 25 Nov
    assert (found.start, found.standing, found.item) == ("1", Standing.RUNNING, None)


def test_a_fax_without_proof_has_a_chase_date_and_no_legal_date() -> None:
    case = Case().submitted(FRIDAY, channel="fax")
    found = case.one(DECISION, now="2027-06-01")
    assert (found.rule, found.legal) == ("base-pa-standard", None)
    assert written(found.due) == "2026-11-25T23:59"
    assert found.standing is Standing.RUNNING  # nobody may call it overdue
    assert "waits for its start" in case.computed().unruled[0].why
    case.tell(EventKind.RECEIVED_BY_PAYER, "2026-11-23T08:00")
    proved = case.one(DECISION)
    assert (proved.rule, proved.start) == ("fed-erisa-pa-standard", "2")
    assert written(proved.legal) == "2026-12-08T23:59"
    assert written(proved.chase) == "2026-11-25T23:59"


def test_the_faxed_request_says_which_law_waits_for_the_proof_of_receipt() -> None:
    found = Case().submitted(FRIDAY, channel="fax").one(DECISION)
    words = " ".join(explain(found))
    assert "fed-erisa-pa-standard counts from: request received by payer" in words
    assert "no rule of law on file" not in words
    case = Case(plan=MEDICARE).submitted(FRIDAY, channel="fax").computed()
    assert case.unruled[0].why.startswith("fed-ma-pa-standard waits")  # not the rule of 2025


def test_a_faxed_drug_request_is_chased_by_its_own_short_time() -> None:
    # A Part B drug has 72 hours from receipt, sooner than the usual three business days.
    case = Case(plan=MEDICARE, lines=DRUG_AND_SERVICE).submitted(FRIDAY, channel="fax").computed()
    dates = {each.item: (each.rule, written(each.chase), each.legal) for each in case.deadlines}
    assert dates == {
        ItemKind.DRUG: ("fed-ma-partb-drug-standard", "2026-11-23T10:00", None),
        ItemKind.SERVICE: ("base-pa-standard", "2026-11-25T23:59", None),
    }


def test_a_chase_date_counted_from_the_sending_is_not_called_an_expectation() -> None:
    found = Case().submitted(FRIDAY).denied("2026-12-01").appealed("2026-12-03")
    words = " ".join(explain(found.one(ClockKind.APPEAL_DECISION)))
    assert "An expectation, not law." not in words
    assert "No limit yet: the start of the law's clock is not proved." in words


def test_an_insured_plan_says_that_its_states_law_is_not_on_file() -> None:
    insured = " ".join(explain(Case(plan=INSURED).submitted(FRIDAY).one(DECISION)))
    assert "The law of SD reaches this plan too and is not on file for this step" in insured
    unsaid = replace(INSURED, issue_state="")
    nowhere = " ".join(explain(Case(plan=unsaid).submitted(FRIDAY).one(DECISION)))
    assert "The law of the state that regulates this plan" in nowhere
    self_funded = " ".join(explain(Case().submitted(FRIDAY).one(DECISION)))
    assert "reaches this plan too" not in self_funded


def test_who_screens_an_external_review_is_not_bound_while_the_process_is_not_known() -> None:
    exchange = PlanFacts(LineOfBusiness.EXCHANGE, issue_state="SD")
    for federal, legal in ((None, None), (True, "2027-01-27T23:59")):
        plan = replace(exchange, federal_external_review=federal)
        case = Case(plan=plan).submitted(FRIDAY).denied("2026-12-01").appealed("2026-12-03")
        case.upheld("2027-01-04")
        case.tell(EventKind.EXTERNAL_REVIEW_FILED, "2027-01-20", "review-1", channel="portal")
        found = case.one(ClockKind.EXTERNAL_DECISION, now="2027-02-20")
        assert found.rule == "fed-aca-external-prelim-review"
        assert (written(found.chase), written(found.legal)) == ("2027-01-27T23:59", legal)
        assert found.standing is (Standing.MISSED if legal else Standing.RUNNING)


def test_an_event_of_unknown_date_starts_no_clock() -> None:
    assert Case().submitted(None).kinds() == set()


def test_nothing_of_the_payers_runs_before_the_submission() -> None:
    assert Case().tell(EventKind.REQUEST_OPENED, FRIDAY).kinds() == {"submit_by"}


def test_the_payers_own_zone_decides_the_day() -> None:
    # 22:30 on Friday in Los Angeles is already Saturday at the payer's in New York.
    case = Case(clinic_zone="America/Los_Angeles")
    case.submitted("2026-11-20T22:30:00-08:00[America/Los_Angeles]")
    assert written(case.one(DECISION).legal) == "2026-12-06T23:59"


@pytest.mark.parametrize(
    ("plan", "rule", "legal"),
    [
        (SELF_FUNDED, "fed-erisa-pa-standard", "2026-12-05T23:59"),
        (INSURED, "fed-erisa-pa-standard", "2026-12-05T23:59"),
        (MEDICARE, "fed-ma-pa-standard", "2026-11-27T23:59"),
        (MEDICAID, "fed-mco-pa-standard", "2026-11-27T23:59"),
        (UNKNOWN, "base-pa-standard", None),
        (UNFUNDED, "base-pa-standard", None),
    ],
)
def test_the_plan_decides_the_rule(plan: object, rule: str, legal: str | None) -> None:
    found = Case(plan=plan).submitted(FRIDAY).one(DECISION)  # type: ignore[arg-type]
    assert (found.rule, written(found.legal)) == (rule, legal)


def test_a_drug_and_a_service_run_on_their_own_clocks_where_they_differ() -> None:
    case = Case(plan=MEDICARE, lines=DRUG_AND_SERVICE).submitted(FRIDAY)
    found = {str(each.item): each for each in case.computed().deadlines}
    assert found["drug"].rule == "fed-ma-partb-drug-standard"
    assert written(found["drug"].due) == "2026-11-23T10:00"
    assert found["service"].rule == "fed-ma-pa-standard"
    same = Case(lines=DRUG_AND_SERVICE).submitted(FRIDAY).one(DECISION)
    assert same.item is None


def test_each_kind_of_line_is_settled_by_its_own_decision() -> None:
    case = Case(plan=MEDICARE, lines=DRUG_AND_SERVICE).submitted(FRIDAY)
    case.approved("2026-11-23T09:00", lines=("2",))
    found = {str(each.item): each for each in case.computed("2026-11-24").deadlines}
    assert found["drug"].standing is Standing.MET
    assert found["service"].standing is Standing.RUNNING


@pytest.mark.parametrize(
    ("decided", "standing"),
    [
        ("2026-12-05T23:59:59", Standing.MET),
        ("2026-12-06T00:00", Standing.MISSED),
        ("2026-12-05", Standing.MET),
        (None, Standing.MET),
    ],
)
def test_the_last_moment_is_in_time_and_the_next_is_late(
    decided: str | None, standing: Standing
) -> None:
    found = Case().submitted(FRIDAY).approved(decided).one(DECISION, now="2027-01-01")
    assert (found.standing, found.settled_by) == (standing, "2")


@pytest.mark.parametrize(
    ("now", "standing"),
    [("2026-12-05T23:59:59", Standing.RUNNING), ("2026-12-06T00:00", Standing.MISSED)],
)
def test_silence_is_late_only_after_the_legal_date(now: str, standing: Standing) -> None:
    assert Case().submitted(FRIDAY).one(DECISION, now=now).standing is standing


def test_a_decision_on_one_line_leaves_the_clock_running_for_the_other() -> None:
    two = (DRUG_AND_SERVICE[0], replace(DRUG_AND_SERVICE[0], key="2"))
    case = Case(lines=two).submitted(FRIDAY).approved("2026-11-23", lines=("1",))
    assert case.one(DECISION).standing is Standing.RUNNING
    case.tell(EventKind.WITHDRAWN, "2026-11-24", lines=("2",))
    assert case.one(DECISION).settled_by == "2"


# ------------------------------------------------------------------ sent back, closed, reopened


def test_a_request_that_was_sent_back_has_no_clock_until_it_is_sent_again() -> None:
    case = Case().submitted(FRIDAY).tell(EventKind.REJECTED_BY_PAYER, "2026-11-21T10:00")
    assert case.kinds() == set()
    case.submitted("2026-11-24T10:00")
    found = case.one(DECISION)
    assert (found.start, written(found.legal)) == ("3", "2026-12-09T23:59")


def test_a_closed_case_keeps_what_was_settled_and_nothing_else() -> None:
    case = Case().submitted(FRIDAY).denied("2026-11-25", notice_dated=date(2026, 11, 25))
    case.tell(EventKind.CLOSED, "2026-11-26T10:00")
    assert case.kinds("2026-11-27") == {"pa_decision"}
    case.tell(EventKind.REOPENED, "2026-11-27T10:00")
    assert "appeal_filing" in case.kinds("2026-11-27")


def test_a_withdrawn_request_has_no_clock() -> None:
    assert Case().submitted(FRIDAY).tell(EventKind.WITHDRAWN, "2026-11-21").kinds() == set()


# ------------------------------------------------------------------ questions and extensions


def test_an_erisa_extension_for_information_stops_the_clock() -> None:
    case = Case().submitted("2026-11-02T09:00")
    case.asked("2026-11-13", sent=at("2026-11-12"), is_extension=True)
    found = case.one(ClockKind.EXTENSION, now="2026-11-20")
    assert (found.rule, found.standing) == ("fed-erisa-pa-extension", Standing.TOLLED)
    # Our 45 days count from receipt, 13 Nov, to 28 Dec; 20 of the payer's 30 days remain.
    assert written(found.legal) == "2027-01-17T23:59"
    assert written(case.one(ClockKind.INFO_SUPPLY).legal) == "2026-12-28T23:59"
    assert case.one(ClockKind.EXTENSION, now="2026-12-28").standing is Standing.TOLLED
    assert case.one(ClockKind.EXTENSION, now="2026-12-29").standing is Standing.RUNNING


def test_the_answer_starts_it_again() -> None:
    case = Case().submitted("2026-11-02T09:00")
    case.asked("2026-11-13", sent=at("2026-11-12"), is_extension=True).answered("2026-12-01")
    found = case.one(ClockKind.EXTENSION, now="2026-12-01")
    assert (found.standing, written(found.legal)) == (Standing.RUNNING, "2026-12-21T23:59")
    assert written(found.chase) == "2026-12-16T23:59"


def test_a_question_without_extension_stops_nothing() -> None:
    case = Case().submitted("2026-11-02T09:00").asked("2026-11-13")
    assert written(case.one(DECISION).legal) == "2026-11-17T23:59"


def test_a_late_extension_notice_is_void() -> None:
    case = Case().submitted("2026-11-02T09:00")
    case.tell(EventKind.EXTENSION_NOTICED, "2026-11-18", sent=at("2026-11-18"))
    found = case.one(DECISION, now="2026-11-18")
    assert (written(found.legal), found.standing) == ("2026-11-17T23:59", Standing.MISSED)
    assert any("void" in step for step in found.derivation)


def test_a_question_after_a_valid_extension_does_not_make_it_void() -> None:
    # 15 days end on 17 Nov; the notice of the 10th gives 15 more. There is no second extension.
    case = Case().submitted("2026-11-02T09:00").tell(EventKind.EXTENSION_NOTICED, "2026-11-10")
    case.asked("2026-11-20", is_extension=True)
    found = case.one(ClockKind.EXTENSION, now="2026-11-25")
    assert (written(found.legal), found.standing) == ("2026-12-02T23:59", Standing.RUNNING)


def test_of_two_pends_only_the_first_that_extends_stops_the_clock() -> None:
    case = Case().submitted("2026-11-02T09:00")
    case.asked("2026-11-12", is_extension=True).answered("2026-12-01")
    case.asked("2026-12-05", "information-2", is_extension=True)
    case.answered("2026-12-15", "information-2")
    found = case.one(ClockKind.EXTENSION, now="2026-12-20")
    assert written(found.legal) == "2026-12-21T23:59"  # 30 days and the 19 of the first pend


def test_the_extended_date_on_the_letter_is_kept_beside_the_laws() -> None:
    case = Case(plan=MEDICARE).submitted("2026-11-18T08:00")
    case.tell(EventKind.EXTENSION_NOTICED, "2026-11-24", until=date(2026, 12, 4))
    found = case.one(ClockKind.EXTENSION)
    assert (found.rule, written(found.legal)) == ("fed-ma-pa-extension", "2026-12-09T23:59")
    assert found.printed == date(2026, 12, 4)


def test_a_part_b_drug_cannot_be_extended() -> None:
    case = Case(plan=MEDICARE, lines=(DRUG_AND_SERVICE[1],)).submitted("2026-11-18T08:00")
    case.tell(EventKind.EXTENSION_NOTICED, "2026-11-19")
    assert written(case.one(DECISION).legal) == "2026-11-21T08:00"


def test_an_extension_of_unknown_date_moves_nothing() -> None:
    case = Case().submitted("2026-11-02T09:00").tell(EventKind.EXTENSION_NOTICED, None)
    assert written(case.one(DECISION).legal) == "2026-11-17T23:59"


# ------------------------------------------------------------------ urgency


def test_an_urgent_question_gives_48_hours_after_the_answer() -> None:
    case = Case(urgency=Urgency.EXPEDITED).submitted(FRIDAY).asked("2026-11-21T09:00")
    case.answered("2026-11-22T12:00")
    found = case.one(DECISION)
    assert found.rule == "fed-erisa-urgent-decision-after-info"
    assert written(found.legal) == "2026-11-24T12:00"


def test_an_urgent_question_unanswered_counts_from_the_end_of_the_48_hours() -> None:
    case = Case(urgency=Urgency.EXPEDITED).submitted(FRIDAY).asked("2026-11-21T09:00")
    assert written(case.one(DECISION).legal) == "2026-11-25T09:00"


def test_an_urgent_question_after_24_hours_leaves_the_72_hours() -> None:
    case = Case(urgency=Urgency.EXPEDITED).submitted(FRIDAY).asked("2026-11-21T10:01")
    found = case.one(DECISION)
    assert (found.rule, written(found.legal)) == ("fed-erisa-pa-urgent", "2026-11-23T10:00")
    assert "fed-erisa-pa-urgent" not in {lost.rule for lost in found.lost}


def test_urgency_raised_later_counts_from_then() -> None:
    case = Case().submitted(FRIDAY)
    case.tell(EventKind.URGENCY_CHANGED, "2026-11-23T10:00", urgency="expedited", by="clinician")
    found = case.one(DECISION, now="2026-11-23")
    assert (found.rule, found.start) == ("fed-erisa-pa-urgent", "2")
    assert written(found.legal) == "2026-11-26T10:00"


def test_an_urgency_corrected_in_the_draft_counts_from_the_beginning() -> None:
    case = Case().tell(EventKind.REQUEST_OPENED, "2026-11-19T10:00")
    case.tell(EventKind.REQUEST_CORRECTED, "2026-11-19T11:00", urgency="expedited")
    found = case.submitted(FRIDAY).one(DECISION)
    assert (found.rule, written(found.legal)) == ("fed-erisa-pa-urgent", "2026-11-23T10:00")


def test_urgency_raised_late_does_not_lengthen_the_standard_time() -> None:
    case = Case(plan=MEDICARE).submitted(FRIDAY)
    case.tell(EventKind.URGENCY_CHANGED, "2026-11-26T10:00", urgency="expedited", by="clinician")
    found = case.one(DECISION, now="2026-11-26")
    assert (found.rule, written(found.legal)) == ("fed-ma-pa-standard", "2026-11-27T23:59")
    assert "fed-ma-pa-urgent" in {lost.rule for lost in found.lost}


def test_urgency_refused_by_the_payer_counts_from_receipt() -> None:
    case = Case(plan=MEDICARE, urgency=Urgency.EXPEDITED).submitted(FRIDAY)
    case.tell(EventKind.URGENCY_CHANGED, "2026-11-21T10:00", urgency="standard", by="payer")
    assert written(case.one(DECISION).legal) == "2026-11-27T23:59"


def test_going_on_with_a_course_is_decided_in_24_hours_if_asked_in_time() -> None:
    urgent = Case(urgency=Urgency.EXPEDITED, timing=ReviewTiming.CONCURRENT)
    urgent.submitted(FRIDAY, approved_course_ends=at("2026-11-30"))
    assert urgent.one(DECISION).rule == "fed-erisa-concurrent-urgent"
    late = Case(urgency=Urgency.EXPEDITED, timing=ReviewTiming.CONCURRENT)
    late.submitted(FRIDAY, approved_course_ends=at("2026-11-21T09:59"))
    assert written(late.one(DECISION).legal) == "2026-11-23T10:00"


def test_when_the_course_ends_is_not_known_the_cautious_dates_are_used() -> None:
    case = Case(urgency=Urgency.EXPEDITED, timing=ReviewTiming.CONCURRENT).submitted(FRIDAY)
    found = case.one(DECISION)
    assert (found.rule, written(found.legal)) == ("fed-erisa-pa-urgent", "2026-11-23T10:00")
    assert written(found.chase) == "2026-11-21T10:00"


def test_care_already_given_has_30_days() -> None:
    found = Case(timing=ReviewTiming.RETROSPECTIVE).submitted(FRIDAY).one(DECISION)
    assert (found.rule, written(found.legal)) == ("fed-erisa-post-service", "2026-12-20T23:59")


def test_an_unknown_rating_period_is_chased_early_and_called_late_late() -> None:
    unknown = replace(MEDICAID, rating_period_start=None)
    found = Case(plan=unknown).submitted("2026-11-02T10:00").one(DECISION)
    assert (found.rule, written(found.legal)) == ("fed-mco-pa-standard-old", "2026-11-16T23:59")
    assert written(found.chase) == "2026-11-05T23:59"
    assert any("rating period start" in step for step in found.derivation)
    known = Case(plan=MEDICAID).submitted("2026-11-02T10:00").one(DECISION)
    assert written(known.legal) == "2026-11-09T23:59"


# ------------------------------------------------------------------ appeals and reviews


def appealed(plan: object = SELF_FUNDED, **facts: object) -> Case:
    case = Case(plan=plan).submitted("2026-11-02T10:00")  # type: ignore[arg-type]
    case.denied("2026-11-10", notice_dated=date(2026, 11, 10), notice_received=date(2026, 11, 12))
    return case.appealed("2026-11-20T10:00", **facts)  # type: ignore[arg-type]


def test_an_appeal_by_fax_is_only_chased_until_its_receipt_is_proved() -> None:
    case = appealed(replace(SELF_FUNDED, appeal_levels=1))
    found = case.one(ClockKind.APPEAL_DECISION)
    assert (found.legal, written(found.chase)) == (None, "2026-12-20T23:59")
    case.appeal_received("2026-11-21T10:00")
    found = case.one(ClockKind.APPEAL_DECISION)
    assert (found.rule, found.start) == ("fed-erisa-appeal-decision-1level", "4")
    assert written(found.legal) == "2026-12-21T23:59"


@pytest.mark.parametrize(
    ("levels", "legal", "chase"),
    [
        (1, "2026-12-20T23:59", "2026-12-20T23:59"),
        (2, "2026-12-05T23:59", "2026-12-05T23:59"),
        (None, "2026-12-20T23:59", "2026-12-05T23:59"),
    ],
)
def test_the_levels_of_appeal_decide_between_15_and_30_days(
    levels: int | None, legal: str, chase: str
) -> None:
    case = appealed(replace(SELF_FUNDED, appeal_levels=levels), channel="portal")
    found = case.one(ClockKind.APPEAL_DECISION)
    assert (written(found.legal), written(found.chase)) == (legal, chase)


def test_an_urgent_appeal_has_72_hours_and_is_settled_by_its_decision() -> None:
    case = appealed(channel="phone", urgency="expedited").upheld("2026-11-23T10:01")
    found = case.one(ClockKind.APPEAL_DECISION, now="2026-11-24")
    assert (written(found.legal), found.standing) == ("2026-11-23T10:00", Standing.MISSED)
    assert found.settled_by == "4"


def test_an_appeal_made_urgent_has_72_hours_from_then_and_the_request_keeps_its_time() -> None:
    # 29 CFR 2560.503-1(i)(2)(i): 72 hours; the standard appeal of two levels has 15 days.
    case = appealed(replace(SELF_FUNDED, appeal_levels=2), channel="portal")
    before = case.one(DECISION)
    case.tell(
        EventKind.URGENCY_CHANGED, "2026-11-23T10:00", "appeal-1", urgency="expedited",
        by="clinician",
    )  # fmt: skip
    found = case.one(ClockKind.APPEAL_DECISION, now="2026-11-23")
    assert (written(found.legal), found.start) == ("2026-11-26T10:00", "4")
    assert case.one(DECISION) == before


def test_an_appeal_made_urgent_at_its_end_gains_no_time() -> None:
    case = appealed(replace(SELF_FUNDED, appeal_levels=2), channel="portal")
    case.tell(
        EventKind.URGENCY_CHANGED, "2026-12-05T09:00", "appeal-1", urgency="expedited",
        by="clinician",
    )  # fmt: skip
    # 15 days from 20 November end on 5 December, before the 72 hours do.
    assert written(case.one(ClockKind.APPEAL_DECISION).legal) == "2026-12-05T23:59"


def test_an_urgent_appeal_that_the_payer_makes_standard_counts_from_its_receipt() -> None:
    case = appealed(replace(SELF_FUNDED, appeal_levels=2), channel="portal", urgency="expedited")
    case.tell(
        EventKind.URGENCY_CHANGED, "2026-11-21T09:00", "appeal-1", urgency="standard", by="payer"
    )
    assert written(case.one(ClockKind.APPEAL_DECISION).legal) == "2026-12-05T23:59"


def test_an_external_review_that_became_urgent_has_72_hours_from_then() -> None:
    # 29 CFR 2590.715-2719(d)(3)(ii): 72 hours from the reviewer's receipt of the urgent request.
    case = appealed(replace(SELF_FUNDED, appeal_levels=1))
    case.upheld("2026-12-01", is_final_internal=True)
    case.tell(
        EventKind.EXTERNAL_REVIEW_FILED, "2026-12-02", "external_review-1", urgency="standard",
        channel="portal",
    )  # fmt: skip
    case.tell(EventKind.EXTERNAL_REVIEW_ASSIGNED, "2026-12-04T09:00", "external_review-1")
    case.tell(
        EventKind.URGENCY_CHANGED, "2026-12-07T14:00", "external_review-1", urgency="expedited",
        by="clinician",
    )  # fmt: skip
    running = [
        each
        for each in case.computed("2026-12-08").deadlines
        if each.kind is ClockKind.EXTERNAL_DECISION and not each.settled_by
    ]
    assert [written(each.legal) for each in running] == ["2026-12-10T14:00"]


def test_an_extension_of_an_appeal_moves_the_appeal_and_not_the_request() -> None:
    case = appealed(MEDICARE, channel="portal")
    case.tell(EventKind.EXTENSION_NOTICED, "2026-12-01", "appeal-1")
    found = case.one(ClockKind.APPEAL_DECISION)
    assert written(found.legal) == "2027-01-03T23:59"  # 30 + 14 days from 20 Nov
    assert written(case.one(DECISION).legal) == "2026-11-09T23:59"


def test_the_reviewer_has_45_days_from_the_day_it_has_the_case() -> None:
    case = appealed().upheld("2026-12-01", is_final_internal=True)
    case.tell(
        EventKind.EXTERNAL_REVIEW_FILED, "2026-12-02", "review-1", urgency="standard", channel="fax"
    )
    screening = case.one(ClockKind.EXTERNAL_DECISION, now="2026-12-03")
    assert (screening.rule, screening.legal) == ("fed-aca-external-prelim-review", None)
    case.tell(EventKind.EXTERNAL_REVIEW_ASSIGNED, "2026-12-07", "review-1")
    found = {each.rule: each for each in case.computed("2026-12-08").deadlines}
    assert found["fed-aca-external-prelim-review"].standing is Standing.MET
    assert written(found["fed-aca-external-decision"].legal) == "2027-01-21T23:59"
    case.tell(EventKind.EXTERNAL_REVIEW_DECIDED, "2027-01-10", "review-1", outcome="upheld")
    found = {each.rule: each for each in case.computed("2027-01-11").deadlines}
    assert found["fed-aca-external-decision"].standing is Standing.MET


def test_the_independent_entity_of_medicare_has_about_30_days() -> None:
    case = appealed(MEDICARE).upheld("2026-12-01", is_final_internal=True)
    case.tell(EventKind.EXTERNAL_REVIEW_FILED, "2026-12-02", "review-1", urgency="standard")
    case.tell(EventKind.EXTERNAL_REVIEW_ASSIGNED, "2026-12-07", "review-1")
    found = case.one(ClockKind.EXTERNAL_DECISION, now="2026-12-08")
    assert (found.rule, found.is_believed) == ("fed-ma-ire-decision", True)
    assert written(found.legal) == "2027-01-06T23:59"


def test_a_reversal_is_carried_out_within_72_hours_where_the_law_says_so() -> None:
    case = appealed(MEDICAID)
    case.tell(EventKind.APPEAL_DECIDED, "2026-11-25T09:00", "appeal-1", outcome="overturned")
    found = case.one(ClockKind.EFFECTUATION)
    assert (found.rule, written(found.legal)) == ("fed-mco-effectuate", "2026-11-28T09:00")
    case.tell(EventKind.AUTHORIZATION_ENTERED, "2026-11-26T09:00")
    assert case.one(ClockKind.EFFECTUATION).standing is Standing.MET
    private = appealed()
    private.tell(EventKind.APPEAL_DECIDED, "2026-11-25T09:00", "appeal-1", outcome="overturned")
    assert "effectuation" not in private.kinds()
