"""The written consent under which the clinic appeals in the member's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.models import PriorAuthRequest, Representative
from cases.queries.desk_deadlines.shaping import business_days, first_of, own_deadline
from cases.queries.facts import zones
from priorauth.calendars.local_time import day_closes
from priorauth.calendars.wording import say_day
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening, Moment
from priorauth.lifecycle.states import CaseState
from priorauth.terms import ClockKind, EventKind, OwedBy, RequestStatus

UNDECIDED = (
    RequestStatus.UNDER_APPEAL,
    RequestStatus.UNDER_EXTERNAL_REVIEW,
    RequestStatus.DENIED,
    RequestStatus.PARTLY_APPROVED,
)


def consent_ends(
    request: PriorAuthRequest, state: CaseState, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    """The consent ends while something may still have to be contested."""
    opened = first_of(happenings, EventKind.REQUEST_OPENED)
    if state.status not in UNDECIDED or opened is None:
        return
    zone = zones(request)[0]
    consent = (
        Representative._base_manager.filter(patient=request.patient_id, expires_on__isnull=False)
        .order_by("-expires_on")
        .first()
    )
    if consent is None or consent.expires_on is None:
        return
    yield own_deadline(
        "desk-consent-ends",
        ClockKind.CONSENT_ENDS,
        OwedBy.CLINIC,
        opened.key,
        Moment.day(consent.signed_on, zone),
        day_closes(consent.expires_on, zone),
        f"The written consent to appeal in the member's name ends on "
        f"{say_day(consent.expires_on)}. Have a new one signed before.",
        working=business_days(consent.expires_on, zone, -5),
        if_missed="The payer may refuse to talk to the clinic about the appeal.",
    )
