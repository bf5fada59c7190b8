"""Patients found while a form is filled in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django_scopes import scope

from cases.models import Clinic
from cases.queries.finding_patients import find_patients, possible_twins
from tests.cases.desk import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    here = made.clinic()
    with scope(clinic=here):
        yield here


@pytest.mark.parametrize("typed", ["XJ100200", "xj-100-200", "XJ 100 200", "quill", "Ada Quill"])
def test_a_patient_is_found_by_name_and_by_member_number(clinic: Clinic, typed: str) -> None:
    made.request(clinic, member_id="XJ 100-200")
    made.request(clinic, patient="Bo Heron", member_id="ZZ1")
    assert {one.label.split(",")[0] for one in find_patients(typed)} == {"Quill"}


@pytest.mark.parametrize("typed", ["lee", "Lee, Ada", "ada LEE"])
def test_a_patient_is_found_by_the_last_part_of_a_name(clinic: Clinic, typed: str) -> None:
    made.request(clinic, patient="Ada Smith-Lee")
    assert {one.label.split(",")[0] for one in find_patients(typed)} == {"Smith-Lee"}


def test_the_same_member_number_spaced_otherwise_may_be_a_twin(clinic: Clinic) -> None:
    case = made.request(clinic, member_id="XJ 100-200")
    assert possible_twins("", "", None, "xj100200") == [case.patient]
    assert possible_twins("", "", None, " - ") == []
