"""Plan wording: a quotation with its page; compared only with words of the same plan."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cases.demo.stories import Teller
from cases.models import Plan, PlanClause, StaffMember
from tests.cases.admin.conftest import add_url


@pytest.fixture
def owner(teller: Teller, client: Client) -> Client:
    client.force_login(StaffMember.objects.get(username="demo"))
    return client


def typed(plan: Plan, **other: Any) -> dict[str, Any]:
    return {
        "plan": plan.pk,
        "kind": "off_label",
        "quote": "Drugs not approved by the FDA for the use are excluded.",
        "document": "Certificate of Coverage",
        "page": "41",
        "dated_on": "2026-01-01",
        "read_on": "2026-09-01",
        "compared_with": "",
    } | other


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"page": ""}, "This field is required."),
        ({"quote": " "}, "This field is required."),
        ({"read_on": "2099-01-01"}, "This day lies ahead"),
        ({"kind": "poem"}, "not one of the available choices"),
    ],
)
def test_a_quotation_without_its_place_is_refused(
    teller: Teller, owner: Client, wrong: dict[str, str], words: str
) -> None:
    response = owner.post(add_url(PlanClause), typed(teller.cast.plans[0], **wrong))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not PlanClause.objects.exists()


def test_it_is_compared_with_words_of_the_same_plan_only(teller: Teller, owner: Client) -> None:
    ours, other = teller.cast.plans[:2]
    owner.post(add_url(PlanClause), typed(other))
    theirs = PlanClause.objects.get()
    page = owner.post(add_url(PlanClause), typed(ours, compared_with=theirs.pk)).content.decode()
    assert "Choose another clause of the same plan." in page

    posted = typed(other, kind="comparable", compared_with=theirs.pk)
    assert owner.post(add_url(PlanClause), posted).status_code == 302
