"""Facts of the directory on which dates rest: saving a change moves the deadlines at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.utils import timezone
from django_scopes import scope

from cases.models import Clinic, PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.rebuilding import rebuild_open_cases


class MovesClocks:
    """Mixin for an admin whose `clock_facts` govern the cases found by `cases_by`."""

    clock_facts: tuple[str, ...] = ()
    cases_by = ""

    def save_model(self, request: Any, obj: Model, form: ModelForm, change: bool) -> None:
        """Save, then bring the dates of the open cases in line and say how many moved."""
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        if not change or not set(form.changed_data) & set(self.clock_facts):
            return
        move_clocks(request, obj, self.cases_by)


class MovesWorkingDates:
    """Mixin for an admin of what says when the clinic is there: working dates rest on it."""

    def save_model(self, request: Any, obj: Any, form: ModelForm, change: bool) -> None:
        """Save, then bring the dates of the clinic's open cases in line."""
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        if form.changed_data:
            move_clocks(request, obj.clinic, "clinic")

    def delete_model(self, request: Any, obj: Any) -> None:
        """Delete, then the same."""
        clinic = obj.clinic
        super().delete_model(request, obj)  # type: ignore[misc]
        move_clocks(request, clinic, "clinic")

    def delete_queryset(self, request: Any, queryset: QuerySet[Any]) -> None:
        """Delete some at once, then the same for their clinic."""
        clinics = {each.clinic for each in queryset.select_related("clinic")}
        super().delete_queryset(request, queryset)  # type: ignore[misc]
        for clinic in clinics:
            move_clocks(request, clinic, "clinic")


def move_clocks(request: Any, obj: Any, cases_by: str) -> None:
    """Recompute the open cases that `obj` governs, in its own clinic, and say how many moved."""
    # Whoever runs the product may edit a clinic without working in it, or while in another.
    clinic = obj if isinstance(obj, Clinic) else obj.clinic
    with scope(clinic=clinic):
        governed = PriorAuthRequest.objects.filter(**{cases_by: obj})
    rebuild_and_say(request, clinic, governed)


def rebuild_and_say(request: Any, clinic: Clinic, cases: QuerySet[PriorAuthRequest]) -> None:
    """Recompute the open ones among `cases` of `clinic`, and say how many moved or wait for it."""
    actor = Actor(request.user, request.role, timezone.now())
    with scope(clinic=clinic):
        rebuilt = rebuild_open_cases(actor, cases)
    if rebuilt.waiting:
        messages.info(
            request,
            f"The dates of {rebuilt.waiting:,} open cases are being recounted with this change. "
            "Until its turn comes, each says so on the worklist and on its page.",
        )
    if moved := rebuilt.moved:
        words = "1 open case has" if moved == 1 else f"{moved} open cases have"
        messages.info(request, f"{words} other deadlines now: see the worklist.")
