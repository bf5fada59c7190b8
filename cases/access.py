"""Which clinic the signed-in person works in, and the wall around it.

Every request of a signed-in person runs inside the scope of one clinic: the managers of
clinic-owned records see that clinic's rows only. A request without a clinic runs without a scope,
and then those managers raise. Membership is read anew for each request, so taking a person out
takes effect at their next click.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django_scopes import get_scope, scope, scopes_disabled

from cases.models import Clinic, Membership, PriorAuthRequest, StaffMember
from priorauth.terms import Role

SESSION_KEY = "clinic"
FORM_FIELD = "_clinic"
"""Hidden field of forms that make something new: the clinic the page was opened for."""

_ACCOUNT_PAGES = frozenset(
    {
        "admin:login",
        "admin:logout",
        "admin:password_change",
        "admin:password_change_done",
        "admin:jsi18n",
    }
)
_SETTING_UP = ("admin:index", "admin:cases_clinic_")


class DeskRequest(HttpRequest):
    """A request of a signed-in person who works in a clinic, as views of the desk get it."""

    user: StaffMember
    clinic: Clinic
    membership: Membership
    role: Role
    memberships: list[Membership]


class InAnotherClinic(Exception):
    """The case asked for belongs to another clinic of the same person."""

    def __init__(self, clinic: Clinic) -> None:
        super().__init__("in another clinic of this person")
        self.clinic = clinic


class ClinicMiddleware:
    """Sets `request.clinic`, `.membership`, `.role` and `.memberships`, and opens the scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        with ExitStack() as stack:
            enter(request, _membership(request))
            if request.clinic is not None:
                stack.enter_context(scope(clinic=request.clinic))
                stack.enter_context(timezone.override(zone_of(request.clinic)))
            return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable, args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not request.user.is_authenticated or _needs_no_clinic(request, view):
            return None
        if request.clinic is None:
            return _refusal(request, "accounts/no_clinic.html")
        if request.POST.get(FORM_FIELD, str(request.clinic.pk)) != str(request.clinic.pk):
            return _refusal(request, "accounts/form_of_another_clinic.html")
        if request.session.get(SESSION_KEY) != request.clinic.pk:
            request.session[SESSION_KEY] = request.clinic.pk
        return None

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        if not isinstance(error, InAnotherClinic):
            return None
        switch_to(request, error.clinic)
        return redirect(request.get_full_path())


def enter(request: Any, membership: Membership | None) -> None:
    """Put the clinic of `membership` (None: no clinic) on the request. Opens no scope."""
    request.membership = membership
    request.clinic = membership.clinic if membership else None
    request.role = Role(membership.role) if membership else None


def switch_to(request: DeskRequest, clinic: Clinic) -> None:
    """Make `clinic` the current one from the next request on: redirect after calling this.

    Raises Http404 when the signed-in person has no active membership there, the same as for a
    clinic that does not exist.
    """
    if not any(membership.clinic_id == clinic.pk for membership in request.memberships):
        raise Http404
    request.session[SESSION_KEY] = clinic.pk


def case_or_404(request: DeskRequest, number: str, queryset: Any | None = None) -> PriorAuthRequest:
    """The case of this number in the current clinic; `queryset` may bring joins and prefetches.

    Raises Http404 for a case of a clinic the person does not belong to and for a number that does
    not exist alike. When the case is in another clinic of theirs and the page is only looked at,
    the middleware switches clinic and asks the browser to come back.
    """
    cases = PriorAuthRequest.objects.all() if queryset is None else queryset
    found = cases.filter(number=number).first()
    if found is not None:
        return found
    others = {
        membership.clinic_id: membership.clinic
        for membership in request.memberships
        if membership.clinic_id != request.clinic.pk
    }
    if others and request.method in ("GET", "HEAD"):
        with scope(clinic=list(others.values())):
            clinic_id = (
                PriorAuthRequest.objects.filter(number=number)
                .values_list("clinic_id", flat=True)
                .first()
            )
        if clinic_id is not None:
            raise InAnotherClinic(others[clinic_id])
    raise Http404


def current_clinic() -> Clinic:
    """The clinic of the scope that is open. Raises LookupError when there is none."""
    clinic = get_scope().get("clinic")
    if not isinstance(clinic, Clinic):
        raise LookupError("No single clinic is in scope here.")
    return clinic


def zone_of(clinic: Clinic) -> zoneinfo.ZoneInfo:
    """The clinic's time zone; UTC when the stored name is not one."""
    try:
        return zoneinfo.ZoneInfo(clinic.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")


def _membership(request: Any) -> Membership | None:
    """The membership to work in: the form's clinic, else the session's, else the first by name."""
    request.memberships = _memberships(request)
    by_clinic = {str(membership.clinic_id): membership for membership in request.memberships}
    asked = request.POST.get(FORM_FIELD) if request.method == "POST" and by_clinic else None
    for clinic_id in (asked, str(request.session.get(SESSION_KEY))):
        if clinic_id in by_clinic:
            return by_clinic[clinic_id]
    return request.memberships[0] if request.memberships else None


def _memberships(request: Any) -> list[Membership]:
    if not request.user.is_authenticated:
        return []
    with scopes_disabled():
        return list(
            Membership.objects.filter(staff=request.user, is_active=True, clinic__is_active=True)
            .select_related("clinic")
            .order_by("clinic__name", "clinic_id")
        )


def _needs_no_clinic(request: Any, view: Callable) -> bool:
    """Account pages, pages open to everybody, and clinic set-up for whoever runs the product."""
    name = request.resolver_match.view_name or ""
    return (
        name in _ACCOUNT_PAGES
        or getattr(view, "login_required", True) is False
        or (request.clinic is None and request.user.is_superuser and name.startswith(_SETTING_UP))
    )


def _refusal(request: Any, template: str) -> HttpResponse:
    response = render(request, template, admin.site.each_context(request), status=403)
    add_never_cache_headers(response)
    return response
