"""Which way mail goes on this installation."""

from __future__ import annotations

from django.conf import settings

from cases.mail.folder import FolderTransport
from cases.mail.outcomes import Transport
from cases.mail.smtp import SmtpTransport


def open_transport() -> Transport:
    """The transport that MAIL_URL names. Nothing is connected until the first mail."""
    mail = settings.MAIL
    if mail.kind != "smtp":
        return FolderTransport(settings.MAIL_FOLDER)
    return SmtpTransport(
        mail.host,
        mail.port,
        user=mail.user,
        password=mail.password,
        security=mail.security,
        timeout=settings.MAIL_TIMEOUT,
        journal=settings.MAIL_JOURNAL,
    )


def keeps_mail_in_folder() -> bool:
    """Whether staff can read the mails of this installation in the browser."""
    return settings.MAIL.kind == "folder"
