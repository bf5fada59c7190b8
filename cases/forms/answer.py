"""Until when, and why, a reminder is put off."""

from __future__ import annotations

from django import forms


class PutOffForm(forms.Form):
    """Both are checked by the workflow, which knows the last safe moment. Clinic's local time."""

    until = forms.DateTimeField(
        label="Remind me again at",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={
            "invalid": "Give a day and an hour, such as 2026-11-25 14:30.",
        },
    )
    reason = forms.CharField(
        label="Why it can wait",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the deadline, for whoever looks next. Not mailed to anybody.",
    )
