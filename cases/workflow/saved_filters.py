"""A choice of the worklist gets a name, and loses it again."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from cases.models import Membership, Payer, SavedFilter
from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow
from priorauth.terms import Role

MOST = 30
"""Filters that one person may keep: more is no help in finding one."""
_LEADS = frozenset({Role.OWNER, Role.LEAD})


def save_filter(
    owner: Membership, *, name: str, query: Mapping[str, str], is_shared: bool
) -> SavedFilter:
    """Keep `query` under `name`; the owner's own filter of that name is replaced.

    `query` holds filters of the worklist that were read and spelled anew: nothing else belongs in
    an address. Runs inside the clinic's scope. Raises MissingFact ("name", "query"),
    ImpossibleFact ("payer", "name") and NotAllowedNow.
    """
    if owner.role == Role.AUDITOR:
        raise NotAllowedNow("Your role here looks only. Ask a biller to share a filter.")
    name = " ".join(name.split())
    if not name:
        raise MissingFact("name", "Give the choice a name, such as: my appeals.")
    if len(name) > 40:
        raise ImpossibleFact("name", "A name has 40 letters at most. Choose a shorter one.")
    if not query:
        raise MissingFact("query", "Nothing is narrowed: choose a group or a filter first.")
    payer = query.get("payer")
    if payer and not Payer.objects.filter(pk=payer).exists():
        raise ImpossibleFact("payer", "This payer is not on file here. Choose another.")
    with transaction.atomic():
        Membership._base_manager.select_for_update().get(pk=owner.pk)
        mine = SavedFilter.objects.filter(owner=owner)
        kept = mine.filter(name=name).first()
        if kept is None and mine.count() >= MOST:
            raise NotAllowedNow(f"You keep {MOST} filters already. Remove one first.")
        kept = kept or SavedFilter(clinic_id=owner.clinic_id, owner=owner, name=name)
        kept.query, kept.is_shared = dict(query), is_shared
        kept.save()
    return kept


def may_remove(membership: Membership, *, owner_id: int, is_shared: bool) -> bool:
    """One's own; what the clinic shares also the leads and owners."""
    is_own = owner_id == membership.pk
    return (is_own and membership.role != Role.AUDITOR) or (
        is_shared and Role(membership.role) in _LEADS
    )


def remove_filter(membership: Membership, kept: SavedFilter) -> None:
    """Take the name away. Raises NotAllowedNow for somebody else's."""
    if not may_remove(membership, owner_id=kept.owner_id, is_shared=kept.is_shared):
        raise NotAllowedNow("This filter is somebody else's. Ask them, or a billing lead.")
    kept.delete()
