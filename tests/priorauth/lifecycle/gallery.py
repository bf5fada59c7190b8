"""Cases standing in every place the life cycle knows, and every complete way to take a step.

`GALLERY` names each by how it came there. `complete(state, kind, ...)` gives happenings of one kind
that lack no fact: what is refused of those is refused for where the case stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

from priorauth.deadlines.facts import Happening
from priorauth.errors import PriorAuthError
from priorauth.lifecycle.replay import check
from priorauth.lifecycle.states import CaseState, ProceedingKind
from priorauth.terms import EventKind, LineStatus
from tests.priorauth.lifecycle.story import NOW, Story, a_happening, determination, on

K = EventKind
TODAY = NOW.date()

GALLERY: dict[str, Story] = {
    "nothing yet": Story(),
    "draft": Story().opened(),
    "draft of two lines": Story("1", "2").opened(),
    "submitted": Story().opened().submitted(),
    "received": Story().with_the_payer(),
    "pended": Story().with_the_payer().asked(),
    "pended before the receipt": Story().opened().submitted().asked(),
    "answered": Story().with_the_payer().asked().answered(),
    "sent back": Story().with_the_payer().asked().record(K.REJECTED_BY_PAYER),
    "one of two decided": Story("1", "2").with_the_payer().determined("1=denied"),
    "talk before the decision": Story().with_the_payer().talk_requested(),
    "approved": Story().with_the_payer().determined("1=approved"),
    "approved, receipt not recorded": Story().opened().submitted().determined("1=approved"),
    "denied": Story().denied(),
    "dismissed": Story().with_the_payer().determined("1=dismissed"),
    "approved in part": Story("1", "2").with_the_payer().determined("1=approved", "2=denied"),
    "denied with an open question": Story().with_the_payer().asked().determined("1=denied"),
    "talk requested": Story().denied().talk_requested(),
    "talk scheduled": Story()
    .denied()
    .record(K.PEER_TO_PEER_SCHEDULED, proceeding="peer_to_peer-1", scheduled_for=on(NOW.date())),
    "talk held in vain": Story().denied().talk_requested().talk_held("upheld"),
    "turned by a talk": Story().denied().talk_requested().talk_held("overturned"),
    "appeal filed": Story().denied().appealed(),
    "appeal received": Story().denied().appealed().record(K.APPEAL_RECEIVED, proceeding="appeal-1"),
    "appeal with a question": Story().denied().appealed().asked(),
    "first appeal upheld": Story().denied().appealed().appeal_decided("upheld"),
    "first appeal upheld, final": Story()
    .denied()
    .appealed()
    .appeal_decided("upheld", is_final_internal=True),
    "appeal overturned": Story().denied().appealed().appeal_decided("overturned"),
    "appeal withdrawn": Story().denied().appealed().appeal_decided("withdrawn"),
    "second appeal filed": Story()
    .denied()
    .appealed()
    .appeal_decided("upheld")
    .appealed("appeal-2", "second"),
    "second appeal upheld": Story()
    .denied()
    .appealed()
    .appeal_decided("upheld")
    .appealed("appeal-2", "second")
    .appeal_decided("upheld", "appeal-2", is_final_internal=True),
    "urgent appeal and review": Story()
    .denied()
    .appealed(urgency="expedited")
    .review_filed(urgency="expedited"),
    "review with the reviewer": Story()
    .denied()
    .review_filed(deemed_exhausted=True)
    .review_assigned(),
    "review upheld": Story().denied().review_filed(deemed_exhausted=True).review_decided("upheld"),
    "appeal against silence": Story().with_the_payer().appealed(against_silence=True),
    "review of a silent payer": Story().with_the_payer().review_filed(deemed_exhausted=True),
    "review overturned": Story()
    .denied()
    .review_filed(deemed_exhausted=True)
    .review_decided("overturned"),
    "one line withdrawn": Story("1", "2").with_the_payer().record(K.WITHDRAWN, lines=("1",)),
    "withdrawn": Story().with_the_payer().record(K.WITHDRAWN),
    "withdrawn says the payer": Story().with_the_payer().determined("1=withdrawn"),
    "closed": Story().with_the_payer().determined("1=approved").record(K.CLOSED),
    "reopened": Story()
    .with_the_payer()
    .determined("1=approved")
    .record(K.CLOSED)
    .record(K.REOPENED),
}

CHOICES: dict[EventKind, dict[str, list[Any]]] = {
    K.SUBMITTED: {"channel": ["fax", "phone", "mail"]},
    K.STATUS_CHECKED: {"how": ["portal", "phone", "fax"], "said": ["decided", "not_found"]},
    K.URGENCY_CHANGED: {
        "urgency": ["standard", "expedited"],
        "by": ["clinician"],
        "reason_given": [True],
    },
    K.PEER_TO_PEER_HELD: {
        "outcome": ["upheld", "overturned", "partly_overturned", "dismissed", "withdrawn"]
    },
    K.APPEAL_FILED: {
        "level": ["first", "second"],
        "urgency": ["standard", "expedited"],
        "against_silence": [True, False],
    },
    K.APPEAL_DECIDED: {
        "outcome": ["upheld", "overturned", "partly_overturned", "dismissed", "withdrawn"],
        "is_final_internal": [True, False],
        "notice_awaited": [True],
    },
    K.EXTERNAL_REVIEW_FILED: {
        "urgency": ["standard", "expedited"],
        "deemed_exhausted": [True, False],
    },
    K.EXTERNAL_REVIEW_DECIDED: {
        "outcome": ["upheld", "overturned", "partly_overturned", "dismissed", "withdrawn"]
    },
}


def complete(
    state: CaseState,
    kind: EventKind,
    proceeding: str,
    *,
    when: date | None = TODAY,
    key: str = "99",
) -> Iterator[Happening]:
    """Happenings of this kind that lack no fact, for this proceeding ("" for a new one or none)."""
    moment = on(when) if when else None
    for lines, facts in _ways(state, kind, proceeding, moment):
        yield a_happening(kind, moment, key=key, proceeding=proceeding, lines=lines, **facts)


def _ways(state, kind, proceeding, moment):
    if kind is K.PEER_TO_PEER_SCHEDULED:
        yield (), {"scheduled_for": moment or on(NOW.date())}
    elif kind is K.DETERMINED:
        yield from (((), facts) for facts in _determinations(state))
    elif kind is K.WITHDRAWN:
        yield (), {}
        yield from (((line.key,), {}) for line in state.lines)
    elif kind in CHOICES:
        names = list(CHOICES[kind])
        for values in product(*CHOICES[kind].values()):
            facts = dict(zip(names, values, strict=True))
            yield from (((), {**facts, **more}) for more in _overturned(state, facts))
    else:
        yield (), {}


def _determinations(state):
    keys = [line.key for line in state.lines if line.status is not LineStatus.WITHDRAWN]
    free = [
        line.key
        for line in state.lines
        if line.key in keys and (line.is_undecided or line.is_revisable)
    ]
    for some in {tuple(keys), tuple(free), *((one,) for one in keys)} - {()}:
        for outcome in ("approved", "denied", "partly_approved", "dismissed", "withdrawn"):
            yield determination(*(f"{one}={outcome}" for one in some))


def _overturned(state, facts):
    yield {}
    if facts.get("outcome") == "partly_overturned":
        yield from ({"lines_overturned": (line.key,)} for line in state.lines)


def keys_for(state: CaseState) -> list[str]:
    """Every proceeding a step could be meant for: "" and all on file, also of another kind."""
    return ["", *(one.key for one in state.proceedings)]


def has_a_place(kind: EventKind, key: str) -> bool:
    """Whether a screen would tie this step to that proceeding ("": a new one or none)."""
    if not key or kind is K.URGENCY_CHANGED:
        return True
    begins = [one for one in ProceedingKind if kind.value.startswith(one.value)]
    return [ProceedingKind.of(key)] == begins


def is_legal(state: CaseState, happening: Happening, *, role=None, now=NOW) -> bool:
    """The gate lets it through."""
    try:
        check(state, happening, role=role, now=now)
    except PriorAuthError:
        return False
    return True
