"""The end of a case, and its reopening."""

from __future__ import annotations

from django import forms

from cases.forms.choices import LinesField
from cases.forms.layout import Box
from cases.forms.moments import MomentField
from cases.forms.step_form import StepForm


class EndForm(StepForm):
    """When and why a case is closed or reopened."""

    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One sentence for whoever opens the case next.",
    )
    when = MomentField(label="On", is_past=True, help_text="Today, unless it was earlier.")
    boxes = (Box("Why and when", "reason", "when"),)

    def prepare(self) -> None:
        """Now."""
        self.initial.setdefault("when", self.at_hand.now)


class WithdrawForm(EndForm):
    """The request is taken back, or some of its lines."""

    lines = LinesField(
        label="Lines to take back",
        help_text="With the last of them the request itself is withdrawn, and its clocks stop.",
    )
    boxes = (Box("Withdrawal", "lines", "reason", "when"),)

    def prepare(self) -> None:
        """All lines that have no decision."""
        super().prepare()
        state = self.at_hand.standing
        undecided = {line.key for line in state.undecided}
        self.offer_lines("lines", undecided)
        self.initial.setdefault("lines", sorted(undecided))
        if not undecided:
            del self.fields["lines"]
