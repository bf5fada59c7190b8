"""The last covered day of an authorization, and when its renewal must begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.models import Authorization, PriorAuthRequest
from cases.queries.desk_deadlines.shaping import business_days, own_deadline, when_told
from cases.queries.facts import zones
from priorauth.calendars.local_time import day_closes
from priorauth.calendars.wording import say_day
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening
from priorauth.terms import ClockKind, OwedBy, RequestStatus

RENEW_BUSINESS_DAYS_BEFORE = 15
"""A renewal must be asked for and answered before the old authorization ends."""


def authorization_ends(
    request: PriorAuthRequest, happenings: Sequence[Happening], granted: Sequence[Authorization]
) -> Iterator[ComputedDeadline]:
    """The end of each authorization that no renewal has taken over."""
    ending = [each for each in granted if each.effective_through is not None]
    if not ending or is_renewed(request):
        return
    known = {told.key: told for told in happenings}
    zone = zones(request)[0]
    for authorization in ending:
        told = known.get(str(authorization.event_id))
        through = authorization.effective_through
        if told is None or through is None:
            continue
        yield own_deadline(
            "desk-authorization-ends",
            ClockKind.AUTHORIZATION_ENDS,
            OwedBy.CLINIC,
            told.key,
            when_told(told, zone),
            day_closes(through, zone),
            f"The authorization covers treatment through {say_day(through)}. Start the renewal "
            f"{RENEW_BUSINESS_DAYS_BEFORE} business days before.",
            working=business_days(through, zone, -RENEW_BUSINESS_DAYS_BEFORE),
            if_missed="Later infusions are not covered.",
        )


def is_renewed(request: PriorAuthRequest) -> bool:
    """A later request for the same course was sent: the old end date needs no reminder."""
    renewals = PriorAuthRequest._base_manager.filter(previous_request=request)
    return renewals.exclude(status__in=[RequestStatus.DRAFT, RequestStatus.WITHDRAWN]).exists()
