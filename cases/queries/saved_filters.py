"""The named choices of the worklist that one person sees."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from cases.models import Membership, SavedFilter

LISTED = 40


def seen_by(membership: Membership) -> QuerySet[SavedFilter]:
    """One's own and those that the clinic shares, by name; at most 40."""
    rows = SavedFilter.objects.filter(Q(owner=membership) | Q(is_shared=True))
    return rows.select_related("owner__staff").order_by("name", "pk")[:LISTED]
