"""Who may do what on the look-and-keep screens: one table, read by every ModelAdmin.

What happens to a case is not kept here: acts go through the desk's step pages, and who may do
those stands in the life cycle's table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from priorauth.terms import Role

EVERYBODY = frozenset(Role)
OWNER = frozenset({Role.OWNER})
KEEPERS = frozenset({Role.OWNER, Role.LEAD, Role.BILLER})
LEADS = frozenset({Role.OWNER, Role.LEAD})
NOBODY: frozenset[Role] = frozenset()


class Act(StrEnum):
    VIEW = "view"
    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"


class Family(StrEnum):
    """What a record belongs to; the index is grouped by it."""

    REQUESTS = "Requests"
    DIRECTORY = "Directory"
    PATIENTS = "Patients"
    CLINIC = "Clinic"
    PEOPLE = "People"
    ABSENCES = "Absences"


TABLE: dict[Family, dict[Act, frozenset[Role]]] = {
    Family.REQUESTS: {
        Act.VIEW: EVERYBODY,
        Act.ADD: NOBODY,
        Act.CHANGE: NOBODY,
        Act.DELETE: NOBODY,
    },
    Family.DIRECTORY: {
        Act.VIEW: EVERYBODY,
        Act.ADD: KEEPERS,
        Act.CHANGE: KEEPERS,
        Act.DELETE: LEADS,
    },
    Family.PATIENTS: {
        Act.VIEW: EVERYBODY,
        Act.ADD: KEEPERS,
        Act.CHANGE: KEEPERS,
        Act.DELETE: LEADS,
    },
    Family.CLINIC: {
        Act.VIEW: EVERYBODY,
        Act.ADD: OWNER,
        Act.CHANGE: OWNER,
        Act.DELETE: OWNER,
    },
    # One's own; the leads keep everybody's (`cases/admin/absences.py`).
    Family.ABSENCES: {
        Act.VIEW: EVERYBODY,
        Act.ADD: EVERYBODY - {Role.AUDITOR},
        Act.CHANGE: EVERYBODY - {Role.AUDITOR},
        Act.DELETE: EVERYBODY - {Role.AUDITOR},
    },
    # People are invited and taken out on pages of their own; only the role is changed here.
    Family.PEOPLE: {
        Act.VIEW: frozenset({Role.OWNER, Role.LEAD, Role.AUDITOR}),
        Act.ADD: NOBODY,
        Act.CHANGE: OWNER,
        Act.DELETE: NOBODY,
    },
}


def may(request: Any, act: Act, family: Family) -> bool:
    """Whether the role held in the current clinic allows `act`. No clinic: nothing."""
    return getattr(request, "role", None) in TABLE[family][act]
