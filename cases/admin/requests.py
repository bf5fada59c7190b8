"""The list of cases. A case is opened, worked and corrected on its own page at the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from cases.admin.columns import CaseRecordAdmin, named, patient_column
from cases.admin.search import FindsByNameOrNumber
from cases.desk.freshness_words import status_as_of
from cases.models import CaseEvent, Deadline, Membership, PriorAuthRequest


class AssignedTo(admin.SimpleListFilter):
    """Whose cases: the people of this clinic, those who left with cases in their name too."""

    title = "assigned to"
    parameter_name = "assigned_to"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        people = Membership.objects.select_related("staff")
        return [
            ("nobody", "Nobody"),
            *(
                (str(person.staff_id), f"{person.staff}{'' if person.is_active else ' (left)'}")
                for person in people
            ),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value == "nobody":
            return queryset.filter(assigned_to__isnull=True)
        return queryset.filter(assigned_to=value) if value and value.isdecimal() else queryset


@admin.register(PriorAuthRequest)
class PriorAuthRequestAdmin(FindsByNameOrNumber, CaseRecordAdmin):
    list_display = (
        "number",
        patient_column,
        named("coverage__plan__payer", "payer"),
        "product",
        "urgency",
        "status",
        "as_of",
        named("assigned_to", "assigned to"),
    )
    list_display_links = ("number",)
    list_select_related = ("patient", "coverage__plan__payer", "assigned_to")
    list_filter = ("status", "urgency", "product", AssignedTo)
    names = (
        "patient__last_name_folded",
        "patient__last_name_part",
        "patient__first_name_folded",
        "patient__first_name_part",
    )
    numbers = ("number",)
    folded_numbers = ("coverage__member_id_folded",)
    search_help_text = "Case, patient or member ID"

    @display(description="the payer's status")
    def as_of(self, row: PriorAuthRequest) -> str:
        """How old it is, while an answer is awaited."""
        today = timezone.localdate()  # a request runs in its clinic's zone
        as_of = status_as_of(
            row.status, row.verified_on, row.verified_how, row.fresh_through, today
        )
        return f"{as_of.words}{': stale' if as_of.is_stale else ''}" if as_of else "–"

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Its case page; for one that is not on file, what the admin says of such."""
        found: Any = self.get_object(request, object_id)
        if found is not None and self.has_view_permission(request, found):
            return redirect("desk:case", number=found.number)
        return super().change_view(request, object_id, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """The timeline on the case page is the history."""
        return self.change_view(request, object_id)


@admin.register(CaseEvent)
class CaseEventAdmin(CaseRecordAdmin):
    list_display = ("case", "kind", "happened_at", "happened_on", "learned_at", "recorded_by")
    list_select_related = ("request", "recorded_by")
    list_filter = ("kind",)


@admin.register(Deadline)
class DeadlineAdmin(CaseRecordAdmin):
    list_display = ("case", "kind", "owed_by", "due_at", "act_at", "standing", "revision")
    list_filter = ("standing", "owed_by", "kind")
