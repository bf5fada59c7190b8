"""The talk between our clinician and the payer's medical director."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from cases.forms.choices import LinesField, RowField
from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import MomentField
from cases.forms.step_form import StepForm
from cases.models import Clinician
from priorauth.lifecycle import contestable
from priorauth.terms import AppealOutcome

OUR_CLOCK, PAYERS_CLOCK = "ours", "payer"


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
        help_text="Ask which zone the payer means.",
    )
    clock = forms.ChoiceField(
        label="That hour is on",
        choices=[(OUR_CLOCK, "Our clock"), (PAYERS_CLOCK, "The payer's clock")],
        initial=OUR_CLOCK,
        widget=forms.RadioSelect,
        help_text="It is shown on ours.",
    )
    reviewer_name = forms.CharField(
        label="Medical director",
        max_length=120,
        required=False,
        help_text="Name, if known.",
    )
    boxes = (Box("Appointment", "scheduled_for", "clock", "reviewer_name"),)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.is_bound and "clock" in self.fields and self.data.get("clock") == PAYERS_CLOCK:
            field = self.fields["scheduled_for"]
            field.place(self.at_hand.payer_zone, self.at_hand.now)  # type: ignore[attr-defined]

    def prepare(self) -> None:
        """What was agreed before, when it moves. The payer's clock, where it is another one."""
        ours, theirs = self.at_hand.zone, self.at_hand.payer_zone
        if not theirs or same_clock(ours, theirs, self.at_hand.now):
            del self.fields["clock"]
        else:
            named = [(OUR_CLOCK, ours, "Our clock"), (PAYERS_CLOCK, theirs, "The payer's clock")]
            self.fields["clock"].choices = [  # type: ignore[attr-defined]
                (key, f"{words} ({zone.rpartition('/')[2].replace('_', ' ')})")
                for key, zone, words in named
            ]
        talk = self.at_hand.subject
        if talk is not None:
            self.initial.setdefault("reviewer_name", talk.reviewer_name)


def same_clock(one: str, other: str, now: datetime) -> bool:
    """Whether the clocks of two IANA zones show the same hour at `now`, an aware instant."""
    return now.astimezone(ZoneInfo(one)).utcoffset() == now.astimezone(ZoneInfo(other)).utcoffset()


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
