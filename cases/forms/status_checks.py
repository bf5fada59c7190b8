"""A look at the payer's status, recorded in ten seconds: everything is filled in."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import MomentField, QuickDate
from cases.forms.step_form import StepForm
from cases.queries.next_look import next_look
from cases.workflow.calls import too_far_ahead
from priorauth.calendars.day_table import federal_business_days
from priorauth.terms import Channel, StatusAnswer


class StatusCheckForm(StepForm):
    """Where somebody looked, what the payer says, and when to look again."""

    said = forms.ChoiceField(
        label="The payer says",
        choices=StatusAnswer.choices,
        initial=StatusAnswer.PENDING,
        widget=forms.RadioSelect,
        help_text="Decided: its answer is asked for next. Not found: the call to the payer is.",
    )
    how = forms.ChoiceField(
        label="Looked up by",
        choices=[(one.value, one.label) for one in (Channel.PORTAL, Channel.PHONE, Channel.FAX)],
        initial=Channel.PORTAL,
        widget=forms.RadioSelect,
        help_text="A call in which more was said is logged as a call instead.",
    )
    look_again = MomentField(
        label="Look again on",
        is_ahead=True,
        required=False,
        help_text="The case comes up then, never later than the payer's limit.",
    )
    reference = forms.CharField(
        label="Reference",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="If the portal or the representative gave one.",
    )
    boxes = (
        Box(
            "What you found",
            Row("said", "how"),
            Shown("said=pending", "look_again"),
            "reference",
        ),
    )

    def prepare(self) -> None:
        """Still pending, in the portal; to be looked at on the next sensible day."""
        at_hand = self.at_hand
        self.initial.setdefault("look_again", next_look(at_hand.case, at_hand.now))
        days = federal_business_days()
        self.fields["look_again"].widget.quick = (
            QuickDate("Next business day", days.add(at_hand.today, 1)),
            QuickDate("In 2 business days", days.add(at_hand.today, 2)),
            QuickDate("In 5 business days", days.add(at_hand.today, 5)),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("said") != StatusAnswer.PENDING:
            # The day stands in a box that does not show: what is wrong with it does not matter.
            self.errors.pop("look_again", None)
            cleaned["look_again"] = None
            return cleaned
        again = cleaned.get("look_again")
        if again is None and "look_again" not in self.errors:
            self.add_error("look_again", "Say when to look again, so that it is not forgotten.")
        far = again and too_far_ahead(again.latest, self.at_hand.case, self.at_hand.now)
        if far:
            self.add_error("look_again", str(far))
        return cleaned
