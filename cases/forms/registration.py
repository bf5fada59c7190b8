"""Whom a request is for, and under which coverage: chosen, or typed on the same page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from cases.forms.choices import RowField, with_blank
from cases.forms.moments import DayField
from cases.forms.states import STATES
from cases.models import Coverage, Patient, Plan
from cases.models.patients import SubscriberRelation
from priorauth.terms import Funding, LineOfBusiness

NEW = "new"
OLDEST = 120 * 366  # days


def plan_label(plan: Plan) -> str:
    """A plan in words, with what decides its law."""
    funding = "" if plan.funding == Funding.UNKNOWN else f", {Funding(plan.funding).label.lower()}"
    return (
        f"{plan.payer.name}: {plan.name} ({LineOfBusiness(plan.line_of_business).label}{funding})"
    )


class PatientPart(forms.Form):
    """A new patient."""

    first_name = forms.CharField(
        label="First name", max_length=80, required=False, help_text="As on the insurance card."
    )
    last_name = forms.CharField(
        label="Last name", max_length=80, required=False, help_text="As on the insurance card."
    )
    birth_date = forms.DateField(
        label="Date of birth",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The payer finds the member by it.",
    )
    sex = forms.ChoiceField(
        label="Sex",
        choices=with_blank([("F", "Female"), ("M", "Male"), ("X", "Other")], "Not noted"),
        required=False,
        help_text="As the payer has it.",
    )
    chart_number = forms.CharField(
        label="Chart number", max_length=40, required=False, help_text="Your own record number."
    )
    phone = forms.CharField(
        label="Phone", max_length=30, required=False, help_text="The patient's."
    )
    is_another_person = forms.BooleanField(
        label="This is another person: add a new patient",
        required=False,
        help_text="Tick only after comparing with those on file.",
    )

    PATIENT_COLUMNS = ("first_name", "last_name", "birth_date", "sex", "chart_number", "phone")

    def clean_patient(self, today: date) -> None:
        """Demand what a new patient needs."""
        for name, words in (
            ("first_name", "Enter the first name."),
            ("last_name", "Enter the last name."),
            ("birth_date", "Enter the date of birth."),
        ):
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, words)
        born = self.cleaned_data.get("birth_date")
        if born and (born > today or (today - born).days > OLDEST):
            self.add_error("birth_date", "Nobody alive was born on that day. Check the year.")

    def patient_told(self) -> dict[str, Any]:
        """Columns of the new patient."""
        return {name: self.cleaned_data[name] for name in self.PATIENT_COLUMNS}


class CoveragePart(forms.Form):
    """A new coverage, under a plan on file or a new one."""

    plan = RowField(
        label="Plan",
        label_of=plan_label,
        required=False,
        empty_label="Not on file: enter it below",
        help_text="Payer and plan as on the card.",
    )
    payer = RowField(
        label="Payer",
        label_of=lambda payer: payer.name,
        required=False,
        empty_label="Not on file: enter its name",
        help_text="Only for a plan that is not on file.",
    )
    payer_name = forms.CharField(
        label="Name of the new payer",
        max_length=120,
        required=False,
        help_text="Phone lines and fax can be added later.",
    )
    plan_name = forms.CharField(
        label="Name of the new plan", max_length=120, required=False, help_text="As on the card."
    )
    line_of_business = forms.ChoiceField(
        label="Line of business",
        choices=LineOfBusiness.choices,
        initial=LineOfBusiness.UNKNOWN,
        required=False,
        help_text="Which body of law can govern it. Until it is known the payer has no legal date.",
    )
    funding = forms.ChoiceField(
        label="Funding",
        choices=Funding.choices,
        initial=Funding.UNKNOWN,
        required=False,
        help_text="Ask at eligibility: it decides between state law and ERISA.",
    )
    issue_state = forms.ChoiceField(
        label="Issued in",
        choices=with_blank(STATES, "Not known"),
        required=False,
        help_text="The state that issued the policy.",
    )
    member_id = forms.CharField(
        label="Member ID",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="As on the card, letters included.",
    )
    group_number = forms.CharField(
        label="Group number", max_length=40, required=False, help_text="May be blank."
    )
    subscriber_relation = forms.ChoiceField(
        label="Subscriber",
        choices=SubscriberRelation.choices,
        initial=SubscriberRelation.SELF,
        required=False,
        help_text="Who holds the coverage.",
    )
    subscriber_name = forms.CharField(
        label="Subscriber's name",
        max_length=160,
        required=False,
        help_text="When the patient is a dependent.",
    )
    order = forms.TypedChoiceField(
        label="Which pays first",
        choices=[("", "Not asked yet"), ("1", "This one (primary)"), ("2", "Another (secondary)")],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="When the patient has several coverages. The payers know.",
    )
    coverage_from = DayField(
        label="Covered since",
        required=False,
        may_be_old=True,
        help_text="From the eligibility check, if known.",
    )

    def clean_coverage(self) -> None:
        """Demand what a new coverage needs."""
        cleaned = self.cleaned_data
        if not cleaned.get("member_id"):
            self._lacks("member_id", "Enter the member ID from the card.")
        if cleaned.get("plan") is None:
            if not cleaned.get("plan_name"):
                self._lacks("plan_name", "Choose a plan on file, or enter the name of the new one.")
            if cleaned.get("payer") is None and not cleaned.get("payer_name"):
                self._lacks("payer_name", "Choose a payer on file, or enter the new one's name.")
        relation = cleaned.get("subscriber_relation")
        if relation not in ("", None, SubscriberRelation.SELF) and not cleaned["subscriber_name"]:
            self._lacks("subscriber_name", "Enter who holds the coverage.")

    def _lacks(self, name: str, words: str) -> None:
        if name not in self.errors:
            self.add_error(name, words)

    def coverage_told(self) -> dict[str, Any]:
        """Columns of the new coverage."""
        cleaned = self.cleaned_data
        return {
            "member_id": cleaned["member_id"].replace(" ", ""),
            "group_number": cleaned["group_number"],
            "subscriber_relation": cleaned["subscriber_relation"] or SubscriberRelation.SELF,
            "subscriber_name": cleaned["subscriber_name"],
            "effective_from": cleaned["coverage_from"],
            "order": cleaned["order"],
        }

    def plan_told(self) -> dict[str, Any]:
        """Columns of the new plan."""
        cleaned = self.cleaned_data
        return {
            "name": cleaned["plan_name"].strip(),
            "line_of_business": cleaned["line_of_business"] or LineOfBusiness.UNKNOWN,
            "funding": cleaned["funding"] or Funding.UNKNOWN,
            "issue_state": cleaned["issue_state"],
        }


def chosen(key: str) -> tuple[Patient | None, Coverage | None]:
    """What a key such as "coverage-12" or "patient-7" names in the current clinic.

    (None, None) for a key that names nothing here.
    """
    sort, _, number = key.partition("-")
    if not (number.isdecimal() and number.isascii() and len(number) < 16):
        return None, None
    if sort == "coverage":
        coverage = (
            Coverage.objects.filter(pk=int(number)).select_related("patient", "plan__payer").first()
        )
        return (coverage.patient, coverage) if coverage else (None, None)
    if sort == "patient":
        return Patient.objects.filter(pk=int(number)).first(), None
    return None, None
