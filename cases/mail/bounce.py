"""What a mail server says of a mail that it accepted and could not deliver (RFC 3464)."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from uuid import UUID

from django.conf import settings

from cases.mail import digest_mail, patient_mail, reminder_mail
from cases.mail.bad_address import is_bad_address_in

OURS = (reminder_mail.HEADER, digest_mail.HEADER, patient_mail.HEADER)


@dataclass(frozen=True, slots=True)
class Bounce:
    """The mail of ours with that number did not arrive; `reason` is for the screen.

    `is_address`: no other mail to that address would.
    """

    mail_id: UUID
    reason: str
    is_address: bool = False


def read_bounce(raw: bytes) -> Bounce | None:
    """The bounce in that message; None for anything else, as a mere delay or another's mail.

    The number is random, so only who has had the mail can name it, and the worst a lie can do is
    that more people are reminded. Parts nested too deep raise RecursionError.
    """
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    parts = list(message.walk())
    failed = next(_failed(parts), None)
    mail_id = next(_numbers(parts), None)
    if failed is None or mail_id is None:
        return None
    status, why = _said(failed, "Status"), _said(failed, "Diagnostic-Code").partition(";")[2]
    reason = " ".join(f"it came back: {status} {why}".split())[:200]
    return Bounce(mail_id, reason, is_bad_address_in(status, why))


def _failed(parts: list[Message]) -> Iterator[Message]:
    """What is said of each recipient that was not reached; the journal's copy is none of ours."""
    for one in _reports(parts):
        address = _said(one, "Final-Recipient").partition(";")[2].strip().lower()
        is_journal = bool(settings.MAIL_JOURNAL) and address == settings.MAIL_JOURNAL.lower()
        if _said(one, "Action").lower() == "failed" and not is_journal:
            yield one


def _reports(parts: list[Message]) -> Iterator[Message]:
    """What is said of each recipient. The first block of a report is about the server itself."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from part.get_payload()  # type: ignore[misc]


def _numbers(parts: list[Message]) -> Iterator[UUID]:
    """Our own numbers in the headers of the mail that is sent back, whole or headers only."""
    for part in parts:
        found: Message = part
        if part.get_content_type() == "text/rfc822-headers":
            found = email.message_from_bytes(part.get_payload(decode=True) or b"")  # type: ignore[arg-type]
        for header in OURS:
            try:
                yield UUID(_said(found, header))
            except ValueError:
                continue


def _said(part: Message, header: str) -> str:
    """A header's text, fit for a line on the screen."""
    text = str(part.get(header, ""))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
