"""What each happening does to the state of its case.

`apply` takes every happening, also one that the table would refuse: what is on the timeline must
always give a state. Refusing is the work of `checks.py`, before something is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from priorauth.deadlines.facts import Happening, Moment
from priorauth.lifecycle import carried, contestable
from priorauth.lifecycle.states import (
    CaseState,
    Filing,
    LineState,
    Proceeding,
    ProceedingKind,
    Stage,
)
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import (
    AppealLevel,
    AppealOutcome,
    EventKind,
    LineStatus,
    Outcome,
    Urgency,
)

Effect = Callable[[CaseState, Happening], CaseState]

DECIDED_ON_MERITS = frozenset(
    {AppealOutcome.UPHELD, AppealOutcome.OVERTURNED, AppealOutcome.PARTLY_OVERTURNED}
)


def apply(state: CaseState, happening: Happening) -> CaseState:
    """The state after this happening. Never raises; a happening that moves nothing changes nothing.

    `happening` may be one that `check` would refuse: an import's odd history still has a state.
    """
    effect = _EFFECTS.get(happening.kind)
    return effect(state, happening) if effect else state


# ------------------------------------------------------------------ the request


def _opened(state: CaseState, happening: Happening) -> CaseState:
    return replace(_with_urgency(state, happening), is_opened=True)


def _submitted(state: CaseState, happening: Happening) -> CaseState:
    state = _with_urgency(state, happening)
    return replace(state, is_opened=True, is_submitted=True, submitted=happening.when)


def _received(state: CaseState, happening: Happening) -> CaseState:
    return replace(state, is_receipt_recorded=True, received=happening.when)


def _sent_back(state: CaseState, happening: Happening) -> CaseState:
    """Back to a draft: what the payer asked about the old submission is no longer awaited."""
    for one in state.running(ProceedingKind.INFORMATION):
        state = _put(state, replace(one, stage=Stage.LAPSED, ended=happening.when))
    return replace(
        state,
        is_submitted=False,
        is_receipt_recorded=False,
        submitted=None,
        received=None,
        sent_back=happening.when,
    )


def _with_urgency(state: CaseState, happening: Happening) -> CaseState:
    urgency = carried.term(happening, "urgency", Urgency)
    if urgency is None:
        return state
    reason = happening.facts.get("reason_given")
    given = reason if isinstance(reason, bool) else None
    return replace(state, urgency=urgency, urgency_reason_given=given)


def _urgency_changed(state: CaseState, happening: Happening) -> CaseState:
    one = state.proceeding(happening.proceeding)
    if one is None:
        return _with_urgency(state, happening)
    urgency = carried.term(happening, "urgency", Urgency) or one.urgency
    return _put(state, replace(one, urgency=urgency))


def _withdrawn(state: CaseState, happening: Happening) -> CaseState:
    named = happening.lines or tuple(line.key for line in state.lines)
    gone = {line.key for line in state.undecided if line.key in named}
    if not state.lines:
        return replace(state, ended_as=Filing.WITHDRAWN)
    return _take_lines_out(state, gone)


def _closed(state: CaseState, happening: Happening) -> CaseState:
    return replace(state, ended_as=Filing.CLOSED)


def _reopened(state: CaseState, happening: Happening) -> CaseState:
    lines = tuple(
        replace(line, status=line.before_withdrawal, before_withdrawal=None)
        if line.before_withdrawal is not None
        else line
        for line in state.lines
    )
    return replace(state, lines=lines, ended_as=None)


# ------------------------------------------------------------------ the lines


def _determined(state: CaseState, happening: Happening) -> CaseState:
    given = carried.outcomes(happening) or _outcomes_in_one_word(state, happening)
    withdrawn = {key for key, outcome in given.items() if outcome is Outcome.WITHDRAWN}
    lines = tuple(
        _decide(line, given[line.key], happening)
        if line.key in given and line.key not in withdrawn
        else line
        for line in state.lines
    )
    return _take_lines_out(replace(state, lines=lines), withdrawn)


def _outcomes_in_one_word(state: CaseState, happening: Happening) -> dict[str, Outcome]:
    """An old record may say only whether the decision was adverse: then it was for all lines."""
    adverse = happening.facts.get("adverse")
    if not isinstance(adverse, bool):
        return {}
    outcome = Outcome.DENIED if adverse else Outcome.APPROVED
    return {line.key: outcome for line in state.lines if line.key in happening.lines} or {
        line.key: outcome for line in state.undecided
    }


def _decide(line: LineState, outcome: Outcome, happening: Happening) -> LineState:
    decided = replace(
        line, status=LineStatus(outcome.value), decided=happening.when, is_revisable=False
    )
    if decided.is_adverse and not line.is_adverse:  # a new refusal brings new rights of appeal
        return replace(decided, internal_level=None, internal_decided=None, is_final_internal=False)
    return decided


def _take_lines_out(state: CaseState, gone: Iterable[str]) -> CaseState:
    """Withdraw these lines; with the last of them the request itself is withdrawn."""
    gone = set(gone)
    if not gone:
        return state
    kept = [
        line
        for line in state.lines
        if line.status is not LineStatus.WITHDRAWN and line.key not in gone
    ]
    lines = tuple(
        replace(
            line,
            status=LineStatus.WITHDRAWN,
            before_withdrawal=None if kept else line.status,
        )
        if line.key in gone and line.status is not LineStatus.WITHDRAWN
        else line
        for line in state.lines
    )
    return replace(state, lines=lines, ended_as=state.ended_as if kept else Filing.WITHDRAWN)


# ------------------------------------------------------------------ the proceedings


def _moved(state: CaseState, happening: Happening) -> CaseState:
    """The proceeding comes to the stage that the table names."""
    return _put(state, _at_stage(_proceeding(state, happening), happening))


def _appeal_filed(state: CaseState, happening: Happening) -> CaseState:
    appeal = _at_stage(_proceeding(state, happening), happening)
    receipt = carried.moment(happening, "received_by_payer")
    return _put(state, appeal if receipt is None else _receive(appeal, receipt))


def _appeal_received(state: CaseState, happening: Happening) -> CaseState:
    return _put(state, _receive(_proceeding(state, happening), happening.when))


def _contest_ended(state: CaseState, happening: Happening) -> CaseState:
    """A talk, an appeal or a review is over: its lines may turn, and a new notice may follow."""
    outcome = carried.term(happening, "outcome", AppealOutcome)
    one = replace(_at_stage(_proceeding(state, happening), happening), outcome=outcome)
    turnable = contestable.turnable(state, one)
    lines = tuple(
        _after_contest(line, one, turnable, happening) if line.key in one.lines else line
        for line in state.lines
    )
    return _put(replace(state, lines=lines), one)


def _proceeding(state: CaseState, happening: Happening) -> Proceeding:
    """The proceeding that this belongs to: on file, or begun with this happening."""
    kind = transition_of(happening.kind).proceeding
    assert kind is not None, happening.kind  # noqa: S101 - the table and _EFFECTS disagree
    key = happening.proceeding or f"{kind.value}-{happening.key}"
    return state.proceeding(key) or Proceeding(
        key,
        kind,
        lines=contestable.lines_concerned(state, kind, happening),
        opened=carried.moment(happening, "sent") or happening.when,
        level=carried.term(happening, "level", AppealLevel),
        urgency=carried.term(happening, "urgency", Urgency),
    )


def _at_stage(one: Proceeding, happening: Happening) -> Proceeding:
    stage = transition_of(happening.kind).to_stage or one.stage
    moved = replace(one, stage=stage)
    return moved if moved.is_running else replace(moved, ended=happening.when)


def _receive(appeal: Proceeding, when: Moment | None) -> Proceeding:
    """Note the receipt. A receipt learned after the decision does not reopen the appeal."""
    stage = Stage.RECEIVED if appeal.stage in (Stage.NONE, Stage.FILED) else appeal.stage
    return replace(appeal, stage=stage, received=when, is_receipt_recorded=True)


def _put(state: CaseState, one: Proceeding) -> CaseState:
    others = [other for other in state.proceedings if other.key != one.key]
    in_order = sorted([*others, one], key=lambda each: (each.kind, len(each.key), each.key))
    return replace(state, proceedings=tuple(in_order))


def _after_contest(
    line: LineState, one: Proceeding, turnable: tuple[str, ...], happening: Happening
) -> LineState:
    line = replace(line, is_revisable=True)
    if line.key in turnable:
        overturned = carried.keys(happening, "lines_overturned")
        status = _turned(line, one.outcome, len(turnable) == 1, line.key in overturned)
        if status is not line.status:
            line = replace(line, status=status, decided=happening.when)
    if one.kind is ProceedingKind.EXTERNAL_REVIEW and one.outcome in DECIDED_ON_MERITS:
        return replace(line, is_externally_decided=True)
    if one.kind is ProceedingKind.APPEAL and line.is_adverse:
        return _after_internal_denial(line, one, happening)
    return line


def _turned(
    line: LineState, outcome: AppealOutcome | None, is_alone: bool, is_named: bool
) -> LineStatus:
    """What the outcome makes of a line that it can change."""
    if outcome is AppealOutcome.OVERTURNED:
        return LineStatus.APPROVED
    if outcome is AppealOutcome.PARTLY_OVERTURNED and is_alone:
        return LineStatus.PARTLY_APPROVED
    if outcome is AppealOutcome.PARTLY_OVERTURNED and is_named:
        return LineStatus.APPROVED
    if line.is_undecided and outcome in DECIDED_ON_MERITS:
        return LineStatus.DENIED  # the payer never answered, the reviewer said no
    return line.status


def _after_internal_denial(line: LineState, one: Proceeding, happening: Happening) -> LineState:
    is_final = line.is_final_internal or carried.said_yes(happening, "is_final_internal")
    line = replace(line, is_final_internal=is_final)
    if one.outcome in (AppealOutcome.UPHELD, AppealOutcome.PARTLY_OVERTURNED):
        level = one.level or AppealLevel.FIRST
        return replace(line, internal_level=level, internal_decided=happening.when)
    return line


_EFFECTS: Mapping[EventKind, Effect] = {
    EventKind.REQUEST_OPENED: _opened,
    EventKind.REQUEST_CORRECTED: _with_urgency,
    EventKind.SUBMITTED: _submitted,
    EventKind.RECEIVED_BY_PAYER: _received,
    EventKind.REJECTED_BY_PAYER: _sent_back,
    EventKind.URGENCY_CHANGED: _urgency_changed,
    EventKind.DETERMINED: _determined,
    EventKind.WITHDRAWN: _withdrawn,
    EventKind.CLOSED: _closed,
    EventKind.REOPENED: _reopened,
    EventKind.INFORMATION_REQUESTED: _moved,
    EventKind.INFORMATION_SENT: _moved,
    EventKind.PEER_TO_PEER_REQUESTED: _moved,
    EventKind.PEER_TO_PEER_SCHEDULED: _moved,
    EventKind.PEER_TO_PEER_HELD: _contest_ended,
    EventKind.APPEAL_FILED: _appeal_filed,
    EventKind.APPEAL_RECEIVED: _appeal_received,
    EventKind.APPEAL_DECIDED: _contest_ended,
    EventKind.EXTERNAL_REVIEW_FILED: _moved,
    EventKind.EXTERNAL_REVIEW_ASSIGNED: _moved,
    EventKind.EXTERNAL_REVIEW_DECIDED: _contest_ended,
}
