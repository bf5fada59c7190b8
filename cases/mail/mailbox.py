"""The mails of one clinic as they were kept in the mail folder, to be read in the browser."""

from __future__ import annotations

import email
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

from django.conf import settings

from cases.mail.folder import FolderTransport
from cases.models import Clinic, PatientMail
from cases.models.outbox import OUTBOX, Mail
from cases.queries.limited import union_rows
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
    """The newest mails that went to members and patients of `clinic` about its cases. One query.

    The outbox says which mails are this clinic's; the folder is only asked for those.
    """
    sent = [
        model._base_manager.filter(clinic=clinic, state=ReminderState.SENT, sent_at__isnull=False)
        .order_by("-sent_at", "pk")
        .values_list("pk", "message_id", _address_in(model), "sent_at")[:limit]
        for model in OUTBOX
    ]
    newest = sorted(union_rows(sent), key=lambda row: row[3], reverse=True)[:limit]
    folder = FolderTransport(settings.MAIL_FOLDER)
    return [_read(row, folder) for row in newest]


def _address_in(model: type[Mail]) -> str:
    return "address" if model is PatientMail else "recipient__email"


def _read(row: Sequence[Any], folder: FolderTransport) -> KeptMail:
    """One mail; SQLite gives its number as text and its instant without a zone."""
    key, message_id, to, sent_at = row
    if not isinstance(key, UUID):
        key, sent_at = UUID(key), sent_at.replace(tzinfo=UTC)
    try:
        content = folder.path(key).read_bytes()
    except OSError:
        return KeptMail(message_id, "", to, "", sent_at, None)
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
