"""Which facts a step must bring, beyond its place in the table, and which contradict each other.

Each function raises MissingFact, ImpossibleFact or NotAllowedNow in staff words, or returns None.
Times are judged in `chronology.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from priorauth.deadlines.facts import Happening
from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow
from priorauth.lifecycle import carried, contestable
from priorauth.lifecycle.states import CaseState, LineState, Proceeding, ProceedingKind
from priorauth.lifecycle.transitions import Need, Transition
from priorauth.terms import (
    ADVERSE_OUTCOMES,
    AppealOutcome,
    Channel,
    EventKind,
    LineStatus,
    Outcome,
    StatusAnswer,
    Urgency,
)

NOTHING_TURNED = frozenset({AppealOutcome.UPHELD, AppealOutcome.DISMISSED, AppealOutcome.WITHDRAWN})
AGAINST_US = frozenset({AppealOutcome.UPHELD, AppealOutcome.PARTLY_OVERTURNED})


def demand(state: CaseState, row: Transition, happening: Happening) -> None:
    """Raise the first thing that is missing or contradictory among what `happening` brings."""
    for need in row.facts:
        _demand_one(need, happening)
    for key in happening.lines:
        _line(state, key, "lines")
    if row.is_opening and state.proceeding(happening.proceeding) is None:
        _demand_lines_that_fit(state, row, happening)
    further = _FURTHER.get(happening.kind)
    if further is not None:
        further(state, happening)


def _demand_one(need: Need, happening: Happening) -> None:
    value = happening.facts.get(need.name)
    if value is None or value in ("", ()):
        raise MissingFact(need.name, need.ask)
    if need.words is not None and carried.term(happening, need.name, need.words) is None:
        raise ImpossibleFact(need.name, f"This is not one of the choices. {need.ask}")


def _line(state: CaseState, key: str, field: str) -> LineState:
    line = state.line(key)
    if line is None:
        raise ImpossibleFact(
            field, f"Line {key} is not on this request. Choose among the lines that are."
        )
    return line


def _demand_lines_that_fit(state: CaseState, row: Transition, happening: Happening) -> None:
    """Every line named must fit; when none is named, at least one must."""
    kind = row.proceeding
    if kind is None or kind is ProceedingKind.INFORMATION:
        return
    named = [_line(state, key, "lines") for key in happening.lines]
    if not named and any(
        contestable.why_not(state, line, kind, happening) is None for line in state.lines
    ):
        return
    for line in named or state.adverse or state.lines:
        refusal = contestable.why_not(state, line, kind, happening)
        if refusal is not None:
            raise refusal


# ------------------------------------------------------------------ submission and urgency


def _submission(state: CaseState, happening: Happening) -> None:
    is_by_portal = carried.term(happening, "channel", Channel) is Channel.PORTAL
    has_proof = carried.said_yes(happening, "has_confirmation")
    if is_by_portal and not (
        has_proof or carried.said_yes(happening, "reason_without_confirmation")
    ):
        raise MissingFact(
            "confirmation_number",
            "A portal submission has a confirmation number. Enter it, or say why there is none.",
        )
    urgency = carried.term(happening, "urgency", Urgency) or state.urgency
    reason = happening.facts.get("reason_given", state.urgency_reason_given)
    if urgency is Urgency.EXPEDITED and reason is False:
        raise _reason_missing()


def _correction(state: CaseState, happening: Happening) -> None:
    is_expedited = carried.term(happening, "urgency", Urgency) is Urgency.EXPEDITED
    if is_expedited and happening.facts.get("reason_given") is False:
        raise _reason_missing()


def _urgency(state: CaseState, happening: Happening) -> None:
    by = happening.facts.get("by")
    if by not in ("payer", "clinician"):
        raise ImpossibleFact("by", "Choose who changed the urgency: the clinician or the payer.")
    is_expedited = carried.term(happening, "urgency", Urgency) is Urgency.EXPEDITED
    if by == "clinician" and is_expedited and not carried.said_yes(happening, "reason_given"):
        one = state.proceeding(happening.proceeding)
        raise _reason_missing(one.kind.label.lower() if one else "request")


def _reason_missing(what: str = "request") -> MissingFact:
    return MissingFact(
        "urgency_reason",
        f"An urgent {what} needs the clinician's reason. "
        f"Enter what harm a standard wait could do, or make the {what} standard.",
    )


def _status(state: CaseState, happening: Happening) -> None:
    is_pending = carried.term(happening, "said", StatusAnswer) is StatusAnswer.PENDING
    if is_pending and carried.moment(happening, "look_again") is None:
        raise MissingFact("look_again", "Say when to look again, so that it is not forgotten.")


# ------------------------------------------------------------------ determination and withdrawal


def _determination(state: CaseState, happening: Happening) -> None:
    given: dict[str, Outcome] = {}
    for pair in carried.keys(happening, "outcomes"):
        key, _, word = pair.rpartition("=")
        line = _line(state, key, "outcomes")
        if word not in set(Outcome) or given.get(key, word) != word:
            raise ImpossibleFact("outcomes", f"Choose one answer of the payer for line {key}.")
        if happening.lines and key not in happening.lines:
            raise ImpossibleFact(
                "outcomes",
                f"An answer is given for line {key}, which this determination leaves out. "
                "Choose the lines it decides again.",
            )
        _may_be_decided(line)
        given[key] = Outcome(word)
    if not given:
        raise MissingFact("outcomes", "Choose the payer's answer for each line it decided.")
    is_adverse = any(outcome in ADVERSE_OUTCOMES for outcome in given.values())
    if happening.facts.get("adverse") is not is_adverse:
        raise ImpossibleFact(
            "adverse",
            "The decision as a whole and the answers for its lines do not agree. "
            "Choose the payer's answer for each line again.",
        )
    if is_adverse:
        _notice(happening)


def _may_be_decided(line: LineState) -> None:
    if line.status is LineStatus.WITHDRAWN:
        raise ImpossibleFact(
            "outcomes",
            f"Line {line.key} was withdrawn, so the payer has nothing to decide on it. "
            "Leave it out, or undo the withdrawal first.",
        )
    if not line.may_be_determined:
        raise NotAllowedNow(
            f"Line {line.key} already has a decision: “{line.status.label}”. If it was recorded "
            "wrongly, undo that step and record it again; if the payer changed its mind, record "
            "the peer-to-peer or the appeal first."
        )


def _notice(happening: Happening) -> None:
    """A refusal comes with a notice: its dates start the clocks of appeal."""
    is_awaited = carried.said_yes(happening, "notice_awaited")
    received = carried.day(happening, "notice_received")
    if is_awaited and received is not None:
        raise ImpossibleFact(
            "notice_received",
            "The notice cannot be still awaited and received on a day. Choose one of the two.",
        )
    if not is_awaited and received is None and carried.day(happening, "notice_dated") is None:
        raise MissingFact(
            "notice_dated",
            "The time to appeal runs from the notice. "
            "Enter the date printed on it, or say that it has not arrived yet.",
        )


def _withdrawal(state: CaseState, happening: Happening) -> None:
    for key in happening.lines:
        line = _line(state, key, "lines")
        if not line.is_undecided:
            raise ImpossibleFact(
                "lines",
                f"Line {key} stands “{line.status.label}”, so it cannot be withdrawn. "
                "Choose only lines that have no decision yet.",
            )


# ------------------------------------------------------------------ how a contest ended


def _contest_outcome(state: CaseState, happening: Happening, kind: ProceedingKind) -> None:
    one = state.proceeding(happening.proceeding) or Proceeding(
        happening.proceeding, kind, lines=contestable.lines_concerned(state, kind, happening)
    )
    outcome = carried.term(happening, "outcome", AppealOutcome)
    overturned = carried.keys(happening, "lines_overturned")
    turnable = contestable.turnable(state, one)
    for key in overturned:
        _line(state, key, "lines_overturned")
        if key not in turnable:
            raise ImpossibleFact(
                "lines_overturned",
                f"Line {key} was not at stake here. Choose among the lines that were.",
            )
    if outcome is AppealOutcome.PARTLY_OVERTURNED and len(turnable) > 1:
        _some_but_not_all(overturned, turnable)
    elif outcome is AppealOutcome.OVERTURNED and overturned and set(overturned) != set(turnable):
        raise ImpossibleFact(
            "lines_overturned",
            "Not every line is marked as overturned. Choose “overturned in part”, or mark all.",
        )
    elif outcome in NOTHING_TURNED and overturned:
        raise ImpossibleFact(
            "lines_overturned",
            "Nothing was overturned with this outcome. Choose no line, or another outcome.",
        )


def _some_but_not_all(overturned: tuple[str, ...], turnable: tuple[str, ...]) -> None:
    if not overturned:
        raise MissingFact("lines_overturned", "Choose the lines that were overturned.")
    if set(overturned) == set(turnable):
        raise ImpossibleFact(
            "lines_overturned",
            "Every line is marked as overturned. Choose “overturned” instead of “in part”.",
        )


def _talk_outcome(state: CaseState, happening: Happening) -> None:
    _contest_outcome(state, happening, ProceedingKind.PEER_TO_PEER)


def _appeal_decision(state: CaseState, happening: Happening) -> None:
    _contest_outcome(state, happening, ProceedingKind.APPEAL)
    if carried.term(happening, "outcome", AppealOutcome) not in AGAINST_US:
        return
    if not isinstance(happening.facts.get("is_final_internal"), bool):
        raise MissingFact(
            "is_final_internal",
            "Choose whether this is the payer's final internal decision: it opens external review.",
        )
    _notice(happening)


def _review_decision(state: CaseState, happening: Happening) -> None:
    _contest_outcome(state, happening, ProceedingKind.EXTERNAL_REVIEW)


_FURTHER: Mapping[EventKind, Callable[[CaseState, Happening], None]] = {
    EventKind.REQUEST_CORRECTED: _correction,
    EventKind.SUBMITTED: _submission,
    EventKind.URGENCY_CHANGED: _urgency,
    EventKind.STATUS_CHECKED: _status,
    EventKind.DETERMINED: _determination,
    EventKind.WITHDRAWN: _withdrawal,
    EventKind.PEER_TO_PEER_HELD: _talk_outcome,
    EventKind.APPEAL_DECIDED: _appeal_decision,
    EventKind.EXTERNAL_REVIEW_DECIDED: _review_decision,
}
