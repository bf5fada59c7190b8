"""Every address of the desk and the admin for one made-up clinic, with the questions it knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.filters import FieldListFilter
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from cases.desk.steps import PAGES
from cases.models import Clinic, PriorAuthRequest, StaffMember

ASKED = {
    "desk:worklist": ["at", "whose", "side", "status", "payer", "group", "problems"],
    "desk:new_request": ["patient", "previous", "of"],
    "desk:new_call": ["case", "of"],
    "accounts:join": ["token"],
    "admin:autocomplete": ["term", "page", "app_label", "model_name", "field_name"],
    "admin:search": ["s", "extended"],
}
CASES = 8


def desk(cases: list[PriorAuthRequest]) -> list[tuple[str, list[str]]]:
    """(address, parameters) of every desk and account page, and of every step of these cases."""
    places = [(reverse(name), ASKED.get(name, ["x"])) for name in _bare()]
    for case in cases:
        number = case.number
        places.append((reverse("desk:case", args=[number]), ["show", "all"]))
        places.append((reverse("desk:financing", args=[number]), ["x"]))
        places.append((reverse("desk:appeal_letter", args=[number]), ["x"]))
        for page in PAGES:
            places.append((reverse("desk:step", args=[number, page.slug]), ["of", "back"]))
        for deadline in case.deadlines.all()[:1]:
            places.append((reverse("desk:why", args=[number, deadline.pk]), ["x"]))
            places.append((reverse("desk:answer", args=[number, deadline.pk]), ["until"]))
    return places


def strange_addresses(number: str) -> list[str]:
    """Addresses that no link leads to."""
    big = "9" * 30
    paths = [
        "/case/%00/", "/case/%ED%A0%80/", f"/case/{'x' * 5000}/", "/case/%FF/",
        f"/case/{number}/why/{big}/", f"/case/{number}/undo/{big}/",
        f"/case/{number}/document/{big}/",
        f"/case/{number}/appeal-letter/{big}/",
        f"/case/{number}/appeal-letter/{big}/packet/",
        f"/case/{number}/document/9223372036854775807/",
        f"/import/{big}/", f"/import/{big}/rejects/", "/import/9223372036854775808/",
        f"/accounts/people/{big}/take-out/", "/accounts/new-password/%00/x/",
        "/accounts/new-password/MQ/%00/", "/reminders/00000000-0000-0000-0000-000000000000/",
        "/answer/x/", "/answer/%00/", f"/case/{number}/answer/{big}/",
        "/%00", "/admin/%00/", "/admin/cases/patient/%00/change/",
    ]  # fmt: skip
    for model in admin.site._registry:
        for key in ("_00", big, "9223372036854775808", "-1", "x", "%00", "_ED_A0_80", "\u00b2"):
            paths.append(f"/admin/cases/{model._meta.model_name}/{key}/change/")
    return paths


def admin_lists() -> list[tuple[str, list[str]]]:
    """Every list of the admin, with every way to narrow it."""
    places = []
    for model, model_admin in admin.site._registry.items():
        names = ["q", "p", "o", "e", "all", "_to_field", "_popup", "_changelist_filters"]
        for option in model_admin.list_filter:
            kind = option[1] if isinstance(option, tuple) else option
            if isinstance(option, str) or issubclass(kind, FieldListFilter):
                path = option[0] if isinstance(option, tuple) else option
                ends = ("", "__exact", "__id__exact", "__in", "__isnull", "__gte", "__lt")
                names += [f"{path}{end}" for end in ends]
            else:
                names.append(kind.parameter_name)
        places.append((_of(model, "changelist"), names))
    return places


def admin_forms(clinic: Clinic) -> list[str]:
    """The page to add a row of every model, and the page to change one."""
    found = []
    for model in admin.site._registry:
        found += [_of(model, "add"), _of(model, "changelist")]
        row = _row(model, clinic)
        if row is not None:
            found.append(_of(model, "change", row.pk))
    return [*found, reverse("admin:password_change")]


def _row(model: Any, clinic: Clinic) -> Any:
    if model is Clinic:
        return clinic
    if model is StaffMember:
        return StaffMember.objects.filter(memberships__clinic=clinic).first()
    return model._base_manager.filter(clinic=clinic).order_by("-pk").first()


def _of(model: Any, view: str, *args: Any) -> str:
    return reverse(f"admin:cases_{model._meta.model_name}_{view}", args=args)


def _bare(resolver: URLResolver | None = None, names: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from _bare(entry, f"{names}{entry.namespace}:" if entry.namespace else names)
        elif entry.name and not entry.pattern.converters:
            yield f"{names}{entry.name}"


def is_of_the_admin(address: str) -> bool:
    """Whether the skin answers there."""
    return bool(re.match(r"/admin/", address))
