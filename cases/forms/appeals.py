"""Internal appeals: filed, received, decided."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from cases.forms.choices import LinesField, RowField
from cases.forms.contest_outcome import ContestOutcomeForm
from cases.forms.filing import FilingForm
from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import DayField
from cases.forms.notice import NoticePart
from cases.forms.proof import ProofPart
from cases.forms.submissions import PROOFS
from cases.models import AppealLetter, Representative
from cases.models.contacts import DocumentKind
from cases.queries.unanswered import unanswered_lines
from cases.workflow.appeals import AppealNotice
from cases.workflow.signed_letters import ready_to_send
from priorauth.calendars.wording import say_day
from priorauth.lifecycle import contestable
from priorauth.terms import AppealLevel, AppealOutcome, Channel


class AppealFileForm(ProofPart, FilingForm):
    """Which lines, at which level, how urgently, and when."""

    level = forms.ChoiceField(
        label="Level",
        choices=AppealLevel.choices,
        widget=forms.RadioSelect,
        help_text="The next level that is open is chosen already.",
    )
    lines = LinesField(
        label="Appealed lines", help_text="All refused lines, unless you untick one."
    )
    is_against_silence = forms.BooleanField(
        label="The payer did not decide in time",
        required=False,
        help_text="Tick to appeal lines that have no decision although the payer's limit passed.",
    )
    representative = RowField(
        label="Consent it rests on",
        required=False,
        empty_label="None noted",
        label_of=lambda consent: f"{consent.name}, signed {say_day(consent.signed_on)}",
        help_text="Several plans want the member's written consent that the clinic may appeal.",
    )
    letter = RowField(
        label="The letter that went out",
        required=False,
        empty_label="No signed letter of this case",
        label_of=lambda letter: f"Version {letter.number}, signed as {letter.signed_as}",
        help_text="It is marked as sent, with the documents that go with it.",
    )
    proof = forms.FileField(
        label="Fax report, portal confirmation or mail receipt",
        max_length=255,
        required=False,
        widget=forms.FileInput(attrs={"data-optional": "1"}),
        help_text="PDF, PNG, JPEG or TIFF. It is kept on the case as proof.",
    )
    argument = forms.CharField(
        label="What we argue",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="In a sentence or two; the letter itself goes to the documents.",
    )
    enctype = "multipart/form-data"
    answers_to = {"file": "proof"}
    boxes = (
        Box(
            "The appeal",
            "level",
            "lines",
            "is_against_silence",
            "is_expedited",
            "letter",
            "argument",
            "representative",
        ),
        Box("Sent", "channel", Row("when", "confirmation_number"), "proof"),
        FilingForm.sent_and_received[1],
    )

    def prepare(self) -> None:
        """All lines that can be appealed at the next level, filed now."""
        at_hand = self.at_hand
        standing = at_hand.standing
        open_at = {
            level: {line.key for line in contestable.to_appeal(standing, level)}
            for level in AppealLevel
        }
        silent = {
            line.key
            for line in contestable.to_appeal(standing, AppealLevel.FIRST, is_against_silence=True)
            if line.is_undecided
        }
        if not silent:
            del self.fields["is_against_silence"]
        elif not any(open_at.values()):
            # Nothing was refused, so this appeal can only be one against silence.
            open_at[AppealLevel.FIRST] = silent & unanswered_lines(at_hand.case)
            if open_at[AppealLevel.FIRST]:
                self.initial.setdefault("is_against_silence", True)
        level = next((level for level in AppealLevel if open_at[level]), AppealLevel.FIRST)
        offered = silent.union(*open_at.values())
        self.offer_lines("lines", offered)
        self.rows(
            "representative", Representative.objects.filter(patient_id=at_hand.case.patient_id)
        )
        self._offer_letters({each for each in AppealLevel if open_at[each]} or {level}, level)
        payer = at_hand.case.coverage.plan.payer
        self.initial.setdefault("level", level)
        self.initial.setdefault("lines", sorted(open_at[level]))
        self.initial.setdefault("channel", Channel.FAX if payer.appeals_fax else Channel.MAIL)
        self.initial.setdefault("receipt", "at_once" if payer.appeals_fax else "not_known")
        super().prepare()

    def _offer_letters(self, levels: Collection[AppealLevel], first: AppealLevel) -> None:
        """The newest signed letter of the level chosen is chosen already."""
        waiting = [each for each in ready_to_send(self.at_hand.case) if each.level in levels]
        if not waiting:
            del self.fields["letter"]
            return
        self.rows("letter", AppealLetter.objects.filter(pk__in=[each.pk for each in waiting]))
        fitting = next((each for each in waiting if each.level == first), None)
        if fitting is not None:
            self.initial.setdefault("letter", fitting.pk)
            self.initial.setdefault("is_expedited", fitting.is_expedited)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        letter, level = cleaned.get("letter"), cleaned.get("level")
        if letter and level and letter.level != level:
            written = AppealLevel(letter.level).label.lower()
            self.add_error("letter", f"This letter was written for another level: {written}.")
        if self.errors:
            self.ask_for_the_file_again()
        return cleaned

    def proof_kind(self) -> DocumentKind:
        """What the file is that proves the sending, by its way."""
        return PROOFS.get(Channel(self.cleaned_data["channel"]), DocumentKind.OTHER)


AGAINST_US = f"{AppealOutcome.UPHELD}|{AppealOutcome.PARTLY_OVERTURNED}"


class AppealDecidedForm(ContestOutcomeForm, NoticePart):
    """The payer's answer to the appeal."""

    is_final_internal = forms.TypedChoiceField(
        label="Is this the payer's final internal decision?",
        choices=[("yes", "Yes: external review is next"), ("no", "No: another appeal is left")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text="The letter says it: “final internal adverse benefit determination”.",
    )
    reference = forms.CharField(
        label="The payer's reference",
        max_length=60,
        required=False,
        help_text="The number of this decision, if it has one: the next letter names it.",
    )
    next_by = DayField(
        label="Next step by, as printed",
        required=False,
        help_text="Kept beside the computed date; the earlier drives the work.",
    )
    boxes = (
        Box("Decision", "outcome", Shown("outcome=partly_overturned", "lines_overturned"), "when"),
        Box(
            "The letter, and what is left",
            "is_final_internal",
            Row("notice_dated", "notice_received"),
            Row("reached_today", "notice_awaited"),
            Row("reference", "next_by"),
            when=f"outcome={AGAINST_US}",
        ),
        Box("In its words", "decision_summary"),
    )

    def prepare(self) -> None:
        """Decided today; the lines at stake in this appeal."""
        super().prepare()
        self.fields["outcome"].label = "The payer's decision"
        self.fields["decision_summary"].label = "The decision in the payer's words"
        if self.at_hand.subject.level == AppealLevel.SECOND:
            self.initial.setdefault("is_final_internal", "yes")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("outcome") and cleaned["outcome"] not in AGAINST_US.split("|"):
            for name in (*NoticePart.base_fields, "is_final_internal", "reference", "next_by"):
                cleaned.pop(name, None)
                self.errors.pop(name, None)
        self.take_notice(cleaned, self.at_hand.today)
        return cleaned

    def notice(self) -> AppealNotice:
        """The letter as the workflow takes it."""
        cleaned = self.cleaned_data
        return AppealNotice(
            dated_on=cleaned.get("notice_dated"),
            received_on=cleaned.get("notice_received"),
            next_by_on=cleaned.get("next_by"),
            is_final_internal=cleaned.get("is_final_internal"),
            is_awaited=bool(cleaned.get("notice_awaited")),
            reference=cleaned.get("reference", ""),
        )
