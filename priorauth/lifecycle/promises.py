"""What a representative's promise was about, and what made it no longer awaited.

Nobody says on the phone in so many words what a promise belongs to. So it belongs to everything
that the payer still owed an answer on when it was made: the request, each running appeal, review
and peer-to-peer. When the last of these has come, the promise has nothing left to bring.
"""

from __future__ import annotations

from collections.abc import Sequence

from priorauth.deadlines.facts import Happening
from priorauth.lifecycle.replay import apply, starting_state
from priorauth.lifecycle.states import CaseState, ProceedingKind
from priorauth.terms import EventKind

_THE_REQUEST = "request"
_ANSWERED_BY_THE_PAYER = (
    ProceedingKind.APPEAL,
    ProceedingKind.EXTERNAL_REVIEW,
    ProceedingKind.PEER_TO_PEER,
)


def fulfilled_by(
    line_keys: Sequence[str], happenings: Sequence[Happening], call: str
) -> Happening | None:
    """The happening after which the promise of `call` (the key of its event) is not awaited.

    None while it is, also for one made when the payer owed no answer (a letter, say): that is for
    a person to settle. `happenings` are those that stand, in the order of recording.
    """
    state = starting_state(line_keys)
    awaited: frozenset[str] | None = None
    for happening in happenings:
        state = apply(state, happening)
        if happening.key == call:
            awaited = _awaited(state)
        elif awaited:
            if happening.kind is EventKind.REJECTED_BY_PAYER:
                awaited -= {_THE_REQUEST}
            awaited &= _awaited(state)
            if not awaited:
                return happening
    return None


def _awaited(state: CaseState) -> frozenset[str]:
    """What the payer owes an answer on."""
    request = [_THE_REQUEST] if state.undecided else []
    running = [one.key for kind in _ANSWERED_BY_THE_PAYER for one in state.running(kind)]
    return frozenset([*request, *running])
