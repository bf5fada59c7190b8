"""The reminder mail: what it may say is what `ReminderMail` can hold, and that is not much.

No field of it takes free text: a case number has a fixed shape, the step and the urgency are words
of our own lists, the rest are numbers, instants and addresses. So no patient's name, date, code or
note can get in, whatever a caller does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.urls import reverse

from cases.mail.answer_link import answer_url
from priorauth.reminders import UrgencyWord
from priorauth.terms import ClockKind, OwedBy

_CASE_NUMBER = re.compile(r"PA-[0-9A-HJKMNP-TV-Z]{8}")
_WORDS = get_args(UrgencyWord)
_ONE_LINE_A_HEADER = SMTP.clone(max_line_length=998)
"""Folding buys nothing here and costs most of the time it takes to build a mail."""


class UnfitForMail(ValueError):
    """Something that may not stand in a mail; the message says which part, never its value."""


@dataclass(frozen=True, slots=True)
class ReminderMail:
    """Everything a reminder knows. `due_at` is None when the clinic leaves the time out.

    `zone` is the clinic's IANA zone, `has_legal_limit` whether the date is a legal limit and not
    merely when an answer can be expected, `stands_in` whether the reader does so for somebody away.
    Raises UnfitForMail.
    """

    reminder_id: UUID
    case_number: str
    deadline_id: int
    kind: ClockKind
    owed_by: OwedBy
    urgency_word: UrgencyWord
    rung: int
    rungs: int
    due_at: datetime | None
    zone: str
    has_legal_limit: bool
    to: str
    possible_dup: bool = False
    stands_in: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.reminder_id, UUID):
            raise UnfitForMail("the reminder's id is not a UUID")
        if not _CASE_NUMBER.fullmatch(self.case_number):
            raise UnfitForMail("the case number is not one of ours")
        if not isinstance(self.kind, ClockKind) or not isinstance(self.owed_by, OwedBy):
            raise UnfitForMail("the kind of step is not one of ours")
        if self.urgency_word not in _WORDS:
            raise UnfitForMail("the urgency is not one of our words")
        if not isinstance(self.deadline_id, int):
            raise UnfitForMail("the deadline's id is not a number")
        if not (isinstance(self.rung, int) and isinstance(self.rungs, int)):
            raise UnfitForMail("the rung is not a number")
        try:
            validate_email(self.to)
            Address(addr_spec=self.to)
            self.to.encode("ascii")
        except (ValidationError, ValueError, UnicodeError) as error:
            raise UnfitForMail("the recipient's address is not a usable one") from error

    @property
    def step_label(self) -> str:
        """Which kind of step, and whose."""
        return f"{self.kind.label} - {self.owed_by.label.lower()}"

    @property
    def due_label(self) -> str:
        """What the date is: our due date, the payer's limit, or when to expect an answer."""
        if self.owed_by is OwedBy.CLINIC:
            return "Due"
        return "Payer's limit" if self.has_legal_limit else "Expected by"

    @property
    def due_text(self) -> str:
        """The due date in the clinic's zone, with the zone named; empty when left out."""
        if self.due_at is None:
            return ""
        local = self.due_at.astimezone(ZoneInfo(self.zone))
        day = f"{local:%a}, {local:%b} {local.day}, {local.year}"
        # The last minute of a day means the day: nobody has to know that it is stored as 23:59:59.
        hour = "end of day" if (local.hour, local.minute) == (23, 59) else f"{local:%I:%M %p}"
        return f"{day}, {hour.lstrip('0')} {local:%Z} ({self.zone})"

    @property
    def next_step(self) -> str:
        """What to do now, in one line above the link."""
        if self.owed_by is OwedBy.CLINIC:
            return "Sign in to do it and record that it is done:"
        return "Call the payer, then sign in and log the call:"

    @property
    def url(self) -> str:
        """The case page. It asks for sign-in, and looking at it changes nothing."""
        return settings.SITE_URL + reverse("desk:case", args=[self.case_number])

    @property
    def why_url(self) -> str:
        """The page that explains the date this mail is about: rule, count, and how it moved."""
        return settings.SITE_URL + reverse("desk:why", args=[self.case_number, self.deadline_id])


def message_id(reminder_id: UUID) -> str:
    """The Message-ID of that reminder, the same for every copy of it ever sent."""
    return f"<r.{reminder_id}@{settings.MAIL_DOMAIN}>"


def build(mail: ReminderMail, *, at: datetime, message_id: str) -> EmailMessage:
    """The finished plain-text message, dated `at` (aware). Raises UnfitForMail."""
    context = {"mail": mail, "answer_url": answer_url(mail.reminder_id, at)}
    subject = " ".join(render_to_string("mail/reminder/subject.txt", context).split())
    name, address = parseaddr(settings.MAIL_FROM)
    message = EmailMessage(policy=_ONE_LINE_A_HEADER)
    try:
        message["From"] = Address(display_name=name, addr_spec=address)
        message["To"] = mail.to
        message["Subject"] = subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = message_id
        message["X-Reminder-Id"] = str(mail.reminder_id)
        message["Auto-Submitted"] = "auto-generated"
        message["List-Id"] = f"<reminders.{settings.MAIL_DOMAIN}>"
        if mail.possible_dup:
            message["X-Reminder-Repeat"] = "possible"
    except ValueError as error:
        raise UnfitForMail("a header of the mail would hold a line break") from error
    message.set_content(render_to_string("mail/reminder/body.txt", context).rstrip() + "\n")
    return message


def sender_address() -> str:
    """The envelope sender of all mail from here."""
    return parseaddr(settings.MAIL_FROM)[1]
