"""The steps that a screen offers: exactly those that the table allows now, most natural first."""

from __future__ import annotations

from dataclasses import dataclass

from priorauth.lifecycle import contestable
from priorauth.lifecycle.checks import role_refusal, state_refusal
from priorauth.lifecycle.chronology import in_words
from priorauth.lifecycle.states import CaseState, Filing, Proceeding, ProceedingKind
from priorauth.lifecycle.transitions import TRANSITIONS, Transition
from priorauth.terms import AppealLevel, EventKind, RequestStatus, Role


@dataclass(frozen=True, slots=True)
class StepOffer:
    """One button. `proceeding` is the key it belongs to, "" for a new one or none.

    `is_primary` for the one most natural step, when there is one; `records_only` for steps that
    stand on the timeline and move nothing (calls, notes, documents).
    """

    kind: EventKind
    proceeding: str
    label: str
    help: str
    is_primary: bool
    records_only: bool = False


def steps_offered(state: CaseState, role: Role) -> tuple[StepOffer, ...]:
    """Every step that `check` would accept now from this role, once its facts are complete.

    The most natural next step stands first. Undoing is not among them: it belongs to one step of
    the timeline, see `undo.check_undo`.
    """
    allowed = [
        (row, key)
        for row in TRANSITIONS
        if row.event is not EventKind.STEP_UNDONE and not role_refusal(row, role)
        for key in _keys(state, row)
        if not state_refusal(state, row, key)
    ]
    natural = _natural(state)
    allowed.sort(key=lambda pair: _rank(state, natural, *pair))
    return tuple(
        StepOffer(
            kind=row.event,
            proceeding=key,
            label=row.label + _which(state, row, key, _count(allowed, row) > 1),
            help=row.help,
            is_primary=place == 0 and _rank(state, natural, row, key) < len(natural),
            records_only=row.records_only,
        )
        for place, (row, key) in enumerate(allowed)
    )


def _keys(state: CaseState, row: Transition) -> list[str]:
    """The proceedings that the row could belong to, "" for none or a new one."""
    if row.event is EventKind.URGENCY_CHANGED:
        kinds = {ProceedingKind.APPEAL, ProceedingKind.EXTERNAL_REVIEW}
        return ["", *(one.key for one in state.proceedings if one.kind in kinds)]
    if row.proceeding is None:
        return [""]
    mine = [one.key for one in state.proceedings if one.kind is row.proceeding]
    return [*mine, ""] if row.is_opening else mine


def _count(allowed: list[tuple[Transition, str]], row: Transition) -> int:
    return sum(1 for other, _ in allowed if other is row)


def _which(state: CaseState, row: Transition, key: str, is_one_of_many: bool) -> str:
    """What the step belongs to, where the label alone would not say it.

    A step that can belong to the request as well as to what runs beside it always says so.
    """
    one = state.proceeding(key)
    if one is not None:
        return f": {named(one)}" if is_one_of_many or row.proceeding is None else ""
    if not is_one_of_many:
        return ""
    return ": new" if row.proceeding is not None else ": the request"


def named(one: Proceeding) -> str:
    """A proceeding in words, to tell two of a kind apart: level, lines, date."""
    what = (one.level.label if one.level else one.kind.label).lower()
    return f"{what}{_lines(one.lines)}" + (f", of {in_words(one.opened.on)}" if one.opened else "")


def _lines(keys: tuple[str, ...]) -> str:
    if len(keys) < 2:
        return f", line {keys[0]}" if keys else ""
    return f", lines {', '.join(keys[:-1])} and {keys[-1]}"


# ------------------------------------------------------------------ what is most natural

Natural = tuple[EventKind, ...]

_BY_STATUS: dict[RequestStatus, Natural] = {
    RequestStatus.DRAFT: (EventKind.SUBMITTED,),
    RequestStatus.SUBMITTED: (
        EventKind.RECEIVED_BY_PAYER,
        EventKind.DETERMINED,
        EventKind.INFORMATION_REQUESTED,
    ),
    RequestStatus.RECEIVED: (EventKind.DETERMINED, EventKind.INFORMATION_REQUESTED),
    RequestStatus.PENDED: (EventKind.INFORMATION_SENT, EventKind.DETERMINED),
    RequestStatus.APPROVED: (EventKind.AUTHORIZATION_ENTERED, EventKind.CLOSED),
    RequestStatus.UNDER_APPEAL: (
        EventKind.INFORMATION_SENT,
        EventKind.APPEAL_RECEIVED,
        EventKind.APPEAL_DECIDED,
    ),
    RequestStatus.UNDER_EXTERNAL_REVIEW: (
        EventKind.INFORMATION_SENT,
        EventKind.EXTERNAL_REVIEW_ASSIGNED,
        EventKind.EXTERNAL_REVIEW_DECIDED,
        EventKind.APPEAL_DECIDED,
    ),
}


def _natural(state: CaseState) -> Natural:
    if state.filing is Filing.NOT_OPENED:
        return (EventKind.REQUEST_OPENED,)
    if state.status in (RequestStatus.DENIED, RequestStatus.PARTLY_APPROVED):
        return _after_denial(state)
    return _BY_STATUS.get(state.status, ())


def _after_denial(state: CaseState) -> Natural:
    talk: Natural = (EventKind.PEER_TO_PEER_HELD, EventKind.PEER_TO_PEER_SCHEDULED)
    if contestable.to_review(state, is_expedited=False, is_deemed_exhausted=False):
        return (*talk, EventKind.EXTERNAL_REVIEW_FILED, EventKind.APPEAL_FILED)
    if any(contestable.to_appeal(state, level) for level in AppealLevel):
        return (*talk, EventKind.APPEAL_FILED, EventKind.PEER_TO_PEER_REQUESTED)
    return (*talk, EventKind.CLOSED)


_ONLY_UNDER_WAY = frozenset(
    {EventKind.PEER_TO_PEER_HELD, EventKind.PEER_TO_PEER_SCHEDULED, EventKind.APPEAL_RECEIVED}
)


def _rank(state: CaseState, natural: Natural, row: Transition, key: str) -> int:
    """Natural steps in their order, then the others in the order of the table."""
    one = state.proceeding(key)
    is_idle = row.event in _ONLY_UNDER_WAY and not (one and one.is_running)
    if row.event in natural and not is_idle:
        return natural.index(row.event)
    return len(natural) + TRANSITIONS.index(row)
