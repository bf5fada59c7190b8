"""A clinic, its owner's visitor, and what the admin's forms are sent from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from cases.models import Clinic
from priorauth.terms import Role
from tests.cases.one_case import a_clinic, a_colleague
from tests.house.html_forms import form_in


@pytest.fixture
def clinic(db: None) -> Clinic:
    return a_clinic(name="Lakeview Clinic")


@pytest.fixture
def visitor(clinic: Clinic) -> Client:
    client = Client()
    client.force_login(a_colleague(clinic, Role.OWNER))
    return client


@pytest.fixture
def opened(visitor: Client) -> Callable[[Model], dict[str, Any]]:
    """The fields of a record's form, as a browser would send them back."""

    def open_form(row: Model) -> dict[str, Any]:
        page = visitor.get(change_url(row)).content.decode()
        return form_in(page, f"{row._meta.model_name}_form")

    return open_form


def change_url(row: Model) -> str:
    return reverse(f"admin:cases_{row._meta.model_name}_change", args=[row.pk])


def add_url(model: type[Model]) -> str:
    return reverse(f"admin:cases_{model._meta.model_name}_add")


def list_url(model: type[Model]) -> str:
    return reverse(f"admin:cases_{model._meta.model_name}_changelist")
