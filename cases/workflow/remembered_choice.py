"""Whose cases a person last chose on the worklist is kept with their place in the clinic."""

from __future__ import annotations

from cases.models import Membership


def remember_whose(membership: Membership, whose: str) -> None:
    """Have the worklist open on `whose` cases for this person; nothing is written when it does."""
    if membership.worklist_whose != whose:
        membership.worklist_whose = whose
        Membership._base_manager.filter(pk=membership.pk).update(worklist_whose=whose)
