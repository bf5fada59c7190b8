"""Lists: the same number of queries for three rows as for thirty, and no count without an end."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.admin import paging
from cases.models import (
    Clinic,
    Coverage,
    InsurerCall,
    Membership,
    Patient,
    Payer,
    PriorAuthRequest,
    StaffMember,
)
from priorauth.terms import Role
from tests.cases.admin.conftest import list_url
from tests.cases.one_case import a_case, a_colleague
from tests.house.two_clinics import OURS, make_side

pytestmark = pytest.mark.django_db
LISTS = sorted(
    (model for model in admin.site._registry if model is not Clinic), key=lambda m: m.__name__
)


@pytest.fixture
def side(db):
    return make_side(OURS, 550001)


@pytest.fixture
def owner(side):
    client = Client()
    client.force_login(side.people[Role.OWNER])
    client.get("/admin/cases/payer/")  # the session's clinic is written once
    return client


def queries(client, address, **asked):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address, asked).status_code == 200
    return [one["sql"] for one in seen]


def add_rows(side, model, how_many):
    """More rows, each with parents of its own, so that a query per parent would show."""
    for _ in range(how_many):
        for parent in (Patient, PriorAuthRequest, Coverage):
            side.rows.pop(parent, None)
        if model.__name__ in ("Membership", "StaffMember"):
            add_person(side)
        elif model.__name__ == "Reminder":
            side.rows.pop(type(side.rows[model].deadline), None)
            side.build(model)
        elif model.__name__ == "Digest":
            side.build(model, day=date(2026, 1, 1) + timedelta(days=next(side.texts)))
        else:
            side.build(model)


def add_person(side):
    name = f"more{next(side.texts)}"
    person = StaffMember.objects.create(username=name, email=f"{name}@example.com")
    Membership._base_manager.create(clinic=side.clinic, staff=person, role=Role.BILLER)


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_a_list_of_thirty_costs_as_many_queries_as_one_of_three(side, owner, model):
    add_rows(side, model, 3)
    few = queries(owner, list_url(model))
    add_rows(side, model, 27)
    many = queries(owner, list_url(model))
    assert len(many) == len(few), "\n".join(many[len(few) - 2 :])


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_no_list_counts_or_skips_without_an_end(side, owner, model, monkeypatch):
    monkeypatch.setattr(paging, "COUNT_LIMIT", 4)
    for sql in queries(owner, list_url(model)):
        if "COUNT(" in sql and f'"cases_{model._meta.model_name}"' in sql:
            assert "LIMIT 5" in sql, sql
        skipped = re.search(r"OFFSET (\d+)", sql)
        assert skipped is None or int(skipped[1]) < 1000


def test_a_long_list_says_that_there_is_more_and_ends(visitor, clinic, monkeypatch):
    monkeypatch.setattr(paging, "COUNT_LIMIT", 60)
    Payer._base_manager.bulk_create(
        Payer(clinic=clinic, name=f"Payer {number:03}") for number in range(75)
    )
    page = visitor.get(list_url(Payer)).content.decode()
    assert "1,000+ payers: search or filter to see the others" in page
    last = visitor.get(list_url(Payer), {"p": 2}).content.decode()
    assert "Payer 059" in last and "Payer 060" not in last
    assert visitor.get(list_url(Payer), {"p": 3}).status_code == 302


def test_a_short_list_is_counted_to_the_row(visitor, clinic):
    Payer._base_manager.create(clinic=clinic, name="Northfield")
    assert "1 payer" in visitor.get(list_url(Payer)).content.decode()


def test_an_empty_list_says_what_to_do(visitor):
    assert "No payers yet." in visitor.get(list_url(Payer)).content.decode()
    assert "Nothing found." in visitor.get(list_url(Payer), {"q": "zzz"}).content.decode()


# ------------------------------------------------------------------ search boxes


@pytest.fixture
def brien(clinic):
    return Patient._base_manager.create(
        clinic=clinic,
        first_name="Zoé",
        last_name="O'Brien-Testperson",
        birth_date=date(1980, 2, 3),
        chart_number="C-77",
    )


@pytest.mark.parametrize("typed", ["o'b", "OBRIEN", "zoe", "Zoé obr", "obrien zoe", "c-77"])
def test_a_patient_is_found_by_the_beginning_of_a_name_or_the_chart_number(visitor, brien, typed):
    assert "Brien-Testperson" in visitor.get(list_url(Patient), {"q": typed}).content.decode()


@pytest.mark.parametrize("typed", ["brien", "C-7", "%", "_", "'", "zoe smith", "x" * 5000])
def test_a_patient_is_not_found_by_anything_else(visitor, brien, typed):
    response = visitor.get(list_url(Patient), {"q": typed}, follow=True)
    assert response.status_code == 200
    assert "Brien-Testperson" not in response.content.decode()


def test_a_call_is_found_by_its_reference_and_by_the_representative(visitor, clinic):
    case = a_case(clinic)
    for reference, name in (("REF-1001", "Dana P."), ("REF-1002", "Kim")):
        InsurerCall._base_manager.create(
            clinic=clinic,
            request=case,
            payer=case.coverage.plan.payer,
            representative_name=name,
            reference_number=reference,
            called_on=date(2026, 3, 2),
        )
    for typed in ("REF-1001", "ref-1001", "dana"):
        page = visitor.get(list_url(InsurerCall), {"q": typed}).content.decode()
        assert "REF-1001" in page and "REF-1002" not in page


def test_a_case_in_the_list_leads_to_its_page(visitor, clinic):
    case = a_case(clinic)
    response = visitor.get(f"/admin/cases/priorauthrequest/{case.pk}/change/")
    assert response.headers["Location"] == f"/case/{case.number}/"


def test_cases_are_narrowed_to_a_persons_or_nobodys(visitor, clinic):
    kim = a_colleague(clinic)
    ours, nobodys = a_case(clinic, kim), a_case(clinic)
    theirs = visitor.get(list_url(PriorAuthRequest), {"assigned_to": kim.pk}).content.decode()
    assert ours.number in theirs and nobodys.number not in theirs
    loose = visitor.get(list_url(PriorAuthRequest), {"assigned_to": "nobody"}).content.decode()
    assert nobodys.number in loose and ours.number not in loose


def test_the_foot_of_a_list_of_several_pages_says_a_number_and_no_minus(visitor, clinic):
    Payer._base_manager.bulk_create(
        Payer(clinic=clinic, name=f"Payer {number:03}") for number in range(150)
    )
    html = visitor.get(list_url(Payer)).content.decode()
    foot = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    assert re.search(r"\d 150 payers", foot)


def test_the_list_of_cases_says_how_old_the_payers_status_is(visitor, clinic):
    case = a_case(clinic)
    known = {"status": "received", "verified_on": date(2026, 1, 5), "verified_how": "phone"}
    PriorAuthRequest._base_manager.filter(pk=case.pk).update(
        **known, fresh_through=date(2026, 1, 8)
    )
    with time_machine.travel("2026-01-15T18:00:00Z", tick=False):
        html = visitor.get(list_url(PriorAuthRequest)).content.decode()
    assert "as of 5 Jan, 10 days ago (phone): stale" in html
