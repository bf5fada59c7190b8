"""Which lines may be talked about, appealed or reviewed, and why another line may not.

Sources: 29 CFR 2560.503-1(c)(3) and 45 CFR 147.136(b)(2) (at most two internal levels),
45 CFR 147.136(b)(2)(ii)(F) and (d)(1) (deemed exhaustion; expedited review beside an expedited
appeal), 42 CFR 438.404(c)(5) and 422.568(f) (silence past the limit can be appealed).
Each function returns lines, or a refusal as an exception that was not raised.
"""

from __future__ import annotations

from priorauth.deadlines.facts import Happening
from priorauth.errors import ImpossibleFact, NotAllowedNow, PriorAuthError
from priorauth.lifecycle import carried
from priorauth.lifecycle.states import (
    WITH_THE_PAYER,
    CaseState,
    Filing,
    LineState,
    Proceeding,
    ProceedingKind,
)
from priorauth.terms import AppealLevel, Urgency

BINDING = (
    "An external review has decided line {line}, and its decision is binding. "
    "Close the request, or open a new one for other treatment."
)


def _is_before_the_payer(state: CaseState, line: LineState) -> bool:
    return line.is_undecided and state.filing in WITH_THE_PAYER | {Filing.DETERMINED}


def why_not_talk(state: CaseState, line: LineState) -> PriorAuthError | None:
    """Why no peer-to-peer can be begun on this line, or None when one can."""
    if line.is_externally_decided:
        return NotAllowedNow(BINDING.format(line=line.key))
    if not (line.is_adverse or _is_before_the_payer(state, line)):
        return ImpossibleFact(
            "lines",
            f"Line {line.key} is neither refused nor awaiting a decision, so there is nothing to "
            "talk about. Choose a line that is.",
        )
    if state.running(ProceedingKind.PEER_TO_PEER, line.key):
        return NotAllowedNow(
            f"A peer-to-peer on line {line.key} is already under way. Record its next step instead."
        )
    return None


def why_not_appeal(
    state: CaseState, line: LineState, level: AppealLevel, *, is_against_silence: bool = False
) -> PriorAuthError | None:
    """Why no appeal of this level can be filed on this line, or None when one can.

    A line never decided can be appealed only when the payer let its own time pass.
    """
    if line.is_externally_decided:
        return NotAllowedNow(BINDING.format(line=line.key))
    is_awaited = line.is_undecided and _is_before_the_payer(state, line)
    if is_awaited and not is_against_silence:
        return ImpossibleFact(
            "lines",
            f"Line {line.key} has no decision yet, so there is nothing to appeal on it. Choose "
            "only lines that the payer refused, or say that it did not decide in time.",
        )
    if not (line.is_adverse or is_awaited):
        stands = "has no decision yet" if line.is_undecided else f"stands “{line.status.label}”"
        return ImpossibleFact(
            "lines",
            f"Line {line.key} {stands}, so there is nothing to appeal on it. "
            "Choose only lines that the payer refused.",
        )
    if state.running(ProceedingKind.APPEAL, line.key):
        return NotAllowedNow(
            f"An appeal on line {line.key} is still running. Record its decision first."
        )
    if level is AppealLevel.SECOND and line.internal_level is None:
        return NotAllowedNow(
            f"No first appeal on line {line.key} has been decided, so a second cannot be filed. "
            "Record the first appeal and its decision first."
        )
    if level is AppealLevel.FIRST and line.internal_level is not None:
        return NotAllowedNow(
            f"The first appeal on line {line.key} was already decided. "
            "File the second appeal or ask for external review."
        )
    if line.internal_level is AppealLevel.SECOND:
        return NotAllowedNow(
            f"Both internal appeals on line {line.key} were decided. Ask for external review."
        )
    return None


