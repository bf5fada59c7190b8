from __future__ import annotations

from datetime import date

from priorauth.reports.breaches import breaches
from priorauth.reports.facts import MissedLimit


def missed(payer="Plain Health", on=date(2026, 3, 3), **given) -> MissedLimit:
    values = {
        "number": "PA-AAAA1111",
        "what": "Payer's decision on the request",
        "days_late": 4,
        "is_answered": True,
        "citation": "29 CFR 2560.503-1(f)(2)(iii)(A)",
        "is_believed": False,
        **given,
    }
    return MissedLimit(payer=payer, limit_on=on, **values)


def test_payers_stand_by_how_many_limits_they_missed():
    limits = [missed("B"), missed("A"), missed("A", days_late=10, is_answered=False)]
    assert breaches(limits, zone="America/Chicago").tables[0].rows == (
        ("A", 2, 2, 1, "7"),
        ("B", 1, 1, 0, "4"),
    )


def test_a_limit_whose_text_was_not_seen_is_not_counted_as_seen():
    by_payer, each = breaches([missed(is_believed=True)], zone="America/Chicago").tables
    assert by_payer.rows[0][2] == 0
    assert each.rows[0][-1] == "believed, text not on file"


def test_limits_stand_newest_first():
    limits = [missed(on=date(2026, 1, 5)), missed(on=date(2026, 2, 5))]
    assert [row[0] for row in breaches(limits, zone="America/Chicago").tables[1].rows] == [
        date(2026, 2, 5),
        date(2026, 1, 5),
    ]


def test_whose_clock_the_days_are_of_is_said():
    assert any(
        "(America/Chicago)" in each for each in breaches([], zone="America/Chicago").rests_on
    )
