"""Which lines the payer never answered in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cases.demo.stories import Teller
from cases.queries.unanswered import unanswered_lines
from cases.workflow.noticing import notice
from priorauth.terms import ItemKind, Outcome

MEDICARE = 3
TUESDAY = datetime(2026, 9, 8, 10, 0, tzinfo=ZoneInfo("America/New_York"))


def test_a_drug_is_unanswered_before_its_service_and_neither_once_it_is_decided(
    teller: Teller,
) -> None:
    """42 CFR 422.568(b): 72 hours for the drug, 7 days for the service."""
    request = teller.submitted(TUESDAY, plan=teller.cast.plans[MEDICARE])
    drugs = {line.key for line in request.lines.all() if line.item == ItemKind.DRUG}
    everything = {line.key for line in request.lines.all()}

    notice(TUESDAY + timedelta(hours=72))
    assert unanswered_lines(request) == set()
    notice(TUESDAY + timedelta(hours=72, seconds=1))
    assert unanswered_lines(request) == drugs
    notice(TUESDAY + timedelta(days=8))
    assert unanswered_lines(request) == everything
    teller.decided(request, teller.now, Outcome.DENIED)
    assert unanswered_lines(request) == set()
