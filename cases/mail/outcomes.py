"""What can come of handing one mail over, and the step that guards it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

Arm = Callable[[], float]
"""Called when the whole mail is out but for its end. Returns how many seconds the worker may now
wait for an answer, or 0 when it may not send after all. Raises when the database cannot say."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A finished mail: envelope and bytes."""

    reminder_id: UUID
    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has taken responsibility for it."""

    code: int = 250
    text: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Known not to be delivered.

    `is_permanent` says that trying again is of no use; `is_server` that the server as a whole is at
    fault (down, not letting us in), so that other mails would fare no better; `is_broken_off` that
    the server went away or fell silent before it judged this mail, and may serve the next;
    `is_address` that it refused the address itself, whatever the mail.
    """

    text: str
    code: int | None = None
    is_permanent: bool = False
    is_server: bool = False
    is_broken_off: bool = False
    is_address: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The end of the mail was sent and no answer came: it may have been delivered."""

    text: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """`arm` said no: the mail was given up before its end. Known not to be delivered."""


Outcome = Delivered | Refused | Unknown | Withdrawn


class Transport(Protocol):
    """A way for mail to go. One worker, one transport; it may keep a connection open."""

    def ready(self) -> None:
        """Do beforehand what takes time, while no mail's lease runs. Never raises: what went
        wrong is the outcome of the next `deliver`."""
        ...

    def deliver(self, mail: OutgoingMail, arm: Arm) -> Outcome:
        """Hand `mail` over, calling `arm` just before it can be accepted."""
        ...

    def lookup(self, reminder_id: UUID) -> bool | None:
        """Whether that mail was delivered, or None where this transport cannot tell."""
        ...

    def close(self) -> None:
        """Let go of what is kept open. Never raises."""
        ...
