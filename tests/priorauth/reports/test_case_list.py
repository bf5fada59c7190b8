from __future__ import annotations

from datetime import date

from priorauth.reports.case_list import case_list
from priorauth.reports.facts import Stage
from priorauth.terms import AppealOutcome, Outcome
from tests.priorauth.reports.made import a_case, a_denial, a_line, appealed


def rows(*cases):
    return case_list(cases, title="Denied").tables[0].rows


def test_a_case_is_listed_with_its_codes_decision_and_contests():
    case = a_denial(
        lines=(
            a_line(first=Outcome.DENIED, unit_cents=10_000),
            a_line("J3490", Outcome.DENIED),
        ),
        contests=(appealed(AppealOutcome.UPHELD), appealed(None, Stage.EXTERNAL_REVIEW)),
    )
    assert rows(case) == (
        (
            "PA-AAAA1111", "Plain Health", "96365, J3490", date(2026, 3, 10), 7, "Denied",
            "First internal appeal: Denial upheld; External review: open", "$600",
        ),
    )  # fmt: skip


def test_a_case_cut_in_part_is_neither_denied_nor_approved():
    cut = a_case(lines=(a_line(), a_line("J3490", Outcome.DENIED)))
    assert [row[5] for row in rows(cut, a_case())] == ["Refused or cut in part", "Approved"]


def test_a_refusal_without_a_price_is_worth_no_amount():
    assert rows(a_denial())[0][-1] == "no price"
    assert rows(a_case())[0][-1] == ""


def test_the_newest_decision_comes_first():
    older, newer = a_case(number="PA-A"), a_case(number="PA-B", decided_on=date(2026, 4, 1))
    assert [row[0] for row in rows(older, newer)] == ["PA-B", "PA-A"]
