"""Every kind of mail that goes through the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from cases.models.digests import Digest
from cases.models.reminders import Reminder

Mail = Reminder | Digest
OUTBOX: Sequence[type[Mail]] = (Reminder, Digest)
"""In the order in which they are sent: no digest before a reminder that is due."""
