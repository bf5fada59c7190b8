"""How often payers approve, deny and are overturned: by payer, by code, by reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from priorauth.codes.denial_reasons import reasons
from priorauth.reports.facts import JUDGED, REFUSING, WON, DecidedCase, Stage
from priorauth.reports.share import Share
from priorauth.reports.table import (
    Bar,
    Report,
    Table,
    grouped,
    most_first,
    number_columns,
    text_columns,
)

NO_REASON = "no reason on file"


def outcomes(cases: Sequence[DecidedCase]) -> Report:
    """Approval, denial and overturn rates of the cases first decided in the span."""
    return Report(
        slug="outcomes",
        title="Decisions",
        question="How often is a request approved, and how often does a denial fall?",
        tables=(by_payer(cases), by_code(cases), by_reason(cases), by_stage(cases)),
        rests_on=(
            "A case counts once, on the day of its first decision. Approved: every line in full; "
            "denied: at least one line refused or cut.",
            "An overturn rate is out of denials whose contest has ended, not out of all denials: "
            "how many were contested at all stands beside it.",
            "The range beside a percentage is its 95% interval (Wilson): with few cases it is "
            "wide, and two payers whose ranges overlap may not differ at all.",
        ),
    )


def by_payer(cases: Sequence[DecidedCase]) -> Table:
    rows, bars = [], []
    for payer, group in grouped((case.payer, case) for case in cases):
        denied = Share(sum(case.is_denied for case in group), len(group))
        rows.append((payer, *_rates(group, denied)))
        bars.append(Bar(payer, (denied.percent or 0) / 100, f"{denied} denied"))
    return Table(
        "By payer",
        (*text_columns("Payer"), *_RATES),
        tuple(rows),
        "No case was decided in this span.",
        tuple(bars),
    )


def by_reason(cases: Sequence[DecidedCase]) -> Table:
    """Of the denied cases: how often each confirmed reason stands, and how it fared."""
    denied = [case for case in cases if case.is_denied]
    known = reasons()
    rows, bars = [], []
    of_reason = ((reason, case) for case in denied for reason in case.reasons or ("",))
    for reason, group in grouped(of_reason):
        share = Share(len(group), len(denied))
        label = known[reason].label if reason in known else NO_REASON
        contested = Share(sum(case.is_contested for case in group), len(group))
        won = _overturned(group)
        rows.append((label, len(group), str(share), str(contested), str(won), won.spread))
        bars.append(Bar(label, (share.percent or 0) / 100, f"{share} of denials"))
    return Table(
        "By reason of denial",
        (
            *text_columns("Reason"),
            *number_columns("Denials", "Of all denials", "Contested", "Overturned", "Range"),
        ),
        tuple(rows),
        "No denial was recorded in this span.",
        tuple(bars),
    )


def by_code(cases: Sequence[DecidedCase]) -> Table:
    """Line by line: a case with a drug and a service line counts under both codes."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for case in cases:
        for line in case.lines:
            row = counted[line.code]
            row[0] += 1
            row[1] += line.first_outcome in REFUSING
            row[2] += line.asked
            row[3] += line.first_approved
    rows = []
    for code, (lines, denied, asked, approved) in most_first(counted.items(), lambda row: row[0]):
        share = Share(denied, lines)
        given = Share(min(approved, asked), asked)
        rows.append((code, lines, str(share), share.spread, asked, approved, _percent(given)))
    return Table(
        "By code",
        (
            *text_columns("Code"),
            *number_columns(
                "Lines", "Refused or cut", "Range", "Units asked", "Units given at first", "Given"
            ),
        ),
        tuple(rows),
        "No line was decided in this span.",
    )


def by_stage(cases: Sequence[DecidedCase]) -> Table:
    """Of the contests that ended: how many went for us, by stage."""
    rows, bars = [], []
    for stage in Stage:
        held = [one for case in cases for one in case.contests if one.stage == stage]
        judged = [one for one in held if one.outcome in JUDGED]
        won = Share(sum(one.outcome in WON for one in judged), len(judged))
        if held:
            open_ones = sum(one.outcome is None for one in held)
            rows.append((stage.label, len(held), open_ones, str(won), won.spread))
            bars.append(Bar(stage.label, (won.percent or 0) / 100, f"{won} overturned"))
    return Table(
        "Where denials fall",
        (*text_columns("Stage"), *number_columns("Held", "Still open", "Overturned", "Range")),
        tuple(rows),
        "No peer-to-peer, appeal or review of these cases is on file.",
        tuple(bars),
    )


_RATES = number_columns("Decided", "Approved", "Denied", "Range", "Contested", "Overturned")


def _rates(group: Sequence[DecidedCase], denied: Share) -> tuple[str | int, ...]:
    approved = Share(len(group) - denied.part, len(group))
    contested = Share(sum(case.is_contested for case in group), denied.part)
    return (
        len(group),
        str(approved),
        str(denied),
        denied.spread,
        str(contested),
        str(_overturned(group)),
    )


def _overturned(group: Iterable[DecidedCase]) -> Share:
    contested = [case for case in group if case.is_contested]
    return Share(sum(case.is_overturned for case in contested), len(contested))


def _percent(share: Share) -> str:
    return "" if share.percent is None else f"{share.percent:.0f}%"
