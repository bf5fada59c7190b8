"""Named instants at which a test may strike (kill, freeze, look). In service nothing happens.

F2 after the claim             F6 after arming, before the end of the mail
F3 after connect, TLS, AUTH    F7 after the end of the mail, before the answer
F4 after the recipient         F8 after the answer, before it is recorded
F5 after the body              F9 after it is recorded
F0 before the outbox is committed, F1 after it, F10 in the sweep between read and write,
F11 while uncertain mails are looked up
"""

from __future__ import annotations

from collections.abc import Callable

strike: Callable[[str], None] | None = None
"""Set by a test harness only."""


def reach(name: str) -> None:
    """Say that the fault point `name` (F0 to F11) was reached."""
    if strike is not None:
        strike(name)
