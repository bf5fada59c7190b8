"""The verdict: the mail server's own record against what the outbox says of itself."""

from __future__ import annotations

import email
from collections import Counter, defaultdict
from pathlib import Path

OURS = ("X-Reminder-Id", "X-Digest-Id", "X-Office-Message-Id")
REPEATS = ("X-Reminder-Repeat", "X-Digest-Repeat", "X-Office-Message-Repeat")
WRONG = ("silently_lost", "unflagged_doubles", "stuck", "overstayed", "impossible_states")
"""Must be 0 in every part."""
WRONG_AFTER_A_JUMP = ("jumps_unseen", "sent_while_paused")
POSSIBLE = {"sent", "held", "failed", "superseded", "cancelled", "expired"}
UNSETTLED = {"planned", "claimed", "armed", "uncertain"}


def of(mails: Path, planted: int) -> dict[str, object]:
    """Figures of one run in which `planted` deadlines (or digests, or mails to patients) came due.

    silently_lost   one of them without a row; a row that says sent of a mail nobody accepted; a row
                    given up for which no alarm stands beside its deadline
    """
    from tests.torture import strategies  # needs Django, which comes later than this file

    copies: dict[str, list[bool]] = defaultdict(list)
    for path in sorted(mails.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes())
        key = next(message[each] for each in OURS if each in message)
        is_marked = any(each in message for each in REPEATS)
        copies[key].append(is_marked)
    rows = strategies.outbox()
    states = Counter(row.state for row in rows)
    written = {row.planted for row in rows}
    return {
        "reminders": planted,
        "rows": len(rows),
        "mails": sum(len(flags) for flags in copies.values()),
        "silently_lost": planted
        - len(written)
        + sum(row.state == "sent" and not copies.get(row.key) for row in rows)
        + sum(row.state in ("failed", "held") and not row.alarm for row in rows),
        "unflagged_doubles": sum(flags.count(False) > 1 for flags in copies.values()),
        "flagged_doubles": sum(
            len(flags) > 1 and flags.count(False) <= 1 for flags in copies.values()
        ),
        "most_copies": max((len(flags) for flags in copies.values()), default=0),
        "held": states["held"],
        "held_that_arrived": sum(row.state == "held" and bool(copies.get(row.key)) for row in rows),
        "failed": states["failed"],
        "stuck": sum(states[state] for state in UNSETTLED),
        "impossible_states": sum(states.values())
        - sum(states[state] for state in POSSIBLE | UNSETTLED),
        "settled_by_reconciler": sum(row.was_in_doubt and row.state == "sent" for row in rows),
    }


def accepted(mails: Path) -> int:
    """How many mails the server has on disk."""
    return sum(1 for _ in mails.glob("*.eml"))


def is_good(found: dict[str, object], *, no_doubles: bool) -> bool:
    """Whether the promise was kept; with a reconciler no doubles at all.

    A run of random kills during which next to no mail went out has proved nothing, and is not good.
    """
    if int(str(found.get("mails_between_kills", 0))) < int(str(found.get("kills_at_random", 0))):
        return False
    if (
        any(found.get(name) for name in (*WRONG, *WRONG_AFTER_A_JUMP))
        or int(str(found["most_copies"])) > 2
    ):
        return False
    return not (no_doubles and found["flagged_doubles"])
