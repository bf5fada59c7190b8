"""A mail of which nobody knows whether it arrived, and whoever may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


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
