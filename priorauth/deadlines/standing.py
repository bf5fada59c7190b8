"""How a deadline stands: running, stopped, met or missed."""

from __future__ import annotations

from datetime import date, datetime

from priorauth.calendars.local_time import local_date
from priorauth.deadlines.opened import Stop
from priorauth.terms import OwedBy, Standing


def standing(
    *,
    owed_by: OwedBy,
    limit: datetime | None,
    expected: datetime,
    stop: Stop | None,
    received_counts: bool,
    stands_still_until: date | None,
    zone: str,
    now: datetime,
) -> Standing:
    """The standing at `now` (aware UTC).

    `limit` is the legal date, None for an expectation; `expected` what drives the work then. A
    payer that no law binds is never late. A filing that counts on receipt is judged by its
    receipt, where that is known. An act whose time is not known is taken as in time.
    """
    last = limit if limit is not None or owed_by is OwedBy.PAYER else expected
    if stop is not None:
        done = (stop.received if received_counts else None) or stop.when
        late = last is not None and done is not None and done.earliest > last
        return Standing.MISSED if late else Standing.MET
    if stands_still_until is not None and local_date(now, zone) <= stands_still_until:
        return Standing.TOLLED
    return Standing.MISSED if last is not None and now > last else Standing.RUNNING
