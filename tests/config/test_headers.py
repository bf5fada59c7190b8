"""What every page tells the browser."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cases.one_case import a_clinic, a_colleague

pytestmark = pytest.mark.django_db


def policy(response) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split("; ")
    return {part.split()[0]: part.partition(" ")[2] for part in parts}


def test_nothing_is_loaded_from_elsewhere_and_no_inline_script_runs():
    rules = policy(Client().get("/admin/login/"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self' 'unsafe-eval'"
    assert rules["form-action"] == rules["connect-src"] == rules["font-src"] == "'self'"


def test_no_page_can_be_framed():
    response = Client().get("/admin/login/")
    assert policy(response)["frame-ancestors"] == "'none'"
    assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "address", ["/", "/admin/cases/patient/", "/case/PA-00000000/", "/nowhere"]
)
def test_no_signed_in_page_is_kept_by_the_browser(address):
    client = Client()
    client.force_login(a_colleague(a_clinic()))
    response = client.get(address)
    assert response.headers["Cache-Control"] == "no-store, private"
    assert "Content-Security-Policy" in response.headers


def test_the_last_page_before_leaving_is_not_kept_either():
    client = Client()
    client.force_login(a_colleague(a_clinic()))
    assert "no-store" in client.post("/admin/logout/").headers["Cache-Control"]
