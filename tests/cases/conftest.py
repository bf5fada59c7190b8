"""The cast: one clinic with its people, payers and plans, told to the minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django_scopes import scope

from cases.demo.cast import Cast, make_cast
from cases.demo.stories import Teller
from cases.models import PriorAuthRequest
from tests.cases.courses import approved_course

# A Friday morning, no holiday near.
FRIDAY = datetime(2026, 9, 18, 10, 0, tzinfo=ZoneInfo("America/New_York"))


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The demo clinic without cases; the test runs inside its scope."""
    made = make_cast()
    with scope(clinic=made.clinic):
        yield made


@pytest.fixture
def teller(cast: Cast) -> Teller:
    """Tells stories in the cast's clinic up to Friday, 18 September 2026, 10:00 New York."""
    return Teller(cast, FRIDAY, Random(7))


@pytest.fixture
def approved(teller: Teller) -> PriorAuthRequest:
    """Six sessions of 40 minutes, approved on 17 September for 14 September to 15 December."""
    return approved_course(teller)
