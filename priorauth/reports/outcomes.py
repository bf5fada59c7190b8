"""How often payers approve, deny and are overturned: by payer, by code, by reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from priorauth.codes.denial_reasons import reasons
from priorauth.reports.facts import JUDGED, REFUSING, WON, DecidedCase, DecidedLine, Stage
from priorauth.reports.leads import Leads, leads_of
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
from priorauth.terms import Outcome

NO_REASON = "no reason on file"


def outcomes(cases: Sequence[DecidedCase]) -> Report:
    """Approval, denial and overturn rates of the cases first decided in the span."""
    return Report(
        slug="outcomes",
        title="Decisions",
        question="How often is a request approved, and how often does a denial fall?",
        tables=(
            by_payer(cases),
            by_code(cases),
            units_by_code(cases),
            by_reason(cases),
            by_stage(cases),
        ),
        rests_on=(
            "A case counts once, on the day of its first decision. Approved: every line in full; "
            "denied: at least one line refused or cut.",
            "An overturn rate is out of denials whose contest has ended, not out of all denials: "
            "how many were contested at all stands beside it.",
            "By code each line of a case counts by itself. Asked: the lines of these cases; "
            "decided: those that the first decision named. Partly: fewer units, or with changes. "
            "Overturned: lines whose own contest ended for the clinic, wholly or in part.",
            "The range beside a percentage is its 95% interval (Wilson): with few cases it is "
            "wide, and two payers whose ranges overlap may not differ at all.",
        ),
    )


def by_payer(cases: Sequence[DecidedCase]) -> Table:
    rows, bars = [], []
    leads: dict[tuple[str, str], tuple[str, ...]] = {}
    for payer, group in grouped((case.payer, case) for case in cases):
        denied = Share(sum(case.is_denied for case in group), len(group))
        rows.append((payer, *_rates(group, denied)))
        leads |= leads_of(
            payer,
            {
                "Decided": group,
                "Approved": [case for case in group if not case.is_denied],
                "Denied": [case for case in group if case.is_denied],
                **_fate(group),
            },
        )
        bars.append(Bar(payer, (denied.percent or 0) / 100, f"{denied} denied"))
    return Table(
        "By payer",
        (*text_columns("Payer"), *_RATES),
        tuple(rows),
        "No case was decided in this span.",
        tuple(bars),
        leads,
    )


def by_reason(cases: Sequence[DecidedCase]) -> Table:
    """Of the denied cases: how often each confirmed reason stands, and how it fared."""
    denied = [case for case in cases if case.is_denied]
    known = reasons()
    rows, bars = [], []
    leads: dict[tuple[str, str], tuple[str, ...]] = {}
    of_reason = ((reason, case) for case in denied for reason in case.reasons or ("",))
    for reason, group in grouped(of_reason):
        share = Share(len(group), len(denied))
        label = known[reason].label if reason in known else NO_REASON
        contested = Share(sum(case.is_contested for case in group), len(group))
        won = _overturned(group)
        rows.append((label, len(group), str(share), str(contested), str(won), won.spread))
        bars.append(Bar(label, (share.percent or 0) / 100, f"{share} of denials"))
        leads |= leads_of(label, {"Denials": group, **_fate(group)})
    return Table(
        "By reason of denial",
        (
            *text_columns("Reason"),
            *number_columns("Denials", "Of all denials", "Contested", "Overturned", "Range"),
        ),
        tuple(rows),
        "No denial was recorded in this span.",
        tuple(bars),
        leads,
    )


def by_code(cases: Sequence[DecidedCase]) -> Table:
    """Line by line: a case with a drug and a service line counts under both codes."""
    lines: dict[str, list[_OfCase]] = defaultdict(list)
    undecided: dict[str, list[DecidedCase]] = defaultdict(list)
    for case in cases:
        for line in case.lines:
            lines[line.code].append((case, line))
        for code in case.undecided:
            undecided[code].append(case)
    asked = [(code, len(lines[code]) + len(undecided[code])) for code in {*lines, *undecided}]
    ordered = most_first(asked, lambda count: count)
    leads: dict[tuple[str, str], tuple[str, ...]] = {}
    for code, _ in ordered:
        leads |= _line_leads(code, lines[code], undecided[code])
    return Table(
        "By code",
        (
            *text_columns("Code"),
            *number_columns(
                "Asked",
                "Decided",
                "Approved",
                "Approved, range",
                "Partly",
                "Denied",
                "Denied, range",
                "Contested",
                "Overturned",
                "Overturned, range",
            ),
        ),
        tuple(
            (code, count, *_line_rates([line for _, line in lines[code]]))
            for code, count in ordered
        ),
        "No line was decided in this span.",
        leads=leads,
    )


_OfCase = tuple[DecidedCase, DecidedLine]
_PARTLY = frozenset({Outcome.PARTLY_APPROVED, Outcome.MODIFIED})
_DENIED = REFUSING - _PARTLY


def _line_leads(code: str, lines: Sequence[_OfCase], open_in: Sequence[DecidedCase]) -> Leads:
    def those(test: Callable[[DecidedLine], bool]) -> list[DecidedCase]:
        return [case for case, line in lines if test(line)]

    decided = those(lambda _: True)
    return leads_of(
        code,
        {
            "Asked": [*decided, *open_in],
            "Decided": decided,
            "Approved": those(lambda line: line.first_outcome == Outcome.APPROVED),
            "Partly": those(lambda line: line.first_outcome in _PARTLY),
            "Denied": those(lambda line: line.first_outcome in _DENIED),
            "Contested": those(lambda line: line.is_contested),
            "Overturned": those(lambda line: line.is_contested and line.is_overturned),
        },
    )


def _line_rates(lines: Sequence[DecidedLine]) -> tuple[str | int, ...]:
    approved = Share(sum(one.first_outcome == Outcome.APPROVED for one in lines), len(lines))
    partly = Share(sum(one.first_outcome in _PARTLY for one in lines), len(lines))
    denied = Share(sum(one.first_outcome in _DENIED for one in lines), len(lines))
    contested = [line for line in lines if line.is_contested]
    won = Share(sum(line.is_overturned for line in contested), len(contested))
    return (
        len(lines),
        str(approved),
        approved.spread,
        str(partly),
        str(denied),
        denied.spread,
        str(Share(len(contested), sum(line.is_refused for line in lines))),
        str(won),
        won.spread,
    )


def units_by_code(cases: Sequence[DecidedCase]) -> Table:
    """Units of the decided lines: how many were asked, and how many the first decision gave."""
    rows = []
    for code, lines in grouped((line.code, line) for case in cases for line in case.lines):
        asked = sum(line.asked for line in lines)
        given = sum(line.first_approved for line in lines)
        rows.append((code, asked, given, _percent(Share(min(given, asked), asked))))
    return Table(
        "Units by code",
        (*text_columns("Code"), *number_columns("Units asked", "Units given at first", "Given")),
        tuple(rows),
        "No line was decided in this span.",
    )


def by_stage(cases: Sequence[DecidedCase]) -> Table:
    """Of the contests that ended: how many went for us, by stage."""
    rows, bars = [], []
    leads: dict[tuple[str, str], tuple[str, ...]] = {}
    for stage in Stage:
        of_case = [(case, one) for case in cases for one in case.contests if one.stage == stage]
        held = [one for _, one in of_case]
        judged = [one for one in held if one.outcome in JUDGED]
        won = Share(sum(one.outcome in WON for one in judged), len(judged))
        if held:
            open_ones = sum(one.outcome is None for one in held)
            rows.append((stage.label, len(held), open_ones, str(won), won.spread))
            bars.append(Bar(stage.label, (won.percent or 0) / 100, f"{won} overturned"))
            leads |= leads_of(
                stage.label,
                {
                    "Held": [case for case, _ in of_case],
                    "Still open": [case for case, one in of_case if one.outcome is None],
                    "Overturned": [case for case, one in of_case if one.outcome in WON],
                },
            )
    return Table(
        "Where denials fall",
        (*text_columns("Stage"), *number_columns("Held", "Still open", "Overturned", "Range")),
        tuple(rows),
        "No peer-to-peer, appeal or review of these cases is on file.",
        tuple(bars),
        leads,
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


def _fate(group: Sequence[DecidedCase]) -> dict[str, list[DecidedCase]]:
    """Of cases: those whose denial was contested to an end, and those of them that were won."""
    contested = [case for case in group if case.is_contested]
    return {
        "Contested": contested,
        "Overturned": [case for case in contested if case.is_overturned],
    }


def _percent(share: Share) -> str:
    return "" if share.percent is None else f"{share.percent:.0f}%"
