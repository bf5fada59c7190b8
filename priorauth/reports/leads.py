"""Which cases a figure of a table counts, so that a page can lead from it to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from priorauth.reports.facts import DecidedCase

Leads = Mapping[tuple[str, str], tuple[str, ...]]
"""By a row's first cell and a column's title: the numbers of the cases, each once."""


def leads_of(row: str, figures: Mapping[str, Iterable[DecidedCase]]) -> Leads:
    """The leads of one row from the cases under each column; a figure of nothing has none."""
    numbers = {
        (row, column): tuple(dict.fromkeys(case.number for case in cases))
        for column, cases in figures.items()
    }
    return {key: found for key, found in numbers.items() if found}
