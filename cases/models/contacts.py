"""Calls with the insurer, notes, documents."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cases.models.base import ClinicOwned, term_field
from priorauth.terms import Term


class Direction(Term):
    OUTGOING = "outgoing", "We called"
    INCOMING = "incoming", "They called"


class CallOutcome(Term):
    """What the call came to."""

    STILL_PENDING = "still_pending", "Still pending"
    DECISION_TOLD = "decision_told", "Told a decision"
    INFORMATION_ASKED = "information_asked", "Asked for more information"
    BENEFITS_CHECKED = "benefits_checked", "Benefits or requirements checked"
    SUBMITTED = "submitted", "Submitted by phone"
    TRANSFERRED = "transferred", "Transferred or call back later"
    NOT_REACHED = "not_reached", "Nobody reached, or message left"
    OTHER = "other", "Other"


class PromiseStanding(Term):
    OPEN = "open", "Open"
    KEPT = "kept", "Kept"
    BROKEN = "broken", "Broken"
    DROPPED = "dropped", "No longer matters"
    # A hint, derived: what was promised has come, or the case has ended.
    NO_LONGER_AWAITED = "no_longer_awaited", "No longer awaited"


class SaidWhat(Term):
    """A representative's answer to one question. Not a guarantee, but later evidence."""

    SAID_YES = "said_yes", "Said yes"
    SAID_NO = "said_no", "Said no"
    TOLD = "told", "Told"
    UNCLEAR = "unclear", "Unclear"
    NOT_ASKED = "not_asked", "Not asked"


class InsurerCall(ClinicOwned):
    """One phone call with the insurer."""

    request = models.ForeignKey(
        "cases.PriorAuthRequest",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="calls",
    )
    event = models.OneToOneField(
        "cases.CaseEvent", on_delete=models.CASCADE, null=True, blank=True, related_name="call"
    )
    payer = models.ForeignKey("cases.Payer", on_delete=models.PROTECT, related_name="calls")
    direction = term_field(Direction, default=Direction.OUTGOING)
    started_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty when an imported sheet gives the day only."
    )
    called_on = models.DateField(
        null=True, blank=True, help_text="The clinic's local day; empty when not known."
    )
    minutes = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Hold included.")
    hold_minutes = models.PositiveSmallIntegerField(
        "of them on hold", null=True, blank=True, help_text="Part of the minutes."
    )
    line_called = models.CharField(max_length=60, blank=True, help_text="Which number or desk.")
    representative_name = models.CharField(max_length=120)
    reference_number = models.CharField("call reference", max_length=60, blank=True)
    no_reference_reason = models.CharField(
        max_length=200, blank=True, help_text="Why there is none: refused, cut off, voicemail ..."
    )
    outcome = term_field(CallOutcome, default=CallOutcome.STILL_PENDING)
    summary = models.TextField(blank=True)
    promise = models.CharField(
        max_length=200, blank=True, help_text="What they promised, such as a decision."
    )
    promised_by_at = models.DateTimeField(null=True, blank=True, help_text="By when.")
    promise_standing = term_field(PromiseStanding, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-called_on", "-pk"]
        verbose_name = "insurer call"
        indexes = [
            models.Index(fields=["clinic", "reference_number"], name="call_by_reference"),
            models.Index(fields=["clinic", "representative_name"], name="call_by_name"),
            models.Index(fields=["clinic", "-called_on", "-id"], name="call_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reference_number="") | ~models.Q(no_reference_reason=""),
                name="call_has_reference_or_reason",
                violation_error_message="Enter the call reference, or say why there is none.",
            ),
            models.CheckConstraint(
                condition=models.Q(promise="") | models.Q(promised_by_at__isnull=False),
                name="promise_has_a_time",
                violation_error_message="Say by when it was promised.",
            ),
        ]

    def __str__(self) -> str:
        return f"Call {self.reference_number or self.pk}"


class CallAnswer(ClinicOwned):
    """One question of the call script and what the representative said."""

    call = models.ForeignKey(InsurerCall, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40, help_text="Id of the question in the script.")
    answer = term_field(SaidWhat)
    choice = models.CharField(
        max_length=40, blank=True, help_text="Which of the question's choices, where it has any."
    )
    words = models.CharField(
        max_length=400, blank=True, help_text="What was told in dollars stands before them."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "question"], name="question_answered_once")
        ]

    def __str__(self) -> str:
        return f"{self.question}: {SaidWhat(self.answer).label}"


class Note(ClinicOwned):
    """A remark on the case."""

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="notes"
    )
    event = models.OneToOneField("cases.CaseEvent", on_delete=models.CASCADE, related_name="note")
    text = models.TextField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Note {self.pk}"


class DocumentKind(Term):
    DENIAL_LETTER = "denial_letter", "Denial letter"
    APPROVAL_LETTER = "approval_letter", "Approval letter"
    INFORMATION_REQUEST = "information_request", "Payer's request for information"
    PAYER_LETTER = "payer_letter", "Other letter from the payer"
    CLINICAL_NOTE = "clinical_note", "Clinical note"
    LAB_OR_MEASURE = "lab_or_measure", "Lab result or measure"
    INSURANCE_CARD = "insurance_card", "Insurance card"
    LETTER_OF_NECESSITY = "letter_of_necessity", "Letter of medical necessity"
    APPEAL_LETTER = "appeal_letter", "Appeal letter"
    FAX_REPORT = "fax_report", "Fax confirmation"
    PORTAL_SCREENSHOT = "portal_screenshot", "Portal screenshot"
    PLAN_DOCUMENT = "plan_document", "Plan document"
    CONSENT = "consent", "Consent"
    OTHER = "other", "Other"


def document_path(instance: Document, filename: str) -> str:
    """Where the file is stored: a random name, since file names may hold patient details."""
    import uuid

    return f"documents/{uuid.uuid4().hex}"


class Document(ClinicOwned):
    """A file on the case, kept under a random name with its hash.

    Both are empty when its filing was undone and the paper waits to be filed again. When adding it
    on its step page was undone, the hash is empty and the file stays.
    """

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="documents"
    )
    event = models.OneToOneField(
        "cases.CaseEvent", on_delete=models.CASCADE, null=True, blank=True, related_name="document"
    )
    kind = term_field(DocumentKind)
    title = models.CharField(max_length=120)
    file = models.FileField(upload_to=document_path)
    content_type = models.CharField(max_length=40, editable=False)
    size_bytes = models.PositiveBigIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    printed_on = models.DateField(
        "date printed", null=True, blank=True, help_text="As on the letter."
    )
    received_on = models.DateField(
        "date received", null=True, blank=True, help_text="The day it reached the clinic."
    )

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["clinic", "sha256"], name="document_by_hash")]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "sha256"],
                name="document_once",
                condition=~models.Q(sha256=""),
                violation_error_message="This very file is already on the case.",
            )
        ]

    def __str__(self) -> str:
        return f"{DocumentKind(self.kind).label} {self.pk}"
