"""Sending the request, its receipt, and its return undecided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse

from cases.forms.call_minutes import whole_call
from cases.forms.calls import WHY_NO_REFERENCE, names_known
from cases.forms.layout import Box, Press, Row, Shown
from cases.forms.moments import MomentField
from cases.forms.proof import ProofPart
from cases.forms.receipt import ReceiptPart, ReceivedWhen, received_by_payer
from cases.forms.step_form import StepForm
from cases.forms.suggesting import SuggestingInput
from cases.forms.wall_clock import minute_typed
from cases.models import Document, Payer, Submission
from cases.models.contacts import CallOutcome, DocumentKind
from cases.queries.readiness import CLINICAL, readiness
from cases.workflow.calls import CallTold, lacking
from cases.workflow.submission import not_ready
from priorauth.deadlines.facts import Moment
from priorauth.readiness.checklist import stops
from priorauth.readiness.point import Point
from priorauth.terms import Channel

WHY_NO_NUMBER = (
    "The portal shows none",
    "Logged out before it was shown",
    "The fax report has not come yet",
    *WHY_NO_REFERENCE,
)
PROOFS = {Channel.FAX: DocumentKind.FAX_REPORT, Channel.PORTAL: DocumentKind.PORTAL_SCREENSHOT}
"""What the file is that proves a sending, by its way."""
_USUALLY_SENT = (*CLINICAL, DocumentKind.LAB_OR_MEASURE)
_NEVER_SENT = (*PROOFS.values(), DocumentKind.INSURANCE_CARD)


class SubmitForm(ProofPart, StepForm, ReceiptPart):
    """How and when the request went out, with its proof. By phone it is the call's record too."""

    channel = forms.ChoiceField(
        label="Sent by",
        choices=Channel.choices,
        widget=forms.RadioSelect,
        help_text="The way this payer got the last request is chosen already.",
    )
    when = MomentField(
        label="Sent on",
        is_past=True,
        may_be_unknown=True,
        help_text="As the portal or the fax report has it; urgent clocks run in hours. Leave the "
        "time empty if only the day is known.",
    )
    confirmation_number = forms.CharField(
        label="Confirmation number",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="The portal's number, the call's reference, or the number on the fax report. "
        "It is your proof.",
    )
    no_confirmation_reason = forms.CharField(
        label="Why there is no number",
        max_length=200,
        required=False,
        widget=SuggestingInput,
        help_text="Needed when none was given.",
    )
    sent_to = forms.CharField(
        label="Sent to",
        max_length=120,
        required=False,
        widget=SuggestingInput,
        help_text="Fax number, portal or phone line. Empty for a fax: the number on file.",
    )
    pages = forms.IntegerField(
        label="Pages",
        min_value=1,
        max_value=2000,
        required=False,
        help_text="Of all that was sent. Empty: as counted on the fax made here.",
    )
    enclosed = forms.MultipleChoiceField(
        label="Sent with it",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Papers on the case. In the fax they follow the cover and the request sheet.",
    )
    proof = forms.FileField(
        label="Fax report or portal screenshot",
        max_length=255,
        required=False,
        widget=forms.FileInput(attrs={"data-optional": "1"}),
        help_text="PDF, PNG, JPEG or TIFF. It is kept on the case as proof.",
    )
    representative_name = forms.CharField(
        label="Taken by",
        max_length=120,
        required=False,
        widget=SuggestingInput,
        help_text="Who took it on the phone: first name and letter will do.",
    )
    minutes = whole_call()
    summary = forms.CharField(
        label="What was said",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text="The call is logged with the submission; nothing is entered twice.",
    )
    override_reason = forms.CharField(
        label="Why it goes out all the same",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It is kept with the submission, under your name.",
    )
    ended = forms.CharField(max_length=1, required=False, widget=forms.HiddenInput)

    enctype = "multipart/form-data"
    answers_to = {
        "reference_number": "confirmation_number",
        "called": "when",
        "file": "proof",
    }
    points: list[Point] = []
    papers: list[Document] = []

    @property
    def boxes(self) -> tuple[Any, ...]:  # type: ignore[override]
        """The way it went with its proof, the payer's receipt, and what stops it."""
        number = self.at_hand.case.number
        fax = Press(
            "fax",
            "Make the fax: cover, request sheet, papers",
            elsewhere=reverse("desk:cover_sheet", args=[number]),
        )
        return (
            Box(
                "Sent",
                "channel",
                Shown("channel=fax|mail", "enclosed"),
                Shown("channel=fax|phone|mail", Row("sent_to", Shown("channel=fax|mail", "pages"))),
                Shown("channel=fax", fax),
                "when",
                Shown("channel=phone", Row("representative_name", "minutes")),
                Row("confirmation_number", Shown("confirmation_number=", "no_confirmation_reason")),
                Shown("channel=fax|portal", "proof"),
                Shown("channel=phone", "summary"),
            ),
            Box("Received", "receipt", Shown("receipt=other", "received_by_payer")),
            Box(
                "Not ready",
                "override_reason",
                note="A point at the top of this page stops it. Mend it first, or say why not.",
                is_alarm=True,
            ),
        )

    @property
    def is_stamped(self) -> bool:
        """Whether "the call has ended" was pressed already: its minute stands in the form."""
        return bool(self.is_bound and self.data.get("ended"))

    def prepare(self) -> None:
        """Sent now, by the way that this payer got the last request; what lacks is looked for."""
        request = self.at_hand.case
        self.points = readiness(request, self.at_hand.today)
        if not stops(self.points):
            del self.fields["override_reason"]
        payer = request.coverage.plan.payer
        last = (
            Submission.objects.filter(request__coverage__plan__payer=payer)
            .order_by("-pk")
            .values_list("channel", flat=True)
            .first()
        )
        channel = last or (Channel.PORTAL if payer.portal_url or not payer.fax else Channel.FAX)
        self.initial.setdefault("channel", channel)
        self.initial.setdefault("when", self.at_hand.now)
        self.fields["when"].widget.offers_now = True
        if channel == Channel.FAX and payer.fax:
            self.initial.setdefault("sent_to", payer.fax)
        self._suggest(payer)
        self._offer_papers()
        self.at_the_payers("received_by_payer")

    def _offer_papers(self) -> None:
        """What is on the case and can go out, the clinical papers ticked already."""
        standing = Document.objects.filter(
            request=self.at_hand.case, event__undone_by__isnull=True
        ).exclude(kind__in=_NEVER_SENT)
        self.papers = list(standing)
        if not self.papers:
            del self.fields["enclosed"]
            return
        choices = [
            (str(each.pk), f"{each.title} ({DocumentKind(each.kind).label.lower()})")
            for each in self.papers
        ]
        self.fields["enclosed"].choices = choices  # type: ignore[attr-defined]
        wanted = {point.id.removeprefix("paper_") for point in self.points}
        ticked = [
            str(each.pk)
            for each in self.papers
            if each.kind in _USUALLY_SENT or each.kind in wanted
        ]
        self.initial.setdefault("enclosed", ticked)

    def _suggest(self, payer: Payer) -> None:
        ways = [payer.fax, *(str(line)[:60] for line in payer.phone_lines.all())]
        for name, words in (
            ("sent_to", [way for way in ways if way]),
            ("representative_name", names_known(payer)),
            ("no_confirmation_reason", WHY_NO_NUMBER),
        ):
            self.fields[name].widget.suggestions = tuple(words)

    def pressed(self) -> bool:
        """ "The call has ended" puts this minute into the form, once, and goes on to record it.

        What is then refused keeps the minute: whoever mends it hangs up no second time.
        """
        if "call_ended" in self.data and not self.is_stamped:
            typed = minute_typed(self.at_hand.now, self.at_hand.zone)
            self.put(
                ended="1",
                channel=Channel.PHONE,
                receipt=ReceivedWhen.AT_ONCE,
                when_unknown="",
                **{f"when_{part}": text for part, text in typed.items()},
            )
        return False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("channel") == Channel.PHONE:
            for refusal in lacking(self._call(cleaned)):
                self.add_error(self.field_of(refusal.field), str(refusal))
        told = ("proof", "confirmation_number", "no_confirmation_reason")
        if cleaned.get("channel") == Channel.FAX and not any(cleaned.get(name) for name in told):
            self.add_error(
                "proof",
                "Add the transmission report, or enter its number, or say why there is none yet.",
            )
        if "override_reason" in self.fields and not cleaned.get("override_reason"):
            self.add_error("override_reason", str(not_ready(stops(self.points))))
        if cleaned.get("channel") == Channel.FAX and "sent_to" in cleaned:
            cleaned["sent_to"] = cleaned["sent_to"] or self.at_hand.case.coverage.plan.payer.fax
        if self.errors:
            self.ask_for_the_file_again()
        return cleaned

    def ticked(self) -> list[Document]:
        """The papers ticked, in the order in which they stand."""
        keys = self.cleaned_data.get("enclosed") or ()
        return [each for each in self.papers if str(each.pk) in keys]

    def papers_sent(self) -> list[Document]:
        """The papers that went with it: on paper only, for that is where they are asked."""
        return self.ticked() if self.is_by(Channel.FAX, Channel.MAIL) else []

    def proof_kind(self) -> DocumentKind | None:
        """What the file is that proves the sending, None without one."""
        channel = Channel(self.cleaned_data["channel"])
        return PROOFS.get(channel) if self.cleaned_data.get("proof") else None

    def is_by(self, *channels: Channel) -> bool:
        """Whether it went one of these ways; what other ways ask for is hidden and not meant."""
        return self.cleaned_data.get("channel") in channels

    def call(self) -> CallTold | None:
        """The call by which it was submitted, None when it went another way."""
        return self._call(self.cleaned_data) if self.is_by(Channel.PHONE) else None

    def _call(self, cleaned: dict[str, Any]) -> CallTold:
        """It ended when the request was submitted, and began so many minutes before."""
        ended, minutes = cleaned.get("when"), cleaned.get("minutes")
        began = ended
        if ended is not None and ended.at is not None and minutes:
            began = Moment.instant(ended.at - timedelta(minutes=minutes), self.at_hand.zone)
        return CallTold(
            called=began,
            representative_name=cleaned.get("representative_name") or "",
            reference_number=cleaned.get("confirmation_number") or "",
            no_reference_reason=cleaned.get("no_confirmation_reason") or "",
            outcome=CallOutcome.SUBMITTED,
            minutes=minutes,
            line_called=(cleaned.get("sent_to") or "")[:60],
            summary=cleaned.get("summary") or "",
        )

    def received(self) -> Moment | None:
        """The payer's receipt; raises MissingFact naming the field."""
        return received_by_payer(self, self.cleaned_data["when"], self.at_hand.payer_zone)


class ReceiptForm(StepForm):
    """When the payer had it. Also used for an appeal."""

    when = MomentField(
        label="The payer had it on",
        is_past=True,
        help_text="From the portal, the fax report, the tracking number or a call. Leave the time "
        "empty if only the day is known.",
    )
    boxes = (Box("Received", "when"),)

    def prepare(self) -> None:
        """A day is a date at the payer's."""
        self.at_the_payers("when")


class SentBackForm(StepForm):
    """The payer returned it undecided."""

    when = MomentField(
        label="We learned it on", is_past=True, help_text="When the return reached you."
    )
    reason = forms.CharField(
        label="What the payer says is wrong",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In its words. Mend it, then record the new submission: a return is not a "
        "denial and needs no appeal.",
    )
    boxes = (Box("Sent back", "when", "reason"),)

    def prepare(self) -> None:
        """Learned now."""
        self.initial.setdefault("when", self.at_hand.now)
