"""One box: exact numbers first, then names however they are typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from cases.models import (
    Appeal,
    Authorization,
    Clinic,
    InsurerCall,
    Patient,
    PriorAuthRequest,
    Submission,
)
from cases.queries import search
from priorauth.terms import Channel, EventKind
from tests.cases.desk import made
from tests.cases.desk.made import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    here = made.clinic()
    with scope(clinic=here):
        yield here


def names(text: str) -> list[str]:
    return [hit.patient for hit in search.by_name(text)[0]]


# ------------------------------------------------------------------ case numbers


@pytest.mark.parametrize(
    "typed",
    ["PA-K7Q2M9X0", "pa-k7q2m9x0", " PA K7Q2M9X0 ", "K7Q2M9X0", "PAK7Q2M9X0", "PA-K7Q2M9XO"],
)
def test_a_case_number_is_known_however_it_is_typed(clinic: Clinic, typed: str) -> None:
    made.request(clinic, number="PA-K7Q2M9X0")
    assert search.exact_case(typed) == "PA-K7Q2M9X0"


def test_letters_that_look_like_digits_are_read_as_digits(clinic: Clinic) -> None:
    made.request(clinic, number="PA-10110000")
    assert search.exact_case("PA-IOLLoooo") == "PA-10110000"


@pytest.mark.parametrize(
    "typed", ["", "PA-", "PA-K7Q2M9X", "PA-K7Q2M9XDD", "Ada Quill", "PA-UUUUUUUU"]
)
def test_anything_else_is_no_case_number(clinic: Clinic, typed: str) -> None:
    assert search.exact_case(typed) == ""


def test_a_case_number_of_another_clinic_is_no_case_number(clinic: Clinic) -> None:
    other = made.clinic("elsewhere")
    with scope(clinic=other):
        made.request(other, number="PA-K7Q2M9X0")
    assert search.exact_case("PA-K7Q2M9X0") == ""
    assert search.by_name("Quill") == ([], False)
    assert search.by_number("XJ100200") == []


# ------------------------------------------------------------------ other numbers


def with_numbers(clinic: Clinic, mark: str, case: PriorAuthRequest) -> None:
    event = made.event(case, EventKind.SUBMITTED, happened_at=NOW)
    payer = case.coverage.plan.payer
    InsurerCall(
        clinic=clinic, request=case, payer=payer, called_on=date(2026, 11, 1),
        representative_name="Dana", reference_number=f"CALL{mark}",
    ).save()  # fmt: skip
    Submission(
        clinic=clinic, request=case, event=event, channel=Channel.FAX,
        confirmation_number=f"CONF{mark}",
    ).save()  # fmt: skip
    Authorization(
        clinic=clinic, request=case, event=event, authorization_number=f"AUTH{mark}"
    ).save()
    Appeal(
        clinic=clinic, request=case, event=event, channel=Channel.FAX,
        confirmation_number=f"APP{mark}",
    ).save()  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("CALL-1", "Call reference"),
        ("call-1", "Call reference"),
        ("CONF-1", "Confirmation"),
        ("AUTH-1", "Authorization"),
        ("APP-1", "Appeal confirmation"),
        ("MEM-1", "Member ID"),
    ],
)
def test_a_number_is_found_whole(clinic: Clinic, typed: str, label: str) -> None:
    case = made.request(clinic, member_id="MEM-1")
    with_numbers(clinic, "-1", case)
    with_numbers(clinic, "-10", made.request(clinic, member_id="MEM-10"))
    assert [(hit.number, hit.found_by) for hit in search.by_number(typed)] == [
        (case.number, f"{label} {typed}")
    ]
    assert search.by_number(typed[:-1]) == []


def test_a_call_reference_stands_before_a_member_number(clinic: Clinic) -> None:
    member = made.request(clinic, member_id="SAME")
    called = made.request(clinic)
    InsurerCall(
        clinic=clinic, request=called, payer=called.coverage.plan.payer, called_on=date(2026, 1, 2),
        representative_name="Dana", reference_number="SAME",
    ).save()  # fmt: skip
    assert [hit.number for hit in search.by_number("SAME")] == [called.number, member.number]


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    "typed",
    ["obri", "O'Brien", "O’BRIEN", "obrien z", "O'Brien, Zoë", "zoe", "ZOE OBRIEN", "Zoë O Brien"],
)
def test_a_name_is_found_however_it_is_typed(clinic: Clinic, typed: str) -> None:
    made.request(clinic, patient="Zoë O'Brien")
    made.request(clinic, patient="Ada Quill")
    assert names(typed) == ["O'Brien, Zoë"]


def test_a_name_of_several_words_is_found_by_any_beginning(clinic: Clinic) -> None:
    made.request(clinic, patient="Ana de la Cruz")
    for typed in ("de la", "delacruz", "ana de la cruz", "de la cruz ana", "cruz, a"):
        assert names(typed) == ["de la Cruz, Ana"], typed
    assert names("la cruz") == []


@pytest.mark.parametrize("typed", ["le", "LEE", "lee, ada", "ada lee", "lee a", "luisa"])
def test_a_name_is_found_by_the_beginning_of_its_last_part(clinic: Clinic, typed: str) -> None:
    patient = made.request(clinic, patient="Ada Smith-Lee").patient
    patient.first_name = "Ada Luisa"
    patient.save()
    made.request(clinic, patient="Bea Smith")
    assert names(typed) == ["Smith-Lee, Ada Luisa"]


def test_no_middle_of_a_part_is_a_beginning(clinic: Clinic) -> None:
    made.request(clinic, patient="Ada Quillson")
    assert names("son") == names("uill") == []


@pytest.mark.parametrize("typed", ["", "   ", "'", "%", "_", "*", "quill%", "q_ill", ", ada"])
def test_marks_find_nobody_and_break_nothing(clinic: Clinic, typed: str) -> None:
    made.request(clinic, patient="Ada Quill")
    found = names(typed)
    assert found == (["Quill, Ada"] if typed in ("quill%", ", ada") else [])


def test_a_patient_without_a_case_is_found_too(clinic: Clinic) -> None:
    Patient(clinic=clinic, first_name="Nia", last_name="Neu", birth_date=date(1990, 1, 1)).save()
    (hit,), more = search.by_name("neu")
    assert (hit.patient, hit.number, more) == ("Neu, Nia", "", False)


def test_more_names_than_are_shown_is_said(clinic: Clinic) -> None:
    for number in range(search.SHOWN + 1):
        Patient(
            clinic=clinic, first_name=f"N{number}", last_name="Same", birth_date=date(1990, 1, 1)
        ).save()
    hits, more = search.by_name("same")
    assert (len(hits), more) == (search.SHOWN, True)


def test_a_search_that_finds_nothing_costs_no_more(clinic: Clinic) -> None:
    def cost(text: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            search.exact_case(text)
            search.by_number(text)
            search.by_name(text)
        for query in queries:
            assert " LIKE " not in query["sql"].upper()
        return len(queries)

    made.request(clinic, patient="Ada Quill")
    assert cost("nobody here") <= cost("ada quill")


# ------------------------------------------------------------------ member numbers


@pytest.mark.parametrize("typed", ["XJ-100 200", "xj100200", " XJ 100-200 ", "x.j.100200"])
@pytest.mark.parametrize("on_file", ["XJ100200", "xj 100 200", "XJ-100-200"])
def test_a_member_number_is_found_however_it_is_spaced(
    clinic: Clinic, typed: str, on_file: str
) -> None:
    case = made.request(clinic, member_id=on_file)
    assert [hit.number for hit in search.by_number(typed)] == [case.number]


def test_marks_alone_are_no_member_number(clinic: Clinic) -> None:
    made.request(clinic, member_id="---")
    assert search.by_number("--") == search.by_number(" - ") == []


# ------------------------------------------------------------------ beginnings of member numbers


def begun(text: str) -> list[str]:
    return [hit.found_by for hit in search.by_member_beginning(text)[0]]


@pytest.mark.parametrize("typed", ["xj1002", "XJ-1002", " x j 1 0 0 2 ", "xj10020", "XJ100200"])
def test_six_characters_of_a_member_number_are_enough(clinic: Clinic, typed: str) -> None:
    case = made.request(clinic, member_id="XJ-100 200")
    made.request(clinic, member_id="XJ-110 200")
    (hit,), more = search.by_member_beginning(typed)
    assert (hit.number, hit.found_by, more) == (case.number, "Member ID XJ-100 200", False)


@pytest.mark.parametrize("typed", ["", "xj100", "-x-j-1-0-0-", "100200", "xj1003", "xj100200z"])
def test_fewer_characters_or_a_middle_find_no_member(clinic: Clinic, typed: str) -> None:
    made.request(clinic, member_id="XJ-100 200")
    assert begun(typed) == []


def test_a_whole_member_number_stands_before_longer_ones(clinic: Clinic) -> None:
    for member in ("W88441201", "W884412", "W88441200", "W8844119"):
        made.request(clinic, member_id=member)
    assert begun("w884412") == [
        "Member ID W884412",
        "Member ID W88441200",
        "Member ID W88441201",
    ]


def test_a_beginning_finds_nobody_of_another_clinic(clinic: Clinic) -> None:
    other = made.clinic("elsewhere")
    with scope(clinic=other):
        made.request(other, member_id="W88441207")
    assert begun("w88441") == []


def test_more_members_than_are_shown_are_said_to_be_more(clinic: Clinic) -> None:
    for number in range(search.SHOWN + 1):
        made.request(clinic, member_id=f"W88441{number:03}")
    hits, more = search.by_member_beginning("w88441")
    assert (len(hits), more) == (search.SHOWN, True)


def test_a_beginning_is_read_from_the_index(clinic: Clinic) -> None:
    made.request(clinic)
    with CaptureQueriesContext(connection) as queries:
        search.by_member_beginning("w88441")
    asked = queries[0]["sql"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a row or two it would read all and sort them.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {asked}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "coverage_in_order_of_id" in plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan
