"""What must hold of a case before a step fits, beyond where request and proceeding stand.

Each condition takes the state and the key of the proceeding ("" for none or a new one) and returns
"" or the refusal in staff words. Its docstring is the sentence that `docs/lifecycle.md` prints.
"""

from __future__ import annotations

from collections.abc import Callable

from priorauth.lifecycle import contestable
from priorauth.lifecycle.states import CaseState, Filing, ProceedingKind
from priorauth.terms import AppealLevel

Condition = Callable[[CaseState, str], str]


def has_a_line(state: CaseState, proceeding: str) -> str:
    """The request has at least one service line."""
    if state.lines:
        return ""
    return "This request asks for nothing yet. Add at least one service line first."


def receipt_is_not_recorded(state: CaseState, proceeding: str) -> str:
    """The payer's receipt of this submission is not on the timeline yet."""
    if not state.is_receipt_recorded:
        return ""
    return (
        "The payer's receipt is already recorded. "
        "Undo that step and record it again if its date is wrong."
    )


def appeal_receipt_is_not_recorded(state: CaseState, proceeding: str) -> str:
    """The payer's receipt of this appeal is not on the timeline yet."""
    appeal = state.proceeding(proceeding)
    if appeal is None or not appeal.is_receipt_recorded:
        return ""
    return (
        "The payer's receipt of this appeal is already recorded. "
        "Undo the step that carries it and record it again if its date is wrong."
    )


def no_line_is_decided(state: CaseState, proceeding: str) -> str:
    """No line has a decision."""
    if not any(line.is_decided for line in state.lines):
        return ""
    return (
        "The payer has already decided some lines, so the request cannot come back undecided. "
        "Record a determination for the other lines instead."
    )


def payer_is_deciding(state: CaseState, proceeding: str) -> str:
    """The payer still owes a decision: on a line, an appeal or an external review."""
    if state.filing is not Filing.DETERMINED or state.is_contest_running:
        return ""
    return (
        "The payer has decided every line and no appeal is running, so it has nothing left to "
        "ask for or to extend. Record the appeal first if this belongs to one."
    )


def payer_owes_an_answer(state: CaseState, proceeding: str) -> str:
    """The payer still owes an answer: on a line, an appeal or an external review."""
    if state.filing is not Filing.DETERMINED or state.is_contest_running:
        return ""
    return (
        "The payer has decided every line and no appeal is running, so there is no status to look "
        "up. Record a call instead if something else was asked."
    )


def urgency_can_matter(state: CaseState, proceeding: str) -> str:
    """The request has no decision yet, or the appeal or external review named is running."""
    if proceeding:
        kinds = {ProceedingKind.APPEAL, ProceedingKind.EXTERNAL_REVIEW}
        one = state.proceeding(proceeding)
        if one is not None and one.kind in kinds and one.is_running:
            return ""
        if one is not None and one.kind in kinds:
            return (
                f"This {one.kind.label.lower()} is over, so its urgency no longer counts. "
                "File the next appeal or external review as urgent instead, or undo the decision "
                "if it is wrong."
            )
        return (
            "Urgency can change only on an appeal or external review that is running. "
            "Choose one that is."
        )
    if state.filing is not Filing.DETERMINED:
        return ""
    return (
        "The payer has decided, so the urgency of the request no longer counts. "
        "File the appeal or the external review as urgent instead."
    )


def a_line_awaits_a_decision(state: CaseState, proceeding: str) -> str:
    """A line has no decision, or may get a new one: a talk, appeal or review on it has ended."""
    if any(line.may_be_determined for line in state.lines):
        return ""
    if not state.lines:
        return has_a_line(state, proceeding)
    return (
        "Every line already has the payer's decision. If it was recorded wrongly, undo that step "
        "and record it again; if the payer changed its mind, record the peer-to-peer or the "
        "appeal first."
    )


def a_line_can_be_talked_about(state: CaseState, proceeding: str) -> str:
    """A line is refused or undecided and has no peer-to-peer under way (new ones only)."""
    if state.proceeding(proceeding) or contestable.to_talk_about(state):
        return ""
    if state.adverse:
        return str(contestable.why_not_talk(state, state.adverse[0]))
    if state.running(ProceedingKind.PEER_TO_PEER):
        return "A peer-to-peer is already under way. Record its next step instead."
    return (
        "No line is refused or awaiting a decision, so there is nothing to talk about. "
        "Record the payer's determination first."
    )


def a_line_can_be_appealed(state: CaseState, proceeding: str) -> str:
    """A line is refused in whole or in part, or never decided, and an appeal is left on it."""
    levels = tuple(AppealLevel)
    if [one for one in levels if contestable.to_appeal(state, one, is_against_silence=True)]:
        return ""
    if not state.adverse:
        return (
            "No line stands refused, so there is nothing to appeal. "
            "Record the payer's determination first."
        )
    line = state.adverse[0]
    return str(contestable.why_not_appeal(state, line, AppealLevel.SECOND))


def a_line_can_be_reviewed(state: CaseState, proceeding: str) -> str:
    """A line is refused (or the payer never decided it) and no external review has taken it up."""
    if contestable.to_review(state, is_expedited=True, is_deemed_exhausted=True):
        return ""
    if not state.adverse:
        return (
            "No line stands refused, so there is nothing to review. "
            "Record the payer's determination first."
        )
    refusal = contestable.why_not_review(
        state, state.adverse[0], is_expedited=True, is_deemed_exhausted=True
    )
    return str(refusal)


def a_line_can_be_withdrawn(state: CaseState, proceeding: str) -> str:
    """A line has no decision yet (or the draft has no line)."""
    if state.undecided or not state.lines:
        return ""
    return "The payer has decided every line, so nothing is left to withdraw. Close it instead."


def nothing_is_running(state: CaseState, proceeding: str) -> str:
    """No appeal, external review, or peer-to-peer on a refused line is running."""
    for kind, what in (
        (ProceedingKind.EXTERNAL_REVIEW, "An external review is"),
        (ProceedingKind.APPEAL, "An appeal is"),
    ):
        if state.running(kind):
            return f"{what} still running. Record its decision or its withdrawal first."
    if [line for line in state.adverse if state.running(ProceedingKind.PEER_TO_PEER, line.key)]:
        return (
            "A peer-to-peer on a refused line is still under way. "
            "Record how it ended first (also when it was withdrawn)."
        )
    return ""
