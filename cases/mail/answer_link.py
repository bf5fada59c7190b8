"""The link in a reminder mail under which its reader answers it: signed, dated, without a name.

It holds the reminder's random number and the day it ends. It lets nobody in: the page behind it
asks for sign-in, and looking at it changes nothing, so that a mail scanner that follows links does
no harm.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

LASTS = timedelta(days=30)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def answer_url(reminder_id: UUID, at: datetime) -> str:
    """The whole address, in a mail written at `at` (aware)."""
    ends = (at - _EPOCH + LASTS).days
    number = base64.urlsafe_b64encode(reminder_id.bytes).decode().rstrip("=")
    token = _signer().sign(f"{number}.{ends}")
    return settings.SITE_URL + reverse("desk:answer_link", args=[token])


def reminder_behind(token: str, now: datetime) -> UUID | None:
    """Which reminder a link leads to at `now` (aware); None when it is not ours or has ended."""
    try:
        number, ends = _signer().unsign(token).split(".")
        raw = base64.urlsafe_b64decode(number + "==")
        is_over = (now - _EPOCH).days > int(ends)
        return None if is_over else UUID(bytes=raw)
    except (BadSignature, ValueError, binascii.Error):
        return None


def _signer() -> Signer:
    return Signer(salt="reminder-answer", sep=":")
