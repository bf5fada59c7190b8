"""How a form is laid out: boxes with a heading, rows inside them, shown when they matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import LayoutObject
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES


class Row(LayoutObject):
    """Fields side by side where there is room."""

    template = "desk/forms/row.html"

    def __init__(self, *fields: Any, sort: str = "step-row") -> None:
        self.fields, self.sort = list(fields), sort

    def render(self, form: Any, context: Any, template_pack: Any = None, **_: Any) -> SafeString:
        fields = self.get_rendered_fields(form, context, template_pack)
        return render_to_string(self.template, {"fields": fields, "sort": self.sort})


class Box(LayoutObject):
    """A part of the form with a heading.

    `when` is "field=value|value": the box shows only then (a script hides it; without scripts it
    always shows). `is_folded` starts it closed unless something in it is wrong or filled;
    `is_alarm` says that its note is a warning.
    """

    template = "desk/forms/box.html"

    def __init__(
        self,
        title: str,
        *fields: Any,
        note: str = "",
        when: str = "",
        is_folded: bool = False,
        is_alarm: bool = False,
    ) -> None:
        self.title, self.note, self.when, self.is_folded = title, note, when, is_folded
        self.is_alarm = is_alarm
        self.fields = list(fields)

    def render(self, form: Any, context: Any, template_pack: Any = None, **_: Any) -> SafeString:
        names = [pointer.name for pointer in self.get_field_names()]
        fields = self.get_rendered_fields(form, context, template_pack)
        if not fields.strip():
            return mark_safe("")
        return render_to_string(
            self.template,
            {
                "title": self.title,
                "note": self.note,
                "when": self.when,
                "is_folded": self.is_folded,
                "is_alarm": self.is_alarm,
                "is_open": any(_is_in_use(form, name) for name in names),
                "fields": fields,
            },
        )


class Shown(LayoutObject):
    """Fields that show only when another field has one of these values."""

    template = "desk/forms/shown.html"

    def __init__(self, when: str, *fields: Any) -> None:
        self.when, self.fields = when, list(fields)

    def render(self, form: Any, context: Any, template_pack: Any = None, **_: Any) -> SafeString:
        fields = self.get_rendered_fields(form, context, template_pack)
        return render_to_string(self.template, {"fields": fields, "when": self.when})


class Press(LayoutObject):
    """A second button that sends the form for something else than recording it.

    `elsewhere` is the address of what it makes from the form, handed out as a download.
    """

    template = "desk/forms/press.html"

    def __init__(self, name: str, words: str, *, elsewhere: str = "") -> None:
        self.name, self.words, self.elsewhere = name, words, elsewhere
        self.fields: list[Any] = []

    def render(self, form: Any, context: Any, template_pack: Any = None, **_: Any) -> SafeString:
        return render_to_string(
            self.template, {"name": self.name, "words": self.words, "elsewhere": self.elsewhere}
        )


def present(form: forms.Form, fields: Sequence[Any]) -> list[Any]:
    """`fields` without those that this form leaves out."""
    kept: list[Any] = []
    for each in fields:
        if isinstance(each, str):
            if each in form.fields:
                kept.append(each)
            continue
        each.fields = present(form, each.fields)
        if each.fields or isinstance(each, Press):
            kept.append(each)
    return kept


def dress(form: forms.Form) -> None:
    """Give every widget the skin's own look, where it has not one already."""
    for field in form.fields.values():
        widget = field.widget
        if widget.is_hidden or widget.attrs.get("class"):
            continue
        if classes := _classes(widget):
            widget.attrs["class"] = " ".join(classes)


def _classes(widget: forms.Widget) -> Sequence[str]:
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect):
        return []  # the browser's own: seen and hit more easily than the skin's
    if isinstance(widget, forms.Select):
        return [*SELECT_CLASSES, "step-input"]
    if isinstance(widget, forms.FileInput):
        return ["step-file"]
    if isinstance(widget, forms.widgets.Input | forms.Textarea):
        return [*INPUT_CLASSES, "step-input"]
    return []


def _is_in_use(form: forms.Form, name: str) -> bool:
    bound = form[name]
    return bool(bound.errors) or (form.is_bound and bool(bound.data) and not bound.is_hidden)
