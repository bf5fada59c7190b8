"""Our admin site: one clinic at a time, the worklist as home, nothing of the stock site's leaks."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite

from cases.admin.base import ScopedModelAdmin
from cases.admin.labels import joined_for_label, label_of
from cases.admin.navigation import sidebar
from cases.admin.permissions import Family
from cases.desk.rights import rights_of
from cases.forms.accounts import SignInForm


class NamedAutocomplete(AutocompleteJsonView):
    """Rows by the names staff know them by."""

    def get_queryset(self) -> QuerySet:
        return joined_for_label(super().get_queryset())

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        return {"id": str(getattr(obj, to_field_name)), "text": label_of(obj)}


class DeskSite(UnfoldAdminSite):
    """The site all staff work in. Registers nothing but `ScopedModelAdmin`s."""

    site_header = site_title = "Prior authorization desk"
    index_title = "Everything on file"
    enable_nav_sidebar = True
    empty_value_display = "–"
    login_form = SignInForm
    password_change_template = None

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        if admin_class is None or not issubclass(admin_class, ScopedModelAdmin):
            raise ImproperlyConfigured(
                f"{model_or_iterable} must be registered with a ScopedModelAdmin: a stock "
                "ModelAdmin shows every clinic's rows."
            )
        super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: Any) -> bool:
        """A clinic to work in lets a person in; whoever runs the product sets clinics up."""
        clinic = getattr(request, "clinic", None)
        return request.user.is_active and (clinic is not None or request.user.is_superuser)

    def get_urls(self) -> list[URLPattern]:
        # "view on site" redirects to any row of any model by its id.
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def index(self, request: Any, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The worklist. Whoever only sets clinics up is led to the clinics."""
        if request.clinic is None:
            return redirect("admin:cases_clinic_changelist")
        try:
            return redirect("desk:worklist")
        except NoReverseMatch:
            return super().index(request, extra_context)

    def get_app_list(self, request: Any, app_label: str | None = None) -> list[dict[str, Any]]:
        """What is on file, grouped by family in place of by app.

        Worked out when it is first looked at: most pages are given it and show the menu instead.
        """
        return cast(Any, SimpleLazyObject(lambda: self._by_family(request, app_label)))

    def _by_family(self, request: Any, app_label: str | None) -> list[dict[str, Any]]:
        groups: dict[Family, list[dict[str, Any]]] = {family: [] for family in Family}
        for app in super().get_app_list(request, app_label):
            for entry in app["models"]:
                groups[self._registry[entry["model"]].family].append(entry)
        return [
            {
                "name": family.value,
                "app_label": family.name.lower(),
                "app_url": reverse("admin:app_list", args=["cases"]),
                "has_module_perms": True,
                "models": entries,
            }
            for family, entries in groups.items()
            if entries
        ]

    def autocomplete_view(self, request: Any) -> Any:
        return NamedAutocomplete.as_view(admin_site=self)(request)

    def search(self, request: Any, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Menu entries that match. The skin's own search keeps answers past a change of role."""
        term = request.GET.get("s", "").strip().lower()
        if not term:
            return HttpResponse()
        results = self._search_apps(self.get_app_list(request), term)
        template = (
            "unfold/helpers/command_results.html"
            if "extended" in request.GET
            else "unfold/helpers/search_results.html"
        )
        context = {"results": results, "page_counter": 0, "command_show_history": False}
        return TemplateResponse(request, template, context, headers={"HX-Trigger": "search"})

    def get_sidebar_list(self, request: Any) -> list[Any]:
        """The menu, printed already (`unfold/helpers/app_list.html` is ours)."""
        return sidebar(request)

    def each_context(self, request: Any) -> dict[str, Any]:
        return {
            **super().each_context(request),
            "colors": None,  # in app.css, not in every page
            "clinic": getattr(request, "clinic", None),
            "role": getattr(request, "role", None),
            "may": rights_of(getattr(request, "role", None)),
            "memberships": getattr(request, "memberships", []),
        }
