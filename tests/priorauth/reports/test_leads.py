from __future__ import annotations

import pytest

from priorauth.reports.money import money
from priorauth.reports.outcomes import outcomes
from priorauth.reports.turnaround import slowest, turnaround
from priorauth.terms import AppealOutcome, Outcome
from tests.priorauth.reports.made import a_case, a_denial, a_line, appealed

WON = appealed(AppealOutcome.OVERTURNED)
REFUSED = a_line(first=Outcome.DENIED, unit_cents=10_000, contests=(WON,), approved_now=2)
CASES = (
    a_case(number="PA-A", days=30),
    a_denial(number="PA-B", days=2, reasons=("off_label_exclusion",), lines=(REFUSED,),
             contests=(WON,)),
    a_denial(number="PA-C", days=9, was_late=True, is_live=False, undecided=("J3490",)),
)  # fmt: skip


def table(report, title: str):
    return next(one for one in report.tables if one.title == title)


@pytest.mark.parametrize("report", [outcomes, turnaround, money])
def test_a_figure_of_n_cases_leads_to_n_cases(report):
    """Every count in a table that leads somewhere leads to as many cases as it says."""
    checked = 0
    for one in report(CASES).tables:
        titles = [column.title for column in one.columns]
        for (row, title), numbers in one.leads.items():
            cell = next(r for r in one.rows if r[0] == row)[titles.index(title)]
            count = cell if isinstance(cell, int) else str(cell).partition(" of ")[0]
            if str(count).isdecimal() and title != "Units without price":
                assert len(numbers) == int(count), (one.title, row, title)
                checked += 1
            assert numbers
    assert checked or report is money


def test_denied_and_overturned_lead_to_their_cases_by_payer_code_reason_and_stage():
    report = outcomes(CASES)
    assert table(report, "By payer").leads["Plain Health", "Denied"] == ("PA-B", "PA-C")
    assert table(report, "By payer").leads["Plain Health", "Overturned"] == ("PA-B",)
    assert table(report, "By code").leads["96365", "Denied"] == ("PA-B", "PA-C")
    assert table(report, "By code").leads["96365", "Overturned"] == ("PA-B",)
    assert table(report, "By code").leads["J3490", "Asked"] == ("PA-C",)
    reason = table(report, "By reason of denial")
    assert reason.leads["no reason on file", "Denials"] == ("PA-C",)
    stage = table(report, "Where denials fall")
    assert stage.leads["First internal appeal", "Overturned"] == ("PA-B",)


def test_a_figure_of_nothing_leads_nowhere():
    assert ("Plain Health", "Denied") not in table(outcomes([a_case()]), "By payer").leads


def test_money_leads_to_the_cases_it_is_made_of():
    leads = table(money(CASES), "By payer").leads
    assert leads["Plain Health", "Denied at first"] == ("PA-B",)
    assert leads["Plain Health", "Won back"] == ("PA-B",)
    assert leads["Plain Health", "Units without price"] == ("PA-C",)
    assert ("Plain Health", "Lost") not in leads


def test_the_slowest_decisions_are_listed_and_a_case_without_days_is_not():
    cases = [*CASES, a_case(number="PA-D", days=None, had_limit=False)]
    found = slowest(cases)
    assert [(row[0], row[2], row[4]) for row in found.rows] == [
        ("PA-A", 30, "kept"),
        ("PA-C", 9, "missed"),
        ("PA-B", 2, "kept"),
    ]
    assert len(slowest([a_case(number=f"PA-{n}", days=n) for n in range(40)]).rows) == 20
