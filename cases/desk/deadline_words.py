"""One deadline in words, the same on the worklist, the case page and "why this date?".

The legal limit is named as such only when a rule gives one; "overdue" is said only after it (or
after a date that we set ourselves). A limit whose text was not seen is called believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.desk import times
from cases.desk.missing_fact import named
from cases.models import Deadline
from priorauth.calendars.local_time import local_date
from priorauth.reminders import OWN_DATES
from priorauth.rulebook.payer_window import ID_BEGINS
from priorauth.rulebook.remedies import Remedy
from priorauth.terms import ClockKind, ItemKind, OwedBy, Standing, Term

NOT_ON_FILE = "believed, text not on file"

TASKS: Mapping[ClockKind, str] = {
    ClockKind.INFO_SUPPLY: "Answer the payer's request for information",
    ClockKind.PEER_TO_PEER: "Hold the peer-to-peer",
    ClockKind.AUTHORIZATION_ENDS: "Renew: the authorization ends",
    ClockKind.UNITS_END: "Renew: the approved units run out",
    ClockKind.AGREEMENT_ENDS: "Ask for a new agreement with the payer",
    ClockKind.CONSENT_ENDS: "Renew the representative's consent",
    ClockKind.BY_HAND: "Date set by hand",
    ClockKind.PROMISE: "Promised by the payer",
}
"""What has to be done, where the label of the clock does not already say it."""

_VERBS: Mapping[ClockKind, str] = {ClockKind.APPOINTMENT: "Talk"}


class Tone(Term):
    """How pressing a deadline looks. Always beside words that say the same."""

    OVERDUE = "overdue", "Overdue"
    BROKEN = "broken", "Promise broken"
    NOW = "now", "Act now"
    SOON = "soon", "Act soon"
    CALM = "calm", "Not yet"
    STOPPED = "stopped", "Stopped"


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of one deadline, from a model instance or a row of values."""

    kind: ClockKind
    owed_by: OwedBy
    standing: Standing
    item: str
    chase_at: datetime | None
    working_at: datetime | None
    legal_at: datetime | None
    printed_on: Any
    due_at: datetime
    act_at: datetime
    is_believed: bool
    rule: str = ""

    @classmethod
    def of(cls, row: Deadline | Mapping[str, Any]) -> Dates:
        """The dates of a stored deadline."""
        got = row.__getitem__ if isinstance(row, Mapping) else lambda name: getattr(row, name)
        return cls(
            ClockKind(got("kind")),
            OwedBy(got("owed_by")),
            Standing(got("standing")),
            *(got(name) for name in cls.__slots__[3:]),
        )

    @property
    def is_ours(self) -> bool:
        return self.owed_by is OwedBy.CLINIC

    def limit(self) -> datetime | None:
        """What "overdue" is measured from: the legal limit, or a date that we set ourselves."""
        if self.legal_at is not None:
            return max(self.legal_at, self.due_at)
        return self.due_at if self.is_ours and self.kind in OWN_DATES else None


@dataclass(frozen=True, slots=True)
class Words:
    """What a screen says of one deadline at one moment."""

    what: str
    whose: str
    tone: Tone
    act: str
    """What to do and when: "Do today", "Chase in 2 business days", "Overdue for 3 days"."""
    due: str
    """The date that the deadline runs to: "by end of Fri 27 Nov 2026"."""
    left: str
    """How long until then, "" when `act` has said it."""
    basis: str
    """What sort of date that is: "legal limit", "printed on the letter", "our own date"."""


def describe(
    dates: Dates, *, now: datetime, zone: str, payer_zone: str = "", briefly: bool = False
) -> Words:
    """The words for a deadline at `now` (an aware instant) in the clinic's `zone`.

    `payer_zone` is the payer's, where it may differ: a limit may end with its day. `briefly` says
    the date as lists do: without this year.
    """
    tone, act = _act(dates, now, zone, payer_zone)
    due = dates.due_at
    left = ""
    is_said = dates.kind is ClockKind.INFUSION_BOOKED
    if due > now and not is_said and (dates.act_at != due or tone is Tone.STOPPED):
        left = times.until(now, due, zone, payer_zone)
    by = times.say_by(due, zone, payer_zone)
    if briefly:
        by = times.shortened(by, now, due, zone, payer_zone)
    return Words(
        what=task(dates),
        whose=dates.owed_by.label,
        tone=tone,
        act=act,
        due=say_due(dates, by),
        left=left,
        basis=_basis(dates, times.day_zone(due, zone, payer_zone)),
    )


