"""Calls begun and not logged yet: typed on the call page, gone once they are logged."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from cases.admin.columns import CaseRecordAdmin, named
from cases.models import CallDraft


@admin.register(CallDraft)
class CallDraftAdmin(CaseRecordAdmin):
    list_display = ("case", named("staff", "who"), "begun_at", "updated_at")
    list_select_related = ("request", "staff")
    # What somebody has half typed is theirs until it is logged.
    exclude = ("token", "fields")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallDraft]:
        return super().get_queryset(request).filter(staff=request.user)
