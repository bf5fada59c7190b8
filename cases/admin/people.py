"""The people page: who works here, in which role. Joining and leaving have pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html

from cases.admin.base import ScopedModelAdmin
from cases.admin.forms import RecordForm
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.models import Invitation, Membership, StaffMember
from cases.workflow import staffing
from priorauth.errors import ImpossibleFact, NotAllowedNow
from priorauth.terms import Role


class RoleForm(RecordForm):
    """Changes a role, but never leaves the clinic without an owner."""

    def clean_role(self) -> str:
        role = self.cleaned_data["role"]
        try:
            staffing.check_role_change(self.instance, Role(role))
        except NotAllowedNow as refusal:
            self.add_error("role", str(refusal))
        return role

    def clean_backup(self) -> Membership | None:
        backup = self.cleaned_data["backup"]
        try:
            staffing.check_backup(self.instance, backup)
        except ImpossibleFact as refusal:
            self.add_error("backup", str(refusal))
        return backup


@admin.register(Membership)
class MembershipAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.PEOPLE
    form = RoleForm
    list_display = ("person", "email", "role", "is_active", "joined_on", "last_seen", "leaving")
    list_display_links = ("person",)
    list_select_related = ("staff",)
    list_filter = ("is_active", "role")
    starts = ("staff__last_name", "staff__first_name", "staff__email")
    search_help_text = "Name or e-mail"
    fields = ("person", "email", "role", "backup", "wants_digest", "is_active", "joined_on")
    readonly_fields = ("person", "email", "is_active", "joined_on")
    actions = None
    change_list_template = "admin/cases/people.html"

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        staffing.change_role(obj, Role(form.cleaned_data["role"]))
        staffing.name_backup(obj, form.cleaned_data.get("backup"))
        staffing.switch_digest(obj, is_wanted=form.cleaned_data["wants_digest"])

    @display(description="name", ordering="staff__last_name")
    def person(self, membership: Membership) -> str:
        return str(membership.staff)

    @display(description="e-mail", ordering="staff__email")
    def email(self, membership: Membership) -> str:
        return membership.staff.email

    @display(description="last sign-in", ordering="staff__last_login")
    def last_seen(self, membership: Membership) -> Any:
        return membership.staff.last_login

    @display(description="")
    def leaving(self, membership: Membership) -> str:
        if not membership.is_active:
            return "Has left"
        link = reverse("accounts:take_out", args=[membership.pk])
        return format_html('<a class="text-link" href="{}">Take out</a>', link)


@admin.register(Invitation)
class InvitationAdmin(ScopedModelAdmin):
    family = Family.PEOPLE
    is_looked_at_only = True
    list_display = ("email", "role", "invited_by", "invited_at", "expires_at", "accepted_at")
    list_select_related = ("invited_by",)
    list_display_links = None
    actions = None

    def get_fields(self, request: Any, obj: Any = None) -> list[str]:
        return ["email", "role", "invited_by", "invited_at", "expires_at", "accepted_at"]


@admin.register(StaffMember)
class StaffMemberAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    """Looked at only: a person belongs to themselves, perhaps to other clinics too."""

    family = Family.PEOPLE
    is_looked_at_only = True
    list_display = ("__str__", "email", "last_login")
    starts = ("last_name", "first_name", "email")
    search_help_text = "Name or e-mail"
    fields = ("first_name", "last_name", "email", "last_login")
    actions = None

    def get_queryset(self, request: Any) -> QuerySet:
        here = Membership.objects.values("staff")
        return super().get_queryset(request).filter(pk__in=here)
