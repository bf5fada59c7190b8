"""The payer's decision, line by line, and what an approval gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from cases.forms.choices import line_label
from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import DayField, MomentField
from cases.forms.notice import NoticePart
from cases.forms.step_form import StepForm
from cases.models import ServiceLine
from cases.models.determinations import ToldBy
from cases.workflow.determinations import Granted, LineDecision, Notice
from priorauth.codes import denial_reasons
from priorauth.papers.found import Sought
from priorauth.terms import ADVERSE_OUTCOMES, APPROVING_OUTCOMES, Outcome

LINE_BY_LINE = "line_by_line"
LESS_THAN_ASKED = (Outcome.PARTLY_APPROVED, Outcome.MODIFIED)
# What a payer can answer on this page; a withdrawal has a page of its own.
ANSWERS = tuple(outcome for outcome in Outcome if outcome is not Outcome.WITHDRAWN)
IN_WRITING = (ToldBy.LETTER, ToldBy.FAX)
_ADVERSE = "|".join(sorted(ADVERSE_OUTCOMES))
_APPROVING = "|".join(sorted(APPROVING_OUTCOMES))


class AuthorizationPart(forms.Form):
    """What an approval gives. Mixed into the forms that record it."""

    authorization_number = forms.CharField(
        label="Authorization number",
        max_length=50,
        required=False,
        help_text="May follow later: without it a task stays on the worklist.",
    )
    sessions = forms.IntegerField(
        label="Sessions approved",
        min_value=1,
        max_value=1000,
        required=False,
        help_text="How many infusions it covers.",
    )
    effective_from = DayField(
        label="First covered day",
        required=False,
        help_text="As printed. Both days are covered.",
    )
    effective_through = DayField(
        label="Last covered day",
        required=False,
        help_text="The renewal is counted back from here. Without it a task stays on the worklist.",
    )

    def granted(self) -> Granted:
        """The cleaned values as the workflow takes them."""
        cleaned = self.cleaned_data
        return Granted(
            authorization_number=cleaned.get("authorization_number") or "",
            sessions=cleaned.get("sessions"),
            effective_from=cleaned.get("effective_from"),
            effective_through=cleaned.get("effective_through"),
        )


class DeterminationForm(StepForm, NoticePart, AuthorizationPart):
    """One decision over all open lines, or an answer for each."""

    from_letter = {"when": (Sought.DECIDED, Sought.PRINTED)}

    outcome = forms.ChoiceField(
        label="The payer's answer",
        widget=forms.RadioSelect,
        help_text="For every line that awaits one.",
    )
    when = MomentField(
        label="Decided on",
        is_past=True,
        may_be_unknown=True,
        help_text="The day of the decision. Leave the time empty if only the day is known.",
    )
    told_by = forms.ChoiceField(
        label="How we know",
        choices=ToldBy.choices,
        initial=ToldBy.LETTER,
        help_text="A decision told on the phone still needs its letter.",
    )
    reference = forms.CharField(
        label="The payer's reference",
        max_length=60,
        required=False,
        help_text="The number of this decision, if it has one.",
    )
    appeal_by = DayField(
        label="Appeal by, as printed",
        required=False,
        help_text="Kept beside the computed date; the earlier drives the work.",
    )
    peer_to_peer_by = DayField(
        label="Peer-to-peer by, as printed",
        required=False,
        help_text="Often only days. Leave empty if the letter says nothing.",
    )
    reasons_verbatim = forms.CharField(
        label="Reasons in the payer's words",
        widget=forms.Textarea(attrs={"rows": 4, "data-suggests": "id_reasons"}),
        required=False,
        help_text="Type or paste the sentence from the letter: it suggests the reasons below.",
    )
    reasons = forms.MultipleChoiceField(
        label="Reasons",
        choices=denial_reasons.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick what the letter says; the appeal is built on it.",
    )
    codes_verbatim = forms.CharField(
        label="Codes as printed",
        max_length=120,
        required=False,
        help_text="CARC, RARC or 278 codes, such as CO-50 or N115.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        self.suggested: list[str] = []
        super().__init__(*args, **options)

    def prepare(self) -> None:
        """One answer for all open lines, or one for each when there are several."""
        state = self.at_hand.standing
        keys = {line.key for line in state.lines if line.is_undecided or line.is_revisable}
        self.lines = [line for line in self.at_hand.lines if line.key in keys]
        answers = [(str(answer), answer.label) for answer in ANSWERS]
        outcome = self.fields["outcome"]
        if len(self.lines) > 1:
            outcome.choices = [  # type: ignore[attr-defined]
                *[pair for pair in answers if pair[0] not in LESS_THAN_ASKED],
                (LINE_BY_LINE, "Not the same for all lines, or less than asked"),
            ]
        else:
            outcome.choices = answers  # type: ignore[attr-defined]
        for line in self.lines:
            self._add_line(line, answers)
        self.initial.setdefault("when", self.at_hand.today)
        request = self.at_hand.case
        self.initial.setdefault("sessions", request.planned_sessions)

    def _add_line(self, line: ServiceLine, answers: list[tuple[str, str]]) -> None:
        if len(self.lines) > 1:
            self.fields[f"outcome_{line.key}"] = forms.ChoiceField(
                label=line_label(line),
                choices=[("", "No answer yet"), *answers],
                required=False,
                help_text="",
            )
        self.fields[f"units_{line.key}"] = forms.IntegerField(
            label=f"Units approved, line {line.key}",
            min_value=0,
            max_value=100_000,
            required=False,
            help_text=f"{line.units_total} asked in total. Needed when less was approved.",
        )

    @property
    def boxes(self) -> tuple[Box, ...]:  # type: ignore[override]
        """The lines stand in the form only when there are several."""
        several = len(self.lines) > 1
        adverse = f"outcome={_ADVERSE}|{LINE_BY_LINE}"
        per_line = [
            Row(f"outcome_{line.key}", f"units_{line.key}") if several else f"units_{line.key}"
            for line in self.lines
        ]
        less = "|".join(LESS_THAN_ASKED)
        units = f"outcome={LINE_BY_LINE if several else less}"
        return (
            Box(
                "Decision",
                "outcome",
                Shown(units, *per_line),
                Row("when", "told_by", "reference"),
            ),
            Box(
                "What the approval gives",
                Row("authorization_number", "sessions"),
                Row("effective_from", "effective_through"),
                when=f"outcome={_APPROVING}|{LINE_BY_LINE}",
            ),
            Box(
                "The refusal and its letter",
                Row("notice_dated", "notice_received"),
                Row("reached_today", "notice_awaited"),
                Row("appeal_by", "peer_to_peer_by"),
                "reasons_verbatim",
                "reasons",
                "codes_verbatim",
                when=adverse,
            ),
        )

    def field_of(self, name: str) -> str:
        """Refusals about outcomes belong to the line that lacks one, else to the whole."""
        if name in ("outcomes", "adverse", "lines", "outcome"):
            return "outcome"
        if name == "units_approved":
            for line, outcome in self._answered():
                if (
                    outcome in LESS_THAN_ASKED
                    and self.cleaned_data.get(f"units_{line.key}") is None
                ):
                    return f"units_{line.key}"
        return super().field_of(name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._clean_lines(cleaned)
        if self.is_adverse:
            self._clean_reasons(cleaned)
        else:
            # What a hidden box still holds is not meant.
            for name in (*NoticePart.base_fields, "appeal_by", "peer_to_peer_by"):
                cleaned.pop(name, None)
                self.errors.pop(name, None)
        if not self.is_approving:
            for name in AuthorizationPart.base_fields:
                self.errors.pop(name, None)
        self.take_notice(cleaned, self.at_hand.today)
        if self.is_adverse:
            self._clean_letter(cleaned)
        return cleaned

    def _clean_letter(self, cleaned: dict[str, Any]) -> None:
        """A refusal in writing has its printed date."""
        is_here = cleaned.get("told_by") in IN_WRITING and not cleaned.get("notice_awaited")
        if is_here and not cleaned.get("notice_dated") and "notice_dated" not in self.errors:
            self.add_error(
                "notice_dated",
                "Enter the date printed on it, or tick that the letter has not come yet.",
            )

    def _clean_lines(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("outcome") == LINE_BY_LINE and not self._answered():
            first = self.lines[0].key
            self.add_error(f"outcome_{first}", "Choose the payer's answer for at least one line.")
        for line, outcome in self._answered():
            name = f"units_{line.key}"
            units = cleaned.get(name)
            if outcome in LESS_THAN_ASKED and units is None and name not in self.errors:
                self.add_error(name, f"Enter the units the payer approved for {line.code}.")
            is_part = units is None or units < line.units_total
            if outcome is Outcome.PARTLY_APPROVED and not is_part:
                self.add_error(
                    name,
                    f"{units} of {line.units_total} units is not a part: choose “Approved”, "
                    "or correct the units.",
                )

    def _clean_reasons(self, cleaned: dict[str, Any]) -> None:
        words, ticked = cleaned.get("reasons_verbatim", ""), cleaned.get("reasons", [])
        self.suggested = denial_reasons.suggest(words) if words else []
        if ticked:
            return
        if not words:
            self.add_error(
                "reasons_verbatim",
                "Type the reason as the payer gives it, or tick one below (there is one for a "
                "letter without a reason).",
            )
        elif self.suggested:
            names = dict(denial_reasons.choices())
            said = "; ".join(names[id] for id in self.suggested)
            self.add_error(
                "reasons",
                f"These words suggest: {said}. Tick what is right, or tick “Other”.",
            )
        else:
            self.add_error("reasons", "Nothing matches these words: tick the reason yourself.")

    def _answered(self) -> list[tuple[ServiceLine, Outcome]]:
        """Each line with its answer, those without one left out."""
        whole = self.cleaned_data.get("outcome")
        if not whole:
            return []
        if whole != LINE_BY_LINE:
            return [(line, Outcome(whole)) for line in self.lines]
        given = ((line, self.cleaned_data.get(f"outcome_{line.key}")) for line in self.lines)
        return [(line, Outcome(answer)) for line, answer in given if answer]

    @property
    def is_adverse(self) -> bool:
        """Some line was refused in whole or in part."""
        return any(outcome in ADVERSE_OUTCOMES for _, outcome in self._answered())

    @property
    def is_approving(self) -> bool:
        """Some line was approved in whole or in part."""
        return any(outcome in APPROVING_OUTCOMES for _, outcome in self._answered())

    def decisions(self) -> list[LineDecision]:
        """The answers as the workflow takes them."""
        return [
            LineDecision(line, outcome, self._units(line, outcome))
            for line, outcome in self._answered()
        ]

    def _units(self, line: ServiceLine, outcome: Outcome) -> int | None:
        if outcome in APPROVING_OUTCOMES:
            units: int | None = self.cleaned_data.get(f"units_{line.key}")
            return units if outcome in LESS_THAN_ASKED else None
        return None

    def notice(self) -> Notice:
        """The letter as the workflow takes it."""
        cleaned = self.cleaned_data
        return Notice(
            dated_on=cleaned.get("notice_dated"),
            received_on=cleaned.get("notice_received"),
            appeal_by_on=cleaned.get("appeal_by"),
            peer_to_peer_by_on=cleaned.get("peer_to_peer_by"),
            told_by=ToldBy(cleaned["told_by"]),
            reference=cleaned["reference"],
            is_awaited=bool(cleaned.get("notice_awaited")),
        )

    def said_reasons(self) -> Iterable[str]:
        """The reasons a person ticked; none for an approval."""
        return self.cleaned_data.get("reasons", []) if self.is_adverse else []


class AuthorizationForm(StepForm, AuthorizationPart):
    """Number and dates of an authorization, learned later or corrected."""

    boxes = (
        Box(
            "Authorization",
            Row("authorization_number", "sessions"),
            Row("effective_from", "effective_through"),
        ),
    )

    def prepare(self) -> None:
        """What is on file already."""
        for name in AuthorizationPart.base_fields:
            value = getattr(self.at_hand.subject, name, None)
            if value:
                self.initial.setdefault(name, value)

    def clean(self) -> dict[str, Any]:
        """One may come before the other; what is still missing stays a task."""
        cleaned = super().clean() or self.cleaned_data
        names = ("authorization_number", "effective_through")
        if not any(cleaned.get(name) or name in self.errors for name in names):
            self.add_error("authorization_number", "Enter the number, or the last covered day.")
        return cleaned
