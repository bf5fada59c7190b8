"""Naming a choice of the worklist, and taking the name away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cases.access import DeskRequest
from cases.desk.worklist_filters import asked_for, filters_of
from cases.models import SavedFilter
from cases.queries.saved_filters import seen_by
from cases.queries.worklist import Filters
from cases.workflow.saved_filters import may_remove, remove_filter, save_filter
from priorauth.errors import PriorAuthError

LONGEST_QUERY = 500


@require_POST
def save(request: DeskRequest) -> HttpResponse:
    """Name the list that was on screen. What is refused says why above the same list."""
    asked = dict(parse_qsl(request.POST.get("query", "")[:LONGEST_QUERY]))
    query = asked_for(filters_of(asked, request.user.pk))
    is_shared = request.POST.get("is_shared") == "1"
    try:
        kept = save_filter(
            request.membership, name=request.POST.get("name", ""), query=query, is_shared=is_shared
        )
    except PriorAuthError as refusal:
        messages.error(request, f"Not saved. {refusal}")
    else:
        whom = "everybody here" if is_shared else "you"
        messages.success(request, f"Saved as “{kept.name}”, for {whom}.")
    return _back(query)


@require_POST
def remove(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a name away. 404 for one that this person does not see."""
    kept = SavedFilter.objects.filter(pk=pk).first() if pk < 2**63 else None
    if kept is None or not (kept.is_shared or kept.owner_id == request.membership.pk):
        raise Http404
    try:
        remove_filter(request.membership, kept)
    except PriorAuthError as refusal:
        messages.error(request, f"Not removed. {refusal}")
    else:
        messages.success(request, f"“{kept.name}” is removed.")
    return HttpResponseRedirect(reverse("desk:worklist"))


def saved_links(request: DeskRequest, filters: Filters) -> list[dict[str, Any]]:
    """The named choices that this person sees, the one that is on told apart. One query."""
    now = asked_for(filters)
    return [
        {
            "pk": kept["pk"],
            "name": kept["name"],
            "url": "?" + urlencode(kept["query"]),
            "is_on": kept["query"] == now,
            "by": "" if kept["owner_id"] == request.membership.pk else _named(kept),
            "is_shared": kept["is_shared"],
            "may_remove": may_remove(
                request.membership, owner_id=kept["owner_id"], is_shared=kept["is_shared"]
            ),
        }
        for kept in seen_by(request.membership)
    ]


def _named(kept: Mapping[str, Any]) -> str:
    first, last = kept["owner__staff__first_name"], kept["owner__staff__last_name"]
    return f"{first} {last}".strip() or kept["owner__staff__username"]


def _back(query: dict[str, str]) -> HttpResponse:
    address = reverse("desk:worklist")
    return HttpResponseRedirect(f"{address}?{urlencode(query)}" if query else address)
