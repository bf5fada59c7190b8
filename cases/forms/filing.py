"""A refusal contested: how the appeal or the review was sent, and when the payer had it."""

from __future__ import annotations

from django import forms

from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import MomentField
from cases.forms.receipt import ReceiptPart, received_by_payer
from cases.forms.step_form import StepForm
from priorauth.deadlines.facts import Moment
from priorauth.terms import Channel


class FilingForm(StepForm, ReceiptPart):
    """What every filing against a refusal tells. Subclasses add what is filed, and `lines`."""

    is_expedited = forms.BooleanField(
        label="Urgent (expedited)",
        required=False,
        help_text="When waiting could seriously harm the patient: the payer has days, not weeks.",
    )
    channel = forms.ChoiceField(
        label="Sent by",
        choices=Channel.choices,
        widget=forms.RadioSelect,
        help_text="Keep proof of it.",
    )
    when = MomentField(
        label="Filed on",
        is_past=True,
        may_be_unknown=True,
        help_text="Leave the time empty if only the day is known.",
    )
    confirmation_number = forms.CharField(
        label="Confirmation or tracking number",
        max_length=60,
        required=False,
        help_text="Portal number, fax report or certified mail number.",
    )
    sent_and_received = (
        Box("Sent", "channel", Row("when", "confirmation_number")),
        Box("Received", "receipt", Shown("receipt=other", "received_by_payer")),
    )

    def prepare(self) -> None:
        """Filed by fax, now."""
        self.at_the_payers("received_by_payer")
        self.initial.setdefault("channel", Channel.FAX)
        self.initial.setdefault("when", self.at_hand.now)

    def received(self) -> Moment | None:
        """The payer's receipt; raises MissingFact naming the field."""
        return received_by_payer(self, self.cleaned_data["when"], self.at_hand.payer_zone)
