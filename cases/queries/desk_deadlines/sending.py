"""When the request must go out, and when what came back must go out again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.models import PriorAuthRequest
from cases.queries.desk_deadlines.shaping import business_days, first_of, own_deadline, when_told
from cases.queries.facts import zones
from priorauth.calendars.local_time import day_closes
from priorauth.calendars.wording import say_day
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening
from priorauth.terms import ClockKind, EventKind, OwedBy

SUBMIT_BUSINESS_DAYS_BEFORE = 10
"""A payer may lawfully take two weeks and more: ask at least so long before the infusion."""
SEND_AGAIN_BUSINESS_DAYS = 2
"""What came back for a missing page or a wrong digit is mended at once."""


def submit_by(
    request: PriorAuthRequest, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    """The request goes out well before the first infusion that is planned."""
    opened = first_of(happenings, EventKind.REQUEST_OPENED)
    if opened is None or request.planned_start_on is None:
        return
    zone = zones(request)[0]
    on = request.planned_start_on
    yield own_deadline(
        "desk-submit-by",
        ClockKind.SUBMIT_BY,
        OwedBy.CLINIC,
        opened.key,
        when_told(opened, zone),
        day_closes(on, zone),
        f"The first infusion is planned for {say_day(on)}; send the request "
        f"{SUBMIT_BUSINESS_DAYS_BEFORE} business days before, so that the payer has time.",
        working=business_days(on, zone, -SUBMIT_BUSINESS_DAYS_BEFORE),
        settled=first_of(happenings, EventKind.SUBMITTED),
        if_missed="The infusion comes before any approval.",
    )


def send_again(
    request: PriorAuthRequest, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    """No clock of the payer runs on what it sent back: without a date nobody would see it."""
    zone = zones(request)[0]
    for place, told in enumerate(happenings):
        if told.kind is not EventKind.REJECTED_BY_PAYER:
            continue
        back = when_told(told, zone)
        yield own_deadline(
            "desk-send-again",
            ClockKind.SUBMIT_BY,
            OwedBy.CLINIC,
            told.key,
            back,
            business_days(back.on, zone, SEND_AGAIN_BUSINESS_DAYS),
            "The payer sent the request back undecided, so no time of the payer's runs. Mend what "
            f"it names and submit again within {SEND_AGAIN_BUSINESS_DAYS} business days.",
            settled=first_of(happenings[place + 1 :], EventKind.SUBMITTED, EventKind.DETERMINED),
            if_missed="The request lies with nobody while the infusion comes nearer.",
        )
