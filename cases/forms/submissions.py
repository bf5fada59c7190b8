"""Sending the request, its receipt, and its return undecided."""

from __future__ import annotations

from django import forms

from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import MomentField
from cases.forms.receipt import ReceiptPart, received_by_payer
from cases.forms.step_form import StepForm
from cases.models import Submission
from cases.queries.readiness import readiness
from priorauth.deadlines.facts import Moment
from priorauth.readiness.checklist import stops
from priorauth.readiness.point import Point
from priorauth.terms import Channel


class SubmitForm(StepForm, ReceiptPart):
    """How and when the request went out, with its proof."""

    channel = forms.ChoiceField(
        label="Sent by",
        choices=Channel.choices,
        widget=forms.RadioSelect,
        help_text="The way this payer got the last request is chosen already.",
    )
    when = MomentField(
        label="Sent on",
        is_past=True,
        may_be_unknown=True,
        help_text="Leave the time empty if only the day is known; urgent clocks run in hours.",
    )
    confirmation_number = forms.CharField(
        label="Confirmation number",
        max_length=60,
        required=False,
        help_text="The portal's number, or the number on the fax report. It is your proof.",
    )
    no_confirmation_reason = forms.CharField(
        label="Why there is no number",
        max_length=200,
        required=False,
        help_text="Needed for a portal submission without a number.",
    )
    sent_to = forms.CharField(
        label="Sent to",
        max_length=120,
        required=False,
        help_text="Fax number, portal or phone line.",
    )
    pages = forms.IntegerField(
        label="Pages", min_value=1, max_value=2000, required=False, help_text="Of the fax."
    )
    representative_name = forms.CharField(
        label="Taken by",
        max_length=120,
        required=False,
        help_text="Who took it on the phone: first name and letter will do.",
    )
    override_reason = forms.CharField(
        label="Why it goes out all the same",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It is kept with the submission, under your name.",
    )
    boxes = (
        Box(
            "Sent",
            "channel",
            "when",
            Row("confirmation_number", "no_confirmation_reason"),
            Row(
                "sent_to",
                Shown("channel=fax|mail", "pages"),
                Shown("channel=phone", "representative_name"),
            ),
        ),
        Box("Received", "receipt", Shown("receipt=other", "received_by_payer")),
        Box(
            "Not ready",
            "override_reason",
            note="A point at the top of this page stops it. Mend it first, or say why not.",
            is_alarm=True,
        ),
    )
    points: list[Point] = []

    def prepare(self) -> None:
        """Sent now, by the way that this payer got the last request; what lacks is looked for."""
        request = self.at_hand.case
        self.points = readiness(request, self.at_hand.today)
        if not stops(self.points):
            del self.fields["override_reason"]
        payer = request.coverage.plan.payer
        last = (
            Submission.objects.filter(request__coverage__plan__payer=payer)
            .order_by("-pk")
            .values_list("channel", flat=True)
            .first()
        )
        channel = last or (Channel.PORTAL if payer.portal_url or not payer.fax else Channel.FAX)
        self.initial.setdefault("channel", channel)
        self.initial.setdefault("when", self.at_hand.now)
        if channel == Channel.FAX and payer.fax:
            self.initial.setdefault("sent_to", payer.fax)
        self.at_the_payers("received_by_payer")

    def received(self) -> Moment | None:
        """The payer's receipt; raises MissingFact naming the field."""
        return received_by_payer(self, self.cleaned_data["when"], self.at_hand.payer_zone)


class ReceiptForm(StepForm):
    """When the payer had it. Also used for an appeal."""

    when = MomentField(
        label="The payer had it on",
        is_past=True,
        help_text="From the portal, the fax report, the tracking number or a call. Leave the time "
        "empty if only the day is known.",
    )
    boxes = (Box("Received", "when"),)

    def prepare(self) -> None:
        """A day is a date at the payer's."""
        self.at_the_payers("when")


class SentBackForm(StepForm):
    """The payer returned it undecided."""

    when = MomentField(
        label="We learned it on", is_past=True, help_text="When the return reached you."
    )
    reason = forms.CharField(
        label="What the payer says is wrong",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In its words. Mend it, then record the new submission: a return is not a "
        "denial and needs no appeal.",
    )
    boxes = (Box("Sent back", "when", "reason"),)

    def prepare(self) -> None:
        """Learned now."""
        self.initial.setdefault("when", self.at_hand.now)
