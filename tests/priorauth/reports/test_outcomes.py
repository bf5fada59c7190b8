from __future__ import annotations

from priorauth.reports.facts import Stage
from priorauth.reports.outcomes import (
    by_code,
    by_payer,
    by_reason,
    by_stage,
    outcomes,
    units_by_code,
)
from priorauth.terms import AppealOutcome, Outcome
from tests.priorauth.reports.made import a_case, a_denial, a_line, appealed

WON, LOST = AppealOutcome.OVERTURNED, AppealOutcome.UPHELD


def cell(table, row: str, column: str):
    titles = [one.title for one in table.columns]
    return next(r for r in table.rows if r[0] == row)[titles.index(column)]


def test_a_payers_rates_are_out_of_what_it_decided():
    table = by_payer([a_case(), a_case(), a_denial(), a_case("Other Plan")])
    assert cell(table, "Plain Health", "Approved") == "2 of 3 (67%)"
    assert cell(table, "Plain Health", "Denied") == "1 of 3 (33%)"
    assert cell(table, "Other Plan", "Denied") == "0 of 1 (0%)"


def test_a_request_cut_in_part_counts_as_denied():
    cut = a_case(lines=(a_line(), a_line("J3490", Outcome.PARTLY_APPROVED, first_approved=2)))
    assert cell(by_payer([cut]), "Plain Health", "Denied") == "1 of 1 (100%)"


def test_an_overturn_rate_is_out_of_contests_that_have_ended():
    cases = [
        a_denial(contests=(appealed(WON),)),
        a_denial(contests=(appealed(LOST),)),
        a_denial(contests=(appealed(None),)),  # still open: in no rate
        a_denial(contests=(appealed(AppealOutcome.WITHDRAWN),)),  # nobody judged it
        a_denial(),
    ]
    table = by_payer(cases)
    assert cell(table, "Plain Health", "Contested") == "2 of 5 (40%)"
    assert cell(table, "Plain Health", "Overturned") == "1 of 2 (50%)"


def test_a_denial_lost_on_appeal_and_won_at_external_review_is_overturned_once():
    case = a_denial(contests=(appealed(LOST), appealed(WON, Stage.EXTERNAL_REVIEW)))
    assert cell(by_payer([case]), "Plain Health", "Overturned") == "1 of 1 (100%)"


def test_a_payer_with_nothing_contested_has_no_overturn_rate_of_zero():
    assert cell(by_payer([a_denial()]), "Plain Health", "Overturned") == "none yet"


def test_each_confirmed_reason_is_a_share_of_the_denials():
    cases = [
        a_denial(reasons=("off_label_exclusion", "not_medically_necessary")),
        a_denial(reasons=("off_label_exclusion",), contests=(appealed(WON),)),
        a_denial(),
        a_case(),
    ]
    table = by_reason(cases)
    assert [row[1] for row in table.rows] == [2, 1, 1]
    assert table.rows[0][2] == "2 of 3 (67%)"
    assert cell(table, "no reason on file", "Of all denials") == "1 of 3 (33%)"


def test_codes_are_counted_by_line_with_units_asked_and_given():
    case = a_case(
        lines=(
            a_line(asked=6),
            a_line("96366", Outcome.PARTLY_APPROVED, asked=12, first_approved=3),
        )
    )
    assert cell(by_code([case]), "96366", "Partly") == "1 of 1 (100%)"
    table = units_by_code([case])
    assert cell(table, "96366", "Given") == "25%"
    assert cell(table, "96365", "Units given at first") == 6


def test_a_code_tells_what_was_asked_decided_approved_cut_and_denied():
    table = by_code(
        [
            a_case(undecided=("J3490",)),
            a_case(lines=(a_line(), a_line("J3490", Outcome.MODIFIED, first_approved=2))),
            a_denial(),
            a_case(lines=(a_line(first=Outcome.DISMISSED),)),
        ]
    )
    assert cell(table, "96365", "Asked") == 4
    assert cell(table, "96365", "Approved") == "2 of 4 (50%)"
    assert cell(table, "96365", "Approved, range") == "15–85%, few"
    assert cell(table, "96365", "Denied") == "2 of 4 (50%)"
    assert cell(table, "96365", "Denied, range") == "15–85%, few"
    assert cell(table, "J3490", "Asked") == 2
    assert cell(table, "J3490", "Decided") == 1
    assert cell(table, "J3490", "Partly") == "1 of 1 (100%)"
    assert cell(table, "J3490", "Denied") == "0 of 1 (0%)"


def test_a_code_that_no_decision_named_is_shown_as_asked():
    table = by_code([a_case(undecided=("J3490",))])
    assert cell(table, "J3490", "Decided") == 0
    assert cell(table, "J3490", "Approved") == "none yet"


def test_a_code_is_overturned_out_of_its_own_lines_whose_contest_has_ended():
    def contested(code: str, *outcomes: AppealOutcome | None):
        return a_line(code, Outcome.DENIED, contests=tuple(map(appealed, outcomes)))

    table = by_code(
        [
            a_denial(lines=(contested("96365", WON), contested("J3490", LOST))),
            a_denial(lines=(contested("96365", None), contested("J3490", LOST, WON))),
            a_denial(),
        ]
    )
    assert cell(table, "96365", "Contested") == "1 of 3 (33%)"
    assert cell(table, "96365", "Overturned") == "1 of 1 (100%)"
    assert cell(table, "J3490", "Overturned") == "1 of 2 (50%)"
    assert cell(table, "J3490", "Overturned, range") == "9–91%, few"


def test_each_stage_tells_how_many_were_held_and_how_many_are_open():
    cases = [
        a_denial(contests=(appealed(LOST), appealed(WON, Stage.EXTERNAL_REVIEW))),
        a_denial(contests=(appealed(None),)),
    ]
    table = by_stage(cases)
    assert cell(table, "First internal appeal", "Held") == 2
    assert cell(table, "First internal appeal", "Still open") == 1
    assert cell(table, "External review", "Overturned") == "1 of 1 (100%)"


def test_without_cases_every_table_says_what_would_fill_it():
    for table in outcomes([]).tables:
        assert table.rows == ()
        assert table.empty.endswith(".")
