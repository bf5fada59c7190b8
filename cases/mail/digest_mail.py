"""The morning digest: what it may say is what `DigestMail` can hold.

As in a reminder, no field takes free text: case numbers of a fixed shape, words of our own lists,
numbers, dates and one address. So no patient's name, date, code or note can get in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from typing import Literal, get_args
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from cases.mail.due_words import due_label, due_text, step_label
from cases.mail.plain_mail import MailSort, UnfitForMail, check_address, check_case_number
from priorauth.reminders import UrgencyWord
from priorauth.terms import ClockKind, OwedBy, Term

SORT = MailSort("digest", "X-Digest-Id", mark="d", mailing_list="digests")
HEADER = SORT.header
FROM_MAIL = "mailed"
"""In the address of a link to the worklist: following it chooses nothing for next time."""
STOPPED: Literal["clock stopped"] = "clock stopped"
"""Said instead of the urgency while a clock does not run."""
_WORDS = (*get_args(UrgencyWord), STOPPED)


class Part(Term):
    """The parts of a digest: those groups of the worklist that are to be acted on today."""

    BOOKED = "booked", "booked without approval"
    LIMIT = "limit", "near a legal limit"
    OVERDUE = "overdue", "overdue"
    BROKEN = "broken", "promised but not done"
    TODAY = "today", "for today"
    CHASE = "chase", "to chase with the payer"
    ENDING = "ending", "ending or running out"
    PASSED = "passed", "past the peer-to-peer window"


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One deadline of one case. `due_at` is None when the clinic leaves the time out.

    `zone` is the clinic's IANA zone. Raises UnfitForMail.
    """

    part: Part
    case_number: str
    kind: ClockKind
    owed_by: OwedBy
    urgency_word: str
    due_at: datetime | None
    zone: str
    has_legal_limit: bool

    def __post_init__(self) -> None:
        check_case_number(self.case_number)
        is_ours = isinstance(self.kind, ClockKind) and isinstance(self.owed_by, OwedBy)
        if not is_ours or not isinstance(self.part, Part):
            raise UnfitForMail("the kind of step is not one of ours")
        if self.urgency_word not in _WORDS:
            raise UnfitForMail("the urgency is not one of our words")

    @property
    def what(self) -> str:
        """Which kind of step, whose, and its date unless that is left out."""
        step = step_label(self.kind, self.owed_by)
        if self.due_at is None:
            return step
        label = due_label(self.owed_by, self.has_legal_limit)
        return f"{step}. {label}: {due_text(self.due_at, self.zone)}"

    @property
    def url(self) -> str:
        """The case page. It asks for sign-in, and looking at it changes nothing."""
        return settings.SITE_URL + reverse("desk:case", args=[self.case_number])


@dataclass(frozen=True, slots=True)
class DigestMail:
    """Everything a digest knows: `lines` in the order of the worklist, and how many there are.

    `day` is the clinic's; the fields named as a `Part`, and `week`, count what is on the worklist,
    listed here or not, up to `counted_up_to`. `is_whole_clinic` is true for those who get the
    clinic's list, `stands_in` for whoever also gets that of somebody away. Raises UnfitForMail.
    """

    digest_id: UUID
    day: date
    lines: Sequence[DigestLine]
    overdue: int
    broken: int
    today: int
    week: int
    counted_up_to: int
    zone: str
    is_whole_clinic: bool
    stands_in: bool
    to: str
    possible_dup: bool = False
    booked: int = 0
    limit: int = 0
    chase: int = 0
    ending: int = 0
    passed: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.digest_id, UUID):
            raise UnfitForMail("the digest's id is not a UUID")
        if not isinstance(self.day, date):
            raise UnfitForMail("the day is not a date")
        counts = (*self.counts.values(), self.week, self.counted_up_to)
        if not all(isinstance(count, int) for count in counts):
            raise UnfitForMail("a count is not a number")
        if not all(isinstance(line, DigestLine) for line in self.lines):
            raise UnfitForMail("a line is not one of ours")
        check_address(self.to)

    @property
    def counts(self) -> Mapping[Part, int]:
        """How many of each part there are, in order."""
        return {part: getattr(self, part.value) for part in Part}

    @property
    def summary(self) -> str:
        """How many, the most pressing first: "1 overdue, 3 for today"."""
        return ", ".join(
            f"{self._said(many)} {part.label}" for part, many in self.counts.items() if many
        )

    @property
    def week_said(self) -> str:
        """How many more the next seven days bring; empty for none."""
        return self._said(self.week) if self.week else ""

    @property
    def parts(self) -> Sequence[tuple[Part, Sequence[DigestLine]]]:
        """The lines under their headings, in order."""
        found = [(part, [line for line in self.lines if line.part is part]) for part in Part]
        return [(part, lines) for part, lines in found if lines]

    @property
    def more(self) -> str:
        """How many are not listed; empty when all are."""
        left = sum(self.counts.values()) - len(self.lines)
        return self._said(left) if left > 0 else ""

    @property
    def day_said(self) -> str:
        """The day in words."""
        return f"{self.day:%A}, {self.day:%B} {self.day.day}, {self.day.year}"

    @property
    def url(self) -> str:
        """The worklist, narrowed to the reader's own cases for whoever gets those alone."""
        whose = "everybody" if self.is_whole_clinic or self.stands_in else "mine"
        return f"{settings.SITE_URL}{reverse('desk:worklist')}?whose={whose}&{FROM_MAIL}=1"

    def _said(self, many: int) -> str:
        return f"{self.counted_up_to:,}+" if many > self.counted_up_to else f"{many:,}"


message_id = SORT.message_id


def build(mail: DigestMail, *, at: datetime, message_id: str) -> EmailMessage:
    """The finished plain-text message, dated `at` (aware). Raises UnfitForMail."""
    return SORT.build(mail, mail.digest_id, at=at, message_id=message_id)
