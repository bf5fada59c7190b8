"""Every kind of mail that goes through the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from cases.models.digests import Digest
from cases.models.patient_mails import PatientMail
from cases.models.reminders import Reminder

Mail = Reminder | Digest | PatientMail
OUTBOX: Sequence[type[Mail]] = (Reminder, Digest, PatientMail)
"""In the order in which they are sent: no digest before a reminder that is due, and no mail to a
patient before either."""
