"""The absence calendar: everybody keeps their own, leads and owners everybody's."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model

from cases.admin.base import ScopedModelAdmin
from cases.admin.columns import named
from cases.admin.forms import RecordForm
from cases.admin.permissions import LEADS, Act, Family
from cases.models import Absence, Membership
from priorauth.terms import Role


class AbsenceForm(RecordForm):
    """Hands over to somebody else who can act."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        member, other = said.get("member"), said.get("hand_over_to")
        if member is not None and other is not None:
            if member.pk == other.pk:
                raise ValidationError(
                    {"hand_over_to": "Nobody stands in for themselves. Choose somebody else."}
                )
            if not other.is_active or other.role == Role.AUDITOR:
                raise ValidationError(
                    {"hand_over_to": "This person could not act on a reminder here."}
                )
        return said


@admin.register(Absence)
class AbsenceAdmin(ScopedModelAdmin):
    family = Family.ABSENCES
    form = AbsenceForm
    list_display = (
        named("member__staff", "who"),
        "away_from",
        "away_through",
        named("hand_over_to__staff", "stands in"),
        "note",
    )
    list_display_links = ("away_from",)
    list_select_related = ("member__staff", "hand_over_to__staff")
    fields = ("member", ("away_from", "away_through"), "hand_over_to", "note")
    actions = None

    def _may(self, request: Any, act: Act, obj: Model | None) -> bool:
        if not super()._may(request, act, obj):
            return False
        is_own = isinstance(obj, Absence) and obj.member_id == request.membership.pk
        return act in (Act.VIEW, Act.ADD) or obj is None or is_own or request.role in LEADS

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: Any, **kwargs: Any) -> Any:
        found = super().formfield_for_foreignkey(db_field, request, **kwargs)
        rows = Membership.objects.filter(is_active=True).select_related("staff")
        if db_field.name == "member":
            if request.role not in LEADS:
                rows = rows.filter(pk=request.membership.pk)
            found.initial = request.membership.pk
        found.queryset = rows
        return found
