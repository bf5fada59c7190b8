"""The outbox: what was mailed to whom, and what could not be."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display

from cases.admin.columns import CaseRecordAdmin, case_link
from cases.models import Digest, PatientMail, Reminder


@admin.register(Reminder)
class ReminderAdmin(CaseRecordAdmin):
    list_display = ("case", "kind", "recipient", "rung", "state", "due_at", "sent_at", "last_error")
    list_select_related = ("deadline__request", "recipient")
    list_filter = ("state",)
    ordering = ("-planned_at", "id")

    @display(description="case")
    def case(self, reminder: Any) -> str:
        return case_link(reminder.deadline.request)

    @display(description="deadline")
    def kind(self, reminder: Any) -> str:
        return reminder.deadline.get_kind_display()


@admin.register(Digest)
class DigestAdmin(CaseRecordAdmin):
    list_display = ("day", "recipient", "state", "due_at", "sent_at", "last_error")
    list_select_related = ("recipient",)
    list_filter = ("state",)
    ordering = ("-planned_at", "id")


@admin.register(PatientMail)
class PatientMailAdmin(CaseRecordAdmin):
    list_display = ("case", "kind", "state", "due_at", "sent_at", "last_error")
    list_filter = ("state", "kind")
    ordering = ("-planned_at", "id")
