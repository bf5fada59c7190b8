"""A half-typed call is kept until it is logged, thrown away, or a fortnight old."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cases.models import CallDraft, CaseEvent, Clinic, PriorAuthRequest, StaffMember
from cases.workflow.once import recorded_before
from priorauth.errors import ImpossibleFact, NotAllowedNow

LIVES = timedelta(days=14)
LONGEST = 40_000
"""Letters of one draft, names of the boxes included: several times what a long call needs."""


def keep_draft(
    staff: StaffMember,
    clinic: Clinic,
    request: PriorAuthRequest | None,
    fields: Mapping[str, Sequence[str]],
    *,
    now: datetime,
) -> CallDraft:
    """Keep what stands in the call form now; it takes the place of what was kept of it before.

    `now` is an aware instant. What is sent late, after its call was logged, is refused. Raises
    NotAllowedNow and ImpossibleFact.
    """
    token = _token(fields)
    if not token:
        raise ImpossibleFact("token", "Not kept: the page is too old. Open the form anew.")
    if sum(len(name) + sum(map(len, texts)) for name, texts in fields.items()) > LONGEST:
        raise ImpossibleFact(
            "summary", f"Not kept: more than {LONGEST:,} letters. Shorten what was said."
        )
    on_case = CaseEvent.objects.filter(request=request, token=token)
    if on_case.exists() or recorded_before(clinic, token):
        raise NotAllowedNow("This call is logged already; nothing more is kept of it.")
    typed = {name: list(texts) for name, texts in fields.items()}
    changes = {"fields": typed, "token": token, "updated_at": now}
    kept, _ = CallDraft.objects.update_or_create(
        clinic=clinic,
        request=request,
        staff=staff,
        defaults=changes,
        create_defaults={**changes, "begun_at": now},
    )
    return kept


def drop_draft(staff: StaffMember, request: PriorAuthRequest | None) -> bool:
    """Delete this person's half-typed call on that case (None: on no case); whether one was."""
    return CallDraft.objects.filter(staff=staff, request=request).delete()[0] > 0


def delete_old(now: datetime) -> int:
    """Delete what nobody went on with for a fortnight, of every clinic; the number of them."""
    return CallDraft._base_manager.filter(updated_at__lte=now - LIVES).delete()[0]


def _token(fields: Mapping[str, Sequence[str]]) -> str:
    try:
        return str(uuid.UUID("".join(fields.get("token", ()))))
    except ValueError:
        return ""
