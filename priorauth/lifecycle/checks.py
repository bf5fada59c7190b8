"""May this happen now? The one gate before anything is recorded, by screen, import or shell."""

from __future__ import annotations

from datetime import datetime

from priorauth.deadlines.facts import Happening
from priorauth.errors import NotAllowedNow
from priorauth.lifecycle.chronology import check_times
from priorauth.lifecycle.requirements import demand
from priorauth.lifecycle.states import CaseState, ProceedingKind, Stage
from priorauth.lifecycle.transitions import BILLING, Transition, transition_of
from priorauth.terms import EventKind, Role


def check(
    state: CaseState,
    happening: Happening,
    *,
    role: Role | None,
    now: datetime,
    may_be_old: bool = False,
) -> None:
    """Raise unless `happening` may be recorded on a case that stands at `state`.

    `role` is the recorder's in the case's clinic, None for an import or the shell (no role check).
    `now` is an aware instant. A new proceeding may come with its key or with "". `may_be_old`:
    somebody was asked about dates before 2020 and said they are right.

    Raises NotAllowedNow (role, or where the case stands), MissingFact(field) or
    ImpossibleFact(field); each message says what is wrong and what to do. Raises ValueError when
    `now` has no zone.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    row = transition_of(happening.kind)
    refusal = role_refusal(row, role) or state_refusal(state, row, happening.proceeding)
    if refusal:
        raise NotAllowedNow(refusal)
    demand(state, row, happening)
    if _is_payers_word(happening) and role is not None and role not in BILLING:
        raise NotAllowedNow(
            "Only billing staff record what the payer changed. "
            "Ask a biller, the billing lead or the owner to record it."
        )
    check_times(state, happening, now, may_be_old=may_be_old)


def _is_payers_word(happening: Happening) -> bool:
    return happening.kind is EventKind.URGENCY_CHANGED and happening.facts.get("by") == "payer"


def role_refusal(row: Transition, role: Role | None) -> str:
    """Why this role may not take this step, or ""."""
    if role is None or role in row.roles:
        return ""
    whom = "a biller" if Role.BILLER in row.roles else "a clinician"
    return (
        f"Your role here is “{role.label}”, and with it {row.cannot}. "
        f"Ask {whom}, the billing lead or the owner to record it."
    )


def state_refusal(state: CaseState, row: Transition, proceeding: str) -> str:
    """Why the step does not fit where the case stands, or "". Looks at no fact.

    `proceeding` is the key of the one it belongs to, "" for a new one or none.
    """
    refusal = row.request_refusal(state.filing)
    if refusal:
        return refusal
    if row.proceeding is not None:
        refusal = _proceeding_refusal(state, row, row.proceeding, proceeding)
    return refusal or (row.condition(state, proceeding) if row.condition else "")


def _proceeding_refusal(state: CaseState, row: Transition, kind: ProceedingKind, key: str) -> str:
    if key and ProceedingKind.of(key) is not kind:
        return (
            f"This step belongs to another kind of proceeding than “{kind.label}”. "
            "Choose the one it belongs to."
        )
    one = state.proceeding(key)
    return row.stage_refusal(one.stage if one else Stage.NONE)
