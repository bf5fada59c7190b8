"""Calls begun and not logged yet: typed on the call page, gone once they are logged."""

from __future__ import annotations

from django.contrib import admin

from cases.admin.columns import CaseRecordAdmin, named
from cases.models import CallDraft


@admin.register(CallDraft)
class CallDraftAdmin(CaseRecordAdmin):
    list_display = ("case", named("staff", "who"), "begun_at", "updated_at")
    list_select_related = ("request", "staff")
    exclude = ("token",)
