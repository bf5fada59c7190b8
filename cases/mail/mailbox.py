"""The reminders of one clinic as they were kept in the mail folder, to be read in the browser."""

from __future__ import annotations

import email
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default

from django.conf import settings

from cases.mail.folder import FolderTransport
from cases.models import Clinic, Reminder
from priorauth.reminders import ReminderState

NEWEST = 50


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One mail as its reader would see it. `body` is None when the file is gone."""

    message_id: str
    sender: str
    to: str
    subject: str
    sent_at: datetime
    body: str | None


def kept_mails(clinic: Clinic, limit: int = NEWEST) -> Sequence[KeptMail]:
    """The newest mails that went to members of `clinic` about its cases. One query.

    The outbox says which mails are this clinic's; the folder is only asked for those.
    """
    sent = (
        Reminder._base_manager.filter(clinic=clinic, state=ReminderState.SENT)
        .select_related("recipient")
        .order_by("-sent_at", "pk")[:limit]
    )
    folder = FolderTransport(settings.MAIL_FOLDER)
    return [_read(row, folder) for row in sent]


def _read(row: Reminder, folder: FolderTransport) -> KeptMail:
    sent_at = row.sent_at or row.planned_at
    try:
        content = folder.path(row.pk).read_bytes()
    except OSError:
        return KeptMail(row.message_id, "", row.recipient.email, "", sent_at, None)
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what the default policy makes
    return KeptMail(
        message_id=str(message["Message-ID"]),
        sender=str(message["From"]),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent_at=sent_at,
        body=message.get_content(),
    )
