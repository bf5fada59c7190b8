"""The talk between our clinician and the payer's medical director."""

from __future__ import annotations

from django import forms

from cases.forms.choices import LinesField, RowField
from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import MomentField
from cases.forms.step_form import StepForm
from cases.models import Clinician
from priorauth.lifecycle import contestable
from priorauth.terms import AppealOutcome


class PeerToPeerAskForm(StepForm):
    """A talk was asked for."""

    when = MomentField(label="Asked for on", is_past=True, help_text="The window may end in days.")
    phone = forms.CharField(
        label="Phone of the medical director's desk",
        max_length=30,
        required=False,
        help_text="Where our clinician calls, or is called.",
    )
    clinician = RowField(
        label="Our clinician",
        required=False,
        help_text="Who will talk.",
        empty_label="Not yet known",
    )
    boxes = (Box("Peer-to-peer", "when", Row("phone", "clinician")),)

    def prepare(self) -> None:
        """Asked now, with the payer's own line and the requesting clinician."""
        request = self.at_hand.case
        self.rows("clinician", Clinician.objects.filter(is_active=True))
        line = request.coverage.plan.payer.phone_lines.filter(kind="peer_to_peer").first()
        self.initial.setdefault("when", self.at_hand.now)
        self.initial.setdefault("clinician", request.requesting_clinician_id)
        if line:
            self.initial.setdefault("phone", line.number)


class PeerToPeerScheduleForm(StepForm):
    """The appointment, also when it moves."""

    scheduled_for = MomentField(
        label="Appointed for",
        is_ahead=True,
        needs_time=True,
        help_text="On our clock; ask which zone the payer means.",
    )
    reviewer_name = forms.CharField(
        label="Medical director",
        max_length=120,
        required=False,
        help_text="Name, if known.",
    )
    boxes = (Box("Appointment", "scheduled_for", "reviewer_name"),)

    def prepare(self) -> None:
        """What was agreed before, when it moves."""
        talk = self.at_hand.subject
        if talk is not None:
            self.initial.setdefault("reviewer_name", talk.reviewer_name)


class PeerToPeerHeldForm(StepForm):
    """How the talk ended."""

    outcome = forms.ChoiceField(
        label="How it ended",
        choices=AppealOutcome.choices,
        widget=forms.RadioSelect,
        help_text="A cancelled talk is withdrawn. An upheld denial leaves the appeal open: its "
        "clock never stopped.",
    )
    lines_overturned = LinesField(
        label="Overturned lines", required=False, help_text="Only those the reviewer changed."
    )
    when = MomentField(label="Held on", is_past=True, help_text="Day and time of the talk.")
    reviewer_name = forms.CharField(
        label="Medical director", max_length=120, required=False, help_text="Name."
    )
    reviewer_specialty = forms.CharField(
        label="Specialty", max_length=120, required=False, help_text="Same specialty or not?"
    )
    words = forms.CharField(
        label="What was said",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text="The criterion named, and what would change the decision.",
    )
    reference_number = forms.CharField(
        label="Reference number", max_length=60, required=False, help_text="Of the talk."
    )
    clinician = RowField(
        label="Our clinician", required=False, help_text="Who talked.", empty_label="Not noted"
    )
    boxes = (
        Box("Outcome", "outcome", Shown("outcome=partly_overturned", "lines_overturned"), "when"),
        Box(
            "The talk",
            Row("reviewer_name", "reviewer_specialty"),
            "words",
            Row("reference_number", "clinician"),
        ),
    )

    def prepare(self) -> None:
        """Held now, as it was appointed."""
        at_hand, talk = self.at_hand, self.at_hand.subject
        self.rows("clinician", Clinician.objects.filter(is_active=True))
        open_keys = {line.key for line in at_hand.standing.adverse}
        if talk is not None and (one := at_hand.standing.proceeding(talk.proceeding)):
            open_keys = set(contestable.turnable(at_hand.standing, one))
        self.offer_lines("lines_overturned", open_keys)
        if len(open_keys) < 2:
            del self.fields["lines_overturned"]
        self.initial.setdefault("when", at_hand.now)
        if talk is not None:
            if talk.scheduled_at and talk.scheduled_at <= at_hand.now:
                self.initial["when"] = talk.scheduled_at
            self.initial.setdefault("reviewer_name", talk.reviewer_name)
            self.initial.setdefault("clinician", talk.clinician_id)
