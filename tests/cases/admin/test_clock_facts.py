"""A changed fact of plan, payer or clinic moves the deadlines of the open cases at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.demo.stories import Teller
from cases.models import Closure, Deadline, Payer, Plan, PriorAuthRequest, StaffMember
from cases.models.deadlines import LIVE
from cases.workflow.actor import Actor
from cases.workflow.rebuilding import rebuild_open_cases
from priorauth.terms import ClockKind, Funding, LineOfBusiness


@pytest.fixture
def owner(teller: Teller, client: Client) -> Client:
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


def test_another_plan_on_the_coverage_brings_that_plans_law(teller: Teller, owner: Client) -> None:
    request = teller.submitted(teller.at(2), plan=teller.cast.plans[5])
    address = reverse("admin:cases_coverage_change", args=[request.coverage.pk])

    owner.post(address, filled(owner, address) | {"plan": teller.cast.plans[0].pk})

    assert decision(request).rule == "fed-erisa-pa-standard"


def test_a_consent_written_on_the_patients_page_becomes_a_date_of_the_denied_case(
    teller: Teller, owner: Client
) -> None:
    request = teller.denied(2)
    address = reverse("admin:cases_patient_change", args=[request.patient.pk])
    row = {"name": "The clinic", "signed_on": "2026-09-01", "expires_on": "2026-12-01"}
    posted = filled(owner, address) | {"representatives-TOTAL_FORMS": 1}

    owner.post(address, posted | {f"representatives-0-{name}": row[name] for name in row})

    assert Deadline.objects.filter(LIVE, request=request, kind=ClockKind.CONSENT_ENDS).exists()


def test_who_sets_clinics_up_without_working_in_one_moves_its_dates_too(
    teller: Teller, client: Client
) -> None:
    request = teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    Payer.objects.update(time_zone="")
    rebuild_open_cases(Actor(None, None, teller.now), PriorAuthRequest.objects.all())
    before = decision(request).legal_at
    setter_up = StaffMember.objects.create_superuser("root", "root@example.invalid", "x" * 20)
    client.force_login(setter_up)
    address = reverse("admin:cases_clinic_change", args=[teller.cast.clinic.pk])

    answer = client.post(address, filled(client, address) | {"time_zone": "America/Los_Angeles"})

    assert answer.status_code == 302
    after = decision(request).legal_at
    assert before and after
    assert (after - before).total_seconds() == 3 * 3600


def test_a_closure_takes_working_dates_off_the_closed_days(teller: Teller, owner: Client) -> None:
    request = teller.denied(2)
    appeal = Deadline.objects.get(LIVE, request=request, kind=ClockKind.APPEAL_FILING)
    assert appeal.working_at is not None
    last = appeal.working_at.date()
    posted = {"closed_from": last - timedelta(days=1), "closed_through": last, "reason": ""}

    answer = owner.post(reverse("admin:cases_closure_add"), posted, follow=True)

    moved = Deadline.objects.get(LIVE, request=request, kind=ClockKind.APPEAL_FILING)
    assert "other deadlines now" in answer.content.decode()
    assert moved.legal_at == appeal.legal_at
    assert moved.working_at is not None
    assert moved.working_at.date() < last - timedelta(days=1)
    closure = Closure.objects.get()
    owner.post(reverse("admin:cases_closure_delete", args=[closure.pk]), {"post": "yes"})
    back = Deadline.objects.get(LIVE, request=request, kind=ClockKind.APPEAL_FILING)
    assert back.working_at == appeal.working_at
