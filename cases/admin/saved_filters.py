"""The worklist's named choices: made and taken away on the worklist."""

from __future__ import annotations

from django.contrib import admin

from cases.admin.columns import CaseRecordAdmin, named
from cases.models import SavedFilter


@admin.register(SavedFilter)
class SavedFilterAdmin(CaseRecordAdmin):
    list_display = ("name", named("owner__staff", "whose"), "is_shared")
    list_select_related = ("owner__staff",)
    ordering = ("name", "pk")
