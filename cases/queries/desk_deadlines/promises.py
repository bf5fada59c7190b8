"""What the payer's representatives promised on calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cases.models import PriorAuthRequest
from cases.models.contacts import PromiseStanding
from cases.queries.desk_deadlines.shaping import own_deadline, when_told
from cases.queries.facts import zones
from priorauth.calendars.wording import say_time
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening
from priorauth.lifecycle.promises import fulfilled_by
from priorauth.lifecycle.states import CaseState
from priorauth.terms import ClockKind, EventKind, OwedBy, Standing


def promises(
    request: PriorAuthRequest, happenings: Sequence[Happening], state: CaseState
) -> Iterator[ComputedDeadline]:
    """What was promised on a call, until a person settles it or nothing of it is awaited."""
    if not any(told.facts.get("promise") for told in happenings):
        return
    known = {told.key: told for told in happenings}
    keys = [line.key for line in state.lines]
    zone = zones(request)[0]
    for call in request.calls.exclude(promise="").order_by("pk"):
        logged = known.get(str(call.event_id))
        if logged is None or call.promised_by_at is None:
            continue
        settled = next(
            (
                told
                for told in reversed(happenings)
                if told.kind is EventKind.PROMISE_SETTLED and told.facts.get("call") == str(call.pk)
            ),
            None,
        )
        answer = own_deadline(
            "desk-promise",
            ClockKind.PROMISE,
            OwedBy.PAYER,
            logged.key,
            when_told(logged, zone),
            call.promised_by_at,
            f"Promised by the payer's representative on a call, "
            f"for {say_time(call.promised_by_at, zone)}.",
            settled=settled or fulfilled_by(keys, happenings, logged.key),
            if_missed="Call again, name the first call's reference, and ask for a supervisor.",
        )
        if settled and call.promise_standing == PromiseStanding.BROKEN:
            answer = replace(answer, standing=Standing.MISSED)
        yield answer
