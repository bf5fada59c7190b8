"""Independent review outside the payer."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.forms.choices import LinesField
from cases.forms.contest_outcome import ContestOutcomeForm
from cases.forms.filing import FilingForm
from cases.forms.layout import Box, Shown
from cases.forms.moments import MomentField
from cases.forms.step_form import StepForm
from cases.models.proceedings import ReviewBody
from priorauth.lifecycle import contestable
from priorauth.terms import Funding, LineOfBusiness

_MEDICARE = (LineOfBusiness.MEDICARE_ADVANTAGE, LineOfBusiness.PART_D, LineOfBusiness.DSNP)
_MEDICAID = (
    LineOfBusiness.MEDICAID_MANAGED_CARE,
    LineOfBusiness.MEDICAID_FFS,
    LineOfBusiness.CHIP,
)


class ExternalReviewFileForm(FilingForm):
    """Where the review was asked for, on which lines, and on what ground it is open."""

    body = forms.ChoiceField(
        label="Process",
        choices=ReviewBody.choices,
        help_text="The final denial letter names it. The likely one is chosen already.",
    )
    lines = LinesField(label="Lines", help_text="Refused lines that no review has taken up.")
    is_deemed_exhausted = forms.BooleanField(
        label="The internal appeals count as exhausted",
        required=False,
        help_text="Tick when the payer broke its own time limit or waived the appeal.",
    )
    boxes = (
        Box("The review", "body", "lines", "is_expedited", "is_deemed_exhausted"),
        *FilingForm.sent_and_received,
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
        refused = {line.key for line in at_hand.standing.adverse} & able
        self.initial.setdefault("lines", sorted(refused or able))
        self.initial.setdefault("body", _likely_body(at_hand.case.coverage.plan))
        super().prepare()
        self.fields[
            "is_expedited"
        ].help_text = "May run beside an urgent appeal, before the internal appeals are over."


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


class ExternalReviewDecidedForm(ContestOutcomeForm):
    """The reviewer's decision: it binds the payer."""

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
        super().prepare()
        self.fields["outcome"].label = "The reviewer's decision"
        self.fields["decision_summary"].label = "The decision in the reviewer's words"
        self.fields["decision_summary"].help_text = "What the payer must now do, or why not."
