"""Patients' names stand on signed-in pages only: not in titles, messages or the admin's log."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.db.models import CharField, DateField, TextField

from cases.models import Coverage, Patient, Representative
from tests.cases.admin.conftest import add_url, change_url, list_url
from tests.house.two_clinics import OURS, make_side

pytestmark = pytest.mark.django_db
NAME = "Quillfeather"
PERSONAL = {
    Patient: {"first_name", "last_name", "birth_date", "phone", "address_1", "chart_number"},
    Coverage: {"member_id", "subscriber_name", "policy_number", "group_number"},
    Representative: {"name"},
}


@pytest.fixture
def patient(clinic):
    return Patient._base_manager.create(
        clinic=clinic, first_name=NAME, last_name=NAME, birth_date=date(1980, 2, 3)
    )


def title(response):
    return re.search(r"<title>(.*?)</title>", response.content.decode(), re.S)[1]


def test_no_title_or_heading_names_the_patient(visitor, patient):
    for view in ("change", "delete", "history"):
        response = visitor.get(change_url(patient).replace("change", view))
        assert NAME not in title(response)
        assert f"Patient {patient.pk}" in title(response) or view != "change"


def test_no_message_and_no_log_entry_names_the_patient(visitor, patient, opened):
    form = opened(patient) | {"chart_number": "C-1"}
    changed = visitor.post(change_url(patient), form)
    new = {
        name: "" if name in ("_clinic", "seen_version") else value for name, value in form.items()
    } | {"_clinic": form["_clinic"]}
    visitor.post(add_url(Patient), new)
    visitor.post(
        list_url(Patient),
        {"action": "delete_selected", "_selected_action": [patient.pk], "post": "yes"},
    )
    said = [str(message) for message in get_messages(changed.wsgi_request)]
    logged = list(LogEntry.objects.values_list("object_repr", "change_message"))
    assert said and len(logged) == 3
    assert NAME not in str(said) + str(logged)


def test_no_record_carries_personal_details_in_its_str(db):
    side = make_side(OURS, 550001)
    for model, fields in PERSONAL.items():
        row = side.row(model)
        for name in fields:
            kind = model._meta.get_field(name)
            assert isinstance(kind, CharField | TextField | DateField)
            value = getattr(row, name)
            assert value and str(value) not in str(row)
    for row in side.rows.values():
        for other in (side.row(Patient).last_name, side.row(Patient).first_name):
            assert other not in str(row), type(row)


def test_no_registered_record_links_past_the_wall():
    assert {model_admin.view_on_site for model_admin in admin.site._registry.values()} == {False}
