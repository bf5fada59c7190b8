"""How fresh what we know of the payer's status is, and when somebody said to look at it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from priorauth.deadlines.facts import Happening, Moment
from priorauth.lifecycle import carried
from priorauth.terms import EventKind, KnownBy

_BY_EVENT: Mapping[EventKind, KnownBy] = MappingProxyType(
    {
        **dict.fromkeys(
            (EventKind.SUBMITTED, EventKind.APPEAL_FILED, EventKind.EXTERNAL_REVIEW_FILED),
            KnownBy.OURS,
        ),
        **dict.fromkeys(
            (
                EventKind.RECEIVED_BY_PAYER,
                EventKind.REJECTED_BY_PAYER,
                EventKind.INFORMATION_REQUESTED,
                EventKind.PACKET_COMPLETE,
                EventKind.EXTENSION_NOTICED,
                EventKind.DETERMINED,
                EventKind.PEER_TO_PEER_HELD,
                EventKind.APPEAL_RECEIVED,
                EventKind.APPEAL_DECIDED,
                EventKind.EXTERNAL_REVIEW_ASSIGNED,
                EventKind.EXTERNAL_REVIEW_DECIDED,
            ),
            KnownBy.PAYER,
        ),
    }
)
_TOLD_THE_STATUS = frozenset({"still_pending", "decision_told", "information_asked"})
"""Outcomes of a call that say where the request stands."""

_ENDS = frozenset(
    {
        EventKind.DETERMINED,
        EventKind.APPEAL_DECIDED,
        EventKind.EXTERNAL_REVIEW_DECIDED,
        EventKind.REJECTED_BY_PAYER,
    }
)
"""What was looked for has come."""


@dataclass(frozen=True, slots=True)
class Known:
    """The day of the newest word on the status, and where it came from."""

    on: date
    by: KnownBy


def known_by(told: Happening) -> KnownBy | None:
    """Where the word on the status came from that this happening brought; None when it has none."""
    if told.kind is EventKind.STATUS_CHECKED:
        return carried.term(told, "how", KnownBy)
    if told.kind is EventKind.CALL_LOGGED:
        return KnownBy.PHONE if told.facts.get("outcome") in _TOLD_THE_STATUS else None
    return _BY_EVENT.get(told.kind)


def last_known(happenings: Sequence[Happening]) -> Known | None:
    """The newest word on the status by the day it was given; of one day, the last recorded.

    A happening whose date is not known gave no word that could be dated. None before any.
    """
    newest: Known | None = None
    for told in happenings:
        by = known_by(told)
        if by is None or told.when is None:
            continue
        if newest is None or told.when.on >= newest.on:
            newest = Known(told.when.on, by)
    return newest


def look_again(happenings: Sequence[Happening], since: str = "") -> Happening | None:
    """The newest happening that said when to look again, recorded after that of the key `since`.

    None when there is none, or when a later word on the status came on that day or after it: then
    somebody has looked. A decision, or the request sent back, ends it whenever it came.
    """
    found: Happening | None = None
    for told in reversed(happenings):
        if told.key == since:
            return None
        if carried.moment(told, "look_again") is not None:
            found = told
            break
    if found is None:
        return None
    later = happenings[happenings.index(found) + 1 :]
    again = carried.moment(found, "look_again")
    is_done = any(_came_by(told, again) for told in later if again is not None)
    return None if is_done else found


def _came_by(told: Happening, again: Moment) -> bool:
    if told.kind in _ENDS:
        return True
    return known_by(told) is not None and told.when is not None and told.when.on >= again.on


def moved_chase(
    happenings: Sequence[Happening], since: str, chase: datetime, legal: datetime | None
) -> datetime:
    """When to chase what the payer owes: at `chase`, or when it was said to look again.

    `since` is the key of the event from which its clock counts; instants are aware. Never after
    the payer's legal limit: looking again is a date of ours and hides none of the law's.
    """
    told = look_again(happenings, since)
    again = carried.moment(told, "look_again") if told else None
    when = again.latest if again else chase
    return min(when, legal) if legal else when
