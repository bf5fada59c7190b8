"""May a recorded step be taken back? Only when all that was recorded after it still stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from priorauth.deadlines.facts import Happening
from priorauth.errors import NotAllowedNow, PriorAuthError
from priorauth.lifecycle.checks import check
from priorauth.lifecycle.chronology import in_words
from priorauth.lifecycle.effects import apply
from priorauth.lifecycle.replay import starting_state
from priorauth.lifecycle.states import CaseState
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import EventKind, Role

# Everything on a timeline has happened, so no recorded time lies after this one.
_END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)

MAY_UNDO_ANYTHING = frozenset({Role.OWNER, Role.LEAD})


def check_undo(
    line_keys: Sequence[str],
    happenings: Sequence[Happening],
    key: str,
    *,
    role: Role | None = None,
    is_recorder: bool = True,
) -> None:
    """Raise NotAllowedNow unless the happening of that key can be taken back.

    `happenings` as for `replay`. `role` is that of who undoes (None: no role check),
    `is_recorder` whether that person recorded the step. The message names the later step that
    must be undone first.
    """
    _check_person(role, is_recorder)
    target = next((one for one in happenings if one.key == key), None)
    if target is None:
        raise NotAllowedNow(
            "This step is not on the timeline any more, perhaps because it was undone already. "
            "Open the page again."
        )
    if target.kind is EventKind.REQUEST_OPENED:
        raise NotAllowedNow("The opening of a request cannot be undone. Withdraw it instead.")
    if target.kind is EventKind.STEP_UNDONE:
        raise NotAllowedNow("An undoing cannot itself be undone. Record the step again instead.")
    resting = _resting_on(starting_state(line_keys), happenings, target)
    if resting:
        raise NotAllowedNow(_name_them(target, resting))


def _check_person(role: Role | None, is_recorder: bool) -> None:
    if role is None or role in MAY_UNDO_ANYTHING:
        return
    if role not in transition_of(EventKind.STEP_UNDONE).roles:
        raise NotAllowedNow(
            f"Your role here is “{role.label}”, and with it no step can be undone. "
            "Ask the billing lead or the owner to undo it."
        )
    if not is_recorder:
        raise NotAllowedNow(
            "Only the person who recorded this step can undo it. "
            "Ask that person, the billing lead or the owner to undo it."
        )


def _resting_on(
    state: CaseState, happenings: Sequence[Happening], target: Happening
) -> list[Happening]:
    """Later steps that were legal and no longer would be without the target, or without these."""
    without = state
    resting: list[Happening] = []
    for happening in happenings:
        if happening is not target:
            if _fits(state, happening) and not _fits(without, happening):
                resting.append(happening)
            else:
                without = apply(without, happening)
        state = apply(state, happening)
    return resting


def _fits(state: CaseState, happening: Happening) -> bool:
    try:
        check(state, happening, role=None, now=_END_OF_TIME)
    except PriorAuthError:
        return False
    return True


def _name_them(target: Happening, resting: list[Happening]) -> str:
    last = _named(resting[-1])
    if len(resting) == 1:
        return f"A later step rests on “{target.kind.label}”: {last}. Undo that step first."
    return (
        f"{len(resting)} later steps rest on “{target.kind.label}”: "
        f"{'; '.join(_named(one) for one in resting)}. Undo {last} first."
    )


def _named(happening: Happening) -> str:
    when = in_words(happening.when.on) if happening.when else "date unknown"
    return f"“{happening.kind.label}” ({when})"
