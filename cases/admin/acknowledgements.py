"""Answers to reminders: who said what, looked at only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display

from cases.admin.columns import CaseRecordAdmin, case_link
from cases.models import Acknowledgement


@admin.register(Acknowledgement)
class AcknowledgementAdmin(CaseRecordAdmin):
    list_display = ("case", "about", "kind", "answered_by", "answered_at", "until", "reason")
    list_select_related = ("deadline__request", "answered_by")
    list_filter = ("kind",)

    @display(description="case")
    def case(self, row: Any) -> str:
        return case_link(row.deadline.request)

    @display(description="deadline")
    def about(self, row: Any) -> str:
        return row.deadline.get_kind_display()
