"""Independent review outside the payer."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.forms.choices import LinesField
from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import MomentField
from cases.forms.receipt import ReceiptPart, received_by_payer
from cases.forms.step_form import StepForm
from cases.models.proceedings import ReviewBody
from priorauth.deadlines.facts import Moment
from priorauth.lifecycle import contestable
from priorauth.terms import AppealOutcome, Channel, Funding, LineOfBusiness

_MEDICARE = (LineOfBusiness.MEDICARE_ADVANTAGE, LineOfBusiness.PART_D, LineOfBusiness.DSNP)
_MEDICAID = (
    LineOfBusiness.MEDICAID_MANAGED_CARE,
    LineOfBusiness.MEDICAID_FFS,
    LineOfBusiness.CHIP,
)


class ExternalReviewFileForm(StepForm, ReceiptPart):
    """Where the review was asked for, on which lines, and on what ground it is open."""

    body = forms.ChoiceField(
        label="Process",
        choices=ReviewBody.choices,
        help_text="The final denial letter names it. The likely one is chosen already.",
    )
    lines = LinesField(label="Lines", help_text="Refused lines that no review has taken up.")
    is_expedited = forms.BooleanField(
        label="Urgent (expedited)",
        required=False,
        help_text="May run beside an urgent appeal, before the internal appeals are over.",
    )
    is_deemed_exhausted = forms.BooleanField(
        label="The internal appeals count as exhausted",
        required=False,
        help_text="Tick when the payer broke its own time limit or waived the appeal.",
    )
    channel = forms.ChoiceField(
        label="Sent by",
        choices=Channel.choices,
        widget=forms.RadioSelect,
        initial=Channel.FAX,
        help_text="Keep proof of it.",
    )
    when = MomentField(
        label="Filed on",
        is_past=True,
        may_be_unknown=True,
        help_text="Leave the time empty if only the day is known.",
    )
    confirmation_number = forms.CharField(
        label="Confirmation or tracking number",
        max_length=60,
        required=False,
        help_text="Fax report, portal or certified mail number.",
    )
    boxes = (
        Box("The review", "body", "lines", "is_expedited", "is_deemed_exhausted"),
        Box("Sent", "channel", Row("when", "confirmation_number")),
        Box("Received", "receipt", Shown("receipt=other", "received_by_payer")),
    )

    def prepare(self) -> None:
        """Every line that a review can take up, with the process that fits the plan."""
        at_hand = self.at_hand
        able = {
            line.key
            for line in contestable.to_review(
                at_hand.standing, is_expedited=True, is_deemed_exhausted=True
            )
        }
        self.offer_lines("lines", able)
        self.at_the_payers("received_by_payer")
        refused = {line.key for line in at_hand.standing.adverse} & able
        self.initial.setdefault("lines", sorted(refused or able))
        self.initial.setdefault("body", _likely_body(at_hand.case.coverage.plan))
        self.initial.setdefault("when", at_hand.now)

    def received(self) -> Moment | None:
        """The receipt; raises MissingFact naming the field."""
        return received_by_payer(self, self.cleaned_data["when"], self.at_hand.payer_zone)


def _likely_body(plan: Any) -> ReviewBody:
    if plan.line_of_business in _MEDICARE:
        return ReviewBody.MEDICARE_IRE
    if plan.line_of_business in _MEDICAID:
        return ReviewBody.FAIR_HEARING
    if plan.federal_external_review or plan.funding == Funding.SELF_FUNDED:
        return ReviewBody.FEDERAL
    return ReviewBody.STATE if plan.issue_state else ReviewBody.FEDERAL


class ExternalReviewAssignedForm(StepForm):
    """Which organization reviews, and since when."""

    reviewer = forms.CharField(
        label="Review organization", max_length=120, help_text="The IRO or entity named."
    )
    when = MomentField(
        label="It has the case since",
        is_past=True,
        help_text="Its clock starts here. Leave the time empty if only the day is known.",
    )
    boxes = (Box("Assigned", "reviewer", "when"),)

    def prepare(self) -> None:
        """Since today."""
        self.initial.setdefault("when", self.at_hand.today)


class ExternalReviewDecidedForm(StepForm):
    """The reviewer's decision: it binds the payer."""

    outcome = forms.ChoiceField(
        label="The reviewer's decision",
        choices=AppealOutcome.choices,
        widget=forms.RadioSelect,
        help_text="Upheld means the denial stands; overturned means we won.",
    )
    lines_overturned = LinesField(
        label="Overturned lines", required=False, help_text="Only those the decision changes."
    )
    when = MomentField(
        label="Decided on",
        is_past=True,
        may_be_unknown=True,
        help_text="Leave the time empty if only the day is known.",
    )
    decision_summary = forms.CharField(
        label="The decision in the reviewer's words",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text="What the payer must now do, or why not.",
    )
    boxes = (
        Box(
            "Decision",
            "outcome",
            Shown("outcome=partly_overturned", "lines_overturned"),
            "when",
            "decision_summary",
        ),
    )

    def prepare(self) -> None:
        """Decided today, on the lines of this review."""
        at_hand, review = self.at_hand, self.at_hand.subject
        one = at_hand.standing.proceeding(review.proceeding)
        at_stake = contestable.turnable(at_hand.standing, one) if one else ()
        self.offer_lines("lines_overturned", at_stake)
        if len(at_stake) < 2:
            del self.fields["lines_overturned"]
        self.initial.setdefault("when", at_hand.today)
