"""The probes of test_clinics_kept_apart see leaks: each hole made on purpose must be found."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.test import Client

from cases.access import case_or_404
from cases.admin.base import ClinicBound
from cases.models import Coverage, Patient, Payer, PayerPolicy, PriorAuthRequest
from tests.house import test_clinics_kept_apart as probes
from tests.house.conftest import TwoClinics

pytestmark = pytest.mark.django_db
one_moment = probes.one_moment
owner = probes.owner


def every_row(model_admin: Any, request: Any) -> Any:
    return model_admin.model._base_manager.all()


def may_do_all(bound: Any, request: Any, act: Any, obj: Any) -> bool:
    return True


def patch_admin(monkeypatch: pytest.MonkeyPatch, model: Any, name: str, leak: Any) -> None:
    monkeypatch.setattr(type(admin.site._registry[model]), name, leak, raising=False)


def test_a_list_of_every_clinic_is_found(two: TwoClinics, owner: Client, monkeypatch):
    patch_admin(monkeypatch, Patient, "get_queryset", every_row)
    with pytest.raises(AssertionError):
        probes.test_no_page_of_ours_names_anything_of_theirs(two, owner, Patient)


def test_another_clinics_object_page_is_found(two: TwoClinics, owner: Client, monkeypatch):
    patch_admin(monkeypatch, Patient, "get_queryset", every_row)
    patch_admin(monkeypatch, Patient, "_may", may_do_all)
    with pytest.raises(AssertionError):
        probes.test_their_object_answers_as_an_absent_one(two, owner, Patient)


def test_a_refusal_that_tells_absent_from_foreign_is_found(
    two: TwoClinics, owner: Client, monkeypatch
):
    # Nothing of theirs is shown: 403 where an absent row gets a redirect is enough.
    patch_admin(monkeypatch, Patient, "get_queryset", every_row)
    with pytest.raises(AssertionError):
        probes.test_their_object_answers_as_an_absent_one(two, owner, Patient)


def test_a_search_that_counts_theirs_is_found(two: TwoClinics, owner: Client, monkeypatch):
    def widened(self: Any, request: Any, rows: Any, term: str) -> Any:
        return Patient._base_manager.filter(last_name__contains=term) if term else rows, False

    patch_admin(monkeypatch, Patient, "get_search_results", widened)
    with pytest.raises(AssertionError):
        probes.test_no_narrowing_of_a_list_tells_of_theirs(two, owner, Patient)


def test_a_box_with_every_clinics_rows_is_found(two: TwoClinics, owner: Client, monkeypatch):
    def unbounded(self: Any, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["queryset"] = db_field.related_model._base_manager.all()
        return ModelAdmin.formfield_for_foreignkey(self, db_field, request, **kwargs)

    monkeypatch.setattr(ClinicBound, "formfield_for_foreignkey", unbounded)
    with pytest.raises(AssertionError):
        probes.test_no_form_accepts_a_key_of_theirs(two, owner, Coverage, "change")
    with pytest.raises(AssertionError):
        probes.test_no_page_of_ours_names_anything_of_theirs(two, owner, PayerPolicy)


def test_a_searching_box_with_every_clinics_rows_is_found(
    two: TwoClinics, owner: Client, monkeypatch
):
    patch_admin(monkeypatch, Patient, "get_queryset", every_row)
    with pytest.raises(AssertionError):
        probes.test_no_box_that_searches_offers_theirs(two, owner, Coverage, "patient")


def test_an_inline_that_reaches_every_row_is_found(two: TwoClinics, owner: Client, monkeypatch):
    inline = admin.site._registry[Payer].inlines[0]
    monkeypatch.setattr(inline, "get_queryset", every_row)

    class Unbound(inline.formset):
        def _existing_object(self, pk: Any) -> Any:
            return inline.model._base_manager.get(pk=pk)

        def add_fields(self, form: Any, index: Any) -> None:
            super().add_fields(form, index)
            form.fields["id"].queryset = inline.model._base_manager.all()

    monkeypatch.setattr(inline, "formset", Unbound)
    monkeypatch.setattr("cases.admin.base._refuse_foreign", lambda request, row: None)
    with pytest.raises(AssertionError):
        probes.test_no_inline_reaches_a_row_of_theirs(two, owner, Payer)


def test_a_case_page_of_another_clinic_is_found(two: TwoClinics, owner: Client, monkeypatch):
    def any_case(request: Any, number: str, queryset: Any = None) -> PriorAuthRequest:
        return PriorAuthRequest._base_manager.filter(number=number).first() or case_or_404(
            request, number
        )

    import cases.desk.case as page

    name = next(name for name in ("case_or_404",) if hasattr(page, name))
    monkeypatch.setattr(page, name, any_case)
    with pytest.raises(AssertionError):
        probes.test_every_address_answers_for_theirs_as_for_an_absent_one(
            two, owner, "desk:case", {"number"}
        )
