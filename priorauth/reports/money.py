"""Money denied, won back, still in play and lost; and what approvals were left unused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from priorauth.reports.facts import DecidedCase, DecidedLine, EndedAuthorization
from priorauth.reports.leads import leads_of
from priorauth.reports.table import (
    Bar,
    Cell,
    Report,
    Table,
    dollars,
    most_first,
    number_columns,
    text_columns,
)

NO_PRICE = "no price"


@dataclass(slots=True)
class _Sum:
    """Cents of one payer, and the units that have no price."""

    denied: int = 0
    recovered: int = 0
    in_play: int = 0
    lost: int = 0
    unpriced: int = 0


_AMOUNTS: Mapping[str, str] = {
    "Denied at first": "denied",
    "Won back": "recovered",
    "Still in play": "in_play",
    "Lost": "lost",
    "Units without price": "unpriced",
}
"""By column: the part of a sum that stands under it."""


def money(cases: Sequence[DecidedCase]) -> Report:
    """What the refused units are worth at the prices the clinic has entered."""
    sums: dict[str, _Sum] = defaultdict(_Sum)
    behind: dict[str, dict[str, list[DecidedCase]]] = defaultdict(lambda: defaultdict(list))
    for case in cases:
        mine = _Sum()
        for line in case.lines:
            _add(mine, line, is_live=case.is_live)
            _add(sums[case.payer], line, is_live=case.is_live)
        for column, name in _AMOUNTS.items():
            if getattr(mine, name):
                behind[case.payer][column].append(case)
    ordered = most_first(sums.items(), lambda total: total.denied)
    most = max((total.denied for _, total in ordered), default=0)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (payer, *_amounts(total), total.unpriced)
        for payer, total in ordered
        if total.denied or total.unpriced
    )
    bars = tuple(
        Bar(
            payer,
            total.denied / most,
            f"{dollars(total.denied)} denied, "
            f"{dollars(total.recovered)} won back, {dollars(total.in_play)} in play",
        )
        for payer, total in ordered
        if total.denied
    )
    return Report(
        slug="money",
        title="Money denied and won back",
        question="What is at stake, what came back, and what is lost?",
        tables=(
            Table(
                "By payer",
                (
                    *text_columns("Payer"),
                    *number_columns(*_AMOUNTS),
                ),
                rows,
                "Nothing was denied in this span.",
                bars,
                {
                    key: numbers
                    for payer, figures in behind.items()
                    for key, numbers in leads_of(payer, figures).items()
                },
            ),
        ),
        rests_on=(
            "Units refused or cut by the first decision, times what the clinic expects to be paid "
            "for a unit of that code from that payer (Expected payments). Units of a code without "
            "a price are counted in the last column and are in no amount.",
            "Won back: units approved later. Still in play: not won back, and the case is open. "
            "Lost: not won back, and the case is closed. An expected payment is a guess of the "
            "clinic, not a promise of the payer.",
        ),
    )


def _amounts(total: _Sum) -> tuple[str, ...]:
    amounts = (total.denied, total.recovered, total.in_play, total.lost)
    if not total.denied:  # nothing of what was refused has a price: $0 would be untrue
        return (NO_PRICE,) * len(amounts)
    return tuple(map(dollars, amounts))


def refused_units(line: DecidedLine) -> int:
    """Units of a line that the first decision did not give."""
    return max(0, line.asked - line.first_approved)


def _add(total: _Sum, line: DecidedLine, *, is_live: bool) -> None:
    denied = refused_units(line)
    if line.unit_cents is None:
        total.unpriced += denied
        return
    won = min(denied, max(0, line.approved_now - line.first_approved))
    total.denied += denied * line.unit_cents
    total.recovered += won * line.unit_cents
    rest = (denied - won) * line.unit_cents
    if is_live:
        total.in_play += rest
    else:
        total.lost += rest


def unused(rows: Sequence[EndedAuthorization], *, today: date) -> Report:
    """Units that approvals gave and nobody used: lost, or about to be."""
    ended = [row for row in rows if row.ends_on < today]
    ending = [row for row in rows if row.ends_on >= today]
    return Report(
        slug="units",
        title="Approved units left unused",
        question="Which approved units ran out unused, and which are about to?",
        tables=(
            _units("About to end with units left", ending, "No approval with units ends soon."),
            _units("Ended with units left", ended, "No approval ended with units left."),
        ),
        rests_on=(
            "Units approved less units used, on approvals that ended in this span or end within "
            "30 days. An approval without an end date or without units is not listed.",
            "The amount is units left times the clinic's expected payment; empty without a price.",
        ),
    )


def _units(title: str, rows: Sequence[EndedAuthorization], empty: str) -> Table:
    left = sorted(
        (row for row in rows if row.approved > row.used), key=lambda row: (row.ends_on, row.number)
    )
    return Table(
        title,
        (
            *text_columns("Ends on", "Case", "Payer", "Code"),
            *number_columns("Approved", "Used", "Left", "Worth"),
        ),
        tuple(
            (
                row.ends_on,
                row.number,
                row.payer,
                row.code,
                row.approved,
                row.used,
                row.approved - row.used,
                ""
                if row.unit_cents is None
                else dollars((row.approved - row.used) * row.unit_cents),
            )
            for row in left
        ),
        empty,
    )
