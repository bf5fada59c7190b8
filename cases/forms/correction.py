"""A draft put right on the form that took it in, filled with what is on file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cases.forms.diagnosis_rows import DIAGNOSES_MAX
from cases.forms.intake import IntakeForm
from cases.forms.layout import Box
from cases.forms.prefilled import prefilled
from cases.forms.service_lines import LINES_MAX
from cases.queries.finding_patients import Found, lines_for
from cases.workflow.correcting import asked_of
from cases.workflow.intake import RequestAsked


class CorrectionForm(IntakeForm):
    """The patient stays; coverage, codes, diagnoses and the rest can be put right."""

    def prepare(self) -> None:
        """What is on file, in its rows. Another person is chosen by handing over."""
        for name in ("renews", "find", "is_another_person", *self.PATIENT_COLUMNS, "assigned_to"):
            del self.fields[name]
        for name, value in prefilled(self.at_hand.case).items():
            self.initial.setdefault(name, value)
        super().prepare()
        self.fields["who"].label = "Coverage"
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            (each.key, each.label) for each in self._found()
        ]

    def _found(self) -> list[Found]:
        return lines_for([self.at_hand.case.patient])

    def _offer_usual_lines(self) -> None:
        """The lines on file are there: none is proposed unasked."""

    def asked(self) -> RequestAsked:
        """As typed; what an import brought beyond the rows of the page stays as it is."""
        asked, on_file = super().asked(), asked_of(self.at_hand.case)
        return replace(
            asked,
            lines=[*asked.lines, *on_file.lines[LINES_MAX:]],
            diagnoses=[*asked.diagnoses, *on_file.diagnoses[DIAGNOSES_MAX:]],
        )

    def people(self) -> dict[str, Any]:
        """Clinicians and site."""
        cleaned = self.cleaned_data
        names = ("requesting_clinician", "rendering_clinician", "site")
        return {name: cleaned[name] for name in names}

    def _first_boxes(self) -> tuple[Box, ...]:
        box = self._coverage_box(when="who=patient-*")
        return (Box("Coverage", "who"), box)
