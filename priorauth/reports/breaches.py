"""Limits of the law that payers let pass, ready to stand beside a complaint."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from priorauth.reports.facts import MissedLimit
from priorauth.reports.table import Bar, Report, Table, grouped, number_columns, text_columns


def breaches(limits: Sequence[MissedLimit], *, zone: str) -> Report:
    """Payer by payer, then limit by limit, the newest first. `zone` is the clinic's, as
    people say it: "Eastern time".
    """
    ordered = grouped((one.payer, one) for one in limits)
    most = max((len(group) for _, group in ordered), default=0)
    payers = Table(
        "By payer",
        (
            *text_columns("Payer"),
            *number_columns("Limits missed", "Text seen", "Not answered yet", "Half late by, days"),
        ),
        tuple(
            (
                payer,
                len(group),
                sum(not one.is_believed for one in group),
                sum(not one.is_answered for one in group),
                f"{median(one.days_late for one in group):g}",
            )
            for payer, group in ordered
        ),
        "No payer let a limit pass in this span.",
        tuple(Bar(payer, len(group) / most, f"{len(group)} missed") for payer, group in ordered),
    )
    each = Table(
        "Each limit",
        (
            *text_columns("Limit", "Case", "Payer", "What was owed"),
            *number_columns("Days late"),
            *text_columns("Answered", "Law", "How sure"),
        ),
        tuple(
            (
                one.limit_on,
                one.number,
                one.payer,
                one.what,
                one.days_late,
                "yes" if one.is_answered else "not yet",
                one.citation,
                "believed, text not on file" if one.is_believed else "text seen",
            )
            for one in sorted(limits, key=lambda one: (one.limit_on, one.number), reverse=True)
        ),
        "No payer let a limit pass in this span.",
    )
    return Report(
        slug="breaches",
        title="Limits that payers missed",
        question="Where did a payer let its own legal limit pass?",
        tables=(payers, each),
        rests_on=(
            "Limits whose last day fell into this span, from the ledger of missed limits. Days "
            "late run to the answer, or to now while there is none; a day begun counts as one.",
            f"Days are those of the clinic's clock ({zone}); a limit that ends with a day of the "
            "payer's stands at that day.",
            "Only a limit whose text was seen belongs in a complaint as it stands; check a "
            "believed one against the text first.",
        ),
    )
