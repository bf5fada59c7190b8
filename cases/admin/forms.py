"""The form behind every record: its clinic is set, not asked; two editors cannot overwrite."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import formats

from cases.access import current_clinic
from cases.admin.checks_by_field import check_for
from cases.admin.labels import label_of
from cases.models.base import ClinicOwned

SEEN_VERSION = "seen_version"


class SeenVersionField(forms.IntegerField):
    """Which version of the record the page showed. By itself it is no change."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RecordForm(forms.ModelForm):
    """A form over one clinic-owned record."""

    seen_version = SeenVersionField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.instance, ClinicOwned) and self.instance.clinic_id is None:
            self.instance.clinic = current_clinic()
        self._let_checks_speak()
        if not hasattr(self.instance, "version"):
            self.fields.pop(SEEN_VERSION, None)
        elif SEEN_VERSION in self.fields:
            self.initial[SEEN_VERSION] = self.instance.version
            self.fields[SEEN_VERSION].initial = self.instance.version

    def _get_validation_exclusions(self) -> set[str]:
        # Uniqueness is per clinic, and the clinic is known: leave no such rule unchecked.
        return super()._get_validation_exclusions() - {"clinic"}  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_codes(cleaned)
        if self._was_saved_meanwhile() and self.changed_data:
            self._explain_conflict(cleaned)
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if self.instance.pk and hasattr(self.instance, "version") and self.has_changed():
            self.instance.version += 1
        return super().save(commit)

    def _let_checks_speak(self) -> None:
        """Take the length limit off checked fields: "New York" deserves more than "too long"."""
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField) and check_for(self._meta.model.__name__, name):
                field.validators = [
                    one for one in field.validators if not isinstance(one, MaxLengthValidator)
                ]
                field.widget.attrs.pop("maxlength", None)

    def _check_codes(self, cleaned: dict[str, Any]) -> None:
        """Check codes and identifiers that changed: old ones on file block nothing."""
        for name in self.changed_data:
            check = check_for(self._meta.model.__name__, name)
            if check is None or cleaned.get(name) in (None, ""):
                continue
            try:
                cleaned[name] = check(cleaned[name])
            except ValidationError as error:
                self.add_error(name, error)

    def _was_saved_meanwhile(self) -> bool:
        if SEEN_VERSION not in self.fields or self.instance._state.adding:
            return False
        return self.cleaned_data.get(SEEN_VERSION) != self.instance.version

    def _explain_conflict(self, cleaned: dict[str, Any]) -> None:
        """Say which values differ, keep what was typed, and let a second save decide."""
        for name in self.changed_data:
            if name not in cleaned or name not in self.fields:
                continue
            stored = _shown(self, name, self.get_initial_for_field(self.fields[name], name))
            typed = _shown(self, name, cleaned[name])
            if stored != typed:
                self.add_error(name, f"On file now: {stored}. You typed: {typed}.")
        self.add_error(
            None,
            ValidationError(
                "Somebody else saved this record while you had it open, and nothing of yours is "
                "saved yet. Compare the marked fields, correct what should be, and save again.",
                code="conflict",
            ),
        )
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix(SEEN_VERSION)] = str(self.instance.version)
        self.data = data


def _shown(form: forms.ModelForm, name: str, value: Any) -> str:
    """`value` of a field as staff read it."""
    if value in (None, ""):
        return "(empty)"
    field: Any = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        rows: Any = field.queryset
        row = value if hasattr(value, "pk") else rows.filter(pk=value).first()
        return label_of(row) if row is not None else "(not on file)"
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return str(dict(choices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(formats.localize_input(value))
