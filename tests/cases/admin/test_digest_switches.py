"""The owner switches the morning digest: for the clinic on its page, for a person under People."""

from __future__ import annotations

import pytest

from cases.models import Membership
from priorauth.terms import Role
from tests.cases.admin.conftest import change_url
from tests.cases.one_case import a_colleague

pytestmark = pytest.mark.django_db


def test_for_a_person(visitor, clinic, opened):
    row = Membership._base_manager.get(staff=a_colleague(clinic))
    sent = opened(row)
    assert sent.pop("wants_digest")
    assert visitor.post(change_url(row), sent).status_code == 302
    row.refresh_from_db()
    assert (row.wants_digest, row.role) == (False, Role.BILLER)
    visitor.post(change_url(row), {**opened(row), "wants_digest": "on"})
    row.refresh_from_db()
    assert row.wants_digest


def test_for_the_clinic(visitor, clinic, opened):
    sent = {**opened(clinic), "sends_digest": "on"}
    assert visitor.post(change_url(clinic), sent).status_code == 302
    clinic.refresh_from_db()
    assert clinic.sends_digest
    page = opened(clinic)
    assert page["sends_digest"]
    page.pop("sends_digest")
    visitor.post(change_url(clinic), page)
    clinic.refresh_from_db()
    assert not clinic.sends_digest
