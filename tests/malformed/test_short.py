"""A sample of malformed requests; `python -m tests.malformed` sends them all."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
import time_machine
from django_scopes import scopes_disabled

from cases.demo.seed import seed
from cases.models import Clinic, PriorAuthRequest, StaffMember
from priorauth.terms import Role
from tests.malformed import places
from tests.malformed.probing import Prober

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 16, tzinfo=UTC)
MANY = int(os.environ.get("MALFORMED_REQUESTS", "60"))
"""Questions, and as many answers, of each area; 0 for all there are."""


@pytest.fixture
def clinic(settings: Any, tmp_path: Any) -> Any:
    settings.MAIL_FOLDER = tmp_path
    with time_machine.travel(NOW, tick=False):
        seed(size=14, number=3, now=NOW)
        yield Clinic.objects.get(slug="demo")


@pytest.fixture
def prober(clinic: Clinic) -> Any:
    owner = StaffMember.objects.get(memberships__clinic=clinic, memberships__role=Role.OWNER)
    browser = Prober(owner, seed=1)
    with browser.watching(), scopes_disabled():
        yield browser


def some(everything: list[Any]) -> list[Any]:
    """All, or a sample that is the same on every run."""
    if not MANY or len(everything) <= MANY:
        return everything
    return Random(7).sample(everything, MANY)


def cases_of(clinic: Clinic) -> list[PriorAuthRequest]:
    found = list(PriorAuthRequest._base_manager.filter(clinic=clinic).order_by("pk"))
    return found if not MANY else found[:: max(len(found) // 4, 1)]


def probe(prober: Prober, asked: list[Any], pages: list[str]) -> None:
    for address, query in some([one for place in asked for one in prober.ask(*place)]):
        prober.get(address, query)
    if MANY:  # reading every page to spoil its forms is most of the work
        pages = Random(8).sample(pages, min(len(pages), max(MANY // 6, 1)))
    for address, words, sent in some([one for page in pages for one in prober.answers_to(page)]):
        prober.post(address, words, sent)
    assert prober.sent > min(MANY or 1000, 60), "the probe has gone blind"
    assert not prober.faults, "\n\n".join(prober.faults)


def test_the_desk_answers_malformed_requests_and_writes_nothing_of_them(
    prober: Prober, clinic: Clinic
) -> None:
    found = places.desk(cases_of(clinic))
    probe(prober, found, [address for address, _ in found])


def test_the_admin_answers_malformed_requests_and_writes_nothing_of_them(
    prober: Prober, clinic: Clinic
) -> None:
    probe(prober, places.admin_lists(), places.admin_forms(clinic))


def test_strange_addresses_lead_nowhere(prober: Prober, clinic: Clinic) -> None:
    number = cases_of(clinic)[0].number
    for address in places.strange_addresses(number):
        prober.get(address, "")
    assert not prober.faults, "\n\n".join(prober.faults)
