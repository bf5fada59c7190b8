"""What the payer or the clinician does to the clock, and dates that no rule gives."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import DayField, MomentField
from cases.forms.notice import LetterDates
from cases.forms.step_form import StepForm
from priorauth.papers.found import Sought
from priorauth.terms import OwedBy, Urgency


class ExtensionForm(StepForm):
    """The payer gave notice that it takes longer."""

    from_letter = {"when": (Sought.RECEIVED,)}

    when = MomentField(
        label="The notice reached us on",
        is_past=True,
        may_be_unknown=True,
        help_text="Leave the time empty if only the day is known.",
    )
    sent = MomentField(
        label="The payer sent it on",
        is_past=True,
        required=False,
        help_text="The date on the notice: it counts only when sent before the first limit.",
    )
    until = DayField(
        label="New date, as printed",
        required=False,
        help_text="Only if the notice prints one. Whether it is lawful, the rules say.",
    )
    boxes = (Box("The notice", Row("when", "sent"), "until"),)

    def prepare(self) -> None:
        """It came today."""
        self.initial.setdefault("when", self.at_hand.today)


class UrgencyForm(StepForm):
    """Urgency raised by our clinician or changed by the payer."""

    urgency = forms.ChoiceField(
        label="From now on it is",
        choices=Urgency.choices,
        widget=forms.RadioSelect,
        help_text="Urgent clocks run in hours.",
    )
    by = forms.ChoiceField(
        label="Who says so",
        choices=[("clinician", "Our clinician"), ("payer", "The payer")],
        widget=forms.RadioSelect,
        initial="clinician",
        help_text="A payer may treat an urgent request as standard; keep its letter.",
    )
    when = MomentField(label="Since", is_past=True, help_text="When it was said.")
    urgency_reason = forms.CharField(
        label="The clinician's reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="What harm a standard wait could do, in the clinician's words.",
    )
    boxes = (Box("Urgency", "urgency", "by", "when", Shown("urgency=expedited", "urgency_reason")),)

    def prepare(self) -> None:
        """The other urgency than today's, since now."""
        is_urgent = self._now() == Urgency.EXPEDITED
        other = Urgency.STANDARD if is_urgent else Urgency.EXPEDITED
        self.initial.setdefault("urgency", other)
        self.initial.setdefault("when", self.at_hand.now)

    def _now(self) -> str:
        """The urgency of what the step belongs to: an appeal or a review has its own."""
        subject = self.at_hand.subject
        one = self.at_hand.standing.proceeding(subject.proceeding) if subject else None
        return (one and one.urgency) or self.at_hand.case.urgency


class DateByHandForm(StepForm):
    """A deadline that no rule on file gives."""

    what = forms.CharField(
        label="What has to be done by then",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It stands on the timeline and shows with the date. No patient details needed.",
    )
    due = MomentField(
        label="By",
        is_ahead=True,
        help_text="Without a time it runs to the end of the day.",
    )
    owed_by = forms.ChoiceField(
        label="Who has to act",
        choices=[(OwedBy.CLINIC, "We do"), (OwedBy.PAYER, "The payer does")],
        widget=forms.RadioSelect,
        initial=OwedBy.CLINIC,
        help_text="A date of theirs reminds you to chase it.",
    )
    boxes = (Box("The date", "what", "due", "owed_by"),)


class TickOffForm(StepForm):
    """A task is done, or no longer matters."""

    boxes = (
        Box("Tick off", note="The task leaves the worklist. It can be undone on the timeline."),
    )


class LetPassForm(StepForm):
    """A date of ours on which nobody will act."""

    reason = forms.CharField(
        label="Why nobody will act on it",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Stays on the timeline. Undo it there to bring the date back.",
    )
    boxes = (
        Box(
            "Let this date pass",
            "reason",
            note="It leaves the worklist and no reminder goes out for it any more.",
        ),
    )


class SupplyDateForm(StepForm):
    """The date of a step that was recorded with its date unknown."""

    happened = MomentField(
        label="It happened on",
        is_past=True,
        help_text="Leave the time empty if only the day is known. Its clocks start from here.",
    )
    answers_to = {"when": "happened"}
    boxes = (Box("The date", "happened"),)


class SupplyNoticeForm(StepForm, LetterDates):
    """The dates of a refusal's letter that had not come."""

    appeal_by = DayField(
        label="Appeal by, as printed",
        required=False,
        help_text="Only if the letter prints a date.",
    )
    boxes = (
        Box("The letter", Row("notice_dated", "notice_received"), "reached_today", "appeal_by"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.take_receipt(cleaned, self.at_hand.today)
        if not (cleaned.get("notice_dated") or cleaned.get("notice_received")) and not self.errors:
            self.add_error("notice_dated", "Enter the date printed on the notice.")
        return cleaned
