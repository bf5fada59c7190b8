"""One report: a question, a table that answers it, bars to see it by, and what it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from priorauth.calendars.wording import say_day
from priorauth.reports.leads import Leads

Cell = str | int | float | date | None
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart: 0 to 1 of the full width, with the words beside it."""

    label: str
    part: float
    says: str


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; numbers stand to the right."""

    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. `empty` says what would have to happen for a row to appear.

    `leads` names the cases behind a figure, for tables whose rows differ in their first cell.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    bars: tuple[Bar, ...] = ()
    leads: Leads = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A page of the reports: `slug` is its address, `rests_on` its assumptions, in sentences."""

    slug: str
    title: str
    question: str
    tables: tuple[Table, ...]
    rests_on: tuple[str, ...] = field(default=())


def text_columns(*titles: str) -> tuple[Column, ...]:
    return tuple(Column(title) for title in titles)


def number_columns(*titles: str) -> tuple[Column, ...]:
    return tuple(Column(title, is_number=True) for title in titles)


def grouped(named: Iterable[tuple[str, Row]]) -> list[tuple[str, list[Row]]]:
    """The rows under each name, the largest group first, then by name."""
    found: dict[str, list[Row]] = defaultdict(list)
    for name, row in named:
        found[name].append(row)
    return most_first(found.items(), len)


def most_first(
    named: Iterable[tuple[str, Row]], size: Callable[[Row], int]
) -> list[tuple[str, Row]]:
    """The pairs with the largest row first, then by name."""
    return sorted(named, key=lambda pair: (-size(pair[1]), pair[0]))


def said(cell: Cell) -> str:
    """A cell as people read it: a day with its weekday, a whole number in thousands."""
    if isinstance(cell, date):
        return say_day(cell)
    return "" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell)


def dollars(cents: int) -> str:
    """Cents as dollars without cents: "$12,345", rounded half up."""
    return f"${(cents + 50) // 100:,}"
