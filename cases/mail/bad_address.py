"""Whether a server refused an address, or the mail, the sender and everything else about it.

The code of three digits does not tell: 550 is said of a mailbox that does not exist, of relaying
and of spam. The enhanced code (RFC 3463) does, where there is one.
"""

from __future__ import annotations

import re

_ENHANCED = re.compile(r"\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![.0-9])")
_REPLY = re.compile(r"\s*([245][0-9]{2})(?![0-9])[ -]?(.*)", re.DOTALL)
_OF_THE_SENDER = ("5.1.7", "5.1.8")
_NO_MORE = "5.2.1"
_UNTOLD = "5.0.0"
_PLAIN = (550, 551, 553)
"""No mailbox, moved away, not a name: what a server without enhanced codes says of an address."""


def is_bad_address(code: int | None, text: str) -> bool:
    """Whether that answer to RCPT says that no mail will ever arrive at this address.

    `text` is the answer without its `code`. So it is with a bad address (5.1.x but for the two
    about the sender) and a mailbox that takes no mail (5.2.1); a full one may take it tomorrow.
    """
    found = _ENHANCED.match(text)
    if found is None or found[1] == _UNTOLD:
        return code in _PLAIN
    return _says_so(found[1])


def is_bad_address_in(status: str, diagnostic: str) -> bool:
    """The same of a report (RFC 3464): its Status, and the Diagnostic-Code behind the semicolon."""
    found = _ENHANCED.match(status)
    if found is not None and found[1] != _UNTOLD:
        return _says_so(found[1])
    reply = _REPLY.match(diagnostic)
    return reply is not None and is_bad_address(int(reply[1]), reply[2])


def _says_so(enhanced: str) -> bool:
    is_of_the_address = enhanced.startswith("5.1.") and enhanced not in _OF_THE_SENDER
    return is_of_the_address or enhanced == _NO_MORE
