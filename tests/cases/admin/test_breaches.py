"""The ledger of missed limits in the admin: one page a payer, looked at and not changed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from cases.models import Payer, PayerBreach, PriorAuthRequest
from priorauth.terms import Role
from tests.house.two_clinics import OURS, make_side

LIMIT = datetime(2026, 11, 2, 15, tzinfo=UTC)


def test_the_list_of_payers_leads_to_each_payers_own_page_of_the_ledger(db, client) -> None:
    side = make_side(OURS, first_key=710_001)
    client.force_login(side.people[Role.OWNER])
    client.get("/admin/cases/payer/")
    ours = side.rows[PayerBreach]
    other = Payer(clinic=side.clinic, name="Second Payer")
    other.save()
    second = PayerBreach(
        clinic=side.clinic, request=side.rows[PriorAuthRequest], payer=other, key="second",
        kind="pa_decision", rule="fed-ma-pa-standard", limit_at=LIMIT, noticed_at=LIMIT,
        answered_at=LIMIT + timedelta(days=2),
    )  # fmt: skip
    second.save()

    payers = client.get("/admin/cases/payer/").content.decode()
    links = re.findall(r'href="([^"]+payerbreach[^"]*payer__id__exact=(\d+))"', payers)
    address = next(link for link, key in links if key == str(other.pk))
    page = client.get(address).content.decode()

    assert "1 missed limit" in page
    assert "fed-ma-pa-standard" in page
    assert ours.rule not in page
    assert "text seen" in page
