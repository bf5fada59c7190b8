"""The named choices of the worklist that one person sees."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import Q, QuerySet

from cases.models import Membership, SavedFilter
from cases.queries.kept_selects import KeptSelect, in_scope, keep, number

LISTED = 40
ROW = (
    "pk", "name", "query", "is_shared", "owner_id", "owner__staff__first_name",
    "owner__staff__last_name", "owner__staff__username",
)  # fmt: skip


def seen_by(membership: Membership) -> list[dict[str, Any]]:
    """One's own and those that the clinic shares, by name; at most 40. The columns of `ROW`."""
    return _seen_by().rows(in_scope(owner=membership.pk))


@cache
def _seen_by() -> KeptSelect:
    def build() -> QuerySet:
        rows = SavedFilter.objects.filter(Q(owner=number("owner")) | Q(is_shared=True))
        return rows.order_by("name", "pk").values(*ROW)[:LISTED]

    return keep(build)
