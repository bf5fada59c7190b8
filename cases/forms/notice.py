"""The payer's letter: the date printed on it, the day it reached us, or that it has not come."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from cases.forms.moments import DayField


class LetterDates(forms.Form):
    """The dates of a letter that is here. Its day is typed or ticked, never filled in with today:
    the time to appeal may run from it, and a letter of last week would get a week too much."""

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
        help_text="Fax header, postmark stamp or portal date. The time to appeal may run from it. "
        "Empty: it runs from the printed date.",
    )
    reached_today = forms.BooleanField(
        label="It reached us today",
        required=False,
        help_text="Instead of the day.",
    )

    def take_receipt(self, cleaned: dict[str, Any], today: date) -> None:
        """Put `today`, a date in the clinic, where it was ticked; refuse another day beside it."""
        if not cleaned.get("reached_today"):
            return
        if cleaned.get("notice_received") not in (None, today):
            self.add_error("reached_today", "Either enter the day or tick “today”, not both.")
        cleaned["notice_received"] = today


class NoticePart(LetterDates):
    """The dates of a notice. Mixed into forms that record a refusal."""

    notice_awaited = forms.BooleanField(
        label="The letter has not come yet",
        required=False,
        help_text="It becomes a task to get it: the time to appeal runs from the letter.",
    )

    def take_notice(self, cleaned: dict[str, Any], today: date) -> None:
        """As `take_receipt`; a letter that has not come has no dates."""
        self.take_receipt(cleaned, today)
        if not cleaned.get("notice_awaited"):
            return
        if cleaned.get("reached_today"):
            self.add_error("notice_awaited", "Either it reached us today, or it has not come yet.")
        cleaned["notice_received"] = cleaned["notice_dated"] = None
