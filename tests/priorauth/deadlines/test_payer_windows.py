"""A payer's own window beside the law: it may bring work forward, and never lengthens a limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.payer_window import window_rule
from priorauth.rulebook.rule import Unit
from priorauth.terms import ClockKind, ItemKind, Urgency
from tests.priorauth.deadlines.casework import SELF_FUNDED, UNKNOWN, Case, written
from tests.priorauth.rulebook.test_payer_window import WINDOW

APPEAL = replace(WINDOW, kind=ClockKind.APPEAL_FILING, unit=Unit.CALENDAR_DAYS)
DECISION = replace(
    WINDOW,
    kind=ClockKind.PA_DECISION,
    starts_on="request_received_by_payer",
    unit=Unit.CALENDAR_DAYS,
)


def beside_the_law(*windows):
    return shipped_rulebook().joined_by(window_rule(window) for window in windows)


def denied(plan=SELF_FUNDED):
    case = Case(plan=plan).submitted("2026-10-01T10:00")
    return case.denied("2026-10-05", notice_dated=date(2026, 10, 5))


def lost(found, rule="payer-policy-7"):
    return next((each.why for each in found.lost if each.rule == rule), "")


def test_an_earlier_window_brings_the_clinics_work_forward_and_leaves_the_limit():
    plain = denied().one(ClockKind.APPEAL_FILING)
    found = denied().one(
        ClockKind.APPEAL_FILING, rulebook=beside_the_law(replace(APPEAL, amount=60))
    )
    assert (found.rule, found.due, found.legal) == (plain.rule, plain.due, plain.legal)
    assert found.legal is not None
    # 60 days after 5 October: 4 December 2026, counted by hand.
    assert written(found.chase) == "2026-12-04T23:59"
    assert found.working < found.chase < plain.working
    assert "the payer's word is no law" in lost(found)
    assert any(
        "Provider manual 2026, page 41, checked 2026-11-02" in step for step in found.derivation
    )


def test_a_later_window_lengthens_nothing():
    plain = denied().one(ClockKind.APPEAL_FILING)
    found = denied().one(
        ClockKind.APPEAL_FILING, rulebook=beside_the_law(replace(APPEAL, amount=365))
    )
    assert (found.due, found.legal, found.chase, found.working) == (
        plain.due,
        plain.legal,
        plain.chase,
        plain.working,
    )
    assert "never lengthens the law's limit" in lost(found)


def test_a_window_gives_a_date_where_no_law_does_and_calls_it_no_limit():
    found = denied().one(ClockKind.PEER_TO_PEER, rulebook=beside_the_law(WINDOW))
    # Five business days after Monday 5 October, 12 October being a federal holiday: Tuesday 13.
    assert (found.rule, written(found.due)) == ("payer-policy-7", "2026-10-13T23:59")
    assert (found.legal, found.is_believed) == (None, False)
    assert found.citation == "Northfield Health: Provider manual 2026, page 41"
    assert any(step.startswith("No legal date") for step in found.derivation)


def test_a_step_that_only_the_manual_knows_has_its_date():
    window = replace(WINDOW, kind=ClockKind.RESUBMISSION)
    assert ClockKind.RESUBMISSION not in denied().kinds()
    assert (
        denied().one(ClockKind.RESUBMISSION, rulebook=beside_the_law(window)).rule
        == "payer-policy-7"
    )


def test_the_payer_is_chased_on_its_own_earlier_word_and_late_only_by_law():
    case = Case().submitted("2026-11-02T10:00")
    plain = case.one(ClockKind.PA_DECISION, now="2026-11-03")
    found = case.one(
        ClockKind.PA_DECISION,
        now="2026-11-03",
        rulebook=beside_the_law(replace(DECISION, amount=3)),
    )
    assert found.legal == plain.legal is not None
    assert written(found.chase) == "2026-11-05T23:59"


def test_while_the_plan_is_not_known_a_longer_window_puts_nothing_off():
    plain = denied(UNKNOWN).one(ClockKind.APPEAL_FILING)
    found = denied(UNKNOWN).one(
        ClockKind.APPEAL_FILING, rulebook=beside_the_law(replace(APPEAL, amount=400))
    )
    assert found.legal is None
    assert found.working <= plain.working


def test_what_is_for_the_plan_goes_before_what_is_for_the_payer():
    for_all = replace(WINDOW, key="1", amount=10)
    found = denied().one(
        ClockKind.PEER_TO_PEER, rulebook=beside_the_law(for_all, replace(WINDOW, is_of_plan=True))
    )
    assert found.rule == "payer-policy-7"
    assert "payer-policy-1" in {each.rule for each in found.lost}


def test_two_windows_with_equal_right_never_stop_a_case():
    found = denied().one(
        ClockKind.PEER_TO_PEER, rulebook=beside_the_law(WINDOW, replace(WINDOW, key="8", amount=9))
    )
    assert found.rule == "payer-policy-7"


def test_a_window_for_other_cases_or_other_days_stays_out():
    outside = [
        replace(WINDOW, key="1", urgency=Urgency.EXPEDITED),
        replace(WINDOW, key="2", item=ItemKind.DRUG),
        replace(WINDOW, key="3", effective_from=date(2026, 11, 1)),
        replace(WINDOW, key="4", effective_to=date(2026, 9, 30)),
    ]
    found = denied().one(ClockKind.PEER_TO_PEER, rulebook=beside_the_law(*outside))
    assert not found.rule.startswith("payer-policy")
    assert {f"payer-policy-{n}" for n in "1234"} <= {each.rule for each in found.lost}


def test_a_window_whose_start_is_not_recorded_says_so():
    case = Case().submitted("2026-11-02T10:00", channel="fax")
    found = case.one(
        ClockKind.PA_DECISION,
        now="2026-11-03",
        rulebook=beside_the_law(replace(DECISION, amount=3)),
    )
    assert "its clock has not started" in lost(found)
