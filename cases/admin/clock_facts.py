"""Facts of the directory on which dates rest: saving a change moves the deadlines at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import ModelForm
from django.utils import timezone

from cases.models import PriorAuthRequest
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
        actor = Actor(request.user, request.role, timezone.now())
        governed = PriorAuthRequest.objects.filter(**{self.cases_by: obj})
        moved = rebuild_open_cases(actor, governed)
        if moved:
            cases = "1 open case has" if moved == 1 else f"{moved} open cases have"
            messages.info(request, f"{cases} other deadlines now: see the worklist.")
