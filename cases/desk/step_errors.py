"""The list of what is wrong, on top of a form, each with a link to its field."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms

from cases.forms.step_form import StepForm


@dataclass(frozen=True, slots=True)
class FormError:
    """One thing to mend. `anchor` is the id of the field, "" when it concerns the whole form."""

    anchor: str
    label: str
    message: str


def error_summary(form: StepForm) -> list[FormError]:
    """Everything wrong with the form, in the order in which its fields stand on the page."""
    if not form.is_bound or not form.errors:
        return []
    order = [pointer.name for pointer in form.helper.layout.get_field_names()]
    errors = [FormError("", "", str(message)) for message in form.non_field_errors()]
    names = sorted(
        (name for name in form.errors if name != "__all__"),
        key=lambda name: order.index(name) if name in order else len(order),
    )
    for name in names:
        bound = form[name]
        anchor = "" if bound.is_hidden else _anchor(bound)
        errors += [FormError(anchor, str(bound.label), str(message)) for message in bound.errors]
    return errors


def _anchor(bound: forms.BoundField) -> str:
    if isinstance(bound.field.widget, forms.RadioSelect):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id
