"""Calls begun and not logged yet: each person sees their own."""

from __future__ import annotations

from functools import cache

from django.db.models import Exists, OuterRef, QuerySet

from cases.models import CallDraft, CaseEvent, PriorAuthRequest, StaffMember
from cases.queries.kept_selects import KeptSelect, Slot, in_scope, keep, number
from cases.queries.limited import Filled


def begun_by(staff: StaffMember | Slot) -> QuerySet[CallDraft]:
    """This person's half-typed calls in the clinic in scope, latest first.

    One whose call was logged while its last words were still on their way is not among them.
    """
    logged = CaseEvent.objects.filter(request=OuterRef("request"), token=OuterRef("token"))
    return CallDraft.objects.filter(~Exists(logged), staff=staff)


def begun_keys(staff: StaffMember) -> Filled:
    """Those drafts, to be counted together with other things; up to 100."""
    return _begun_keys().filled(in_scope(staff=staff.pk))


@cache
def _begun_keys() -> KeptSelect:
    return keep(lambda: begun_by(number("staff")).order_by().values_list("pk")[:100])


def begun_on(staff: StaffMember, request: PriorAuthRequest | None) -> CallDraft | None:
    """The half-typed call of this person on that case (None: on no case), if there is one."""
    return begun_by(staff).filter(request=request).first()
