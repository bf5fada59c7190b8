"""The payer asks for more; we answer."""

from __future__ import annotations

from django import forms

from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import DayField, MomentField
from cases.forms.receipt import ReceiptPart, received_by_payer
from cases.forms.step_form import StepForm
from priorauth.deadlines.facts import Moment
from priorauth.papers.found import Sought
from priorauth.terms import Channel


class InformationRequestedForm(StepForm):
    """What the payer asks for, and by when."""

    from_letter = {"when": (Sought.RECEIVED,)}

    asked_for = forms.CharField(
        label="What the payer asks for",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="In its words: this is the list to work through.",
    )
    when = MomentField(
        label="It reached us on",
        is_past=True,
        may_be_unknown=True,
        help_text="Fax header, portal message or call. Our time to answer runs from it.",
    )
    sent = MomentField(
        label="The payer sent it on",
        is_past=True,
        required=False,
        help_text="The date on its letter, when it differs. The payer's own clock stops there.",
    )
    answer_by = DayField(
        label="Answer by, as printed",
        required=False,
        help_text="Only if the letter prints a date. It is kept beside the computed one, and the "
        "earlier drives the work.",
    )
    is_extension = forms.BooleanField(
        label="The letter also says that the payer takes more time",
        required=False,
        help_text="Under some laws only then does the payer's clock stop.",
    )
    needs_patient = forms.BooleanField(
        label="Only the patient can give it",
        required=False,
        help_text="A signature, a form, a release. A patient who agreed to mail is asked to call "
        "you, in a mail that does not say for what.",
    )
    boxes = (
        Box("The question", "asked_for", "needs_patient"),
        Box("Dates", Row("when", "sent"), "answer_by", "is_extension"),
    )

    def prepare(self) -> None:
        """It came today."""
        self.initial.setdefault("when", self.at_hand.today)


class InformationSentForm(StepForm, ReceiptPart):
    """Our answer to one question of the payer."""

    channel = forms.ChoiceField(
        label="Sent by",
        choices=Channel.choices,
        widget=forms.RadioSelect,
        help_text="How the answer went out.",
    )
    when = MomentField(
        label="Sent on",
        is_past=True,
        may_be_unknown=True,
        help_text="Leave the time empty if only the day is known.",
    )
    confirmation = forms.CharField(
        label="Confirmation number",
        max_length=60,
        required=False,
        help_text="Portal number or fax report: your proof.",
    )
    summary = forms.CharField(
        label="What was sent",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="So that a colleague need not open the documents.",
    )
    boxes = (
        Box("Our answer", "channel", "when", Row("confirmation"), "summary"),
        Box("Received", "receipt", Shown("receipt=other", "received_by_payer")),
    )

    def prepare(self) -> None:
        """Sent now, by the way the request went."""
        request = self.at_hand.case
        last = request.submissions.order_by("-pk").first()
        self.initial.setdefault("channel", last.channel if last else Channel.FAX)
        self.initial.setdefault("when", self.at_hand.now)
        self.at_the_payers("received_by_payer")

    def received(self) -> Moment | None:
        """The payer's receipt; raises MissingFact naming the field."""
        return received_by_payer(self, self.cleaned_data["when"], self.at_hand.payer_zone)


class PacketCompleteForm(StepForm):
    """The payer says that nothing is missing."""

    when = MomentField(
        label="Complete since",
        is_past=True,
        help_text="When the payer had everything. In some states the decision clock starts here.",
    )
    boxes = (Box("Packet complete", "when"),)

    def prepare(self) -> None:
        """A day is a date at the payer's."""
        self.at_the_payers("when")
