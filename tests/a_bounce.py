"""A mail server's report that a mail could not be delivered, as RFC 3464 lays it out."""

from __future__ import annotations

from uuid import UUID

REPORT = """\
From: MAILER-DAEMON@relay.example
To: desk@desk.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

The mail could not be delivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; jo@clinic.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user here

--cut
Content-Type: {kind}

From: desk@desk.example
To: jo@clinic.example
Subject: PA-0000000A: due soon
Message-ID: <0100@relay.example>
{header}: {key}

--cut--
"""


def a_bounce(
    key: UUID | str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    kind: str = "text/rfc822-headers",
    header: str = "X-Reminder-Id",
) -> bytes:
    """The report on the mail with that number."""
    text = REPORT.format(key=key, action=action, status=status, kind=kind, header=header)
    return text.replace("\n", "\r\n").encode()
