"""Two clinics, for the tests that keep them apart."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.house.two_clinics import OURS, THEIRS, Side, make_side


@dataclass
class TwoClinics:
    ours: Side
    theirs: Side


@pytest.fixture
def two(db: None) -> TwoClinics:
    return TwoClinics(ours=make_side(OURS, 550001), theirs=make_side(THEIRS, 770001))
