"""What all step forms share: the case at hand, the form's identity, refusals on the right field."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import QuerySet

from cases.forms.layout import Box, dress, present
from cases.forms.moments import DayField
from cases.models import Clinic, PriorAuthRequest, ServiceLine, StaffMember
from priorauth.calendars.local_time import local_date
from priorauth.errors import PriorAuthError
from priorauth.lifecycle.states import CaseState
from priorauth.papers.found import Sought
from priorauth.terms import Role


@dataclass(frozen=True, slots=True)
class AtHand:
    """Where a form is asked: clinic, person and time, and the case with where it stands.

    `now` is an aware instant. `subject` is the record the step belongs to (an appeal, a call).
    `request` and `state` are None where there is no case yet.
    """

    clinic: Clinic
    staff: StaffMember
    role: Role
    now: datetime
    request: PriorAuthRequest | None = None
    state: CaseState | None = None
    lines: tuple[ServiceLine, ...] = ()
    payer_zone: str = ""
    subject: Any = None

    @property
    def zone(self) -> str:
        """The clinic's zone: every hour on screen is on its clock."""
        return self.clinic.time_zone

    @property
    def today(self) -> date:
        """The date in the clinic."""
        return local_date(self.now, self.zone)

    @property
    def case(self) -> PriorAuthRequest:
        """The request; raises LookupError on a form that belongs to no case."""
        if self.request is None:
            raise LookupError("This form needs a case.")
        return self.request

    @property
    def standing(self) -> CaseState:
        """Where the case stands; raises LookupError on a form that belongs to no case."""
        if self.state is None:
            raise LookupError("This form needs a case.")
        return self.state

    def about(self, subject: Any) -> AtHand:
        """The same, belonging to `subject`."""
        return replace(self, subject=subject)

    def line(self, key: str) -> ServiceLine:
        """The service line of that key."""
        return next(line for line in self.lines if line.key == key)


class StepForm(forms.Form):
    """A form of one step.

    `boxes` lays it out. `answers_to` names the field that shows a refusal raised under another
    name. `token` names this very form, so that it records once; `version` and `seen` tell what its
    reader had before them.
    """

    boxes: ClassVar[Sequence[Box]] = ()
    answers_to: ClassVar[Mapping[str, str]] = {}
    # Which dates and numbers of a letter a field may be filled with; see `from_letter.FIELDS`.
    from_letter: ClassVar[Mapping[str, tuple[Sought, ...]]] = {}
    enctype: ClassVar[str] = ""
    # The browser's own bubbles would hide what is wrong in a part that does not show.
    use_required_attribute = False

    token = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, at_hand: AtHand, **options: Any) -> None:
        self.at_hand = at_hand
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        self.prepare()
        for field in self.fields.values():
            if isinstance(field, DayField):
                field.place(at_hand.zone, at_hand.now)
            if (
                field.error_messages.get("required")
                == forms.Field.default_error_messages["required"]
            ):
                is_choice = isinstance(field, (forms.ChoiceField, forms.ModelChoiceField))
                field.error_messages["required"] = "Choose one." if is_choice else "Fill this in."
        dress(self)

    def prepare(self) -> None:
        """Fill choices and defaults from the case at hand. Forms that need it say so."""

    def laid_out(self) -> Sequence[Box]:
        """The boxes of this form; one that asks more of some cases says so."""
        return self.boxes

    def pressed(self) -> bool:
        """Answer a second button of the form. True when it is only to be shown again."""
        return False

    def clean_token(self) -> str:
        """A form that lost its name gets a new one: it is recorded, and only once."""
        typed = self.cleaned_data["token"]
        try:
            return str(uuid.UUID(typed))
        except ValueError:
            return str(uuid.uuid4())

    def refuse(self, error: PriorAuthError) -> None:
        """Show a refusal of the workflow on the field it names, or on top of the form."""
        name = self.field_of(getattr(error, "field", ""))
        self.add_error(name if name in self.fields else None, str(error))

    def field_of(self, name: str) -> str:
        """The field of this form that a refusal under `name` belongs to."""
        return self.answers_to.get(name, name)

    def typed(self, name: str) -> str:
        """A cleaned text, "" when the form leaves the field out."""
        return str(self.cleaned_data.get(name) or "").strip()

    def rows(self, name: str, rows: QuerySet) -> None:
        """Let these rows be chosen in the field `name`."""
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def offer_lines(self, name: str, keys: Collection[str]) -> None:
        """Let the lines of these keys be chosen in the field `name`."""
        lines = [line for line in self.at_hand.lines if line.key in keys]
        self.fields[name].offer(lines)  # type: ignore[attr-defined]

    def at_the_payers(self, name: str) -> None:
        """A day in the field `name` is a date at the payer's, where its clocks count."""
        self.fields[name].zone_of_day = self.at_hand.payer_zone  # type: ignore[attr-defined]

    def put(self, **values: str) -> None:
        """Change what the form shows as typed."""
        data: Any = self.data
        changed = data.copy()  # a QueryDict is given read-only
        for name, value in values.items():
            changed[name] = value
        self.data = changed

    @property
    def helper(self) -> FormHelper:
        """How crispy lays the form out: no form tag, our own field template."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = False  # the page lists them on top, each field beneath itself
        helper.field_template = "desk/forms/field.html"
        copies = [
            Box(
                box.title,
                *box.fields,
                note=box.note,
                when=box.when,
                is_folded=box.is_folded,
                is_alarm=box.is_alarm,
            )
            for box in self.laid_out()
        ]
        hidden = [name for name, field in self.fields.items() if field.widget.is_hidden]
        helper.layout = Layout(*hidden, *present(self, copies))
        return helper
