"""How long payers take, beside what the law gives them, and what it costs us to ask."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from priorauth.reports.facts import DecidedCase
from priorauth.reports.leads import leads_of
from priorauth.reports.share import Share
from priorauth.reports.table import Bar, Report, Table, grouped, number_columns, text_columns

MOST_SLOW = 20


def turnaround(cases: Sequence[DecidedCase]) -> Report:
    """Days to the first decision, and whether it came within the legal limit on file."""
    return Report(
        slug="turnaround",
        title="Days to a decision",
        question="How long does each payer take, and does it keep within the law?",
        tables=(days_by_payer(cases), slowest(cases), calls_by_payer(cases)),
        rests_on=(
            "Calendar days from the payer's receipt, or from our sending where no receipt is on "
            "file, to the first decision. Cases with a missing day are counted, not timed.",
            "Within the limit is out of cases that had a legal limit on file; an expectation of a "
            "guide is no limit and is not counted.",
            "Calls and minutes are those logged on these cases, hold time included. A call whose "
            "minutes were not written down counts as a call of no minutes.",
        ),
    )


def days_by_payer(cases: Sequence[DecidedCase]) -> Table:
    rows, bars = [], []
    leads: dict[tuple[str, str], tuple[str, ...]] = {}
    groups = grouped((case.payer, case) for case in cases)
    longest = max(
        (median(days) for _, group in groups if (days := _days(group))),
        default=0,
    )
    for payer, group in groups:
        days = _days(group)
        limited = [case for case in group if case.had_limit]
        kept = Share(sum(not case.was_late for case in limited), len(limited))
        leads |= leads_of(
            payer,
            {
                "Decided": group,
                "Timed": [case for case in group if case.days is not None],
                "Within limit": [case for case in limited if not case.was_late],
            },
        )
        middle = median(days) if days else None
        slow = ninth_tenth(days)
        rows.append((payer, len(group), len(days), _count(middle), _count(slow), str(kept)))
        if middle is not None:
            bars.append(Bar(payer, middle / longest if longest else 0, f"{middle:g} days"))
    return Table(
        "By payer",
        (
            *text_columns("Payer"),
            *number_columns(
                "Decided", "Timed", "Half within, days", "Nine in ten within, days", "Within limit"
            ),
        ),
        tuple(rows),
        "No case was decided in this span.",
        tuple(bars),
        leads,
    )


def slowest(cases: Sequence[DecidedCase]) -> Table:
    """The decisions that took the most days, at most `MOST_SLOW`, the slowest first."""
    timed = [(case.days, case) for case in cases if case.days is not None]
    timed.sort(key=lambda pair: (-pair[0], pair[1].decided_on, pair[1].number))
    return Table(
        "The slowest decisions",
        (
            *text_columns("Case", "Payer"),
            *number_columns("Days"),
            *text_columns("Decided on", "Legal limit"),
        ),
        tuple(
            (
                case.number,
                case.payer,
                days,
                case.decided_on,
                "missed" if case.was_late else "kept" if case.had_limit else "none on file",
            )
            for days, case in timed[:MOST_SLOW]
        ),
        "No case with both days on file was decided in this span.",
    )


def calls_by_payer(cases: Sequence[DecidedCase]) -> Table:
    """What an approval costs in calls and minutes on the phone."""
    rows = []
    leads: dict[tuple[str, str], tuple[str, ...]] = {}
    for payer, group in grouped((case.payer, case) for case in cases):
        calls = sum(case.calls for case in group)
        minutes = sum(case.call_minutes for case in group)
        hold = sum(case.hold_minutes for case in group)
        turned = [case for case in group if any(line.approved_now for line in case.lines)]
        approved = len(turned)
        leads |= leads_of(payer, {"Decided": group, "Approved by now": turned})
        rows.append(
            (
                payer,
                len(group),
                calls,
                minutes,
                hold,
                approved,
                f"{calls / approved:.1f}" if approved else "no approval",
                f"{minutes / approved:.0f}" if approved else "no approval",
            )
        )
    return Table(
        "Calls and minutes for an approval",
        (
            *text_columns("Payer"),
            *number_columns(
                "Decided",
                "Calls",
                "Minutes",
                "On hold",
                "Approved by now",
                "Calls each",
                "Minutes each",
            ),
        ),
        tuple(rows),
        "No case was decided in this span.",
        leads=leads,
    )


def ninth_tenth(days: Sequence[int]) -> int | None:
    """The smallest number of days within which at least nine in ten fell; None of nothing."""
    ordered = sorted(days)
    return ordered[(9 * len(ordered) + 9) // 10 - 1] if ordered else None


def _days(group: Sequence[DecidedCase]) -> list[int]:
    return [case.days for case in group if case.days is not None]


def _count(number: float | None) -> str:
    return "" if number is None else f"{number:g}"
