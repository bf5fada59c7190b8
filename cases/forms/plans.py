"""The facts about a plan that decide which law governs it."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.forms.choices import with_blank
from cases.forms.layout import Box, Row
from cases.forms.states import STATES
from cases.forms.step_form import StepForm
from cases.models import Plan
from cases.queries.script_answers import funding_told
from priorauth.calendars.wording import say_day
from priorauth.terms import Funding, LineOfBusiness

_YES_NO = [("", "Not known"), ("yes", "Yes"), ("no", "No")]


def _yes_no(label: str, help_text: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=_YES_NO,
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        help_text=help_text,
    )


class PlanFactsForm(StepForm):
    """Corrects the plan of this case: other law may govern, and dates may move."""

    line_of_business = forms.ChoiceField(
        label="Line of business",
        choices=LineOfBusiness.choices,
        help_text="Which body of law can govern the plan.",
    )
    funding = forms.ChoiceField(
        label="Funding",
        choices=Funding.choices,
        widget=forms.RadioSelect,
        help_text="Self-funded plans follow ERISA, insured ones the state's law as well.",
    )
    funding_known_by = forms.CharField(
        label="How we know it",
        max_length=200,
        required=False,
        help_text="Such as: representative and call reference, plan document page.",
    )
    issue_state = forms.ChoiceField(
        label="Issued in",
        choices=with_blank(STATES, "Not known"),
        required=False,
        help_text="The state whose law governs the policy; not always where the patient lives.",
    )
    appeal_levels = forms.TypedChoiceField(
        label="Internal appeal levels",
        choices=[("", "Not known"), ("1", "One"), ("2", "Two")],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="From the plan document or a denial letter.",
    )
    is_grandfathered = _yes_no(
        "Grandfathered", "In force unchanged since March 2010: some federal rules do not reach it."
    )
    federal_external_review = _yes_no(
        "Federal external review", "Whether the federal process applies instead of a state's."
    )
    boxes = (
        Box(
            "The plan",
            "line_of_business",
            "funding",
            "funding_known_by",
            Row("issue_state", "appeal_levels"),
            Row("is_grandfathered", "federal_external_review"),
            note="This changes the plan for every case under it; their dates are computed anew.",
        ),
    )

    FACTS = (
        "line_of_business",
        "funding",
        "funding_known_by",
        "issue_state",
        "appeal_levels",
        "is_grandfathered",
        "federal_external_review",
    )

    def prepare(self) -> None:
        """As on file; who bears the cost, while that is not, as a call told it."""
        request = self.at_hand.case
        if told := funding_told(request):
            funding, call = told
            on = say_day(call.called_on) if call.called_on else ""
            parts = [call.representative_name, f"call {call.reference_number}".strip(), on]
            self.initial.setdefault("funding", funding)
            if not request.coverage.plan.funding_known_by:
                by = ", ".join(part for part in parts if part)
                self.initial.setdefault("funding_known_by", by)
        for name in self.FACTS:
            value = getattr(request.coverage.plan, name)
            if isinstance(value, bool):
                value = "yes" if value else "no"
            self.initial.setdefault(name, value)

    def facts(self) -> dict[str, Any]:
        """The plan's columns as they should be."""
        return {name: self.cleaned_data[name] for name in self.FACTS}

    def changes(self, plan: Plan) -> bool:
        """Whether anything differs from what is on file."""
        return any(getattr(plan, name) != value for name, value in self.facts().items())
