"""What may be chosen: only the current clinic's rows, under names that a person can tell apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.models import ModelChoiceIterator

from cases.models import Membership, ServiceLine, StaffMember
from priorauth.codes import procedure
from priorauth.terms import Role


class RowField(forms.ModelChoiceField):
    """One row of the current clinic, shown by `label_of` and never by its `__str__`.

    The rows are set by the form (`field.queryset = ...`), from a manager that sees one clinic.
    """

    def __init__(self, *, label_of: Callable[[Any], str] = str, **options: Any) -> None:
        self.label_of = label_of
        options.setdefault("queryset", None)
        super().__init__(**options)

    def label_from_instance(self, obj: Model) -> str:
        return self.label_of(obj)

    # A form asks for its choices more than once; the rows are read once.
    iterator = ModelChoiceIterator


class LinesField(forms.MultipleChoiceField):
    """Service lines by their key. Clean value: the lines, in order of position."""

    widget = forms.CheckboxSelectMultiple
    lines: Sequence[ServiceLine] = ()

    def offer(self, lines: Iterable[ServiceLine]) -> None:
        """Let these lines be chosen."""
        self.lines = tuple(lines)
        self.choices = [(line.key, line_label(line)) for line in self.lines]

    def clean(self, value: Any) -> list[ServiceLine]:
        keys = super().clean(value)
        return [line for line in self.lines if line.key in keys]


def line_label(line: ServiceLine) -> str:
    """A line in words: "Line 1: 96365, infusion, first hour (6 units)"."""
    words = procedure.label(line.code)
    units = f"{line.units_total} {'unit' if line.units_total == 1 else 'units'}"
    return f"Line {line.position}: {line.code}{f', {words}' if words else ''} ({units})"


def colleagues() -> Any:
    """Staff who work on cases in the current clinic, by name: an auditor looks only."""
    here = Membership.objects.filter(is_active=True).exclude(role=Role.AUDITOR).values("staff_id")
    return StaffMember.objects.filter(pk__in=here, is_active=True).order_by(
        "last_name", "first_name", "username"
    )


def with_blank(choices: Iterable[tuple[str, str]], words: str) -> list[tuple[str, str]]:
    """The choices with an empty one before them."""
    return [("", words), *choices]
