"""Cells that several lists share."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import display
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html

from cases.admin.base import ScopedModelAdmin
from cases.admin.labels import label_of
from cases.admin.permissions import Family


def named(path: str, header: str, *, order: str | None = None) -> Any:
    """A column that shows the row at the end of `path` by the name staff know it by.

    List the path in `list_select_related`.
    """

    @display(description=header, ordering=order)
    def column(row: Any) -> str:
        for step in path.split("__"):
            row = getattr(row, step) if row is not None else None
        return label_of(row) if isinstance(row, Model) else "–"

    return column


@display(description="patient", ordering="patient__last_name")
def patient_column(row: Any) -> str:
    return f"{row.patient.last_name}, {row.patient.first_name}"


class CaseRecordAdmin(ScopedModelAdmin):
    """A record of a case: shown here, made and changed by the steps on the case page only."""

    family = Family.REQUESTS
    is_looked_at_only = True
    list_select_related: Any = ("request",)
    list_display_links: Any = None
    ordering: Any = ("-pk",)
    actions = None

    @display(description="case", ordering="request__number")
    def case(self, row: Any) -> str:
        return case_link(row.request) if row.request_id else "–"


def case_link(request: Any) -> str:
    """The case number, leading to the case page."""
    return format_html(
        '<a class="text-link" href="{}">{}</a>',
        reverse("desk:case", args=[request.number]),
        request.number,
    )
