"""The payer's letter: the date printed on it, the day it reached us, or that it has not come."""

from __future__ import annotations

from django import forms

from cases.forms.moments import DayField


class NoticePart(forms.Form):
    """The dates of a notice. Mixed into forms that record a refusal."""

    notice_dated = DayField(
        label="Date printed on the notice",
        is_past=True,
        required=False,
        help_text="As on the letter.",
    )
    notice_received = DayField(
        label="Day it reached us",
        is_past=True,
        required=False,
        help_text="Fax header, postmark stamp or portal date. The time to appeal may run from it.",
    )
    notice_awaited = forms.BooleanField(
        label="The letter has not come yet",
        required=False,
        help_text="It becomes a task to get it: the time to appeal runs from the letter.",
    )
