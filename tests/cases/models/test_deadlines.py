"""The instants that the database works out by itself: from when a deadline counts as late."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest
from django_scopes import scope

from cases.desk.deadline_words import Dates
from cases.models import Deadline
from priorauth.terms import ClockKind, OwedBy, Standing
from tests.cases.desk import made
from tests.cases.desk.made import NOW

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(days=2)
BEFORE, AFTER = DUE - timedelta(days=1), DUE + timedelta(microseconds=1)


def stored(**values: object) -> tuple[datetime | None, datetime | None]:
    """(overdue_at, broken_at) of a deadline due at `DUE` with these values."""
    clinic = made.clinic()
    with scope(clinic=clinic):
        row = made.deadline(made.request(clinic), due=DUE, **values)  # type: ignore[arg-type]
        return Deadline.objects.values_list("overdue_at", "broken_at").get(pk=row.pk)


def test_a_legal_limit_is_what_overdue_is_measured_from() -> None:
    assert stored(owed_by=OwedBy.PAYER, legal_at=AFTER) == (AFTER, None)


def test_nothing_is_overdue_before_its_own_date_though_the_law_was_stricter() -> None:
    assert stored(legal_at=BEFORE) == (DUE, None)


def test_a_date_that_only_we_set_is_a_limit_for_us() -> None:
    assert stored(kind=ClockKind.SUBMIT_BY) == (DUE, None)
    assert Deadline._base_manager.get().overdue_at == DUE


def test_a_limit_without_law_is_none_for_the_payer_nor_for_a_courtesy() -> None:
    assert stored(kind=ClockKind.PEER_TO_PEER) == (None, None)


def test_a_promise_of_the_payer_is_broken_once_its_day_has_passed() -> None:
    assert stored(kind=ClockKind.PROMISE, owed_by=OwedBy.PAYER) == (None, DUE)


@pytest.mark.parametrize("standing", [Standing.TOLLED, Standing.MET, Standing.SUPERSEDED])
def test_what_does_not_run_is_never_late(standing: Standing) -> None:
    assert stored(kind=ClockKind.SUBMIT_BY, standing=standing) == (None, None)


def test_a_clock_that_stops_and_runs_again_has_its_limit_back() -> None:
    clinic = made.clinic()
    with scope(clinic=clinic):
        row = made.deadline(made.request(clinic), due=DUE, legal_at=AFTER)
        for standing, limit in ((Standing.TOLLED, None), (Standing.RUNNING, AFTER)):
            row.standing = standing
            row.save()
            row.refresh_from_db()
            assert row.overdue_at == limit


def test_the_stored_limit_is_the_one_the_screens_speak_of() -> None:
    clinic = made.clinic()
    with scope(clinic=clinic):
        case = made.request(clinic)
        for kind, owed_by, legal in product(ClockKind, OwedBy, (None, BEFORE, AFTER)):
            made.deadline(case, due=DUE, kind=kind, owed_by=owed_by, legal_at=legal)
        for row in Deadline.objects.all():
            assert row.overdue_at == Dates.of(row).limit(), (row.kind, row.owed_by, row.legal_at)
            assert row.overdue_at is None or row.broken_at is None
