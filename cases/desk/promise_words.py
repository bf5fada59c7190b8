"""How a representative's promise stands, in words: the same beside a call and in the register."""

from __future__ import annotations

from datetime import datetime

from cases.desk import times
from cases.models import InsurerCall
from cases.models.contacts import PromiseStanding


def is_broken(call: InsurerCall, now: datetime) -> bool:
    """Whether the promise was not kept: a person said so, or its time passed (`now` is aware)."""
    if call.promise_standing == PromiseStanding.OPEN and call.promised_by_at is not None:
        return call.promised_by_at < now
    return bool(call.promise_standing == PromiseStanding.BROKEN)


def say_standing(call: InsurerCall, now: datetime, zone: str) -> str:
    """ "open", "kept", "broken since Fri 27 Nov 2026"; "" when nothing was promised.

    `now` is an aware instant, `zone` (IANA) the clinic's.
    """
    if call.promise_standing not in set(PromiseStanding):
        return ""
    if call.promise_standing == PromiseStanding.OPEN and is_broken(call, now):
        limit = times.say_limit(call.promised_by_at, zone)  # type: ignore[arg-type]
        return f"broken since {limit.removeprefix('end of ')}"
    return PromiseStanding(call.promise_standing).label.lower()
