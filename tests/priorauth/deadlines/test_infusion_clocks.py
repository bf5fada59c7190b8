"""What an infusion leaves to do where a manual times it: the claim, approval after the fact."""

from __future__ import annotations

from dataclasses import replace

from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.payer_window import window_rule
from priorauth.rulebook.rule import Unit
from priorauth.terms import ClockKind, EventKind, OwedBy, Standing
from tests.priorauth.deadlines.casework import DRUG_AND_SERVICE, Case, written
from tests.priorauth.rulebook.test_payer_window import WINDOW

CLAIM = replace(
    WINDOW,
    key="8",
    kind=ClockKind.TIMELY_FILING,
    starts_on="infusion_given",
    amount=90,
    unit=Unit.CALENDAR_DAYS,
)
RETRO = replace(CLAIM, key="9", kind=ClockKind.RETRO_AUTHORIZATION, amount=14)
RULES = shipped_rulebook().joined_by([window_rule(CLAIM), window_rule(RETRO)])


def given(case: Case, when: str, **facts: object) -> Case:
    number = str(100 + len(case.happenings))
    return case.tell(
        EventKind.INFUSION_RECORDED, when, status="done", **{"infusion": number, **facts}
    )


def of_kind(case: Case, kind: ClockKind, now: str = "2026-11-20") -> list[ComputedDeadline]:
    return [each for each in case.computed(now, RULES).deadlines if each.kind is kind]


def test_without_a_window_of_the_payer_an_infusion_opens_nothing():
    case = given(Case().submitted("2026-10-01T10:00"), "2026-10-05T09:00", outside=("units",))
    assert not {"timely_filing", "retro_authorization"} & case.kinds()


def test_the_claim_is_filed_within_the_payers_days_from_the_day_of_the_infusion():
    case = given(Case().submitted("2026-10-01T10:00"), "2026-10-05T09:00")
    (claim,) = of_kind(case, ClockKind.TIMELY_FILING)
    # 90 days after 5 October: 26 left of October, 30 and 31 make 87, so 3 January 2027.
    assert written(claim.due) == "2027-01-03T23:59"
    assert (claim.owed_by, claim.legal, claim.rule) == (OwedBy.CLINIC, None, "payer-policy-8")
    assert "filing" not in claim.if_missed and "refuses the claim" in claim.if_missed
    assert of_kind(case, ClockKind.RETRO_AUTHORIZATION) == []


def test_late_in_the_evening_the_day_is_the_clinics_own():
    # 22:30 in New York is the next day in UTC.
    case = given(Case().submitted("2026-10-01T10:00"), "2026-10-05T22:30")
    (claim,) = of_kind(case, ClockKind.TIMELY_FILING)
    assert written(claim.due) == "2027-01-03T23:59"


def test_of_several_infusions_the_earliest_that_waits_has_the_date():
    case = Case().submitted("2026-10-01T10:00")
    for day in ("12", "05", "19"):
        given(case, f"2026-10-{day}T09:00")
    (claim,) = of_kind(case, ClockKind.TIMELY_FILING)
    assert written(claim.started.earliest)[:10] == "2026-10-05"


def test_a_bill_settles_the_infusions_it_names_and_the_next_one_has_the_date():
    case = Case().submitted("2026-10-01T10:00")
    given(case, "2026-10-05T09:00")
    first = case.happenings[-1].key
    given(case, "2026-10-12T09:00", infusion="")
    case.tell(EventKind.INFUSIONS_BILLED, "2026-10-20", records=(first,), infusions=("101",))
    billed, waits = of_kind(case, ClockKind.TIMELY_FILING)
    assert (billed.standing, billed.start) == (Standing.MET, first)
    assert waits.standing is Standing.RUNNING
    assert written(waits.due) == "2027-01-10T23:59"


def test_a_bill_written_before_bills_named_records_is_matched_by_the_infusion():
    case = Case().submitted("2026-10-01T10:00")
    given(case, "2026-10-05T09:00", infusion="7")
    case.tell(EventKind.INFUSIONS_BILLED, "2026-10-20", infusions=("7",))
    (claim,) = of_kind(case, ClockKind.TIMELY_FILING)
    assert claim.standing is Standing.MET


def test_a_claim_after_the_window_is_missed():
    case = given(Case().submitted("2026-06-01T10:00"), "2026-06-05T09:00", infusion="7")
    case.tell(EventKind.INFUSIONS_BILLED, "2026-09-04", infusions=("7",))
    (claim,) = of_kind(case, ClockKind.TIMELY_FILING)
    # 90 days after 5 June: 3 September.
    assert claim.standing is Standing.MISSED


def test_an_infusion_that_was_cancelled_opens_nothing():
    case = Case().submitted("2026-10-01T10:00")
    case.tell(EventKind.INFUSION_RECORDED, "2026-10-05T09:00", status="cancelled", infusion="7")
    assert of_kind(case, ClockKind.TIMELY_FILING) == []


def test_given_outside_the_approval_asks_for_approval_after_the_fact():
    case = given(Case(), "2026-10-05T09:00", outside=("not_approved",))
    (retro,) = of_kind(case, ClockKind.RETRO_AUTHORIZATION)
    assert written(retro.due) == "2026-10-19T23:59"
    case.submitted("2026-10-08T11:00")
    (retro,) = of_kind(case, ClockKind.RETRO_AUTHORIZATION)
    assert retro.standing is Standing.MET


def test_a_window_for_all_lines_is_one_date_of_a_drug_and_a_service():
    case = given(Case(lines=DRUG_AND_SERVICE).submitted("2026-10-01T10:00"), "2026-10-05T09:00")
    assert len(of_kind(case, ClockKind.TIMELY_FILING)) == 1