def why_not_review(
    state: CaseState, line: LineState, *, is_expedited: bool, is_deemed_exhausted: bool
) -> PriorAuthError | None:
    """Why no external review can be filed on this line, or None when one can.

    A line never decided can go to review only when the payer broke its own clock, so that the
    internal way counts as exhausted.
    """
    if line.is_externally_decided:
        return NotAllowedNow(BINDING.format(line=line.key))
    is_silent = is_deemed_exhausted and _is_before_the_payer(state, line)
    if not (line.is_adverse or is_silent):
        return ImpossibleFact(
            "lines",
            f"Line {line.key} was not refused, so there is nothing to review on it. "
            "Choose only refused lines, or say that the internal appeals count as exhausted.",
        )
    if state.running(ProceedingKind.EXTERNAL_REVIEW, line.key):
        return NotAllowedNow(
            f"An external review of line {line.key} is already running. Record its decision first."
        )
    is_exhausted = line.is_final_internal or line.internal_level is AppealLevel.SECOND
    if not (is_exhausted or is_expedited or is_deemed_exhausted):
        return NotAllowedNow(
            f"Line {line.key} has no final internal denial yet, so a standard external review is "
            "too early. Record the internal appeal's final decision first, or say that the review "
            "is urgent or that the internal appeals count as exhausted."
        )
    return None


def to_talk_about(state: CaseState) -> tuple[LineState, ...]:
    """Lines on which a peer-to-peer may begin."""
    return tuple(line for line in state.lines if why_not_talk(state, line) is None)


def to_appeal(
    state: CaseState, level: AppealLevel, *, is_against_silence: bool = False
) -> tuple[LineState, ...]:
    """Lines on which an appeal of this level may be filed."""
    return tuple(
        line
        for line in state.lines
        if why_not_appeal(state, line, level, is_against_silence=is_against_silence) is None
    )


def to_review(
    state: CaseState, *, is_expedited: bool, is_deemed_exhausted: bool
) -> tuple[LineState, ...]:
    """Lines for which an external review of this sort may be filed."""
    return tuple(
        line
        for line in state.lines
        if why_not_review(
            state, line, is_expedited=is_expedited, is_deemed_exhausted=is_deemed_exhausted
        )
        is None
    )


def why_not(
    state: CaseState, line: LineState, kind: ProceedingKind, happening: Happening
) -> PriorAuthError | None:
    """Why the proceeding that this happening begins cannot be about this line, or None."""
    if kind is ProceedingKind.PEER_TO_PEER:
        return why_not_talk(state, line)
    if kind is ProceedingKind.APPEAL:
        level = carried.term(happening, "level", AppealLevel) or AppealLevel.FIRST
        is_against_silence = carried.said_yes(happening, "against_silence")
        return why_not_appeal(state, line, level, is_against_silence=is_against_silence)
    if kind is ProceedingKind.EXTERNAL_REVIEW:
        return why_not_review(
            state,
            line,
            is_expedited=carried.term(happening, "urgency", Urgency) is Urgency.EXPEDITED,
            is_deemed_exhausted=carried.said_yes(happening, "deemed_exhausted"),
        )
    return None


def lines_concerned(
    state: CaseState, kind: ProceedingKind, happening: Happening
) -> tuple[str, ...]:
    """The lines of a proceeding that begins: those named, or all that it can be about."""
    if happening.lines:
        return happening.lines
    fitting = [line for line in state.lines if why_not(state, line, kind, happening) is None]
    return tuple(line.key for line in fitting or state.adverse)


def turnable(state: CaseState, one: Proceeding) -> tuple[str, ...]:
    """Lines that the outcome of this proceeding can change.

    An appeal against silence and a reviewer outside also decide what was never answered.
    """
    decides = one.kind in (ProceedingKind.EXTERNAL_REVIEW, ProceedingKind.APPEAL)
    return tuple(
        line.key
        for line in state.lines
        if line.key in one.lines and (line.is_adverse or (decides and line.is_undecided))
    )
