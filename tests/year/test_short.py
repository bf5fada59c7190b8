"""The short form of `make year`: some patients through a year, and faults that must be found."""

from __future__ import annotations

import os
from datetime import date
from random import Random

import pytest

from cases.demo.cast import Cast
from cases.models import Deadline
from cases.queries.course import Course
from cases.workflow import clocks, infusions
from priorauth.series.forecast import GoesOn
from tests.year.world import FIRST, LAST, Year

PATIENTS = int(os.environ.get("YEAR_PATIENTS", "5"))
SEED = os.environ.get("YEAR_SEED", "7")


AUTUMN = date(2026, 9, 30)
"""A fault that is planted shows within nine months."""


def year(cast: Cast, patients: int = PATIENTS, seed: str = SEED, last: date = LAST) -> Year:
    return Year(cast, patients, Random(seed)).run(FIRST, last)


@pytest.mark.slow
def test_in_a_simulated_year_nothing_lapses_unseen(cast: Cast) -> None:
    told = year(cast)
    print(dict(told.counts))
    assert told.problems == []
    # The year was one in which something could have lapsed.
    assert told.counts["days compared"] > 0
    assert told.counts["given"] > 2 * PATIENTS
    assert told.counts["renewed"] > 0
    assert told.counts["stopped"] > 0


def test_a_hint_that_is_dropped_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "next_reminder", lambda deadline, now: None)
    assert any("nobody was mailed" in each for each in year(cast, 2, last=AUTUMN).problems)


def test_a_course_whose_going_on_is_forgotten_is_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(self: Course) -> GoesOn | None:
        return None

    monkeypatch.setattr(Course, "_goes_on", none)
    assert any("not on the list" in each for each in year(cast, 3, last=AUTUMN).problems)


def test_a_date_counted_too_late_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    real = clocks.act_at
    monkeypatch.setattr(clocks, "act_at", lambda answer, told: max(real(answer, told), answer.due))
    assert any("not on the list" in each for each in year(cast, 2, last=AUTUMN).problems)


def test_a_stop_that_does_not_stop_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(infusions, "stops_against", lambda course, told, session: ())
    assert any("met no stop" in each for each in year(cast, 2, last=AUTUMN).problems)
    assert Deadline.objects.exists()
