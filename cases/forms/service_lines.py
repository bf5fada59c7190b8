"""Service lines as they are typed: numbered rows, units proposed from the minutes, warnings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cases.forms.explained_above import ExplainedAbove
from cases.workflow.intake import LineAsked
from priorauth.codes import infusion, modifiers, ndc, place_of_service, procedure
from priorauth.errors import InvalidCode, PriorAuthError
from priorauth.terms import Product

LINES_SHOWN, LINES_MAX = 3, 8
SPRAY_BEGINS = date(2026, 1, 1)  # J0013 took the place of S0013
PARTS = (
    "code",
    "per_session",
    "total",
    "modifiers",
    "place",
    "claim_code",
    "ndc",
    "narrative",
)


def line_fields(number: int) -> dict[str, forms.Field]:
    """The fields of one row, by their names in the form."""
    label = f"line {number}"
    fields = _fields(number, label)
    if number > 1:  # the first row explains them all
        for field in fields.values():
            field.help_text = ""
            field.bound_field_class = ExplainedAbove
    return fields


def _fields(number: int, label: str) -> dict[str, forms.Field]:
    return {
        f"line_{number}_code": forms.CharField(
            label=f"Code, {label}",
            max_length=8,
            required=False,
            widget=forms.TextInput(attrs={"list": "step-procedures", "autocomplete": "off"}),
            help_text="On the request.",
        ),
        f"line_{number}_per_session": forms.IntegerField(
            label="Units a session",
            min_value=1,
            max_value=10_000,
            required=False,
            help_text="Empty: from the minutes.",
        ),
        f"line_{number}_total": forms.IntegerField(
            label="Units in all",
            min_value=1,
            max_value=100_000,
            required=False,
            help_text="Empty: times sessions.",
        ),
        f"line_{number}_modifiers": forms.CharField(
            label="Modifiers", max_length=20, required=False, help_text="Such as JZ."
        ),
        f"line_{number}_place": forms.CharField(
            label="Place", max_length=2, required=False, help_text="Empty: the site's."
        ),
        f"line_{number}_claim_code": forms.CharField(
            label="Code on the claim",
            max_length=8,
            required=False,
            widget=forms.TextInput(attrs={"list": "step-procedures", "autocomplete": "off"}),
            help_text="Only where it differs.",
        ),
        f"line_{number}_ndc": forms.CharField(
            label="NDC", max_length=14, required=False, help_text="Eleven digits, drugs only."
        ),
        f"line_{number}_narrative": forms.CharField(
            label="Drug in words",
            max_length=120,
            required=False,
            help_text="For J3490: drug, strength, dose, route.",
        ),
    }


def proposed_lines(product: Product, minutes: int | None, on: date) -> list[dict[str, str]]:
    """Rows that usually ask for this product: code and units a session, as text for the form.

    `minutes` are of one session, `on` is the date of service (a drug's code depends on it).
    """
    if product is Product.ESKETAMINE:
        return [{"code": "J0013" if on >= SPRAY_BEGINS else "S0013"}]
    try:
        timed = infusion.units_for_minutes(minutes) if minutes else {infusion.INITIAL: 1}
    except PriorAuthError:
        timed = {infusion.INITIAL: 1}
    rows = [{"code": code, "per_session": str(units)} for code, units in timed.items()]
    return [*rows, {"code": "J3490", "per_session": "1"}]


class LineReader:
    """Reads the rows of a form into lines as the workflow takes them, and says what is odd."""

    def __init__(
        self, form: forms.Form, *, on: date, minutes: int | None, sessions: int | None, place: str
    ) -> None:
        self.form, self.on, self.place = form, on, place
        self.minutes, self.sessions = minutes, sessions
        self.rows: list[int] = []
        self.lines: list[LineAsked] = []

    def read(self) -> list[LineAsked]:
        """The lines; what cannot be right becomes an error on its field."""
        cleaned = self.form.cleaned_data
        expected = self._expected()
        for number in range(1, LINES_MAX + 1):
            typed = {part: cleaned.get(f"line_{number}_{part}") for part in PARTS}
            if not any(typed.values()):
                continue
            if not typed["code"]:
                if f"line_{number}_code" not in self.form.errors:
                    self._error(number, "code", "Enter the code of this line, or empty the line.")
                continue
            line = self._line(number, typed, expected)
            if line is not None:
                self.rows.append(number)
                self.lines.append(line)
        if not self.lines and not self.form.errors:
            self._error(1, "code", "Enter at least one code, such as 96365.")
        self._family()
        return self.lines

    def warnings(self) -> list[str]:
        """What may stand but deserves a second look, in sentences."""
        asked = [
            infusion.RequestedLine(
                line.code,
                line.units_per_session,
                line.units_total,
                tuple(line.modifiers.split()),
            )
            for line in self.lines
        ]
        minutes = self.minutes
        found = infusion.check_lines(asked, planned_minutes=minutes, sessions=self.sessions)
        said = [each.message for each in found if not each.is_refusal]
        said += [
            f"{line.code} has no code of its own for the drug: payers want drug, strength, dose "
            "and route in words."
            for line in self.lines
            if line.code == "J3490" and not line.drug_narrative
        ]
        return said + self._odd_places()

    def _odd_places(self) -> list[str]:
        places = dict.fromkeys(line.place_of_service for line in self.lines)
        return [words for place in places if (words := place_of_service.warning(place))]

    def _expected(self) -> Mapping[str, int]:
        if self.minutes is None:
            return {}
        try:
            return infusion.units_for_minutes(self.minutes)
        except PriorAuthError as error:
            self.form.add_error("minutes_per_session", str(error))
            return {}

    def _line(
        self, number: int, typed: Mapping[str, Any], expected: Mapping[str, int]
    ) -> LineAsked | None:
        code = self._checked(number, "code", lambda text: procedure.validate(text, self.on), typed)
        claim = self._checked(
            number, "claim_code", lambda text: procedure.validate(text, self.on), typed
        )
        drug_code = self._checked(number, "ndc", ndc.validate, typed)
        place = self._checked(number, "place", place_of_service.validate, typed) or self.place
        marks = self._checked(number, "modifiers", _modifiers, typed)
        if not code:
            return None
        per_session = typed["per_session"] or expected.get(code, 1)
        return LineAsked(
            code=code,
            units_per_session=per_session,
            units_total=typed["total"] or per_session * (self.sessions or 1),
            modifiers=marks,
            place_of_service=place,
            code_on_claim=claim,
            ndc=drug_code,
            drug_narrative=typed["narrative"] or "",
        )

    def _checked(
        self, number: int, part: str, check: Callable[[str], str], typed: Mapping[str, Any]
    ) -> str:
        text = typed[part]
        if not text:
            return ""
        try:
            return check(text)
        except InvalidCode as error:
            self._error(number, part, str(error))
            return ""

    def _family(self) -> None:
        for finding in infusion.check_family([line.code for line in self.lines]):
            number = next(
                row
                for row, line in zip(self.rows, self.lines, strict=True)
                if line.code == finding.code
            )
            self._error(number, "code", finding.message)

    def _error(self, number: int, part: str, words: str) -> None:
        self.form.add_error(f"line_{number}_{part}", ValidationError(words))


def _modifiers(text: str) -> str:
    """Modifiers apart by spaces or commas, each checked; raises InvalidCode."""
    return " ".join(modifiers.validate(part) for part in text.replace(",", " ").split())