def say_due(dates: Dates, words: str) -> str:
    """`words` as `times` says a limit; an appointment is at its hour, not by it."""
    is_at_its_hour = dates.kind in (ClockKind.APPOINTMENT, ClockKind.INFUSION_BOOKED)
    return words.removeprefix("by ") if is_at_its_hour else words


def task(dates: Dates) -> str:
    """What has to be done, and for which kind of line when drug and service run apart."""
    what = named(dates.rule) or TASKS.get(dates.kind, dates.kind.label)
    if dates.kind is ClockKind.PEER_TO_PEER and not dates.is_ours:
        what = "Payer's offer of the peer-to-peer"
    return f"{what} ({ItemKind(dates.item).label.lower()})" if dates.item else what


def _act(dates: Dates, now: datetime, zone: str, payer_zone: str) -> tuple[Tone, str]:
    if dates.standing is Standing.TOLLED:
        return Tone.STOPPED, "Clock stopped"
    limit = dates.limit()
    if limit is not None and now > limit:
        return Tone.OVERDUE, f"Overdue for {times.since(now, limit, zone, payer_zone)}"
    if dates.kind is ClockKind.PROMISE and not dates.is_ours and now > dates.due_at:
        return Tone.BROKEN, f"Broken {times.since(now, dates.due_at, zone, payer_zone)} ago"
    if dates.kind is ClockKind.APPOINTMENT and now > dates.due_at:
        passed = times.since(now, dates.due_at, zone, payer_zone)
        return Tone.NOW, f"Record how it ended: it was {passed} ago"
    if dates.kind is ClockKind.INFUSION_BOOKED:
        tone = Tone.NOW if now >= dates.act_at else Tone.CALM
        return tone, f"Infusion {times.until(now, dates.due_at, zone)}, not approved"
    verb = _VERBS.get(dates.kind) or ("Do" if dates.is_ours else "Chase")
    if now > dates.due_at:
        passed = times.since(now, dates.due_at, zone, payer_zone)
        return Tone.NOW, f"{verb} now: the date passed {passed} ago"
    if now >= dates.act_at:
        passed = times.since(now, dates.act_at, zone, payer_zone)
        return Tone.NOW, f"{verb} now, planned {passed} ago"
    tone = Tone.SOON if dates.act_at <= times.day_ends(now, zone) else Tone.CALM
    return tone, f"{verb} {times.until(now, dates.act_at, zone, payer_zone)}"


def _basis(dates: Dates, zone: str) -> str:
    """Which of its dates `due_at` is; `zone` is the one whose day it means."""
    if dates.legal_at is not None and dates.due_at == dates.legal_at:
        return "believed limit, text not on file" if dates.is_believed else "legal limit"
    if dates.legal_at is not None and not dates.is_ours and dates.due_at < dates.legal_at:
        is_seen = not dates.is_believed
        return f"{'limit' if is_seen else 'believed limit,'} on the earlier reading"
    if dates.printed_on is not None and local_date(dates.due_at, zone) == dates.printed_on:
        return "printed on the letter"
    if dates.kind is ClockKind.PROMISE:
        return "promised"
    if dates.kind is ClockKind.APPOINTMENT:
        return "agreed with the payer"
    if dates.kind is ClockKind.INFUSION_BOOKED:
        return "in the book"
    if dates.kind in OWN_DATES:
        return "our own date"
    if dates.legal_at is None and dates.rule.startswith(ID_BEGINS):
        return "the payer's own manual or contract; no legal limit on file"
    if dates.legal_at is None and not dates.is_ours:
        return "usual time; no legal limit on file"
    return "no legal limit on file" if dates.legal_at is None else ""


def say_missed(if_missed: str, *, is_ours: bool) -> str:
    """What follows when it passes. Where no rule says so, the delay to record is the payer's."""
    is_about_the_payer = if_missed in (Remedy.NONE.label, Remedy.NOT_SEEN.label)
    return "" if is_ours and is_about_the_payer else if_missed


def named_dates(dates: Dates, zone: str, payer_zone: str = "") -> list[tuple[str, str]]:
    """Every date of the deadline under its own name, in the order in which they come up."""
    legal = f"Limit ({NOT_ON_FILE})" if dates.is_believed else "Legal limit"
    chase = dates.chase_at if dates.chase_at not in (dates.legal_at, dates.due_at) else None
    named = [
        ("Earlier reading" if dates.is_ours else "Chase from", chase),
        ("Work by", dates.working_at),
        (legal, dates.legal_at),
    ]
    shown = [(name, times.say_limit(at, zone, payer_zone)) for name, at in named if at is not None]
    if dates.printed_on is not None:
        shown.append(("Printed on the letter", times.say_on(dates.printed_on)))
    if dates.legal_at is None:
        shown.append(("Legal limit", "none on file"))
    return shown
