"""The reminder mail: what it may say is what `ReminderMail` can hold, and that is not much.

No field of it takes free text: a case number has a fixed shape, the step and the urgency are words
of our own lists, the rest are numbers, instants and addresses. So no patient's name, date, code or
note can get in, whatever a caller does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import get_args
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from cases.mail.answer_link import answer_url
from cases.mail.due_words import due_label, due_text, step_label
from cases.mail.plain_mail import MailSort, UnfitForMail, check_address, check_case_number
from priorauth.reminders import UrgencyWord
from priorauth.terms import ClockKind, OwedBy

SORT = MailSort("reminder", "X-Reminder-Id", mark="r", mailing_list="reminders")
HEADER = SORT.header
_WORDS = get_args(UrgencyWord)


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
        check_case_number(self.case_number)
        if not isinstance(self.kind, ClockKind) or not isinstance(self.owed_by, OwedBy):
            raise UnfitForMail("the kind of step is not one of ours")
        if self.urgency_word not in _WORDS:
            raise UnfitForMail("the urgency is not one of our words")
        if not isinstance(self.deadline_id, int):
            raise UnfitForMail("the deadline's id is not a number")
        if not (isinstance(self.rung, int) and isinstance(self.rungs, int)):
            raise UnfitForMail("the rung is not a number")
        check_address(self.to)

    @property
    def step_label(self) -> str:
        """Which kind of step, and whose."""
        return step_label(self.kind, self.owed_by)

    @property
    def due_label(self) -> str:
        """What the date is: our due date, the payer's limit, or when to expect an answer."""
        return due_label(self.owed_by, self.has_legal_limit)

    @property
    def due_text(self) -> str:
        """The due date in the clinic's zone, with the zone named; empty when left out."""
        if self.due_at is None:
            return ""
        return f"{due_text(self.due_at, self.zone)} ({self.zone})"

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


message_id = SORT.message_id


def build(mail: ReminderMail, *, at: datetime, message_id: str) -> EmailMessage:
    """The finished plain-text message, dated `at` (aware). Raises UnfitForMail."""
    link = answer_url(mail.reminder_id, at)
    return SORT.build(mail, mail.reminder_id, at=at, message_id=message_id, answer_url=link)
