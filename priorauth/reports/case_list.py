"""The cases behind a figure of a report, one a row. No patient is named."""

from __future__ import annotations

from collections.abc import Sequence

from priorauth.reports.facts import DecidedCase
from priorauth.reports.money import NO_PRICE, refused_units
from priorauth.reports.table import (
    Cell,
    Report,
    Table,
    dollars,
    number_columns,
    text_columns,
)


def case_list(cases: Sequence[DecidedCase], *, title: str) -> Report:
    """The cases, the newest decision first. `title` names the figure that counts them."""
    ordered = sorted(cases, key=lambda case: case.number)
    ordered.sort(key=lambda case: case.decided_on, reverse=True)
    return Report(
        slug="cases",
        title=title,
        question="Which cases are these?",
        tables=(
            Table(
                "Cases",
                (
                    *text_columns("Case", "Payer", "Codes", "Decided on"),
                    *number_columns("Days"),
                    *text_columns("First decision", "Contests"),
                    *number_columns("Denied at first"),
                ),
                tuple(_row(case) for case in ordered),
                "No case counts here any more, or none did: a step may have been undone or "
                "corrected.",
            ),
        ),
        rests_on=(
            "The cases that the figure counts, of the same days and payer. Days run from the "
            "payer's receipt, or from our sending, to the first decision.",
            "Denied at first: units refused or cut, times the clinic's expected payment for one.",
        ),
    )


def _row(case: DecidedCase) -> tuple[Cell, ...]:
    return (
        case.number,
        case.payer,
        ", ".join(dict.fromkeys([*(line.code for line in case.lines), *case.undecided])),
        case.decided_on,
        case.days,
        _decision(case),
        "; ".join(
            f"{one.stage.label}: {one.outcome.label if one.outcome else 'open'}"
            for one in case.contests
        ),
        _worth(case),
    )


def _decision(case: DecidedCase) -> str:
    if not case.is_denied:
        return "Approved" if case.lines else ""
    return "Denied" if case.is_refused_whole else "Refused or cut in part"


def _worth(case: DecidedCase) -> str:
    """Empty where nothing was refused; lines without a price are in no amount."""
    refused = [line for line in case.lines if refused_units(line)]
    amounts = [refused_units(line) * line.unit_cents for line in refused if line.unit_cents]
    return dollars(sum(amounts)) if amounts else NO_PRICE if refused else ""
