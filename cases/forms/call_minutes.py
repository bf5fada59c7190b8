"""How long a call took, as every form asks it that tells of one."""

from __future__ import annotations

from typing import Any

from django import forms

LONGEST = 600
"""Minutes: ten hours are a slip."""


class CallMinutesField(forms.IntegerField):
    """Whole minutes of one call, or of a part of it; empty when nobody looked."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": LONGEST, "required": False, **options})


def whole_call() -> CallMinutesField:
    """The minutes of the whole call; the page offers those since it was opened."""
    return CallMinutesField(
        label="Minutes",
        help_text="Hold included.",
        widget=forms.NumberInput(attrs={"data-elapsed": "1"}),
    )
