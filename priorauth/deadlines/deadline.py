"""The engine's answer: one dated deadline with everything that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from priorauth.deadlines.facts import Moment
from priorauth.terms import ClockKind, ItemKind, OwedBy, Standing


@dataclass(frozen=True, slots=True)
class Lost:
    """A rule that was looked at and does not govern, and why."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class ComputedDeadline:
    """One clock at work on a case. All instants are aware UTC; None where the rule gives none.

    `chase`    when a careful clinic calls (payer owes) or the earliest reading (clinic owes)
    `working`  when the clinic should have done it; never after `legal`, never on a weekend
    `legal`    the limit of the law or policy; only after it may a screen say "overdue"
    `printed`  the date on the payer's letter, kept beside the computed one
    `due`      what drives the work: for the clinic the earlier of legal and printed; for the payer
               the legal limit, or the chase date where no law is on file

    `late_by` is the other law that binds as well and from which `legal` comes, else empty.
    `is_believed` marks a limit whose text was not seen: shown as "believed, text not on file".
    `item` is None when all lines share the clock. The natural key, stable over recomputation, is
    (item, kind, rule, rule_effective_from, start).
    """

    kind: ClockKind
    owed_by: OwedBy
    rule: str
    rule_effective_from: date | None
    item: ItemKind | None
    start: str
    proceeding: str
    started: Moment
    due: datetime
    chase: datetime | None
    working: datetime | None
    legal: datetime | None
    printed: date | None
    is_believed: bool
    standing: Standing
    settled_by: str
    settled: Moment | None
    citation: str
    source: str
    says: str
    if_missed: str
    derivation: tuple[str, ...]
    lost: tuple[Lost, ...]
    late_by: str = ""
