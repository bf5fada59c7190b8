"""A text box that proposes earlier entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class SuggestingInput(forms.TextInput):
    """A text box that proposes earlier entries and takes any other."""

    suggestions: Sequence[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        attrs = context["widget"]["attrs"]
        attrs |= {"list": f"{attrs.get('id', name)}_list", "autocomplete": "off"}
        return context

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        box = super().render(name, value, attrs, renderer)
        list_id = f"{(attrs or {}).get('id', name)}_list"
        return render_to_string(
            "desk/forms/suggesting.html",
            {"box": box, "list_id": list_id, "suggestions": self.suggestions},
        )
