"""Which promises of the payer's are still awaited, kept on their calls as a hint for lists."""

from __future__ import annotations

from collections.abc import Sequence

from cases.models import InsurerCall, PriorAuthRequest
from cases.models.contacts import PromiseStanding
from priorauth.deadlines.facts import Happening
from priorauth.lifecycle.promises import fulfilled_by
from priorauth.lifecycle.states import ENDED, CaseState

_DERIVED = (PromiseStanding.OPEN, PromiseStanding.NO_LONGER_AWAITED)


def mark_promises(
    request: PriorAuthRequest, happenings: Sequence[Happening], state: CaseState
) -> None:
    """Bring the hints of `request` in line with its facts. What a person settled stays."""
    if not any(told.facts.get("promise") for told in happenings):
        return
    keys = [line.key for line in state.lines]
    has_ended = state.filing in ENDED
    calls = InsurerCall._base_manager.filter(request=request, promise_standing__in=_DERIVED)
    for call in calls:
        is_over = has_ended or fulfilled_by(keys, happenings, str(call.event_id)) is not None
        standing = PromiseStanding.NO_LONGER_AWAITED if is_over else PromiseStanding.OPEN
        if call.promise_standing != standing:
            calls.filter(pk=call.pk).update(promise_standing=standing)
