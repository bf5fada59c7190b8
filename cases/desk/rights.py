"""What a role may do at all, one flag a right: whoever may not is shown no way that leads there.

Where a case stands is another question (`priorauth/lifecycle/offers.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import EventKind, Role

KEEPERS = frozenset({Role.OWNER, Role.LEAD, Role.BILLER})
"""Who writes into the registers of payers and patients, as `cases/admin/permissions.py` has it."""

_STEPS = {
    "open": EventKind.REQUEST_OPENED,
    "file": EventKind.DOCUMENT_ADDED,
    "call": EventKind.CALL_LOGGED,
    "note": EventKind.NOTE_ADDED,
    "check": EventKind.STATUS_CHECKED,
    "plan": EventKind.SERIES_PLANNED,
    "give": EventKind.INFUSION_RECORDED,
    "bill": EventKind.INFUSIONS_BILLED,
    "let_pass": EventKind.DEADLINE_LET_PASS,
}


@cache
def rights_of(role: Role | None) -> Mapping[str, bool]:
    """By name of the right. None, in no clinic, has none."""
    rights = {
        name: role is not None and not role_refusal(transition_of(kind), role)
        for name, kind in _STEPS.items()
    }
    return {**rights, "keep": role in KEEPERS}
