"""A plain-text mail from this installation: its headers, and what may not stand in any."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string

from priorauth.patient_mail import telling_word

_CASE_NUMBER = re.compile(r"PA-[0-9A-HJKMNP-TV-Z]{8}")
_ONE_LINE_A_HEADER = SMTP.clone(max_line_length=998)
"""Folding buys nothing here and costs most of the time it takes to build a mail."""


class UnfitForMail(ValueError):
    """Something that may not stand in a mail; the message says which part, never its value."""


def check_case_number(number: str) -> None:
    """Raise UnfitForMail for what is not a case number of ours."""
    if not _CASE_NUMBER.fullmatch(number):
        raise UnfitForMail("the case number is not one of ours")


def check_address(to: str) -> None:
    """Raise UnfitForMail for what is not exactly one address that any mail server takes."""
    try:
        validate_email(to)
        Address(addr_spec=to)
        to.encode("ascii")
    except (ValidationError, ValueError, UnicodeError) as error:
        raise UnfitForMail("the recipient's address is not a usable one") from error


def sender_address() -> str:
    """The envelope sender of all mail from here."""
    return parseaddr(settings.MAIL_FROM)[1]


def telling_sender() -> str:
    """The part of MAIL_FROM or MAIL_DOMAIN that would tell what somebody is treated for, or ""."""
    return telling_word(settings.MAIL_FROM) or telling_word(settings.MAIL_DOMAIN)


class Addressed(Protocol):
    """What every sort of mail says of itself."""

    @property
    def to(self) -> str: ...

    @property
    def possible_dup(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class MailSort:
    """One sort of mail that we send, by the `folder` of its templates.

    `header` carries the key of the outbox row, `mark` begins its Message-IDs, `mailing_list` is the
    first part of its List-Id.
    """

    folder: str
    header: str
    mark: str
    mailing_list: str

    def message_id(self, key: UUID) -> str:
        """The Message-ID of that mail, the same for every copy of it ever sent."""
        return f"<{self.mark}.{key}@{settings.MAIL_DOMAIN}>"

    def build(
        self,
        mail: Addressed,
        key: UUID,
        *,
        at: datetime,
        message_id: str,
        answer_url: str = "",
        sender_name: str = "",
    ) -> EmailMessage:
        """The finished plain-text message of that row, dated `at` (aware).

        Templates see `mail` and `answer_url`, and nothing else. Raises UnfitForMail.
        """
        headers = {self.header: str(key)}
        if mail.possible_dup:
            headers[f"{self.header.removesuffix('-Id')}-Repeat"] = "possible"
        context = {"mail": mail, "answer_url": answer_url}
        return compose(
            to=mail.to,
            subject=render_to_string(f"mail/{self.folder}/subject.txt", context),
            body=render_to_string(f"mail/{self.folder}/body.txt", context),
            at=at,
            message_id=message_id,
            mailing_list=self.mailing_list,
            headers=headers,
            sender_name=sender_name,
        )


def compose(
    *,
    to: str,
    subject: str,
    body: str,
    at: datetime,
    message_id: str,
    mailing_list: str,
    headers: Mapping[str, str],
    sender_name: str = "",
) -> EmailMessage:
    """The finished message, dated `at` (aware), with `headers` beside those of every mail.

    `mailing_list` is the first part of the List-Id, `sender_name` what is shown instead of the
    installation's name. Raises UnfitForMail.
    """
    name, address = parseaddr(settings.MAIL_FROM)
    message = EmailMessage(policy=_ONE_LINE_A_HEADER)
    try:
        message["From"] = Address(display_name=sender_name or name, addr_spec=address)
        message["To"] = to
        message["Subject"] = " ".join(subject.split())
        message["Date"] = format_datetime(at)
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        message["List-Id"] = f"<{mailing_list}.{settings.MAIL_DOMAIN}>"
        for header, value in headers.items():
            message[header] = value
    except (ValueError, IndexError) as error:
        # An IndexError: of such a sender some versions of Python leave no address at all.
        raise UnfitForMail("a header of the mail would hold a line break") from error
    message.set_content(body.rstrip() + "\n")
    return message
