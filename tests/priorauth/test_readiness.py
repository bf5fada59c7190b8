"""The checklist before a request is sent: what is ready, what lacks, and what stops it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from priorauth.readiness.checklist import checklist, stops
from priorauth.readiness.point import Mend, Point, Readiness
from priorauth.readiness.seen import (
    ClinicianSeen,
    Demand,
    DiagnosisSeen,
    LineSeen,
    RequestSeen,
)
from priorauth.terms import LineOfBusiness, Product, Urgency

REYES = ClinicianSeen("Amal Reyes, MD", "1487654323")
INFUSION = LineSeen("96365", 1, 6)
KETAMINE = LineSeen("J3490", 1, 6, is_drug=True, narrative="Ketamine HCl 50 mg/mL, 0.5 mg/kg IV")

READY = RequestSeen(
    today=date(2026, 9, 18),
    product=Product.RACEMIC_KETAMINE,
    urgency=Urgency.STANDARD,
    diagnoses=(DiagnosisSeen("F33.2", True),),
    lines=(INFUSION, KETAMINE),
    planned_start_on=date(2026, 9, 28),
    planned_sessions=6,
    requesting=REYES,
    rendering=REYES,
    npi="1234567893",
    tin="12-3456789",
    member_id="SYN000111222",
    group_number="GRP-0001",
    covered_from=date(2026, 1, 1),
    line_of_business=LineOfBusiness.EMPLOYER,
    ways_in=("portal",),
    papers=("Clinical note",),
)


def point(key: str, **changes: object) -> Point:
    """The point of that id for a request that is ready but for `changes`."""
    found = [each for each in checklist(replace(READY, **changes)) if each.id == key]
    assert len(found) == 1
    return found[0]


def test_a_code_of_the_newest_set_is_a_caution_once_that_set_has_ended():
    seen = {
        "diagnoses": (DiagnosisSeen("F33.2", True, judged_by="FY2026"),),
        "code_set_wanted": "FY2027",
    }
    found = point("diagnoses", **seen)
    assert found.standing is Readiness.CAUTION
    assert "F33.2: valid in FY2026, the newest set on file; FY2027 is not loaded." in found.says
    assert "The owner loads it" in found.says
    assert (found.mend, found.stops) == (Mend.CODE_SETS, False)


def test_a_code_that_no_set_knows_is_unclear_and_a_heading_of_the_newest_is_missing():
    unknown = point("diagnoses", diagnoses=(DiagnosisSeen("F33.2", None),), code_set_wanted="FY27")
    assert (unknown.standing, unknown.mend) == (Readiness.UNCLEAR, Mend.CODE_SETS)
    heading = (DiagnosisSeen("F33", False, judged_by="FY2026"),)
    found = point("diagnoses", diagnoses=heading, code_set_wanted="FY2027")
    assert (found.standing, found.mend) == (Readiness.MISSING, Mend.DRAFT)


def test_a_whole_request_is_ready_at_every_point():
    points = checklist(READY)
    assert [each.id for each in points if each.standing is not Readiness.OK] == []
    assert stops(points) == []
    assert len({each.id for each in points}) == len(points)
    assert all(each.says and each.source for each in points)


@pytest.mark.parametrize(
    ("key", "changes", "mend", "field"),
    [
        ("member_id", {"member_id": "  "}, Mend.COVERAGE, "member_id"),
        ("coverage", {"covered_from": date(2026, 9, 29)}, Mend.COVERAGE, "effective_from"),
        ("coverage", {"covered_through": date(2026, 9, 27)}, Mend.COVERAGE, "effective_through"),
        ("requesting", {"requesting": None}, Mend.DRAFT, "requesting_clinician"),
        ("requesting", {"requesting": ClinicianSeen("A", "1487654324")}, Mend.REQUESTING, "npi"),
        ("numbers", {"npi": ""}, Mend.CLINIC, "npi"),
        ("numbers", {"tin": "12-345"}, Mend.CLINIC, "tin"),
        ("diagnoses", {"diagnoses": ()}, Mend.DRAFT, "dx_1"),
        ("diagnoses", {"diagnoses": (DiagnosisSeen("F33", False),)}, Mend.DRAFT, "dx_1"),
        ("lines", {"lines": ()}, Mend.DRAFT, "line_1_code"),
        ("lines", {"lines": (INFUSION, LineSeen("J3000", 1, 6))}, Mend.DRAFT, "line_2_code"),
        ("lines", {"lines": (LineSeen("96365", 1, 0),)}, Mend.DRAFT, "line_1_per_session"),
        ("urgency", {"urgency": Urgency.EXPEDITED}, Mend.DRAFT, "urgency_reason"),
    ],
)
def test_what_no_payer_can_work_with_stops_the_submission(key, changes, mend, field):
    found = point(key, **changes)
    assert found.stops
    assert (found.mend, found.field) == (mend, field)
    assert [each.id for each in stops(checklist(replace(READY, **changes)))] == [key]


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("plan", {"line_of_business": LineOfBusiness.UNKNOWN}),
        ("drug", {"lines": (INFUSION,)}),
        ("drug", {"lines": (INFUSION, LineSeen("J3490", 1, 6, is_drug=True))}),
        ("dates", {"planned_start_on": None}),
        ("dates", {"planned_sessions": None}),
        ("papers", {"papers": ()}),
        ("way_in", {"ways_in": ()}),
    ],
)
def test_what_merely_makes_it_weaker_is_missing_and_stops_nothing(key, changes):
    found = point(key, **changes)
    assert found.standing is Readiness.MISSING
    assert not found.stops


@pytest.mark.parametrize(
    ("key", "changes", "says"),
    [
        ("group_number", {"group_number": ""}, "look at the card"),
        ("coverage", {"covered_from": None}, "Check eligibility"),
        ("diagnoses", {"diagnoses": (DiagnosisSeen("F33.2", None),)}, "not checked"),
        ("dates", {"planned_start_on": date(2026, 9, 17)}, "has passed"),
    ],
)
def test_what_nobody_can_tell_says_how_to_find_out(key, changes, says):
    found = point(key, **changes)
    assert found.standing is Readiness.UNCLEAR
    assert says in found.says


def test_the_first_and_the_last_covered_day_are_covered():
    day = date(2026, 9, 28)
    assert point("coverage", covered_from=day, covered_through=day).standing is Readiness.OK


def test_without_a_planned_day_coverage_is_judged_by_today():
    ended = {"planned_start_on": None, "covered_through": date(2026, 9, 17)}
    assert point("coverage", **ended).stops
    holds = {"planned_start_on": None, "covered_through": date(2026, 9, 18)}
    assert not point("coverage", **holds).stops


@pytest.mark.parametrize(
    "words", ["Ketamine 50 mg/mL IV", "ketamine, intravenous", "Ketamine i.v."]
)
def test_a_route_is_found_among_the_words_of_the_drug(words):
    line = replace(KETAMINE, narrative=words)
    assert point("drug", lines=(INFUSION, line)).standing is Readiness.OK


def test_a_drug_without_a_route_is_asked_about_where_its_words_stand():
    line = replace(KETAMINE, narrative="Ketamine five vials, 0.5 mg/kg")
    found = point("drug", lines=(INFUSION, line))
    assert (found.standing, found.field) == (Readiness.UNCLEAR, "line_2_narrative")


def test_the_visit_with_esketamine_needs_no_drug_line_and_a_bare_visit_does():
    spray = {"product": Product.ESKETAMINE}
    assert point("drug", **spray, lines=(LineSeen("G2083", 1, 6),)).standing is Readiness.OK
    bare = point("drug", **spray, lines=(LineSeen("99214", 1, 6),))
    assert bare.standing is Readiness.MISSING
    assert "J0013" in bare.says


def test_an_urgent_request_with_the_clinicians_reason_is_ready():
    urgent = {"urgency": Urgency.EXPEDITED, "urgency_reason": "Active suicidal ideation."}
    assert point("urgency", **urgent).standing is Readiness.OK


def test_the_requesting_clinician_stands_in_for_the_rendering_one():
    assert point("rendering", rendering=None).standing is Readiness.OK
    nobody = point("rendering", rendering=None, requesting=None)
    assert nobody.standing is Readiness.MISSING
    assert not nobody.stops


@pytest.mark.parametrize(("is_met", "is_hard", "does_stop"), [
    (True, True, False), (False, True, True), (False, False, False),
])  # fmt: skip
def test_a_paper_that_the_payer_demands_stops_when_it_is_said_to(is_met, is_hard, does_stop):
    wants = Demand("paper_1", "Letter of medical necessity", is_met, is_hard, "Manual, page 12")
    found = point("paper_1", demands=(wants,))
    assert found.stops is does_stop
    assert found.source == "Manual, page 12"
    assert (found.standing is Readiness.OK) is is_met
