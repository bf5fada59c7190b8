"""Who is reminded of a deadline: living members of its clinic, and who steps in for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cases.models import Deadline, Membership
from priorauth.terms import OwedBy, Role


@dataclass(frozen=True, slots=True)
class Colleague:
    """An active member of a clinic who may sign in."""

    staff_id: int
    role: Role
    has_address: bool


def teams(clinic_ids: Iterable[int]) -> Mapping[int, Sequence[Colleague]]:
    """The living members of each clinic, in order of joining. One query."""
    found: dict[int, list[Colleague]] = defaultdict(list)
    rows = (
        Membership._base_manager.filter(
            clinic_id__in=set(clinic_ids), is_active=True, staff__is_active=True
        )
        .order_by("pk")
        .values_list("clinic_id", "staff_id", "role", "staff__email")
    )
    for clinic_id, staff_id, role, email in rows:
        found[clinic_id].append(Colleague(staff_id, Role(role), bool(email.strip())))
    return found


def recipients(
    deadline: Deadline, team: Sequence[Colleague], *, is_last: bool
) -> tuple[Colleague, ...]:
    """Who gets this rung, without repetition.

    The person the case is assigned to; the clinic's leads too once something of ours is inside its
    last rung. Nobody assigned who can be reached: the leads, and where there are none the owners.
    `is_last` is the rung's. Empty when the clinic has nobody to remind: that is an alarm.
    """
    assignee_id = deadline.request.assigned_to_id
    chosen = [one for one in team if one.staff_id == assignee_id]
    is_reached = any(one.has_address for one in chosen)
    if not is_reached or (is_last and deadline.owed_by == OwedBy.CLINIC):
        chosen += leaders(team) if not is_reached else _with_role(team, Role.LEAD)
    return tuple(dict.fromkeys(chosen))


def leaders(team: Sequence[Colleague]) -> list[Colleague]:
    """The leads who can be reached by mail; where there are none, such owners."""
    for role in (Role.LEAD, Role.OWNER):
        found = [one for one in _with_role(team, role) if one.has_address]
        if found:
            return found
    return []


def _with_role(team: Sequence[Colleague], role: Role) -> list[Colleague]:
    return [one for one in team if one.role is role]
