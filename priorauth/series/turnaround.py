"""When a renewal must begin: counted back from the day the approval ends, by the payer's own pace.

The pace is the time in which the payer must decide by law (or, where no law is on file, usually
decides), or what the clinic has measured of this payer when that is longer; on top come the days
to prepare the request. The answer is never a day on which the clinic is closed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from priorauth.calendars.local_time import local_date
from priorauth.deadlines.engine import compute
from priorauth.deadlines.facts import CaseFacts, Happening, Moment
from priorauth.rulebook.rulebook import Rulebook
from priorauth.series.open_days import OpenDays
from priorauth.terms import Channel, ClockKind, EventKind, ReviewTiming, Urgency

PREPARATION_DAYS = 5
"""Open days to gather the notes and scores, to write and to send."""
USUAL_DAYS = 15
"""Calendar days taken when no rule of any sort gives the payer a time."""
ASKED_AT = time(12)


@dataclass(frozen=True, slots=True)
class Turnaround:
    """Calendar days from sending to decision, and where the number comes from."""

    days: int
    source: str


@dataclass(frozen=True, slots=True)
class RenewalStart:
    """When to begin, when to have sent it, and the pace that both were counted by."""

    start_on: date
    send_on: date
    turnaround: Turnaround


def turnaround(
    facts: CaseFacts, rulebook: Rulebook, asked_on: date, measured_days: int | None = None
) -> Turnaround:
    """How long the payer may take over a renewal of this case that is sent on `asked_on`.

    The rulebook is asked with a request of the same plan and lines, sent and received on that day;
    of several clocks (drug and service) the longest counts. `measured_days` is the clinic's own
    median for this payer: it counts when it is longer.
    """
    limit = _limit(facts, rulebook, asked_on)
    if measured_days is not None and measured_days > limit.days:
        return Turnaround(measured_days, "what this payer took at the median in this clinic")
    return limit


def _limit(facts: CaseFacts, rulebook: Rulebook, asked_on: date) -> Turnaround:
    sent = Moment.instant(
        datetime.combine(asked_on, ASKED_AT, ZoneInfo(facts.payer_zone)), facts.payer_zone
    )
    told = (
        Happening("asked", EventKind.REQUEST_OPENED, sent, sent.earliest),
        Happening("sent", EventKind.SUBMITTED, sent, sent.earliest, facts={"channel": _PORTAL}),
        Happening("received", EventKind.RECEIVED_BY_PAYER, sent, sent.earliest),
    )
    renewal = replace(
        facts,
        happenings=told,
        urgency=Urgency.STANDARD,
        review_timing=ReviewTiming.PROSPECTIVE,
        planned_start_on=None,
    )
    found = [
        each
        for each in compute(renewal, rulebook, sent.latest).deadlines
        if each.kind is ClockKind.PA_DECISION
    ]
    if not found:
        return Turnaround(USUAL_DAYS, "two weeks, because no rule gives this payer a time")
    longest = max(found, key=lambda each: each.due)
    days = (local_date(longest.due, facts.payer_zone) - asked_on).days
    where = "the law's limit" if longest.legal else "the usual time; no legal limit is on file"
    return Turnaround(max(days, 1), f"{where} ({longest.rule})")


_PORTAL = str(Channel.PORTAL)


def renewal_start(
    covers_through: date,
    pace: Turnaround,
    days: OpenDays,
    *,
    preparation_days: int = PREPARATION_DAYS,
) -> RenewalStart:
    """The day to begin a renewal so that its answer is there while the old approval covers.

    Sent on `send_on`, the payer's time ends on `covers_through` at the latest; `start_on` lies so
    many open days of the clinic before it.
    """
    send_on = days.on_or_before(covers_through - timedelta(days=pace.days))
    return RenewalStart(days.subtract(send_on, preparation_days), send_on, pace)
