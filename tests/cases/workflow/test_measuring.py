"""How long a payer really takes, and what that does to the start of a renewal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.demo.stories import Teller
from cases.models import Deadline, Payer
from cases.models.deadlines import LIVE
from cases.workflow.actor import Actor
from cases.workflow.measuring import measure_payers
from cases.workflow.step import rebuild
from priorauth.calendars.local_time import local_date
from priorauth.terms import Outcome


def decided_after(teller: Teller, days: int) -> None:
    sent = teller.now - timedelta(days=60)
    request = teller.submitted(sent, plan=teller.cast.plans[0], starts_in=None)
    teller.decided(request, sent + timedelta(days=days), Outcome.APPROVED)


def test_the_median_of_a_year_is_kept_once_there_are_five_decisions(teller):
    payer = teller.cast.plans[0].payer
    for days in (30, 30, 20, 3):
        decided_after(teller, days)
    assert measure_payers(teller.now) == 0
    decided_after(teller, 40)
    assert measure_payers(teller.now) == 1
    payer.refresh_from_db()
    # 3, 20, 30, 30, 40
    assert payer.decision_days == pytest.approx(30, abs=1)
    assert measure_payers(teller.now) == 0
    assert measure_payers(teller.now + timedelta(days=400)) == 1
    payer.refresh_from_db()
    assert payer.decision_days is None


def test_a_payer_slower_than_the_law_makes_the_renewal_begin_earlier(teller, approved):
    def begins() -> Deadline:
        return Deadline.objects.get(LIVE, request=approved, rule="desk-authorization-ends")

    # Ends Tuesday 15 December: 15 days before is Monday 30 November, five open days before that
    # (Thanksgiving, the 26th, is closed): Friday the 20th.
    assert local_date(begins().working_at, teller.zone).isoformat() == "2026-11-20"

    Payer.objects.filter(pk=teller.cast.plans[0].payer.pk).update(decision_days=29)
    approved.refresh_from_db()
    approved.coverage.plan.payer.refresh_from_db()
    rebuild(approved, Actor(None, None, teller.now))

    # 29 days before is Monday 16 November; five open days before (the 11th is closed): Friday 6.
    assert local_date(begins().working_at, teller.zone).isoformat() == "2026-11-06"
    assert "median" in begins().derivation["says"]
