"""A call with the insurer, as it is typed with the phone at the ear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms

from cases.forms.call_minutes import CallMinutesField, whole_call
from cases.forms.call_script import ScriptField
from cases.forms.choices import RowField
from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import MomentField, QuickDate
from cases.forms.promises import MOST_ASKED, Became, became_field, field_name
from cases.forms.step_form import StepForm
from cases.forms.suggesting import SuggestingInput
from cases.models import InsurerCall, Payer
from cases.models.contacts import CallOutcome, Direction, PromiseStanding
from cases.queries.phone_lines import in_calling_order
from cases.queries.promises import open_promises
from cases.queries.script_answers import answered_on
from cases.workflow.calls import CallTold, lacking, too_far_ahead
from priorauth.calendars.day_table import federal_business_days

NAMES_KEPT = 50
WHY_NO_REFERENCE = (
    "They do not give reference numbers",
    "Cut off before the end",
    "Voicemail",
    "Not asked for",
)
PROMISES = ("Decision", "Call back", "Letter or fax", "Answer to our question")


PROMISE_LONGEST = 200


class CallForm(StepForm):
    """One call: with whom, under which reference, what came of it, what was promised."""

    payer = RowField(
        label="Payer",
        label_of=lambda payer: payer.name,
        help_text="Who was called.",
        empty_label="",
    )
    direction = forms.ChoiceField(
        label="Direction",
        choices=Direction.choices,
        initial=Direction.OUTGOING,
        widget=forms.RadioSelect,
        help_text="Who rang whom.",
    )
    when = MomentField(
        label="Called on",
        is_past=True,
        help_text="When the call began.",
    )
    minutes = whole_call()
    hold_minutes = CallMinutesField(label="Of them on hold", help_text="The timer fills both.")
    # What the timer counted so far: kept with the half-typed form, not with the call.
    timer = forms.CharField(required=False, widget=forms.HiddenInput)
    line_called = forms.CharField(
        label="Line called",
        max_length=60,
        required=False,
        widget=SuggestingInput,
        help_text="Which number or desk.",
    )
    representative_name = forms.CharField(
        label="Representative",
        max_length=120,
        required=False,
        widget=SuggestingInput,
        help_text="First name and letter will do. Names of earlier calls are proposed.",
    )
    reference_number = forms.CharField(
        label="Call reference",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Ask for it before hanging up.",
    )
    no_reference_reason = forms.CharField(
        label="Why there is no reference",
        max_length=200,
        required=False,
        widget=SuggestingInput,
        help_text="Only without a reference.",
    )
    outcome = forms.ChoiceField(
        label="What it came to",
        choices=CallOutcome.choices,
        initial=CallOutcome.STILL_PENDING,
        help_text="A decision told on the phone is recorded as a determination besides.",
    )
    promise = forms.CharField(
        label="What they promised",
        max_length=PROMISE_LONGEST,
        required=False,
        widget=SuggestingInput,
        help_text="It becomes a deadline of its own.",
    )
    promised_by = MomentField(
        label="Promised by",
        is_ahead=True,
        required=False,
        help_text="Without a time: by the end of that day.",
    )
    look_again = MomentField(
        label="Look again on",
        is_ahead=True,
        required=False,
        help_text="The case comes up then, never later than the payer's limit.",
    )
    summary = forms.CharField(
        label="What was said",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="Anything the script does not ask.",
    )
    answers = ScriptField(
        label="Questions of the script",
        required=False,
        help_text="An answer on the phone is no guarantee, but evidence later.",
    )

    answers_to = {"promised_by_at": "promised_by", "look_again_at": "look_again", "called": "when"}
    boxes = (
        Box("Who and what", "payer", Row("representative_name", "reference_number"),
            Row("outcome", Shown("reference_number=", "no_reference_reason"))),
        Box("What is next", Row("promised_by", "promise"), "look_again"),
        Box("What was said", "summary", "answers"),
        Box("When and where", "when", Row("minutes", "hold_minutes"),
            Row("line_called", "direction")),
    )  # fmt: skip

    def prepare(self) -> None:
        """Called now; earlier names, the payer's lines and the usual promises are proposed."""
        request = self.at_hand.request
        self.promises = open_promises(request)[:MOST_ASKED] if request else []
        for call in self.promises:
            self.fields[field_name(call)] = became_field(call, self.at_hand.zone)
        payer = request.coverage.plan.payer if request else None
        if payer is not None:
            del self.fields["payer"]
        else:
            self.rows("payer", Payer.objects.filter(is_active=True))
        self.initial.setdefault("when", self.at_hand.now)
        self._suggest("representative_name", names_known(payer))
        self._suggest("no_reference_reason", WHY_NO_REFERENCE)
        self._suggest("promise", PROMISES)
        if request is not None:
            lines = in_calling_order(request)
            self._suggest("line_called", [str(line)[:60] for line in lines])
            if lines:
                self.initial.setdefault("line_called", str(lines[0])[:60])
            self.fields["answers"].widget.earlier = answered_on(request, self.at_hand.today)
        self._quick_dates()

    def laid_out(self) -> Sequence[Box]:
        """With promises of earlier calls unsettled, the question about them first."""
        asked = [field_name(call) for call in self.promises]
        return [Box("Promised before", *asked), *self.boxes] if asked else self.boxes

    def _suggest(self, name: str, words: Sequence[str]) -> None:
        self.fields[name].widget.suggestions = tuple(words)

    def _quick_dates(self) -> None:
        today = self.at_hand.today
        open_days = federal_business_days()
        quick = (
            QuickDate("Tomorrow", today + timedelta(days=1)),
            QuickDate("In 2 business days", open_days.add(today, 2)),
            QuickDate("In a week", today + timedelta(days=7)),
        )
        for name in ("promised_by", "look_again"):
            self.fields[name].widget.quick = quick

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        called, promised = cleaned.get("when"), cleaned.get("promised_by")
        if called and promised and promised.latest < called.earliest:
            self.add_error("promised_by", "This lies before the call: correct one of the two.")
        if cleaned.get("reference_number") and cleaned.get("no_reference_reason"):
            # A reason typed first, a number found after all: the number stands.
            cleaned["no_reference_reason"] = ""
        again, request = cleaned.get("look_again"), self.at_hand.request
        if again and request and (far := too_far_ahead(again.latest, request, self.at_hand.now)):
            self.add_error("look_again", str(far))
        talk, hold = cleaned.get("minutes"), cleaned.get("hold_minutes")
        if hold and talk is not None and hold > talk:
            self.add_error("hold_minutes", "More than the whole call had: correct one of the two.")
        anew = [call for call, became in self._became(cleaned) if became is Became.ANEW]
        if anew and not promised and "promised_by" not in self.errors:
            self.add_error("promised_by", "Say for when it was promised anew.")
        elif anew and not cleaned.get("promise"):
            told = dict.fromkeys(call.promise for call in anew if call.promise)
            cleaned["promise"] = "; ".join(told)[:PROMISE_LONGEST]
        for refusal in lacking(self._as_typed(cleaned)):
            name = self.field_of(refusal.field)
            if name not in self.errors:
                self.add_error(name, str(refusal))
        return cleaned

    def _as_typed(self, cleaned: Mapping[str, Any]) -> CallTold:
        """What a call must bring, as far as it is typed well: the rest has its own errors."""
        promised = cleaned.get("promised_by")
        return CallTold(
            called=cleaned.get("when"),
            representative_name=cleaned.get("representative_name") or "",
            reference_number=cleaned.get("reference_number") or "",
            no_reference_reason=cleaned.get("no_reference_reason") or "",
            promise=cleaned.get("promise") or "",
            promised_by_at=promised.latest if promised else None,
        )

    def _became(self, cleaned: Mapping[str, Any]) -> list[tuple[InsurerCall, Became]]:
        told = [(call, cleaned.get(field_name(call))) for call in self.promises]
        return [(call, Became(became)) for call, became in told if became]

    def settled(self) -> list[tuple[InsurerCall, PromiseStanding]]:
        """Earlier calls whose promise this one settled, and how."""
        return [(call, became.standing) for call, became in self._became(self.cleaned_data)]

    def told(self) -> CallTold:
        """The call as the workflow takes it."""
        cleaned = self.cleaned_data
        promised, again = cleaned.get("promised_by"), cleaned.get("look_again")
        return CallTold(
            called=cleaned["when"],
            representative_name=cleaned["representative_name"],
            reference_number=cleaned["reference_number"],
            no_reference_reason=cleaned["no_reference_reason"],
            direction=Direction(cleaned["direction"]),
            outcome=CallOutcome(cleaned["outcome"]),
            minutes=cleaned["minutes"],
            hold_minutes=cleaned["hold_minutes"],
            line_called=cleaned["line_called"],
            summary=cleaned["summary"],
            promise=cleaned["promise"],
            promised_by_at=promised.latest if promised else None,
            look_again_at=again.latest if again else None,
            answers=cleaned["answers"],
        )


def names_known(payer: Payer | None) -> list[str]:
    """Names of earlier calls with this payer (with all, when there is none), newest first."""
    calls = InsurerCall.objects.order_by("-called_on", "-pk")
    if payer is not None:
        calls = calls.filter(payer=payer)
    names = calls.values_list("representative_name", flat=True)[: NAMES_KEPT * 4]
    return list(dict.fromkeys(name for name in names if name))[:NAMES_KEPT]
