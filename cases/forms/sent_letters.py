"""When and how several signed letters went out, with the number that proves each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from cases.forms.layout import Box, Row
from cases.forms.moments import MomentField
from cases.forms.receipt import ReceivedWhen, received_by_payer
from cases.forms.step_form import StepForm
from cases.models import AppealLetter
from cases.workflow.sending_letters import LettersSent
from priorauth.errors import MissingFact
from priorauth.terms import Channel


def number_of(letter: AppealLetter) -> str:
    """The name of the field for the number of that letter."""
    return f"number_{letter.pk}"


class SentLettersForm(StepForm):
    """One day and one way for all; `at_hand.subject` are the letters that may be ticked."""

    channel = forms.ChoiceField(
        label="Sent by",
        choices=Channel.choices,
        initial=Channel.FAX,
        widget=forms.RadioSelect,
        help_text="All ticked letters. Record one that went another way by itself.",
    )
    when = MomentField(
        label="Sent on", is_past=True, help_text="Leave the time empty if only the day is known."
    )
    receipt = forms.ChoiceField(
        label="When did the payers have them?",
        choices=[
            (each.value, each.label) for each in (ReceivedWhen.AT_ONCE, ReceivedWhen.NOT_KNOWN)
        ],
        initial=ReceivedWhen.AT_ONCE,
        widget=forms.RadioSelect,
        help_text="Their time to decide runs from here.",
    )
    boxes = (Box("Sent", Row("channel", "when"), "receipt"),)

    def prepare(self) -> None:
        """By fax, now; and a number for each letter."""
        self.initial.setdefault("when", self.at_hand.now)
        for letter in self.letters:
            number = forms.CharField(
                label=f"Confirmation or tracking number, {letter.request.number}",
                max_length=60,
                required=False,
            )
            self.fields[number_of(letter)] = number

    @property
    def letters(self) -> Sequence[AppealLetter]:
        """The letters that may be ticked."""
        return self.at_hand.subject or ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("when") and "receipt" in cleaned:
            try:
                received_by_payer(self, cleaned["when"], self.at_hand.zone)
            except MissingFact as refusal:
                self.add_error("receipt", str(refusal))
        return cleaned

    def told(self) -> LettersSent:
        """What was sent, as the workflow takes it."""
        cleaned = self.cleaned_data
        return LettersSent(
            cleaned["when"],
            Channel(cleaned["channel"]),
            is_received=cleaned["receipt"] == ReceivedWhen.AT_ONCE,
            numbers={letter.pk: self.typed(number_of(letter)) for letter in self.letters},
        )
