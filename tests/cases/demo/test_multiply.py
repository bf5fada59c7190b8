from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from cases.demo.multiply import multiply
from cases.demo.seed import seed
from cases.demo.stories import STORIES
from cases.models import (
    Appeal,
    CaseEvent,
    Coverage,
    Deadline,
    LineDetermination,
    Patient,
    PriorAuthRequest,
)
from cases.models.folded import fold
from tests.cases.conftest import FRIDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories() -> Iterator[list[PriorAuthRequest]]:
    cast = seed(size=len(STORIES), number=3, now=FRIDAY)
    with scope(clinic=cast.clinic):
        told = PriorAuthRequest.objects.select_related("patient", "coverage")
        yield list(told.order_by("pk"))


def test_every_row_of_a_copy_belongs_to_that_copy(stories: list[PriorAuthRequest]) -> None:
    assert multiply(stories, 2 * len(stories), Random(1)) == 2 * len(stories)

    assert PriorAuthRequest.objects.count() == 3 * len(stories)
    for request in PriorAuthRequest.objects.select_related("coverage"):
        assert request.coverage.patient_id == request.patient_id
    for deadline in Deadline.objects.exclude(start_event=None).select_related("start_event"):
        assert deadline.start_event.request_id == deadline.request_id
        assert deadline.key.endswith(f"|{deadline.start_event_id}")
    decided = LineDetermination.objects.select_related("determination", "line")
    assert all(each.determination.request_id == each.line.request_id for each in decided)
    appeals = Appeal.objects.select_related("event").prefetch_related("lines")
    assert appeals
    for appeal in appeals:
        assert appeal.event.request_id == appeal.request_id
        assert {line.request_id for line in appeal.lines.all()} == {appeal.request_id}


def test_a_copy_is_found_by_its_own_names_and_numbers(stories: list[PriorAuthRequest]) -> None:
    multiply(stories, len(stories), Random(1))

    for patient in Patient.objects.all():
        assert patient.last_name_folded == fold(patient.last_name)
        assert patient.first_name_folded == fold(patient.first_name)
    coverages = Coverage.objects.all()
    assert len({coverage.member_id for coverage in coverages}) == len(coverages)
    for coverage in coverages:
        assert coverage.member_id_folded == fold(coverage.member_id)


def test_rows_are_added_after_the_copies_as_ever(stories: list[PriorAuthRequest]) -> None:
    multiply(stories, len(stories), Random(1))
    last = CaseEvent.objects.order_by("pk").last()

    assert last is not None
    last.pk, last._state.adding = None, True
    last.token = "another"
    last.undoes = None
    last.save()
    assert last.pk == CaseEvent.objects.order_by("-pk").values_list("pk", flat=True)[0]


def test_a_hundred_copies_cost_as_many_queries_as_ten(stories: list[PriorAuthRequest]) -> None:
    def cost(copies: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            multiply(stories[:3], copies, Random(copies))
        return len(queries)

    assert cost(10) == cost(100)
