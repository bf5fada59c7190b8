"""Anything may stand where a row's key should: the page says so, and never breaks."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cases.one_case import a_case, a_clinic, a_colleague

pytestmark = pytest.mark.django_db

ODD = ["x", "-1", "NaN", "2026-02-30", "9" * 30, "9223372036854775808", " ", "\0"]


@pytest.fixture
def client() -> Client:
    clinic = a_clinic()
    person = a_colleague(clinic)
    a_case(clinic)
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("key", ODD)
def test_a_box_with_what_is_no_key_is_refused_at_its_field(client: Client, key: str) -> None:
    sent = {"patient": key, "plan": key, "member_id": "XJ1"}
    response = client.post("/admin/cases/coverage/add/", sent)
    assert response.status_code == 200
    errors = response.context["adminform"].form.errors
    assert {"patient", "plan"} <= set(errors)


@pytest.mark.parametrize("key", ODD)
def test_an_action_on_what_is_no_row_does_nothing(client: Client, key: str) -> None:
    sent = {"action": "delete_selected", "_selected_action": [key], "index": "0"}
    assert client.post("/admin/cases/plan/", sent, follow=True).status_code == 200


@pytest.mark.parametrize("query", ["payer__gte=", "payer__in=", "version__in=", "id__lt="])
def test_a_list_narrowed_by_a_number_beyond_all_shows_itself(client: Client, query: str) -> None:
    address = f"/admin/cases/plan/?{query}{'9' * 30}"
    assert client.get(address, follow=True).status_code in (200, 400)
