"""Deadlines that no law sets: appointments, promises, ends of authorizations, missing facts, ours.

They have the same shape as the engine's, so that one worklist and one ladder serve all. Their rule
names begin with "desk-" and none claims to be law; each says in its steps where it comes from. The
days before are ours: see the constants.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cases.models import PriorAuthRequest, ServiceLine
from cases.queries.course import read_course
from cases.queries.desk_deadlines.agreements_end import agreements_end
from cases.queries.desk_deadlines.appointments import appointments
from cases.queries.desk_deadlines.authorization_ends import authorization_ends
from cases.queries.desk_deadlines.benefits_again import benefits_again
from cases.queries.desk_deadlines.by_hand import by_hand
from cases.queries.desk_deadlines.consent_ends import consent_ends
from cases.queries.desk_deadlines.filing_limits import missing_filing_limit
from cases.queries.desk_deadlines.infusions import booked_without_approval, not_recorded
from cases.queries.desk_deadlines.missing_approvals import (
    missing_approvals,
    missing_ends,
    missing_numbers,
)
from cases.queries.desk_deadlines.missing_facts import missing_facts, missing_rules
from cases.queries.desk_deadlines.promises import promises
from cases.queries.desk_deadlines.sending import send_again, submit_by
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.engine import Computation
from priorauth.deadlines.facts import CaseFacts, Happening
from priorauth.lifecycle.states import CaseState
from priorauth.rulebook.rulebook import Rulebook
from priorauth.terms import EventKind

__all__ = ["desk_deadlines"]


def desk_deadlines(
    request: PriorAuthRequest,
    happenings: Sequence[Happening],
    state: CaseState,
    now: datetime,
    facts: CaseFacts,
    rules: Rulebook,
    lines: Sequence[ServiceLine],
    computed: Computation | None = None,
) -> list[ComputedDeadline]:
    """All deadlines of `request` that the rulebook does not give. `now` is an aware instant.

    `facts` and `rules` are what the engine counted by, `computed` what it found with them. `lines`
    are the request's, as they stand.
    """
    unruled = computed.unruled if computed else ()
    counted = computed.deadlines if computed else ()
    # The dates of a letter settle their own task by being there; they find out no other date.
    settled = {
        str(told.facts["settles"]): told
        for told in happenings
        if "settles" in told.facts and not any(name.startswith("supplied_") for name in told.facts)
    }
    was_decided = any(told.kind is EventKind.DETERMINED for told in happenings)
    course = read_course(request, lines)
    granted = course.authorizations if was_decided else ()
    return [
        *submit_by(request, happenings),
        *send_again(request, happenings),
        *appointments(request, happenings),
        *promises(request, happenings, state),
        *missing_facts(request, happenings, settled),
        *missing_rules(request, happenings, settled, unruled),
        *missing_numbers(request, happenings, granted),
        *missing_ends(request, happenings, granted),
        *missing_approvals(request, happenings),
        *authorization_ends(request, course, happenings, facts, rules),
        *booked_without_approval(course, happenings),
        *not_recorded(course, happenings),
        *missing_filing_limit(request, course, happenings, counted),
        *benefits_again(request, happenings),
        *agreements_end(request, course, happenings),
        *consent_ends(request, state, happenings),
        *by_hand(happenings, settled),
    ]
