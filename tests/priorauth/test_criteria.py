"""What a policy asks for beside papers, and whether what is on file meets it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from priorauth.readiness.criteria import OnFile, PolicyAsks, compare
from priorauth.readiness.point import Mend, Point, Readiness

ASKS = PolicyAsks(
    id="7",
    source="Policy MP-1.23, read Tue 1 Sep 2026",
    failed_trials=2,
    trial_kind="Antidepressant",
    scale="PHQ-9",
    least_score=Decimal(20),
    places=("11", "22"),
    prescribers=("2084P0800X",),
)
ON_FILE = OnFile(
    trials=3,
    failed=("Sertraline", "Bupropion"),
    score=Decimal("21.0"),
    scored_on=date(2026, 9, 8),
    places=("11",),
    prescriber="Amal Reyes, MD",
    taxonomy="2084P0800X",
)


def points(**on_file: object) -> list[Point]:
    return list(compare(ASKS, replace(ON_FILE, **on_file)))


def test_what_meets_the_policy_is_met_at_every_point_with_both_sides_named():
    found = points()
    assert [(each.standing, each.word) for each in found] == [(Readiness.OK, "Met")] * 4
    assert [each.says for each in found] == [
        "The policy asks for 2 failed treatments of the sort “Antidepressant”; on file: 2 "
        "(Sertraline and Bupropion).",
        "The policy asks for 20 or more; on file: 21 on Tue 8 Sep 2026.",
        "The policy allows 11 Office and 22 On-campus outpatient hospital; on the request: "
        "11 Office.",
        "The policy wants Psychiatrist; Amal Reyes, MD: Psychiatrist.",
    ]
    assert {each.source for each in found} == {ASKS.source}
    assert not any(each.stops for each in found)


@pytest.mark.parametrize(
    ("place", "on_file", "mend", "words"),
    [
        (0, {"failed": ("Sertraline",)}, Mend.TRIALS, "on file: 1 (Sertraline)."),
        (0, {"failed": ()}, Mend.TRIALS, "on file: 0."),
        (1, {"score": Decimal("19.9")}, Mend.SCORES, "on file: 19.9 on"),
        (2, {"places": ("11", "12")}, Mend.DRAFT, "on the request: 11 Office and 12 Home."),
        (3, {"taxonomy": "363LP0808X"}, Mend.DRAFT, "Psychiatric nurse practitioner"),
    ],
)
def test_what_falls_short_is_not_met_and_leads_to_where_it_is_mended(place, on_file, mend, words):
    found = points(**on_file)[place]
    assert (found.standing, found.word, found.mend) == (Readiness.MISSING, "Not met", mend)
    assert words in found.says


@pytest.mark.parametrize(
    ("place", "on_file", "mend"),
    [
        (0, {"trials": 0, "failed": ()}, Mend.TRIALS),
        (1, {"score": None, "scored_on": None}, Mend.SCORES),
        (2, {"places": ()}, Mend.DRAFT),
        (3, {"prescriber": "", "taxonomy": ""}, Mend.DRAFT),
        (3, {"taxonomy": ""}, Mend.REQUESTING),
    ],
)
def test_what_nobody_wrote_down_is_not_recorded_rather_than_not_met(place, on_file, mend):
    found = points(**on_file)[place]
    assert (found.standing, found.word, found.mend) == (Readiness.UNCLEAR, "Not recorded", mend)


def test_a_policy_that_asks_for_nothing_makes_no_point():
    assert list(compare(PolicyAsks("7", "Policy"), ON_FILE)) == []


def test_what_the_policy_is_for_is_named():
    found = next(compare(replace(ASKS, condition="depression"), ON_FILE))
    assert found.label == "Earlier treatments (depression)"
