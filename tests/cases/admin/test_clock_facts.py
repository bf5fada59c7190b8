"""A changed fact of plan, payer or clinic moves the deadlines of the open cases at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.demo.stories import Teller
from cases.models import Deadline, Plan
from cases.models.deadlines import LIVE
from priorauth.terms import ClockKind, Funding, LineOfBusiness


@pytest.fixture
def owner(teller: Teller, client: Client) -> Client:
    from cases.models import StaffMember

    client.force_login(StaffMember.objects.get(username="demo"))
    return client


def filled(client: Client, address: str) -> dict[str, Any]:
    """What the admin's form at `address` would post unchanged."""
    form = client.get(address).context["adminform"].form
    posted = {name: form[name].value() for name in form.fields}
    for formset in client.get(address).context["inline_admin_formsets"]:
        management = formset.formset.management_form
        posted |= {management.add_prefix(n): management[n].value() for n in management.fields}
        for row in formset.formset.initial_forms:
            posted |= {row.add_prefix(n): row[n].value() for n in row.fields}
    return {name: "" if value is None else value for name, value in posted.items()}


def decision(request: Any) -> Deadline:
    return Deadline.objects.get(LIVE, request=request, kind=ClockKind.PA_DECISION)


def test_learning_what_a_plan_is_gives_its_open_cases_their_legal_dates(
    teller: Teller, owner: Client
) -> None:
    plan: Plan = teller.cast.plans[5]
    request = teller.submitted(teller.at(2), plan=plan)
    assert decision(request).legal_at is None
    address = reverse("admin:cases_plan_change", args=[plan.pk])

    posted = filled(owner, address) | {
        "line_of_business": LineOfBusiness.EMPLOYER,
        "funding": Funding.SELF_FUNDED,
        "funding_known_by": "Plan document, page 2",
    }
    answer = owner.post(address, posted, follow=True)

    plan.refresh_from_db()
    assert plan.funding == Funding.SELF_FUNDED, answer.content.decode()[:3000]
    assert decision(request).rule == "fed-erisa-pa-standard"
    assert decision(request).legal_at is not None
    assert "1 open case has other deadlines now" in answer.content.decode()


def test_the_payers_zone_moves_the_end_of_its_days(teller: Teller, owner: Client) -> None:
    plan: Plan = teller.cast.plans[0]
    request = teller.submitted(teller.at(2), plan=plan)
    before = decision(request).legal_at
    address = reverse("admin:cases_payer_change", args=[plan.payer.pk])

    owner.post(address, filled(owner, address) | {"time_zone": "America/Los_Angeles"})

    after = decision(request).legal_at
    assert before and after
    assert (after - before).total_seconds() == 3 * 3600
