"""A clock that a happening has opened, before any rule is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from priorauth.deadlines.facts import Happening, Moment
from priorauth.deadlines.in_force import EventValue
from priorauth.rulebook.rule import Stage
from priorauth.terms import AppealLevel, Channel, ClockKind, ItemKind, Urgency


@dataclass(frozen=True, slots=True)
class Stop:
    """What ended a clock: the act, when it was done, when the payer had it (None: unknown)."""

    by: Happening
    when: Moment | None
    received: Moment | None = None


@dataclass(frozen=True, slots=True)
class OpenedClock:
    """One deadline to be computed: which step it is about, and everything known of its events.

    `starts`     start events by the names of rules; only those that are recorded
    `events`     what may move the clock once it runs
    `sent`       when the clinic sent what the payer has not confirmed: a chase date counts from it
    `printed`    the date on the payer's letter
    `zone`       IANA zone in which its days close
    `stops`      for each kind of line the act that settles it, if it came
    `rival`      a clock whose limit binds as well: the earlier of the two governs
    `answer`     the clock of our answer, whose end is the end of the time to answer
    `channel`    how it was sent, where law has different times for that; None: not known
    `needs_law`  say nothing when no law governs (a right that only some plans give)
    `keeps_item` its deadline names the kind of line even where it is the only one
    `no_limit`   why the date that comes out is no limit, in a sentence; empty when it is one
    """

    kind: ClockKind
    stage: Stage
    start: Happening
    proceeding: str
    zone: str
    urgency: Urgency
    items: tuple[ItemKind, ...]
    starts: Mapping[str, Moment]
    events: Mapping[str, EventValue] = field(default_factory=dict)
    stops: Mapping[ItemKind, Stop] = field(default_factory=dict)
    sent: Moment | None = None
    printed: date | None = None
    level: AppealLevel | None = None
    is_complex: bool = False
    rival: OpenedClock | None = None
    answer: OpenedClock | None = None
    channel: Channel | None = None
    needs_law: bool = False
    keeps_item: bool = False
    no_limit: str = ""
    notes: tuple[str, ...] = ()


def all_items(items: tuple[ItemKind, ...], stop: Stop | None) -> dict[ItemKind, Stop]:
    """One stop for every kind of line."""
    return dict.fromkeys(items, stop) if stop is not None else {}
