"""What every clinic-owned row shares: its clinic, a manager that refuses to look outside it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django_scopes import ScopedManager

from priorauth.terms import Term


def term_field(term: type[Term], **options: Any) -> models.CharField:
    """A column that holds one of `term`'s values.

    `choices` is given as a callable, so that a new value needs no migration.
    """
    options.setdefault("max_length", 40)
    return models.CharField(choices=term.choices, **options)


class ClinicOwned(models.Model):
    """A row that belongs to one clinic.

    `objects` is scoped: inside a request it sees the current clinic's rows only, and outside any
    scope it raises. A row may point only at rows of its own clinic; `save` refuses anything else.
    """

    clinic = models.ForeignKey(
        "cases.Clinic", on_delete=models.PROTECT, editable=False, related_name="+"
    )

    objects = ScopedManager(clinic="clinic")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.check_one_clinic()
        super().save(*args, **kwargs)

    def check_one_clinic(self) -> None:
        """Raise ValidationError when a foreign key leads into another clinic."""
        for field in self._meta.concrete_fields:
            related = field.related_model
            if not isinstance(related, type) or not issubclass(related, ClinicOwned):
                continue
            key = getattr(self, field.attname)
            if key is None:
                continue
            if field.is_cached(self):  # type: ignore[attr-defined]
                other = getattr(self, field.name).clinic_id
            else:
                other = (
                    related._base_manager.filter(pk=key).values_list("clinic_id", flat=True).first()
                )
            if other != self.clinic_id:
                raise ValidationError(
                    {field.name: f"This {field.verbose_name} is not on file in this clinic."}
                )


class Edited(ClinicOwned):
    """A clinic-owned row that staff edit in a browser: `version` tells two editors apart."""

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True
