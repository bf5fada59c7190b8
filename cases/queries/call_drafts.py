"""Calls begun and not logged yet: each person sees their own."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from cases.models import CallDraft, CaseEvent, PriorAuthRequest, StaffMember


def begun_by(staff: StaffMember) -> QuerySet[CallDraft]:
    """This person's half-typed calls in the clinic in scope, latest first.

    One whose call was logged while its last words were still on their way is not among them.
    """
    logged = CaseEvent.objects.filter(request=OuterRef("request"), token=OuterRef("token"))
    return CallDraft.objects.filter(~Exists(logged), staff=staff)


def begun_on(staff: StaffMember, request: PriorAuthRequest | None) -> CallDraft | None:
    """The half-typed call of this person on that case (None: on no case), if there is one."""
    return begun_by(staff).filter(request=request).first()
