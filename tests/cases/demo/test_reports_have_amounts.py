"""What a newcomer finds in the reports of the demo: amounts, and units that nobody used."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django_scopes import scope

from cases.demo.seed import TELLINGS, seed
from cases.models import InfusionSession, ServiceLine
from cases.queries.reports import Span, decided_cases, ended_authorizations
from priorauth.reports.money import money, unused
from tests.cases.conftest import FRIDAY

pytestmark = pytest.mark.django_db


def test_money_and_unused_units_have_amounts_and_infusions_are_billed() -> None:
    cast = seed(size=len(TELLINGS), number=1, now=FRIDAY)
    today: date = FRIDAY.date()
    span = Span(today - timedelta(days=300), today, cast.clinic.time_zone)

    with scope(clinic=cast.clinic):
        (by_payer,) = money(decided_cases(span)).tables
        rows = ended_authorizations(span, today=today)
        billed = InfusionSession.objects.filter(billed_on__isnull=False).count()
        codes = set(ServiceLine.objects.values_list("code", flat=True))
        assert "96365" in codes
    assert len(by_payer.bars) > 1
    denied, won, in_play = ({row[column] for row in by_payer.rows} - {"$0"} for column in (1, 2, 3))
    assert denied and won and in_play
    assert all(row[5] == 0 for row in by_payer.rows), "a code of the demo has no price"
    soon, gone = unused(rows, today=today).tables
    for table in (soon, gone):
        assert any(row[5] for row in table.rows), "units were used, and some were left"
        assert all(str(row[-1]).startswith("$") for row in table.rows)
    assert billed >= 8
