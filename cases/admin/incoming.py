"""Faxes and letters that came in: who brought each, and what became of it. Looked at only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.http import HttpRequest

from cases.admin.columns import CaseRecordAdmin, case_link, named
from cases.models import IncomingDocument


@admin.register(IncomingDocument)
class IncomingDocumentAdmin(CaseRecordAdmin):
    list_display = (
        "case",
        "pages",
        named("brought_by", "brought in by"),
        "brought_at",
        "settled_at",
        "thrown_away_because",
    )
    list_select_related = ("filed_as__request", "brought_by")

    @display(description="case")
    def case(self, row: Any) -> str:
        return case_link(row.filed_as.request) if row.filed_as else "–"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Without file and text: they are looked at where the paper is filed."""
        return [
            "pages", "content_type", "size_bytes", "sha256", "brought_by", "brought_at",
            "settled_by", "settled_at", "filed_as", "thrown_away_because",
        ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("text")
