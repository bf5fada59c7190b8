"""Who is reminded of a deadline: living members of its clinic, and who steps in for whom."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cases.models import Absence, Membership
from cases.workflow.due import Due
from priorauth.reminders import Audience
from priorauth.terms import ClockKind, OwedBy, Role

logger = logging.getLogger(__name__)

CLINICIANS_OWN = frozenset({ClockKind.PEER_TO_PEER, ClockKind.APPOINTMENT})
"""Only the clinician can do it: the clinician of the case, who signs in here, is told too."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """An active member of a clinic who may sign in.

    `backup_id` and `hand_over_id` are staff numbers: who is called in, and who gets the reminders
    while this person is away today. `stands_in_for` is set on a recipient who does so.
    """

    staff_id: int
    role: Role
    has_address: bool
    backup_id: int | None = None
    is_away: bool = False
    hand_over_id: int | None = None
    stands_in_for: int | None = None


def teams(clinic_ids: Iterable[int], now: datetime) -> Mapping[int, Sequence[Colleague]]:
    """The living members of each clinic at `now` (aware), in order of joining. Two queries.

    Without auditors: they look only, so nothing is theirs to do.
    """
    keys = set(clinic_ids)
    away = _away(keys, now)
    found: dict[int, list[Colleague]] = defaultdict(list)
    rows = (
        Membership._base_manager.filter(clinic_id__in=keys, is_active=True, staff__is_active=True)
        .exclude(role=Role.AUDITOR)
        .order_by("pk")
        .values_list("pk", "clinic_id", "staff_id", "role", "staff__email", "backup__staff_id")
    )
    for pk, clinic_id, staff_id, role, email, backup_id in rows:
        found[clinic_id].append(
            Colleague(
                staff_id, Role(role), bool(email.strip()), backup_id, pk in away, away.get(pk)
            )
        )
    return found


def _away(clinic_ids: set[int], now: datetime) -> Mapping[int, int | None]:
    """Memberships away on their clinic's local day, each with the staff number of the stand-in."""
    near = timedelta(days=1)
    rows = Absence._base_manager.filter(
        clinic_id__in=clinic_ids,
        away_from__lte=(now + near).date(),
        away_through__gte=(now - near).date(),
    ).values_list(
        "member_id", "hand_over_to__staff_id", "away_from", "away_through", "clinic__time_zone"
    )
    found: dict[int, int | None] = {}
    for member_id, stand_in, first, last, zone in rows.order_by("pk"):
        try:
            today = now.astimezone(ZoneInfo(zone)).date()
        except (ZoneInfoNotFoundError, ValueError):
            # One clinic's zone that this machine does not know must not stop everybody's mail.
            logger.error("Absence %s: its clinic's time zone is not known here", member_id)
            continue
        if first <= today <= last:
            found[member_id] = stand_in or found.get(member_id)
    return found


def recipients(
    deadline: Due,
    team: Sequence[Colleague],
    *,
    is_last: bool,
    audience: Audience = Audience.RESPONSIBLE,
) -> tuple[Colleague, ...]:
    """Who gets this rung, without repetition.

    The person the case is assigned to; the clinic's leads too once something of ours is inside its
    last rung. Nobody assigned who can be reached: the leads, and where there are none the owners.
    `is_last` and `audience` are the rung's: further levels add the backup, the leads, the owners.
    What only a clinician can do goes to the clinician of the case too. Whoever is away is replaced
    by who stands in. Empty when the clinic has nobody to remind: that is an alarm.
    """
    assignee_id = deadline.assigned_to_id
    chosen = [one for one in team if one.staff_id == assignee_id]
    is_reached = any(one.has_address for one in chosen)
    if not is_reached or (is_last and deadline.owed_by == OwedBy.CLINIC):
        chosen += leaders(team) if not is_reached else _with_role(team, Role.LEAD)
    if deadline.owed_by == OwedBy.CLINIC and deadline.kind in CLINICIANS_OWN:
        clinician_id = deadline.requesting_id or deadline.rendering_id
        chosen += [one for one in team if one.staff_id == clinician_id]
    if audience >= Audience.BACKUP:
        backups = {one.backup_id for one in chosen if one.staff_id == assignee_id}
        chosen += [one for one in team if one.staff_id in backups] or leaders(team)
    if audience >= Audience.LEADS:
        chosen += leaders(team)
    if audience >= Audience.OWNERS:
        chosen += _with_role(team, Role.OWNER)
    return _with_stand_ins(list(dict.fromkeys(chosen)), team)


def leaders(team: Sequence[Colleague]) -> list[Colleague]:
    """The leads who can be reached by mail; where there are none, such owners."""
    for role in (Role.LEAD, Role.OWNER):
        found = [one for one in _with_role(team, role) if one.has_address]
        if found:
            return found
    return []


def answering_for(team: Sequence[Colleague]) -> Mapping[int, frozenset[int]]:
    """Whose cases each member answers for today, by staff number: their own, and those of whoever
    they stand in for.

    Whoever is away is not there, unless nobody is at hand: as with a reminder.
    """
    by_id = {one.staff_id: one for one in team}
    found: dict[int, set[int]] = defaultdict(set)
    for one in team:
        at_work = (_stand_in(one, by_id, team) if one.is_away else None) or one
        found[at_work.staff_id].add(one.staff_id)
    return {staff_id: frozenset(others) for staff_id, others in found.items()}


def _with_stand_ins(
    chosen: Sequence[Colleague], team: Sequence[Colleague]
) -> tuple[Colleague, ...]:
    """Whoever is away gives way to who stands in; with nobody at hand they get it all the same."""
    by_id = {one.staff_id: one for one in team}
    got: dict[int, Colleague] = {one.staff_id: one for one in chosen if not one.is_away}
    for one in chosen:
        if one.is_away:
            stand_in = _stand_in(one, by_id, team)
            if stand_in is None:
                got.setdefault(one.staff_id, one)
            else:
                told = replace(stand_in, stands_in_for=one.staff_id)
                got.setdefault(stand_in.staff_id, told)
    return tuple(got.values())


def _stand_in(
    away: Colleague, by_id: Mapping[int, Colleague], team: Sequence[Colleague]
) -> Colleague | None:
    """Who has the work, along a chain of hand-overs; else the backup, else a lead or owner."""
    seen, at = {away.staff_id}, away.hand_over_id
    while at is not None and at not in seen:
        seen.add(at)
        one = by_id.get(at)
        if one is None:
            break
        if not one.is_away and one.has_address:
            return one
        at = one.hand_over_id
    others = [by_id.get(away.backup_id or 0), *leaders(team), *_with_role(team, Role.OWNER)]
    return next(
        (one for one in others if one is not None and not one.is_away and one.has_address), None
    )


def _with_role(team: Sequence[Colleague], role: Role) -> list[Colleague]:
    return [one for one in team if one.role is role]
