"""Recording a benefits check: who and for which plan is kept, and the task to check again moves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from cases.demo.stories import Teller
from cases.models import BenefitsCheck, Deadline, PriorAuthRequest, StaffMember
from cases.models.deadlines import LIVE
from tests.cases.admin.conftest import add_url, change_url, list_url


@pytest.fixture
def owner(teller: Teller, client: Client) -> Client:
    client.force_login(StaffMember.objects.get(username="demo"))
    return client


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    return teller.submitted(teller.at(9), plan=teller.cast.plans[0])


def typed(case: PriorAuthRequest, **other: Any) -> dict[str, Any]:
    return {
        "coverage": case.coverage_id,
        "checked_on": "2026-09-03",
        "channel": "phone",
        "reference": "R-77",
        "is_active": "true",
        "prior_auth_needed": "true",
        "network": "in",
        "benefit_line": "mental_health",
        "deductible_left": "250.00",
        "out_of_pocket_left": "1000",
        "coinsurance": "20",
        "notes": "",
    } | other


def test_who_checked_and_the_plan_of_that_day_are_kept(
    case: PriorAuthRequest, owner: Client
) -> None:
    answer = owner.post(add_url(BenefitsCheck), typed(case), follow=True)
    row = BenefitsCheck.objects.get()
    assert (row.checked_by.username, row.plan_id) == ("demo", case.coverage.plan_id)
    assert "1 open case has other deadlines now" in answer.content.decode()
    assert Deadline.objects.filter(LIVE, request=case, rule="desk-benefits-year").exists()
    page = owner.get(list_url(BenefitsCheck), {"q": "R-77"}).content.decode()
    assert "In network" in page

    owner.post(change_url(row).replace("change", "delete"), {"post": "yes"})
    assert not Deadline.objects.filter(LIVE, request=case, rule="desk-benefits-year").exists()


def test_the_link_on_the_case_page_fills_in_the_coverage(
    case: PriorAuthRequest, owner: Client
) -> None:
    page = owner.get(add_url(BenefitsCheck), {"coverage": case.coverage_id}).content.decode()
    assert f'<option value="{case.coverage_id}" selected' in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"checked_on": "2099-01-01"}, "This day lies ahead"),
        ({"checked_on": ""}, "This field is required."),
        ({"deductible_left": "-1"}, "Write what is left"),
        ({"deductible_left": "a lot"}, "Enter a number."),
        ({"out_of_pocket_left": "1.005"}, "no more than 2 decimal places"),
        ({"out_of_pocket_left": "NaN"}, "Enter a number."),
        ({"coinsurance": "120"}, "Write percent, from 0 to 100."),
        ({"channel": "pigeon"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_refused_on_its_field(
    case: PriorAuthRequest, owner: Client, wrong: dict[str, str], words: str
) -> None:
    response = owner.post(add_url(BenefitsCheck), typed(case, **wrong))
    assert response.status_code == 200
    page = response.content.decode()
    assert words in page
    assert 'value="R-77"' in page
    assert not BenefitsCheck.objects.exists()


def test_a_check_keeps_the_plan_it_was_about(case: PriorAuthRequest, owner: Client) -> None:
    owner.post(add_url(BenefitsCheck), typed(case))
    row = BenefitsCheck.objects.get()
    before = row.plan_id
    case.coverage.plan = type(case.coverage.plan).objects.exclude(pk=before).first()
    case.coverage.save()
    owner.post(change_url(row), typed(case, notes="ok", seen_version=row.version))
    row.refresh_from_db()
    assert (row.notes, row.plan_id) == ("ok", before)
    assert row.checked_on == date(2026, 9, 3)
