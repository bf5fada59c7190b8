"""What a patient may be told by mail: a few fixed sentences that say nothing, and when they go.

A mail to a patient lies open on a kitchen table. So it names nobody, no treatment, no payer and no
result: that there is news, that something is needed, or that we ask for a call. Everything else is
said on the phone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from priorauth.calendars.local_time import local_date, zone_named
from priorauth.calendars.staffed_hours import OFFICE, SEARCHED_DAYS, StaffedHours
from priorauth.terms import Term

FROM, UNTIL = time(9), time(18)
"""Local hours within which mail may go to a patient, on days when the clinic is staffed."""
OLD_NEWS: Final = timedelta(days=30)
"""What happened longer ago is history that somebody writes down."""
USEFUL: Final = timedelta(days=7)
"""After so long the office has called, or should have."""


class PatientMailKind(Term):
    """Why a patient is written to."""

    NEWS = "news", "News"
    NEEDED = "needed", "Something is needed"
    CALL_US = "call_us", "Asked to call"


class Wording(Term):
    """Every sentence that a mail to a patient can hold."""

    NEWS = "news", "There is news for you."
    NEEDED = "needed", "We need something from you."
    CALL = "call", "Please call us when you have a moment."
    CALL_SOON = "call_soon", "Please call us as soon as you can."
    SIGN = "sign", "There is a paper for you to sign. Please call us to find a time."
    TALK = "talk", "We would like to talk with you. Please call us to find a time."


WORDINGS: Mapping[PatientMailKind, tuple[Wording, ...]] = {
    PatientMailKind.NEWS: (Wording.NEWS,),
    PatientMailKind.NEEDED: (Wording.NEEDED,),
    PatientMailKind.CALL_US: (Wording.CALL, Wording.CALL_SOON, Wording.SIGN, Wording.TALK),
}
WAITS: Mapping[PatientMailKind, timedelta] = {
    # Long enough to undo what was recorded by mistake.
    PatientMailKind.NEWS: timedelta(minutes=30),
    PatientMailKind.NEEDED: timedelta(minutes=30),
    PatientMailKind.CALL_US: timedelta(),
}

# Whole words where a name such as Dr. Paine's or Moody's would be caught as well.
_TELLING = re.compile(
    r"ketamin|spravato|infus|psych|depress|mental|anxiet|trauma|ptsd|addict|therap|neuro|behavio"
    r"|\b(?:mood|pain|brain|tms|treatments?|wellness|recovery)\b",
    re.IGNORECASE,
)


def telling_word(name: str) -> str:
    """The part of a sender's name that would tell what somebody is treated for; "" for none."""
    found = _TELLING.search(name)
    return found.group().lower() if found else ""


def may_go_at(hours: StaffedHours, at: datetime) -> datetime | None:
    """`at` when mail may go to patients then; else the next moment at which it may. In UTC.

    That is when the clinic is staffed, so that somebody answers the call, between 09:00 and 18:00
    on its clock. Staffed hours wholly outside of these count as Monday to Friday, 08:00 to 17:00.
    None for a clinic closed for the next thirty days. `at` is an aware instant.
    """
    return _next(hours, at) or _next(replace(hours, weekly=OFFICE), at)


def _next(hours: StaffedHours, at: datetime) -> datetime | None:
    place = zone_named(hours.zone)
    first = local_date(at, hours.zone)
    for number in range(SEARCHED_DAYS):
        day = first + timedelta(days=number)
        earliest = max(at.astimezone(UTC), datetime.combine(day, FROM, place).astimezone(UTC))
        latest = datetime.combine(day, UNTIL, place).astimezone(UTC)
        for opens, closes in hours.spans(day):
            start = max(opens, earliest)
            if start < min(closes, latest):
                return start
    return None
