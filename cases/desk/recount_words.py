"""What is said of a case whose dates wait to be recounted, or could not be."""

from __future__ import annotations

from datetime import datetime

from cases.desk import times


def recount_word(waits_from: datetime | None, failed_at: datetime | None) -> str:
    """A few words for the worklist; empty when the dates stand."""
    if waits_from is not None:
        return "Dates are being recounted"
    return "Dates could not be recounted" if failed_at is not None else ""


def recount_sentence(waits_from: datetime | None, failed_at: datetime | None, zone: str) -> str:
    """What to make of the dates on the case page; empty when they stand. `zone` is the clinic's."""
    if waits_from is not None:
        return (
            "The dates of this case are being recounted, because a fact that it shares with others "
            f"changed on {times.say_at(waits_from, zone)}. Look again in a few minutes before you "
            "rely on them."
        )
    if failed_at is not None:
        return (
            f"The dates of this case could not be recounted on {times.say_at(failed_at, zone)}. "
            "They stand as they were before: check them by hand, and tell whoever runs this "
            "program the case number."
        )
    return ""
