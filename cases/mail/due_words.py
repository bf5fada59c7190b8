"""How a mail says what a deadline is for and when it ends."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from priorauth.terms import ClockKind, OwedBy

_NEUTRAL = {ClockKind.INFUSION_BOOKED: "Visit booked without approval"}
"""A mail is read over a shoulder: what is treated, and how, stays behind the link."""


def step_label(kind: ClockKind, owed_by: OwedBy) -> str:
    """Which kind of step, and whose."""
    return f"{_NEUTRAL.get(kind, kind.label)} - {owed_by.label.lower()}"


def due_label(owed_by: OwedBy, has_legal_limit: bool) -> str:
    """What the date is: our due date, the payer's limit, or when to expect an answer."""
    if owed_by is OwedBy.CLINIC:
        return "Due"
    return "Payer's limit" if has_legal_limit else "Expected by"


def due_text(due_at: datetime, zone: str) -> str:
    """The instant (aware) on the clocks of `zone` (IANA), with the zone's short name."""
    local = due_at.astimezone(ZoneInfo(zone))
    day = f"{local:%a}, {local:%b} {local.day}, {local.year}"
    # The last minute of a day means the day: nobody has to know that it is stored as 23:59:59.
    hour = "end of day" if (local.hour, local.minute) == (23, 59) else f"{local:%I:%M %p}"
    return f"{day}, {hour.lstrip('0')} {local:%Z}"
