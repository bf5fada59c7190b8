"""Two clinics with a row of every model each, built from the models themselves.

A new model is filled the day it is added; one that cannot be filled fails the tests by name. Every
text of a clinic holds its marker, so a leaked value shows in any page. Keys are numbers that stand
nowhere else on a page.
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django_scopes import scopes_disabled

from cases.models import Clinic, Membership, StaffMember
from cases.models.base import ClinicOwned
from priorauth.terms import Role

OURS, THEIRS = "Ourheron", "Zebrafinch"
DAY = date(2026, 3, 2)


@dataclass
class Side:
    """One clinic, its people by role, and one row of every model it can own."""

    clinic: Clinic
    marker: str
    keys: itertools.count
    texts: itertools.count = field(default_factory=itertools.count)
    people: dict[Role, StaffMember] = field(default_factory=dict)
    rows: dict[type[models.Model], models.Model] = field(default_factory=dict)

    def row(self, model: type[models.Model]) -> models.Model:
        if model not in self.rows:
            self.rows[model] = self.build(model)
        return self.rows[model]

    def build(self, model: type[models.Model], **given: Any) -> models.Model:
        """A new row of `model` with every field filled that can be, in this clinic."""
        values = {
            one.attname: self._value(model, one, place)
            for place, one in enumerate(model._meta.concrete_fields)
            if one.name not in given and not self._is_left_empty(one)
        }
        try:
            with scopes_disabled():
                return model._base_manager.create(**values, **given)
        except Exception as error:
            raise AssertionError(
                f"No row of {model.__name__} could be built from its fields ({error}). "
                "Teach tests/house/two_clinics.py how."
            ) from error

    def _is_left_empty(self, one: models.Field) -> bool:
        if one.generated:  # the database's own work
            return True
        if one.has_default() or getattr(one, "auto_now_add", False):
            return not isinstance(one, models.UUIDField)
        relates_to_itself = one.is_relation and one.related_model is one.model
        is_single = one.is_relation and one.one_to_one
        numeric = isinstance(one, models.IntegerField | models.BooleanField)
        return one.null and (relates_to_itself or is_single or numeric)

    def _value(self, model: type[models.Model], one: models.Field, place: int) -> Any:
        if one.primary_key:
            return uuid.uuid4() if isinstance(one, models.UUIDField) else next(self.keys)
        if one.is_relation:
            return self._related(one)
        if one.name in ("zone", "time_zone"):
            return self.clinic.time_zone
        if one.choices:
            return one.flatchoices[0][0]
        number = next(self.texts)  # some columns must differ from row to row, short ones too
        if isinstance(one, models.CharField) and (one.max_length or 99) < 16:
            return f"{number}{self.marker}"[: one.max_length]
        return _plain(one, f"{self.marker}{number}{model.__name__}", place)

    def _related(self, one: models.Field) -> Any:
        target = one.related_model
        if target is Clinic:
            return self.clinic.pk
        if target is StaffMember:
            return self.people[Role.OWNER].pk
        if one.one_to_one:
            return self.build(target).pk
        return self.row(target).pk


def _plain(one: models.Field, text: str, place: int) -> Any:
    """A value for a field that is no relation; later fields of a model get later times."""
    for kind, value in (
        (models.EmailField, f"{text}{place}@example.com".lower()),
        (models.URLField, f"https://{text.lower()}.example"),
        (models.FileField, f"documents/{text}"),
        (models.DateTimeField, datetime(2026, 3, 2, 15, tzinfo=UTC) + timedelta(hours=place)),
        (models.DateField, DAY + timedelta(days=place)),
        (models.TimeField, time(place % 24)),
        (models.UUIDField, uuid.uuid4()),
        (models.JSONField, {"note": text}),
        (models.BooleanField, False),
        (models.IntegerField | models.DecimalField, 1),
        (models.CharField | models.TextField, f"{text}{place}"[: one.max_length or 200]),
    ):
        if isinstance(one, kind):
            return value
    raise AssertionError(f"No value is known for {one}: teach tests/house/two_clinics.py one.")


def owned_models() -> list[type[models.Model]]:
    """Every model that a clinic owns."""
    return [model for model in apps.get_models() if issubclass(model, ClinicOwned)]


def make_side(marker: str, first_key: int) -> Side:
    """A clinic, a person in each role, and a row of every model."""
    keys = itertools.count(first_key)
    clinic = Clinic.objects.create(
        pk=next(keys),
        slug=marker.lower(),
        name=f"{marker} Clinic",
        city=f"{marker}ville",
        time_zone="America/Chicago",
    )
    side = Side(clinic=clinic, marker=marker, keys=keys)
    for role in Role:
        side.people[role] = make_person(side, role)
    for model in owned_models():
        side.row(model)
    return side


def make_person(side: Side, role: Role) -> StaffMember:
    """A staff member who holds `role` in the side's clinic and nothing elsewhere."""
    name = f"{side.marker}{role.value}".lower()
    person = StaffMember.objects.create(
        pk=next(side.keys),
        username=name,
        email=f"{name}@example.com",
        first_name=role.value.title(),
        last_name=f"{side.marker}son",
    )
    person.set_password("a long enough password")
    person.save()
    membership = Membership(pk=next(side.keys), clinic=side.clinic, staff=person, role=role)
    membership.save()
    side.rows.setdefault(Membership, membership)
    return person
