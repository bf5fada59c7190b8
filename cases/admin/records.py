"""What the steps recorded: submissions, decisions, proceedings, papers. Shown, not edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.http import HttpRequest

from cases.admin.base import ScopedTabularInline
from cases.admin.columns import CaseRecordAdmin, named
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.models import (
    Appeal,
    AppealLetter,
    Authorization,
    Determination,
    Document,
    ExternalReview,
    InformationRequest,
    InfusionSession,
    LineDetermination,
    Note,
    PeerToPeer,
    SeriesPlan,
    Submission,
)


@admin.register(AppealLetter)
class AppealLetterAdmin(CaseRecordAdmin):
    list_display = ("case", "number", "level", "signed_as", "signed_at", "pages")
    list_select_related = ("request",)
    # Its words stand on the letter's own pages.
    exclude = ("parts", "content", "traced", "calls", "enclosed")


class LineDeterminationInline(ScopedTabularInline):
    model = LineDetermination
    family = Family.REQUESTS
    is_looked_at_only = True
    fields = ("line", "outcome", "units_approved")


@admin.register(Submission)
class SubmissionAdmin(FindsByNameOrNumber, CaseRecordAdmin):
    list_display = ("case", "channel", "confirmation_number", "sent_to", "pages")
    list_filter = ("channel",)
    numbers = ("confirmation_number", "request__number")
    search_help_text = "Confirmation or case number"


@admin.register(InformationRequest)
class InformationRequestAdmin(CaseRecordAdmin):
    list_display = ("case", "answer_by_on", "answer_channel", "answer_confirmation")


@admin.register(Determination)
class DeterminationAdmin(CaseRecordAdmin):
    list_display = ("case", "told_by", "notice_dated_on", "notice_received_on", "appeal_by_on")
    inlines = (LineDeterminationInline,)


@admin.register(Authorization)
class AuthorizationAdmin(FindsByNameOrNumber, CaseRecordAdmin):
    list_display = ("case", "authorization_number", "effective_from", "effective_through")
    numbers = ("authorization_number", "request__number")
    search_help_text = "Authorization or case number"


@admin.register(SeriesPlan)
class SeriesPlanAdmin(CaseRecordAdmin):
    list_display = (
        "case",
        "first_on",
        "induction_sessions",
        "maintenance_sessions",
        "booster_sessions",
        "goes_on",
    )


@admin.register(InfusionSession)
class InfusionSessionAdmin(CaseRecordAdmin):
    list_display = ("case", "planned_at", "status", "minutes", "billed_on")
    list_filter = ("status", "phase")


@admin.register(PeerToPeer)
class PeerToPeerAdmin(CaseRecordAdmin):
    list_display = ("case", "scheduled_at", named("clinician", "clinician"), "outcome")
    list_select_related = ("request", "clinician")


@admin.register(Appeal)
class AppealAdmin(FindsByNameOrNumber, CaseRecordAdmin):
    list_display = ("case", "level", "is_expedited", "channel", "confirmation_number", "outcome")
    list_filter = ("level", "outcome")
    numbers = ("confirmation_number", "request__number")
    search_help_text = "Confirmation or case number"


@admin.register(ExternalReview)
class ExternalReviewAdmin(FindsByNameOrNumber, CaseRecordAdmin):
    list_display = ("case", "body", "is_expedited", "reviewer", "confirmation_number", "outcome")
    list_filter = ("body", "outcome")
    numbers = ("confirmation_number", "request__number")
    search_help_text = "Confirmation or case number"


@admin.register(Note)
class NoteAdmin(CaseRecordAdmin):
    list_display = ("case", "beginning")

    @display(description="note")
    def beginning(self, note: Note) -> str:
        return note.text if len(note.text) <= 120 else f"{note.text[:119]}…"


@admin.register(Document)
class DocumentAdmin(CaseRecordAdmin):
    list_display = ("case", "kind", "title", "size_bytes")
    list_filter = ("kind",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Without the file itself: it is opened from the case page, which checks who asks."""
        return ["request", "event", "kind", "title", "content_type", "size_bytes", "sha256"]
