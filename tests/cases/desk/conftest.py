"""A clinic with its people, and a browser of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django_scopes import scope

from cases.models import Clinic, StaffMember
from priorauth.terms import Role
from tests.cases.desk import made


@pytest.fixture
def clinic(db: None) -> Iterator[Clinic]:
    """The clinic at hand; the test runs inside its scope."""
    here = made.clinic()
    with scope(clinic=here):
        yield here


@pytest.fixture
def jo(clinic: Clinic) -> StaffMember:
    """A biller."""
    return made.staff(clinic)


@pytest.fixture
def signed_in() -> Callable[[StaffMember], Client]:
    """A signed-in test client."""

    def open_for(person: StaffMember) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return open_for


@pytest.fixture
def client(jo: StaffMember, signed_in: Callable[[StaffMember], Client]) -> Client:
    """The biller's browser."""
    return signed_in(jo)


@pytest.fixture
def auditor(clinic: Clinic, signed_in: Callable[[StaffMember], Client]) -> Client:
    """The browser of somebody who looks only."""
    return signed_in(made.staff(clinic, Role.AUDITOR, "Pat Novotny"))
