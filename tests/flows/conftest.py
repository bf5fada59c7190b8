"""A clinic told up to now, and its biller's browser."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Page

from cases.demo.cast import Cast, make_cast
from cases.demo.stories import Teller
from cases.models import PriorAuthRequest
from tests.flows.signing_in import sign_in


@pytest.fixture
def cast() -> Iterator[Cast]:
    """The demo clinic without cases; the test runs inside its scope."""
    made = make_cast()
    with scope(clinic=made.clinic):
        yield made


@pytest.fixture
def teller(cast: Cast) -> Teller:
    """Tells stories up to now: the server that the browser asks has no other time."""
    return Teller(cast, timezone.now(), Random(7))


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    """A request that has been with the payer for three days."""
    return teller.submitted(teller.at(3), plan=teller.cast.plans[1])


@pytest.fixture
def desk(page: Page, live_server, cast: Cast) -> Iterator[Page]:
    """The biller, signed in; a script error or a refused inline script fails the test."""
    sign_in(page, live_server.url, cast.biller)
    faults: list[str] = []
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None,
    )
    page.base = live_server.url  # type: ignore[attr-defined]
    yield page
    assert faults == []
