"""A new request on one page: whom it is for, what is asked, on which codes, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cases.forms.choices import RowField, colleagues, with_blank
from cases.forms.diagnosis_rows import (
    DIAGNOSES_MAX,
    DIAGNOSES_SHOWN,
    diagnosis_field,
    read_diagnoses,
    remarks,
)
from cases.forms.layout import Box, Press, Row, Shown
from cases.forms.moments import DayField
from cases.forms.registration import NEW, CoveragePart, PatientPart, chosen
from cases.forms.service_lines import (
    LINES_MAX,
    LINES_SHOWN,
    PARTS,
    LineReader,
    line_fields,
    proposed_lines,
)
from cases.forms.step_form import StepForm
from cases.models import Clinician, ClinicSite, Payer, Plan, PriorAuthRequest
from cases.queries.finding_patients import Found, find_patients, lines_for, possible_twins
from cases.workflow.intake import LineAsked, RequestAsked
from priorauth.terms import Cadence, Product, ReviewTiming, Urgency

NEW_PATIENT = f"who={NEW}"
NEW_COVERAGE = f"who={NEW}|patient-*"


class WhoWidget(forms.RadioSelect):
    """The patients found, and the new one, as a list that a script can refill."""

    template_name = "desk/forms/who.html"
    lists_itself = True

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class IntakeForm(StepForm, PatientPart, CoveragePart):
    """Everything that opens a request."""

    renews = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    find = forms.CharField(
        label="Find a patient",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-finds": "1"}),
        help_text="Part of a name, date of birth or member ID.",
    )
    who = forms.ChoiceField(
        label="The request is for", widget=WhoWidget, help_text="With the coverage that pays."
    )
    product = forms.ChoiceField(
        label="Treatment",
        choices=Product.choices,
        initial=Product.RACEMIC_KETAMINE,
        widget=forms.RadioSelect,
        help_text="The infusion is off-label; the nasal spray is on label and has its own codes.",
    )
    urgency = forms.ChoiceField(
        label="Urgency",
        choices=Urgency.choices,
        initial=Urgency.STANDARD,
        widget=forms.RadioSelect,
        help_text="Urgent: the payer has hours, not days.",
    )
    urgency_reason = forms.CharField(
        label="The clinician's reason",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text="In the clinician's words: what harm a standard wait could do.",
    )
    review_timing = forms.ChoiceField(
        label="When it is asked",
        choices=ReviewTiming.choices,
        initial=ReviewTiming.PROSPECTIVE,
        help_text="Other clocks run during and after treatment.",
    )
    planned_start_on = DayField(
        label="First infusion planned",
        required=False,
        help_text="Starts “submit by”, and decides which codes are valid.",
    )
    planned_sessions = forms.IntegerField(
        label="Sessions",
        min_value=1,
        max_value=500,
        help_text="How many this request asks for.",
    )
    minutes_per_session = forms.IntegerField(
        label="Minutes a session",
        min_value=1,
        max_value=1440,
        required=False,
        help_text="Infusion time without pauses: units follow from it.",
    )
    cadence = forms.ChoiceField(
        label="Cadence",
        choices=lambda: with_blank(Cadence.choices(), "Not set"),
        required=False,
        help_text="How often sessions are planned.",
    )
    send_as_typed = forms.BooleanField(
        label="Open the request as typed",
        required=False,
        help_text="Or correct the codes and units above.",
    )
    requesting_clinician = RowField(
        label="Requesting clinician",
        required=False,
        empty_label="Not set",
        help_text="Who asks the payer; their NPI goes on the form.",
    )
    rendering_clinician = RowField(
        label="Rendering clinician",
        required=False,
        empty_label="The same",
        help_text="Who gives the treatment.",
    )
    site = RowField(
        label="Site", required=False, empty_label="Not set", help_text="Where it is given."
    )
    assigned_to = RowField(
        label="Looked after by",
        empty_label=None,
        help_text="Reminders go to this person first.",
    )

    answers_to = {"lines": "line_1_code", "diagnoses": "dx_1"}

    def __init__(self, *args: Any, **options: Any) -> None:
        self.twins: list[Found] = []
        self.warnings: list[str] = []
        self.hints: list[str] = []
        self.lines: list[LineAsked] = []
        self.codes: list[str] = []
        super().__init__(*args, **options)

    def prepare(self) -> None:
        """The rows of lines and diagnoses, the clinic's people, the usual codes."""
        for number in range(1, LINES_MAX + 1):
            self.fields.update(line_fields(number))
        for number in range(1, DIAGNOSES_MAX + 1):
            self.fields[f"dx_{number}"] = diagnosis_field(number)
        self._offer_plans()
        self._offer_people()
        found = self._found()
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            *((each.key, each.label) for each in found),
            (NEW, "A new patient (entered below)"),
        ]
        if not self.is_bound:
            self._offer_usual_lines()

    def _offer_usual_lines(self) -> None:
        usual = proposed_lines(Product.RACEMIC_KETAMINE, None, self.at_hand.today)
        for number, row in enumerate(usual, start=1):
            self.initial.setdefault(f"line_{number}_code", row["code"])

    def _offer_plans(self) -> None:
        plans = Plan.objects.filter(is_active=True, payer__is_active=True).select_related("payer")
        self.rows("plan", plans.order_by("payer__name", "name"))
        self.rows("payer", Payer.objects.filter(is_active=True))

    def _offer_people(self) -> None:
        clinicians = Clinician.objects.filter(is_active=True)
        sites = ClinicSite.objects.filter(is_active=True)
        for name in ("requesting_clinician", "rendering_clinician"):
            self.rows(name, clinicians)
        self.rows("site", sites)
        if "assigned_to" in self.fields:
            self.rows("assigned_to", colleagues())
        self.initial.setdefault("assigned_to", self.at_hand.staff.pk)
        last = PriorAuthRequest.objects.order_by("-pk").values(
            "requesting_clinician", "rendering_clinician", "site"
        )[:1]
        for row in last:
            for name, value in row.items():
                self.initial.setdefault(name, value)

    def _found(self) -> list[Found]:
        """Who can be chosen: what was looked for, and what was chosen already."""
        typed = self.data if self.is_bound else self.initial
        found = find_patients(typed.get("find", ""))
        key = typed.get("who", "")
        patient, _ = chosen(key)
        if patient is not None and key not in {each.key for each in found}:
            found = [*lines_for([patient]), *found]
        return found

    # -------------------------------------------------------------- what was typed

    def pressed(self) -> bool:
        """Answer a second button; True when the page only shows again, with what it brought."""
        if "look" in self.data:
            self.only_keep()
        elif "propose" in self.data:
            self.propose_lines()
        else:
            return False
        return True

    def only_keep(self) -> None:
        """Show again what was typed, without judging it: somebody looked for a patient."""
        self._errors = ErrorDict()
        self.cleaned_data = {}

    def propose_lines(self) -> None:
        """Put the usual codes for product, minutes and date of service into the rows."""
        data = self.data
        product = data.get("product", "")
        minutes = data.get("minutes_per_session", "")
        try:
            on = date.fromisoformat(data.get("planned_start_on_on", ""))
        except ValueError:
            on = self.at_hand.today
        rows = proposed_lines(
            Product(product) if product in set(Product) else Product.RACEMIC_KETAMINE,
            int(minutes) if minutes.isdecimal() and len(minutes) < 5 else None,
            on,
        )
        texts = {
            f"line_{number}_{part}": "" for number in range(1, LINES_MAX + 1) for part in PARTS
        }
        for number, row in enumerate(rows, start=1):
            texts |= {f"line_{number}_{part}": text for part, text in row.items()}
        self.put(**texts)
        self.only_keep()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._clean_who(cleaned)
        self._clean_treatment(cleaned)
        on = cleaned.get("planned_start_on") or self.at_hand.today
        site = cleaned.get("site")
        reader = LineReader(
            self,
            on=on,
            minutes=cleaned.get("minutes_per_session"),
            sessions=cleaned.get("planned_sessions"),
            place=site.place_of_service if site else "11",
        )
        self.lines = reader.read()
        self.codes = read_diagnoses(self, on)
        self.hints = remarks(self.codes, on)
        self.warnings = reader.warnings()
        if self.warnings and not cleaned.get("send_as_typed"):
            self.add_error(
                "send_as_typed",
                f"{' '.join(self.warnings)} Correct it, or tick to open the request as typed.",
            )
        return cleaned

    def _clean_who(self, cleaned: dict[str, Any]) -> None:
        who = cleaned.get("who", "")
        self.patient, self.coverage = chosen(who)
        is_new_patient = who == NEW
        if not is_new_patient:
            self._forget(PatientPart.base_fields)
        if is_new_patient:
            self.clean_patient(self.at_hand.today)
            self._look_for_twins(cleaned)
        if is_new_patient or (self.patient is not None and self.coverage is None):
            self.clean_coverage()
        else:
            self._forget(CoveragePart.base_fields)

    def _forget(self, names: Any) -> None:
        """What a hidden part of the page still holds is not meant."""
        for name in names:
            self.errors.pop(name, None)

    def _look_for_twins(self, cleaned: dict[str, Any]) -> None:
        twins = possible_twins(
            cleaned.get("first_name", ""),
            cleaned.get("last_name", ""),
            cleaned.get("birth_date"),
            cleaned.get("member_id", ""),
        )
        self.twins = lines_for(twins)
        if not twins or cleaned.get("is_another_person"):
            return
        offered = self.fields["who"].choices  # type: ignore[attr-defined]
        known = {key for key, _ in offered}
        more = [(each.key, each.label) for each in self.twins if each.key not in known]
        self.fields["who"].choices = [*more, *offered]  # type: ignore[attr-defined]
        self.add_error(
            "who",
            "Somebody very like this patient is on file. Choose them in the list, or tick below "
            "that this is another person.",
        )

    def _clean_treatment(self, cleaned: dict[str, Any]) -> None:
        reason = (cleaned.get("urgency_reason") or "").strip()
        if cleaned.get("urgency") == Urgency.EXPEDITED and not reason:
            self.add_error(
                "urgency_reason",
                "An urgent request needs the clinician's reason: what harm could a standard wait "
                "do?",
            )
        is_infusion = cleaned.get("product") == Product.RACEMIC_KETAMINE
        lacks_minutes = cleaned.get("minutes_per_session") is None
        if is_infusion and lacks_minutes and "minutes_per_session" not in self.errors:
            self.add_error(
                "minutes_per_session", "Enter the planned minutes: the units follow from them."
            )

    def asked(self) -> RequestAsked:
        """The request as the workflow takes it."""
        cleaned = self.cleaned_data
        return RequestAsked(
            lines=self.lines,
            diagnoses=self.codes,
            product=Product(cleaned["product"]),
            urgency=Urgency(cleaned["urgency"]),
            urgency_reason=self.typed("urgency_reason"),
            review_timing=ReviewTiming(cleaned["review_timing"]),
            planned_sessions=cleaned["planned_sessions"],
            cadence=cleaned["cadence"],
            minutes_per_session=cleaned["minutes_per_session"],
            planned_start_on=cleaned["planned_start_on"],
        )

    def people(self) -> dict[str, Any]:
        """Clinicians, site and who looks after it."""
        cleaned = self.cleaned_data
        return {
            "requesting_clinician": cleaned["requesting_clinician"],
            "rendering_clinician": cleaned["rendering_clinician"]
            or cleaned["requesting_clinician"],
            "site": cleaned["site"],
            "assigned_to": cleaned["assigned_to"],
        }

    # -------------------------------------------------------------- the page

    @property
    def boxes(self) -> tuple[Any, ...]:  # type: ignore[override]
        """Whom, under which coverage, what, codes, diagnoses, people."""
        return (
            *self._first_boxes(),
            Box(
                "Treatment",
                "product",
                Row("planned_sessions", "minutes_per_session", "cadence"),
                Row("planned_start_on", "review_timing"),
                "urgency",
                Shown(f"urgency={Urgency.EXPEDITED}", "urgency_reason"),
            ),
            Box(
                "Diagnoses",
                *(f"dx_{number}" for number in range(1, DIAGNOSES_SHOWN + 1)),
                note="In order of weight: the first is the primary one.",
            ),
            Box(
                "More diagnoses",
                Row(*(f"dx_{n}" for n in range(DIAGNOSES_SHOWN + 1, DIAGNOSES_MAX + 1))),
                is_folded=True,
            ),
            *self._line_boxes(),
            Box(
                "People and place",
                Row("requesting_clinician", "rendering_clinician"),
                Row("site", "assigned_to"),
            ),
        )

    def _first_boxes(self) -> tuple[Box, ...]:
        """Whom it is for, and under which coverage."""
        twins = ("is_another_person",) if self.twins else ()
        return (
            Box("Patient", "find", Press("look", "Find"), "who", *twins),
            Box(
                "New patient",
                Row("first_name", "last_name"),
                Row("birth_date", "sex"),
                Row("chart_number", "phone"),
                when=NEW_PATIENT,
            ),
            self._coverage_box(when=NEW_COVERAGE),
        )

    def _coverage_box(self, *, when: str) -> Box:
        return Box(
            "Coverage" if when == NEW_COVERAGE else "New coverage",
            Row("member_id", "group_number"),
            "plan",
            Shown(
                "plan=",
                Row("payer", "payer_name"),
                "plan_name",
                Row("line_of_business", "funding", "issue_state"),
            ),
            Row("subscriber_relation", "subscriber_name"),
            Row("order", "coverage_from"),
            when=when,
        )

    def _line_boxes(self) -> list[Box]:
        def row(number: int) -> Row:
            names = (f"line_{number}_{part}" for part in PARTS)
            return Row(*names, sort="step-line")

        shown = [row(number) for number in range(1, LINES_SHOWN + 1)]
        more = [row(number) for number in range(LINES_SHOWN + 1, LINES_MAX + 1)]
        tick = ("send_as_typed",) if self.warnings else ()
        return [
            Box(
                "Codes",
                Press("propose", "Propose the usual codes for this treatment"),
                *shown,
                *tick,
                note="What goes on the request. A code that the payer wants on the claim instead "
                "stands beside it.",
            ),
            Box("More codes", *more, is_folded=True),
        ]
