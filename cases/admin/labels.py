"""What a record is called on screen, where its `__str__` says too little.

`__str__` ends up in logs and page titles and so carries no patient details; select boxes and
lists of signed-in pages name people by these labels instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import ModelChoiceField, ModelMultipleChoiceField

from cases.access import current_clinic
from cases.admin.keys import may_be_key
from cases.models import (
    Clinic,
    Coverage,
    Membership,
    Patient,
    Plan,
    PriorAuthRequest,
    Representative,
    StaffMember,
)
from cases.models.base import ClinicOwned


def patient_label(patient: Patient) -> str:
    return f"{patient.last_name}, {patient.first_name} (born {patient.birth_date:%Y-%m-%d})"


def coverage_label(coverage: Coverage) -> str:
    return f"{patient_label(coverage.patient)}: {coverage.plan}, {coverage.member_id}"


def request_label(request: PriorAuthRequest) -> str:
    return f"{request.number}: {request.patient.last_name}, {request.patient.first_name}"


def representative_label(representative: Representative) -> str:
    return f"{representative.name} for {patient_label(representative.patient)}"


_LABELS: dict[type[Model], tuple[Callable[[Any], str], tuple[str, ...]]] = {
    Patient: (patient_label, ()),
    Coverage: (coverage_label, ("patient", "plan__payer")),
    PriorAuthRequest: (request_label, ("patient",)),
    Representative: (representative_label, ("patient",)),
    Plan: (str, ("payer",)),
}


def label_of(row: Model) -> str:
    """The name staff know `row` by, for signed-in pages only."""
    label, _ = _LABELS.get(type(row), (str, ()))
    return label(row)


def joined_for_label(rows: QuerySet) -> QuerySet:
    """`rows` with the joins that `label_of` needs."""
    _, joins = _LABELS.get(rows.model, (str, ()))
    return rows.select_related(*joins) if joins else rows


def rows_of_this_clinic(model: type[Model]) -> QuerySet:
    """The rows of `model` that the current clinic may be offered.

    Raises TypeError for a model that belongs to no clinic: say here first how it is bounded.
    """
    clinic = current_clinic()
    if issubclass(model, ClinicOwned):
        return joined_for_label(model._default_manager.filter(clinic=clinic))
    if issubclass(model, StaffMember):
        return model._default_manager.filter(pk__in=Membership.objects.values("staff"))
    if issubclass(model, Clinic):
        return model._default_manager.filter(pk=clinic.pk)
    raise TypeError(f"{model._meta.label} is bounded by no clinic.")


class NamedChoiceField(ModelChoiceField):
    def prepare_value(self, value: Any) -> Any:
        """A box shown again looks its choice up: what can be no key chooses nothing."""
        found = super().prepare_value(value)
        return found if found is None or _may_be_chosen(self, found) else None

    def label_from_instance(self, row: Model) -> str:
        return label_of(row)


class NamedMultipleChoiceField(ModelMultipleChoiceField):
    def prepare_value(self, value: Any) -> Any:
        found = super().prepare_value(value)
        return [key for key in found or () if _may_be_chosen(self, key)]

    def _check_values(self, value: Any) -> QuerySet:
        for key in value:
            if not _may_be_chosen(self, key):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": key}
                )
        return super()._check_values(value)  # type: ignore[misc]

    def label_from_instance(self, row: Model) -> str:
        return label_of(row)


def _may_be_chosen(field: ModelChoiceField, key: Any) -> bool:
    return field.queryset is not None and may_be_key(field.queryset.model, key)
