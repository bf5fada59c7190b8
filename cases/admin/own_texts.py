"""The clinic's own texts."""

from __future__ import annotations

from django.contrib import admin

from cases.admin.base import ScopedModelAdmin
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.models import OwnText


@admin.register(OwnText)
class OwnTextAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.DIRECTORY
    list_display = ("name", "use", "reason", "is_active")
    list_filter = ("use", "reason", "is_active")
    starts = ("name",)
    search_help_text = "Name"
    fields = (("name", "use"), "reason", "text", "is_active")
    help_texts = {"use": "Beside which steps it is offered, filled in and ready to copy."}
