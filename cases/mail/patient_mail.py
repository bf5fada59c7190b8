"""The mail to a patient: what it may say is what `PatientLetter` can hold, which is nearly nothing.

One of our own sentences, the neutral name and the phone number that the clinic chose for this, and
the address it goes to. No field can hold who the patient is, what is treated, or how it ended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from cases.mail.plain_mail import MailSort, UnfitForMail, check_address, telling_sender
from priorauth.patient_mail import Wording, telling_word

SORT = MailSort("patient", "X-Office-Message-Id", mark="m", mailing_list="office")
HEADER = SORT.header
_PHONE = re.compile(r"[0-9+()./ ext-]{7,30}")
_OFFICE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class PatientLetter:
    """Everything a mail to a patient knows. `office` and `phone` are the clinic's neutral ones.

    Raises UnfitForMail.
    """

    mail_id: UUID
    wording: Wording
    office: str
    phone: str
    to: str
    possible_dup: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.mail_id, UUID):
            raise UnfitForMail("the mail's id is not a UUID")
        if not isinstance(self.wording, Wording):
            raise UnfitForMail("the sentence is not one of ours")
        is_a_name = 0 < len(self.office) <= _OFFICE_LENGTH and self.office.isprintable()
        if not is_a_name or telling_word(self.office):
            raise UnfitForMail("the clinic's name in mails to patients is not a neutral one")
        if not _PHONE.fullmatch(self.phone):
            raise UnfitForMail("the clinic's phone number in mails to patients is not one")
        if telling_sender():
            raise UnfitForMail("the sender's address (MAIL_FROM, MAIL_DOMAIN) tells the treatment")
        check_address(self.to)

    @property
    def sentence(self) -> str:
        """What it says."""
        return self.wording.label


message_id = SORT.message_id


def build(mail: PatientLetter, *, at: datetime, message_id: str) -> EmailMessage:
    """The finished plain-text message, dated `at` (aware). Raises UnfitForMail."""
    return SORT.build(mail, mail.mail_id, at=at, message_id=message_id, sender_name=mail.office)
