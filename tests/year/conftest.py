"""The cast: one clinic with its people, payers and plans."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django_scopes import scope

from cases.demo.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """A clinic without cases; the test runs inside its scope."""
    made = make_cast()
    with scope(clinic=made.clinic):
        yield made
