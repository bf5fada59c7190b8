"""What opens by itself when the payer lets its time pass: dates by hand, from the law's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import PlanFacts
from priorauth.terms import ClockKind, EventKind, LineOfBusiness, OwedBy, Standing, Urgency
from tests.priorauth.deadlines.casework import (
    DRUG_AND_SERVICE,
    MEDICAID,
    MEDICARE,
    SELF_FUNDED,
    UNKNOWN,
    Case,
    written,
)

APPEAL, HEARING = ClockKind.APPEAL_FILING, ClockKind.FAIR_HEARING
EXTERNAL, DECISION = ClockKind.EXTERNAL_FILING, ClockKind.PA_DECISION


def asked(plan: PlanFacts, **facts: object) -> Case:
    """A request that the payer had on Friday 18 December 2026."""
    return Case(plan=plan, **facts).submitted("2026-12-18T10:00")  # type: ignore[arg-type]


def opened(case: Case, now: str, kind: ClockKind) -> ComputedDeadline | None:
    found = [each for each in case.computed(now).deadlines if each.kind is kind]
    assert len(found) < 2
    return found[0] if found else None


# ------------------------------------------------------------------ on a request


def test_medicaid_silence_is_a_denial_of_the_day_the_time_ran_out() -> None:
    case = asked(MEDICAID)
    # 7 days from 18 Dec: Christmas Day. To its last second nothing is late (438.404(c)(5)).
    assert opened(case, "2026-12-25T23:59:59", APPEAL) is None
    found = opened(case, "2026-12-26T00:00", APPEAL)
    assert found is not None
    assert found.rule == "fed-mco-appeal-filing"
    # 60 days from 25 Dec: 6 + 31 + 23.
    assert written(found.legal) == "2027-02-23T23:59"
    assert found.owed_by is OwedBy.CLINIC
    told = " ".join(found.derivation)
    assert "Fri 25 Dec 2026" in told
    assert "42 CFR 438.404(c)(5)" in told
    assert "stays undecided" in told


def test_the_payer_still_owes_its_decision() -> None:
    found = opened(asked(MEDICAID), "2026-12-28", DECISION)
    assert found is not None
    assert (found.standing, found.settled_by) == (Standing.MISSED, "")


def test_a_real_denial_takes_the_place_of_the_silence() -> None:
    case = asked(MEDICAID).denied("2026-12-30", notice_dated=date(2026, 12, 30))
    found = opened(case, "2027-01-04", APPEAL)
    assert found is not None
    # 60 days from the printed date: 1 + 31 + 28.
    assert written(found.legal) == "2027-02-28T23:59"
    assert "by itself" not in " ".join(found.derivation)


def test_an_approval_ends_it() -> None:
    assert opened(asked(MEDICAID).approved("2026-12-30"), "2027-01-04", APPEAL) is None


def test_an_extension_in_time_is_no_silence() -> None:
    case = asked(MEDICAID).tell(EventKind.EXTENSION_NOTICED, "2026-12-22")
    # 7 + 14 days from 18 Dec: 8 January.
    assert opened(case, "2027-01-08", APPEAL) is None
    found = opened(case, "2027-01-09", APPEAL)
    assert found is not None
    # 60 days from 8 Jan: 23 + 28 + 9.
    assert written(found.legal) == "2027-03-09T23:59"


def test_without_proof_of_receipt_nobody_is_late() -> None:
    case = Case(plan=MEDICAID).submitted("2026-12-18T10:00", channel="fax")
    assert opened(case, "2027-02-01", APPEAL) is None


def test_without_a_known_plan_nobody_is_late() -> None:
    assert opened(asked(UNKNOWN), "2027-06-01", APPEAL) is None


def test_medicare_silence_can_be_appealed_but_the_law_gives_no_last_day() -> None:
    found = opened(asked(MEDICARE), "2026-12-26", APPEAL)
    assert found is not None
    assert (found.rule, found.legal) == ("fed-ma-appeal-filing", None)
    # Without a letter no days for the mail: 60 from 25 Dec.
    assert written(found.due) == "2027-02-23T23:59"
    assert "no days for the mail" in " ".join(found.derivation)


def test_each_kind_of_line_falls_silent_at_its_own_time() -> None:
    case = Case(plan=MEDICAID, lines=DRUG_AND_SERVICE).submitted("2026-12-18T10:00")
    # The drug is owed in 24 hours, so on Saturday 19 December; 60 days from it: 12 + 31 + 17.
    early = [each for each in case.computed("2026-12-20").deadlines if each.kind is APPEAL]
    assert [(each.item, written(each.legal)) for each in early] == [("drug", "2027-02-17T23:59")]
    # The service is owed on 25 December.
    late = [each for each in case.computed("2026-12-28").deadlines if each.kind is APPEAL]
    assert {each.item for each in late} == {"drug", "service"}


def test_the_state_agency_can_be_heard_about_its_silence() -> None:
    found = opened(asked(PlanFacts(LineOfBusiness.MEDICAID_FFS)), "2026-12-26", HEARING)
    assert found is not None
    assert (found.rule, found.legal) == ("fed-medicaid-ffs-hearing", None)
    assert written(found.due) == "2027-01-24T23:59"  # 6 left in Dec, 24


def test_an_employer_plans_silence_opens_no_appeal_to_itself() -> None:
    case = asked(SELF_FUNDED)
    assert opened(case, "2027-03-01", APPEAL) is None


def test_an_employer_plans_silence_lets_external_review_start_without_a_last_day() -> None:
    case = asked(SELF_FUNDED)
    # 15 days from 18 Dec (29 CFR 2560.503-1(f)(2)(iii)(A)): in time to the end of 2 January.
    assert opened(case, "2027-01-02T23:59:59", EXTERNAL) is None
    found = opened(case, "2027-01-03T00:00", EXTERNAL)
    assert found is not None
    assert (found.owed_by, found.legal) == (OwedBy.CLINIC, None)
    # 4 months: Sunday 2 May, rolled to Monday (45 CFR 147.136(d)(2)(i)); to work to, no limit.
    assert written(found.due) == "2027-05-03T23:59"
    told = " ".join(found.derivation)
    assert "not a limit" in told and "stays undecided" in told and "minor" in told


@pytest.mark.parametrize("late", ["denied", "approved"])
def test_an_employer_plans_late_answer_takes_the_place_of_its_silence(late: str) -> None:
    case = getattr(asked(SELF_FUNDED), late)("2027-01-06")
    found = opened(case, "2027-01-11", EXTERNAL)
    assert found is None or "by itself" not in " ".join(found.derivation)


def test_an_employers_plan_that_is_reviewed_or_appealed_to_is_waited_for_no_longer() -> None:
    case = asked(SELF_FUNDED).appealed("2027-01-05", against_silence=True)
    found = opened(case, "2027-01-11", EXTERNAL)
    assert found is not None and found.settled_by


def test_an_appeal_against_the_silence_meets_the_window() -> None:
    case = asked(MEDICAID).appealed("2026-12-29T09:00", channel="portal", against_silence=True)
    found = opened(case, "2027-01-04", APPEAL)
    assert found is not None
    assert found.standing is Standing.MET
    # And a denial that crosses it opens no second window.
    case.denied("2026-12-30", notice_dated=date(2026, 12, 30))
    again = opened(case, "2027-01-04", APPEAL)
    assert again is not None
    assert again.standing is Standing.MET


# ------------------------------------------------------------------ on an appeal


def appealed(plan: PlanFacts, urgency: Urgency = Urgency.STANDARD) -> Case:
    """Denied, appealed by portal on Friday 18 December 2026."""
    case = Case(plan=plan).submitted("2026-11-02T10:00")
    case.denied("2026-11-06", notice_dated=date(2026, 11, 6))
    return case.appealed("2026-12-18T10:00", channel="portal", urgency=str(urgency))


def test_medicaid_silence_on_an_appeal_opens_the_fair_hearing() -> None:
    case = appealed(MEDICAID)
    # 30 days from 18 Dec: 17 January (438.408(b)(2), (c)(3), (f)(1)(i)).
    assert opened(case, "2027-01-17T23:59:59", HEARING) is None
    found = opened(case, "2027-01-18", HEARING)
    assert found is not None
    assert (found.rule, found.legal) == ("fed-mco-fair-hearing", None)
    # 90 days from 17 Jan: 14 + 28 + 31 + 17.
    assert written(found.due) == "2027-04-17T23:59"
    heard = case.tell(EventKind.EXTERNAL_REVIEW_FILED, "2027-01-20T10:00", "external-review-1")
    met = opened(heard, "2027-01-25", HEARING)
    assert met is not None
    assert met.standing is Standing.MET


def test_an_employer_plans_silence_on_an_appeal_opens_external_review() -> None:
    case = appealed(SELF_FUNDED)
    found = opened(replaced(case, appeal_levels=1), "2027-01-18", EXTERNAL)
    assert found is not None
    assert (found.rule, found.legal) == ("fed-aca-external-filing", None)
    # Four months from 17 Jan.
    assert written(found.due) == "2027-05-17T23:59"


def test_new_yorks_word_on_silence_takes_no_federal_review_away() -> None:
    case = appealed(PlanFacts(LineOfBusiness.INDIVIDUAL, issue_state="NY", appeal_levels=1))
    silent = case.computed("2027-01-18").silent
    assert [each.meaning.id for each in silent if each.meaning] == ["st-ny-missed-appeal"]
    # Four months from 17 Jan, 17 May, a Monday.
    assert written(found.due if (found := opened(case, "2027-01-18", EXTERNAL)) else None) == (
        "2027-05-17T23:59"
    )


def test_what_silence_means_is_asked_of_the_law_whose_limit_has_passed() -> None:
    # One calendar day of Washington from a Friday is Saturday, which its statute may move to
    # Monday night; the federal 72 hours end on Monday at 10:00 and are not moved.
    plan = PlanFacts(LineOfBusiness.INDIVIDUAL, issue_state="WA")
    case = Case(plan=plan, urgency=Urgency.EXPEDITED).submitted("2026-11-20T10:00")
    found = case.one(DECISION, now="2026-11-23T10:00")
    assert (found.rule, found.standing) == ("st-wa-pa-urgent-electronic", Standing.RUNNING)
    assert (written(found.due), written(found.legal)) == ("2026-11-21T23:59", "2026-11-23T10:00")
    assert found.late_by == "fed-erisa-pa-urgent"
    assert any("fed-erisa-pa-urgent binds as well" in step for step in found.derivation)
    silent = case.computed("2026-11-23T10:00:01").silent
    assert [each.rule.id for each in silent] == ["fed-erisa-pa-urgent"]


def replaced(case: Case, **facts: object) -> Case:
    return replace(case, plan=replace(case.plan, **facts))  # type: ignore[arg-type]


def test_medicare_forwards_a_late_appeal_itself_so_nothing_is_to_be_filed() -> None:
    case = appealed(MEDICARE)
    kinds = {each.kind for each in case.computed("2027-03-01").deadlines if not each.settled_by}
    assert not kinds & {EXTERNAL, HEARING}


@pytest.mark.parametrize("plan", [LineOfBusiness.FEHB, LineOfBusiness.PSHB])
def test_the_personnel_office_is_asked_within_120_days_of_the_unanswered_request(
    plan: LineOfBusiness,
) -> None:
    case = appealed(PlanFacts(plan))
    assert opened(case, "2027-01-17T23:00", EXTERNAL) is None
    found = opened(case, "2027-01-18", EXTERNAL)
    assert found is not None
    assert found.rule == "fed-fehb-opm-filing-no-answer"
    # From 18 Dec: 13 + 31 + 28 + 31 + 17.
    assert written(found.legal) == "2027-04-17T23:59"


def test_a_decision_after_all_takes_the_place_of_the_silence() -> None:
    case = appealed(MEDICAID).upheld("2027-02-01T09:00", notice_dated=date(2027, 2, 1))
    found = opened(case, "2027-02-10", HEARING)
    assert found is not None
    # 90 days from the printed date: 27 + 31 + 30 + 2.
    assert written(found.legal) == "2027-05-02T23:59"


def test_computing_twice_gives_the_same() -> None:
    case = appealed(MEDICAID)
    assert case.computed("2027-02-01") == case.computed("2027-02-01")
    closed = case.tell(EventKind.CLOSED, "2027-02-02")
    assert all(each.settled_by for each in closed.computed("2027-03-01").deadlines)
