"""A clinic with its people, and a browser of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django_scopes import scope

from cases.demo.stories import Teller
from cases.models import Clinic, PriorAuthRequest, StaffMember
from priorauth.terms import Role
from tests.cases.conftest import FRIDAY
from tests.cases.desk import made
from tests.cases.desk.paper import Desk


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


# ------------------------------------------------------------------ the clinic of the stories


@pytest.fixture
def friday_morning() -> Iterator[None]:
    """It is Friday, 18 September 2026, 10:00 in New York: the moment up to which stories tell."""
    with time_machine.travel(FRIDAY, tick=False):
        yield


@pytest.fixture
def friday_with_files(friday_morning: None, settings, tmp_path: Path) -> None:
    """The same, with a folder of its own for documents."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(teller: Teller) -> Desk:
    """The biller of the stories, in front of the desk."""
    return Desk(teller.cast.biller)


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    """A request that has been with the payer for three days."""
    return teller.submitted(teller.at(3), plan=teller.cast.plans[1])
