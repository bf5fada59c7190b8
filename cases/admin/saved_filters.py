"""The worklist's named choices: made and taken away on the worklist."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from cases.admin.columns import CaseRecordAdmin, named
from cases.models import SavedFilter


@admin.register(SavedFilter)
class SavedFilterAdmin(CaseRecordAdmin):
    list_display = ("name", named("owner__staff", "whose"), "is_shared")
    list_select_related = ("owner__staff",)
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedFilter]:
        """One's own, and what the clinic shares."""
        mine = Q(owner__staff=request.user) | Q(is_shared=True)
        return super().get_queryset(request).filter(mine)
