"""A payer's window as a rule: layer policy, never law, only starts that its step can have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from priorauth.errors import RulebookError
from priorauth.rulebook.event_names import START_EVENTS
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.payer_window import START_WORDS, STARTS, PayerWindow, window_rule
from priorauth.rulebook.rule import Basis, Counting, Layer, Stage, Unit
from priorauth.terms import AppealLevel, ClockKind, OwedBy

WINDOW = PayerWindow(
    key="7",
    payer="Northfield Health",
    kind=ClockKind.PEER_TO_PEER,
    starts_on="denial_notice_dated",
    amount=5,
    unit=Unit.BUSINESS_DAYS,
    basis=Basis.PAYER_POLICY,
    source="Provider manual 2026",
    page="41",
    link="",
    checked_on=date(2026, 11, 2),
)


def test_a_window_is_a_rule_of_the_layer_of_policies_with_its_manual_page_and_day():
    rule = window_rule(WINDOW)
    assert (rule.id, rule.authority.layer, rule.basis) == (
        "payer-policy-7",
        Layer.POLICY,
        Basis.PAYER_POLICY,
    )
    assert rule.source == "Provider manual 2026, page 41, checked 2026-11-02"
    assert rule.citation == "Northfield Health: Provider manual 2026, page 41"
    assert (rule.owed_by, rule.is_believed) == (OwedBy.CLINIC, False)
    assert "not a limit of law" in rule.says


def test_hours_run_as_hours():
    rule = window_rule(replace(WINDOW, amount=24, unit=Unit.HOURS))
    assert rule.limit.counting is Counting.ELAPSED_HOURS


def test_an_appeal_from_the_first_denial_is_the_first_and_from_the_final_one_the_second():
    first = replace(WINDOW, kind=ClockKind.APPEAL_FILING)
    second = replace(first, starts_on="final_denial_dated")
    assert window_rule(first).reach.level is AppealLevel.FIRST
    assert window_rule(second).reach.level is AppealLevel.SECOND
    assert window_rule(first).reach.stage is Stage.APPEAL


def test_every_start_on_offer_is_an_event_of_the_rulebook():
    assert {name for starts in STARTS.values() for name in starts} <= START_EVENTS


def test_every_start_on_offer_has_words_for_a_form():
    assert {name for starts in STARTS.values() for name in starts} == set(START_WORDS)


def test_a_start_that_the_step_cannot_have_is_refused():
    with pytest.raises(ValueError, match="does not start on 'iro_assigned'"):
        window_rule(replace(WINDOW, starts_on="iro_assigned"))


def test_a_window_cannot_call_itself_law():
    with pytest.raises(ValueError, match="law is not what a manual"):
        window_rule(replace(WINDOW, basis=Basis.LAW))


def test_windows_stand_beside_the_shipped_rules_and_leave_them_as_they_are():
    shipped = shipped_rulebook()
    joined = shipped.joined_by([window_rule(WINDOW)])
    assert len(joined) == len(shipped) + 1
    assert "payer-policy-7" not in shipped
    assert joined.of_kind(ClockKind.PEER_TO_PEER)[-1].id == "payer-policy-7"
    assert shipped.joined_by([]) is shipped


def test_the_id_of_another_rule_is_refused():
    rule = window_rule(WINDOW)
    with pytest.raises(RulebookError, match="payer-policy-7: it is there already"):
        shipped_rulebook().joined_by([rule, rule])
