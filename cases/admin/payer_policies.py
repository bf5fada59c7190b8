"""Payers' own time limits: which open deadlines an edit moves is shown before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import display
from django.contrib.admin.filters import RelatedOnlyFieldListFilter
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from cases.admin.base import ScopedModelAdmin
from cases.admin.clock_facts import rebuild_and_say
from cases.admin.forms import RecordForm
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.desk import times
from cases.models import PayerPolicy, PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.moves import SHOWN, CaseMove, first_moves

SEEN, BACK = "_moves_seen", "_back_to_form"
# An edit of these moves no date.
_SAYS_ONLY = {"source", "page", "link", "notes", "basis", "checked_on", "seen_version"}


class MovesNotSeen(Exception):
    """The save would move deadlines, and nobody has looked at which; it is taken back."""

    def __init__(self, moves: list[CaseMove]) -> None:
        super().__init__("the deadlines that move were not looked at")
        self.moves = moves


class PayerPolicyForm(RecordForm):
    """A policy; sent back from the page of moves it is not saved, and keeps what was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missing = {
            "amount": "Write the number, from 1 to 400.",
            "source": "Name the manual or contract.",
            "page": "Write the page or section: without it nobody can check the date.",
            "checked_on": "Write the day on which somebody read it there.",
        }
        for name, words in missing.items():
            if name in self.fields:
                self.fields[name].error_messages["required"] = words

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if BACK in self.data:
            raise forms.ValidationError("Nothing is saved yet. Change it, then save.")
        return cleaned


@admin.register(PayerPolicy)
class PayerPolicyAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.DIRECTORY
    form = PayerPolicyForm
    list_display = ("kind", "payer", "plan", "window", "source", "page", "checked_on")
    list_select_related = ("payer", "plan__payer")
    list_filter = (("payer", RelatedOnlyFieldListFilter), "kind")
    starts = ("payer__name", "source")
    search_help_text = "Payer or manual"
    fieldsets = (
        ("Whose", {"fields": (("payer", "plan"),)}),
        (
            "The window",
            {"fields": (("kind", "starts_on"), ("amount", "unit"), ("urgency", "item"))},
        ),
        ("Where it stands", {"fields": (("source", "page"), ("basis", "checked_on"), "link")}),
        ("Since when", {"fields": (("effective_from", "effective_to"), "notes")}),
    )
    help_texts = {
        "payer": "Whose manual or contract it is.",
        "kind": "What must be done within it. Never a limit of law: it brings work forward.",
        "starts_on": "The event from which the manual counts.",
        "amount": "A number from 1 to 400.",
        "link": "Where it can be read.",
    }

    @display(description="window", ordering="amount")
    def window(self, row: PayerPolicy) -> str:
        return f"{row.amount} {row.get_unit_display()}"

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """As usual; a save that moves deadlines is taken back and shown first."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except MovesNotSeen as held:
            return self._moves_page(request, held.moves)

    def save_model(self, request: Any, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """Save and move the open cases' dates; raise MovesNotSeen unless they were shown."""
        super().save_model(request, obj, form, change)
        governed = _governed(obj, form.initial if change else {})
        # Where it stands is said anew on the dates; only the window itself can move them.
        moves_dates = not change or set(form.changed_data) - _SAYS_ONLY
        if moves_dates and SEEN not in request.POST:
            actor = Actor(request.user, request.role, timezone.now())
            if moves := first_moves(actor, governed):
                raise MovesNotSeen(moves)
        rebuild_and_say(request, request.clinic, governed)

    def delete_model(self, request: Any, obj: Any) -> None:
        governed = _governed(obj, {})
        super().delete_model(request, obj)
        rebuild_and_say(request, request.clinic, governed)

    def delete_queryset(self, request: Any, queryset: QuerySet) -> None:
        payers = list(queryset.values_list("payer_id", flat=True))
        super().delete_queryset(request, queryset)
        cases = PriorAuthRequest.objects.filter(coverage__plan__payer__in=payers)
        rebuild_and_say(request, request.clinic, cases)

    def _moves_page(self, request: Any, moves: list[CaseMove]) -> HttpResponse:
        zone = times.zone_of(request.clinic)
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", SEEN, BACK)
            for value in values
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "What this policy moves",
            "rows": [_row(move, zone) for move in moves[:SHOWN]],
            "shown": SHOWN,
            "has_more": len(moves) > SHOWN,
            "typed": typed,
            "seen": SEEN,
            "back": BACK,
        }
        return TemplateResponse(request, "admin/cases/payer_policy_moves.html", context)


def _governed(obj: PayerPolicy, before: Mapping[str, Any]) -> QuerySet[PriorAuthRequest]:
    """The cases that the policy is for, and those it was for before the edit."""
    was_for = Q(coverage__plan__payer=obj.payer_id)
    if before.get("payer"):
        was_for |= Q(coverage__plan__payer=before["payer"])
    return PriorAuthRequest.objects.filter(was_for)


def _row(move: CaseMove, zone: str) -> dict[str, Any]:
    return {
        "number": move.number,
        "dates": [
            {
                "step": each.step,
                "before": times.say_at(each.before, zone) if each.before else "no date",
                "after": times.say_at(each.after, zone) if each.after else "no date",
            }
            for each in move.dates
        ],
    }
