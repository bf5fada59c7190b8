"""Two clinics, for the tests that keep them apart."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from tests.house.two_clinics import OURS, THEIRS, Side, make_side


@dataclass
class TwoClinics:
    ours: Side
    theirs: Side


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[TwoClinics]:
    """Both clinics, built once a module in a transaction that is taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield TwoClinics(ours=make_side(OURS, 550001), theirs=make_side(THEIRS, 770001))
        transaction.set_rollback(True)


@pytest.fixture
def two(built: TwoClinics, db: None) -> TwoClinics:
    """Both clinics; what a test does to them, in the database or in memory, ends with it."""
    return deepcopy(built)
