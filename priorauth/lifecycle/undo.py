"""May a recorded step be taken back? Only when all that was recorded after it still stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from priorauth.deadlines.facts import Happening
from priorauth.errors import NotAllowedNow, PriorAuthError
from priorauth.lifecycle.checks import check
from priorauth.lifecycle.chronology import in_words
from priorauth.lifecycle.effects import apply
from priorauth.lifecycle.replay import replay
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
    if target.kind is EventKind.PLAN_FACTS_CHANGED:
        raise NotAllowedNow(
            "The facts of a plan hold for every case under it, so they are not taken back from "
            "one case. Record the plan's facts again as they are."
        )
    if target.kind is EventKind.LETTER_SIGNED:
        raise NotAllowedNow(
            "A signed letter stays as it was signed. Write a new version of it instead: that takes "
            "its place."
        )
    broken = broken_by(line_keys, happenings, key)
    if broken:
        first = first_to_undo(line_keys, happenings, key)
        raise NotAllowedNow(_name_them(target, broken, first))


def broken_by(
    line_keys: Sequence[str],
    happenings: Sequence[Happening],
    key: str,
    instead: Happening | None = None,
) -> tuple[Happening, ...]:
    """Later steps that fit now and would not if the happening of that key read `instead`.

    None takes the happening out. A step that never fitted (an odd import) is not among them. What
    was submitted rests on every correction before it: the payer has what was corrected. Empty
    when `key` is not on the timeline.
    """
    place = next((place for place, one in enumerate(happenings) if one.key == key), None)
    if place is None:
        return ()
    before = replay(line_keys, happenings[:place])
    state = apply(before, happenings[place])
    changed = before if instead is None else apply(before, instead)
    broken: list[Happening] = []
    if happenings[place].kind is EventKind.REQUEST_CORRECTED and instead is None:
        return tuple(
            later for later in happenings[place + 1 :] if later.kind is EventKind.SUBMITTED
        )
    for happening in happenings[place + 1 :]:
        if state == changed:
            break  # from here on nothing differs
        if _fits(state, happening) and not _fits(changed, happening):
            broken.append(happening)
        else:
            changed = apply(changed, happening)
        state = apply(state, happening)
    return tuple(broken)


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


def first_to_undo(
    line_keys: Sequence[str], happenings: Sequence[Happening], key: str
) -> Happening | None:
    """The step to begin with so that the one of that key can be undone in the end.

    The step itself when nothing rests on it; None when `key` is not on the timeline. What rests
    on it may carry further steps (closed, reopened, closed again), so the way leads to the last.
    """
    first = next((one for one in happenings if one.key == key), None)
    while first is not None:
        broken = broken_by(line_keys, happenings, first.key)
        if not broken:
            return first
        first = broken[-1]
    return None


def _fits(state: CaseState, happening: Happening) -> bool:
    try:
        check(state, happening, role=None, now=_END_OF_TIME)
    except PriorAuthError:
        return False
    return True


def _name_them(target: Happening, resting: tuple[Happening, ...], first: Happening | None) -> str:
    names = "; ".join(_named(one) for one in resting)
    begin = "that step" if first is None or resting == (first,) else _named(first)
    if len(resting) == 1:
        return f"A later step rests on “{target.kind.label}”: {names}. Undo {begin} first."
    return f"{len(resting)} later steps rest on “{target.kind.label}”: {names}. Undo {begin} first."


def _named(happening: Happening) -> str:
    when = in_words(happening.when.on) if happening.when else "date unknown"
    return f"“{happening.kind.label}” ({when})"
