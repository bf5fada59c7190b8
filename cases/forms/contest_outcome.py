"""What came of an appeal or a review: upheld, overturned, or overturned for some lines."""

from __future__ import annotations

from django import forms

from cases.forms.choices import LinesField
from cases.forms.moments import MomentField
from cases.forms.step_form import StepForm
from priorauth.lifecycle import contestable
from priorauth.papers.found import Sought
from priorauth.terms import AppealOutcome


class ContestOutcomeForm(StepForm):
    """Outcome, lines and day. Subclasses name who decided."""

    from_letter = {"when": (Sought.DECIDED, Sought.PRINTED)}

    outcome = forms.ChoiceField(
        label="The decision",
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
        label="The decision in its own words",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text="The sentence that matters for the next step.",
    )

    def prepare(self) -> None:
        """Decided today; the lines at stake, where there is a choice."""
        at_hand, contest = self.at_hand, self.at_hand.subject
        one = at_hand.standing.proceeding(contest.proceeding)
        at_stake = contestable.turnable(at_hand.standing, one) if one else ()
        self.offer_lines("lines_overturned", at_stake)
        if len(at_stake) < 2:
            del self.fields["lines_overturned"]
        self.initial.setdefault("when", at_hand.today)
