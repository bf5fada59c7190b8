"""What the worklist is measured against: the list that the skin gives by itself, over its rows.

A stock `ModelAdmin` on a site of its own, for the bench only: the same joined columns, only those
read, fifty a page by the worklist's index, nothing counted. It has the skin's boxes to tick, as the
worklist has; a second one has none. `bench.desk` adds their addresses to the product's.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.urls import path
from unfold.admin import ModelAdmin

from cases.admin.permissions import Family
from cases.admin.site import DeskSite
from cases.models import Deadline
from cases.queries.worklist import PAGE
from cases.queries.worklist_shelves import IS_LIVE
from config.urls import urlpatterns as the_products
from priorauth.terms import OwedBy

_NEEDED = (
    "kind", "due_at", "act_at", "request__number", "request__patient__first_name",
    "request__patient__last_name", "request__coverage__plan__payer__name",
    "request__assigned_to__first_name", "request__assigned_to__last_name",
)  # fmt: skip


class Uncounted(Paginator):
    """Says that there are 1,000 rows and asks nobody."""

    count = 1000


class SkinsList(ModelAdmin):
    """Deadlines as the skin lists them."""

    list_display = ("kind", "due_at", "number", "patient", "payer", "assignee")
    list_select_related = (
        "request__patient",
        "request__coverage__plan__payer",
        "request__assigned_to",
    )
    list_per_page = PAGE
    show_full_result_count = False
    paginator = Uncounted
    family = Family.REQUESTS

    def get_queryset(self, request: Any) -> QuerySet:
        return Deadline.objects.filter(IS_LIVE, owed_by=OwedBy.CLINIC).only(*_NEEDED)

    def get_ordering(self, request: Any) -> tuple[str, ...]:
        return ("act_at", "pk")

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return True  # so there is something to do with ticked rows

    def has_module_permission(self, request: Any) -> bool:
        return True

    @admin.display(description="case")
    def number(self, row: Any) -> str:
        return row.request.number

    @admin.display
    def patient(self, row: Any) -> str:
        return f"{row.request.patient.last_name}, {row.request.patient.first_name}"

    @admin.display
    def payer(self, row: Any) -> str:
        return row.request.coverage.plan.payer.name

    @admin.display
    def assignee(self, row: Any) -> str:
        return row.request.assigned_to.get_full_name() if row.request.assigned_to else ""


class BareList(SkinsList):
    """The same with nothing to tick."""

    actions = None


def _site(name: str, kind: type[SkinsList]) -> DeskSite:
    site = DeskSite(name=name)
    # Not registered: the product's site refuses a list that is not bound to one clinic.
    site._registry[Deadline] = kind(Deadline, site)
    return site


ADDRESS, ADDRESS_BARE = "/skins/cases/deadline/", "/bare/cases/deadline/"
urlpatterns = [
    path("skins/", _site("skins", SkinsList).urls),
    path("bare/", _site("bare", BareList).urls),
    *the_products,
]
