"""A mail of which nobody knows whether it arrived, and whoever may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

ASKING_TIME = 5.0
"""Seconds in which the doubts of one tick are looked up, and the longest that one answer may take.
So a slow place costs a tick ten seconds at most: with fifty for sending that is a minute, and the
next tick comes in time. What was not asked about is asked about then."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One mail of which nobody knows whether it arrived. `armed_at` is an aware instant.

    `header` is the one in which such a mail carries its own number.
    """

    mail_id: UUID
    message_id: str
    header: str
    recipient: str
    armed_at: datetime


class Reconciler(Protocol):
    """Evidence outside our database."""

    def lookup(self, doubt: Doubt) -> bool | None:
        """Whether that mail arrived; None when this place cannot tell now. Never raises."""
        ...

    def close(self) -> None:
        """Let go of what is kept open. Never raises."""
        ...
