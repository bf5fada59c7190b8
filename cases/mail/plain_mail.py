"""A plain-text mail from this installation: its headers, and what may not stand in any."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

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
