"""What an act on many rows of the worklist needs to know."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.forms.choices import RowField, colleagues
from cases.forms.layout import Box, Row
from cases.forms.moments import MomentField
from cases.forms.step_form import StepForm
from cases.queries.staffed_hours import hours_at
from cases.workflow.many import ManyAct, ManyTold
from priorauth.calendars.look_again import look_again_on
from priorauth.terms import Channel


class GiveForm(StepForm):
    """To whom the cases go."""

    act = ManyAct.HAND_OVER
    assigned_to = RowField(
        label="From now on looked after by",
        label_of=str,
        help_text="Reminders of these cases go to this person.",
        empty_label="Choose a person",
    )
    boxes = (Box("To whom", "assigned_to"),)

    def prepare(self) -> None:
        """Anybody who works here."""
        self.rows("assigned_to", colleagues())

    def told(self) -> ManyTold:
        """The act as the workflow takes it."""
        return ManyTold(self.act, to=self.cleaned_data["assigned_to"])


class AssignForm(GiveForm):
    """The same, for cases that nobody looks after yet."""

    act = ManyAct.ASSIGN


class PutOffManyForm(StepForm):
    """Until when, and why, the reminders of the rows can wait."""

    until = MomentField(
        label="Remind me again at",
        is_ahead=True,
        needs_time=True,
        help_text="Of each row at its last safe moment at the latest.",
    )
    reason = forms.CharField(
        label="Why it can wait",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with each date, for whoever looks next. Not mailed to anybody.",
    )
    boxes = (Box("Put off", "until", "reason"),)

    def told(self) -> ManyTold:
        """The act as the workflow takes it."""
        cleaned = self.cleaned_data
        return ManyTold(ManyAct.PUT_OFF, until=cleaned["until"].latest, reason=cleaned["reason"])


class LetPassManyForm(StepForm):
    """Why nobody will ask for peer-to-peers whose window has passed."""

    reason = forms.CharField(
        label="Why nobody will ask for them",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept on the timeline of each case. Only peer-to-peers whose window passed, and "
        "that no law sets, are let go together.",
    )
    boxes = (Box("Let them go", "reason"),)

    def told(self) -> ManyTold:
        """The act as the workflow takes it."""
        return ManyTold(ManyAct.LET_PASS, reason=self.cleaned_data["reason"])


class StatusManyForm(StepForm):
    """Several pending requests were looked up: none is decided."""

    how = forms.ChoiceField(
        label="Looked up by",
        choices=[(one.value, one.label) for one in (Channel.PORTAL, Channel.PHONE, Channel.FAX)],
        initial=Channel.PORTAL,
        widget=forms.RadioSelect,
        help_text="All of them are still pending. Record any other on its own case.",
    )
    look_again = MomentField(
        label="Look again on",
        is_ahead=True,
        help_text="The cases come up then, none later than its payer's limit.",
    )
    boxes = (Box("What you found", Row("how", "look_again")),)

    def prepare(self) -> None:
        """In the portal; again on the second open day."""
        at_hand = self.at_hand
        hours = hours_at(at_hand.clinic)
        self.initial.setdefault("look_again", look_again_on(at_hand.today, None, None, hours))

    def told(self) -> ManyTold:
        """The act as the workflow takes it."""
        cleaned = self.cleaned_data
        return ManyTold(
            ManyAct.STATUS_CHECK, how=Channel(cleaned["how"]), look_again=cleaned["look_again"]
        )


FORMS: dict[ManyAct, Any] = {
    ManyAct.ASSIGN: AssignForm,
    ManyAct.HAND_OVER: GiveForm,
    ManyAct.PUT_OFF: PutOffManyForm,
    ManyAct.STATUS_CHECK: StatusManyForm,
    ManyAct.LET_PASS: LetPassManyForm,
}
