"""Planning a course, recording infusions, billing them: few boxes, and nothing lost."""

from __future__ import annotations

from datetime import date

import pytest

from cases.models import InfusionSession, PriorAuthRequest, SeriesPlan
from priorauth.terms import InfusionStatus
from tests.cases.courses import at, booked
from tests.cases.desk.paper import said, shown

pytestmark = pytest.mark.usefixtures("friday_morning")


def page(case: PriorAuthRequest) -> str:
    return f"/case/{case.number}/"


def test_the_dates_are_proposed_from_the_request_and_recorded_with_one_click(desk, teller):
    case = teller.submitted(teller.at(3), starts_in=10)  # Monday 28 September
    form = desk.form(f"{page(case)}series/")
    assert form["induction_sessions"] == [str(case.planned_sessions)]
    assert form["day_1_on"] == ["2026-09-28"]
    assert form["day_2_on"] == ["2026-10-01"]  # twice a week: Monday and Thursday

    answer = desk.record(case, "series")

    assert answer.status_code == 302
    assert SeriesPlan.objects.get().induction_sessions == case.planned_sessions
    assert InfusionSession.objects.count() == case.planned_sessions
    assert InfusionSession.objects.first().planned_at == at("09-28T09:00")
    html = desk.open(page(case)).content.decode()
    assert "Mon 28 Sep 2026, 09:00 EDT" in html
    assert "No approval is on file for this infusion." in html


def proposed(desk, teller, **typed) -> tuple[str, dict]:
    """The address of a new case's series, and the form as shown after "propose"."""
    address = f"{page(teller.submitted(teller.at(3), starts_in=10))}series/"
    return address, shown(desk.send(address, desk.form(address), **typed, propose="1"))


def test_other_numbers_propose_other_dates_and_keep_what_was_typed(desk, teller):
    _, form = proposed(
        desk,
        teller,
        induction_sessions="2",
        induction_cadence="weekly",
        maintenance_sessions="1",
        maintenance_cadence="every_three_weeks",
    )
    days = [form[f"day_{n}_on"] for n in (1, 2, 3, 4)]
    assert days == [["2026-09-28"], ["2026-10-05"], ["2026-10-26"], [""]]
    assert form["induction_cadence"] == ["weekly"]
    assert not InfusionSession.objects.exists()


def test_boosters_follow_maintenance_at_their_own_cadence_and_come_back_as_planned(desk, teller):
    address, form = proposed(
        desk,
        teller,
        induction_sessions="2",
        induction_cadence="weekly",
        maintenance_sessions="1",
        maintenance_cadence="every_two_weeks",
        booster_sessions="2",
        booster_cadence="monthly",
        goes_on="on",
    )
    days = [form[f"day_{n}_on"] for n in range(1, 6)]
    # The 19th of November is a Thursday; of December, a Saturday: Monday the 21st.
    assert days == [["2026-09-28"], ["2026-10-05"], ["2026-10-19"], ["2026-11-19"], ["2026-12-21"]]

    assert desk.send(address, form).status_code == 302

    phases = InfusionSession.objects.order_by("planned_at").values_list("phase", flat=True)
    assert list(phases) == ["induction", "induction", "maintenance", "booster", "booster"]
    assert SeriesPlan.objects.get().last_cadence == "monthly"
    again = desk.form(address)
    assert (again["booster_sessions"], again["booster_cadence"]) == (["2"], ["monthly"])
    assert (again["induction_sessions"], again["maintenance_sessions"]) == (["2"], ["1"])


def test_boosters_alone_are_a_plan(desk, teller):
    case = teller.submitted(teller.at(3), starts_in=10)
    answer = desk.record(
        case,
        "series",
        induction_sessions="0",
        booster_sessions="1",
        **{f"day_{n}_on": "" for n in range(2, 13)},
    )
    assert answer.status_code == 302
    assert InfusionSession.objects.get().phase == "booster"


def test_an_infusion_in_no_plan_is_asked_for_its_part_of_the_course(desk, teller, approved):
    booked(teller, approved, "09-21")
    address = f"{page(approved)}infusion/?of=new"
    form = desk.form(address)
    assert form["phase"] == ["induction"], "it comes before the induction that is in the book"

    answer = desk.send(
        address, form, started_on="2026-09-16", started_time="09:00", stopped="09:40",
        phase="maintenance",
    )  # fmt: skip

    assert answer.status_code == 302
    assert InfusionSession.objects.get(status=InfusionStatus.DONE).phase == "maintenance"


def test_an_infusion_of_the_plan_is_not_asked_for_its_part_again(desk, teller, approved):
    (session,) = booked(teller, approved, "09-17")
    assert "phase" not in desk.form(f"{page(approved)}infusion/?of=infusion-{session.pk}")


def test_numbers_and_dates_that_differ_are_asked_about(desk, teller):
    case = teller.submitted(teller.at(3), starts_in=10)
    answer = desk.record(case, "series", induction_sessions="3")
    assert "The numbers make 3 infusions" in answer.content.decode()


def test_a_date_on_a_closed_day_wants_a_tick(desk, teller):
    case = teller.submitted(teller.at(3), starts_in=10)
    answer = desk.record(case, "series", day_1_on="2026-09-26")
    html = answer.content.decode()
    assert "The clinic is closed on Sat 26 Sep 2026" in html
    address = f"{page(case)}series/"
    answer = desk.send(address, shown(answer), closed_is_meant="on")
    assert answer.status_code == 302


def test_an_infusion_as_planned_is_recorded_with_one_click(desk, teller, approved):
    (session,) = booked(teller, approved, "09-17")
    address = f"{page(approved)}infusion/?of=infusion-{session.pk}"
    assert f'href="{address}"' in desk.open(page(approved)).content.decode()
    form = desk.form(address)
    assert form["status"] == ["done"]
    assert (form["started_on"], form["started_time"]) == (["2026-09-17"], ["09:00"])
    assert form["stopped"] == ["09:40"]

    answer = desk.send(address, form)

    assert answer.status_code == 302
    session.refresh_from_db()
    assert (session.status, session.minutes) == (InfusionStatus.DONE, 40)
    assert "1 infusion given of 6 approved" in desk.open(page(approved)).content.decode()


def test_pauses_and_midnight_are_counted(desk, teller, approved):
    address = f"{page(approved)}infusion/?of=new"
    answer = desk.send(
        address,
        desk.form(address),
        started_on="2026-09-16",
        started_time="23:30",
        stopped="00:30",
        paused_minutes="15",
    )
    assert answer.status_code == 302
    assert InfusionSession.objects.get().minutes == 45


def test_outside_the_approval_the_form_warns_before_and_asks_for_a_reason(
    desk,
    teller,
    approved,
):
    (session,) = booked(teller, approved, "12-16")
    address = f"{page(approved)}infusion/?of=infusion-{session.pk}"
    warned = desk.open(address).content.decode()
    assert "The approval ended on Tue 15 Dec 2026." in warned
    assert "Start the renewal" in warned

    form = desk.form(address)
    answer = desk.send(address, form, planned_on="2026-12-17", planned_time="10:00")
    assert answer.status_code == 200
    assert "outside the approval" in answer.content.decode()
    assert shown(answer)["planned_on"] == ["2026-12-17"]

    answer = desk.send(address, shown(answer), override_reason="The patient pays.")
    assert answer.status_code == 302
    html = desk.open(page(approved)).content.decode()
    assert "Outside the approval, because: The patient pays." in html
    assert "After the approval has ended" in html


def test_a_missed_infusion_needs_no_times(desk, teller, approved):
    (session,) = booked(teller, approved, "09-17")
    address = f"{page(approved)}infusion/?of=infusion-{session.pk}"
    answer = desk.send(address, desk.form(address), status="no_show", started_on="", stopped="")
    assert answer.status_code == 302
    session.refresh_from_db()
    assert session.status == InfusionStatus.NO_SHOW


def test_infusions_are_billed_in_bulk(desk, teller, approved):
    address = f"{page(approved)}infusion/?of=new"
    for day in ("15", "16"):
        form = desk.form(address)
        times = {"started_on": f"2026-09-{day}", "started_time": "09:00", "stopped": "09:40"}
        assert desk.send(address, form, **times).status_code == 302
    assert "Mark 2 billed" in desk.open(page(approved)).content.decode()

    answer = desk.record(approved, "billed")

    assert answer.status_code == 302
    assert {row.billed_on for row in InfusionSession.objects.all()} == {date(2026, 9, 18)}
    assert "Mark" not in desk.open(page(approved)).content.decode().split("Infusions</h2>")[1][:900]
    desk.open(f"{page(approved)}billed/", status=409)


def test_an_infusion_recorded_meanwhile_is_not_recorded_twice(desk, teller, approved):
    (session,) = booked(teller, approved, "09-17")
    address = f"{page(approved)}infusion/?of=infusion-{session.pk}"
    form = desk.form(address)
    assert desk.send(address, form).status_code == 302
    form["token"] = ["11111111-1111-4111-8111-111111111111"]
    answer = desk.send(address, form)
    assert answer.status_code == 409
    assert InfusionSession.objects.count() == 1


def test_the_case_page_says_how_far_the_approval_carries(desk, teller, approved):
    booked(
        teller, approved, "09-21", "09-28", "10-05", "10-12", "10-19", "10-26", "11-02",
    )  # fmt: skip
    html = desk.open(page(approved)).content.decode()
    assert (
        "Covers treatment through Sun 1 Nov 2026: 96365 does not suffice for the infusion booked "
        "for Mon 2 Nov 2026; the days end on Tue 15 Dec 2026." in html
    )
    assert "0 infusions given of 6 approved, 7 planned" in html


def test_the_forecast_is_told_right_after_an_approval(desk, teller):
    case = teller.submitted(teller.at(3), starts_in=10)
    desk.record(case, "series")
    answer = desk.record(
        case,
        "determination",
        outcome="approved",
        authorization_number="A-77",
        effective_from_on="2026-09-28",
        effective_through_on="2026-12-31",
    )
    assert "Covers treatment through Thu 31 Dec 2026, when the days end." in said(answer)


def test_after_a_refusal_the_next_step_is_told_and_stands_on_the_case(desk, teller):
    case = teller.submitted(teller.at(3), starts_in=10)
    answer = desk.record(
        case,
        "determination",
        outcome="denied",
        notice_dated_on="2026-09-18",
        reasons_verbatim="This service is considered experimental.",
        reasons=["experimental_investigational"],
    )
    assert "Experimental or investigational: appeal." in said(answer)
    html = desk.open(page(case)).content.decode()
    assert "What the refusal calls for" in html
    assert "Next: Appeal" in html


def test_a_part_that_was_approved_shows_what_to_use_and_what_to_fight_for(desk, teller):
    case = teller.submitted(teller.at(3), starts_in=10)
    first, second = case.lines.all()
    answer = desk.record(
        case,
        "determination",
        outcome="line_by_line",
        outcome_1="partly_approved",
        units_1="2",
        outcome_2="denied",
        notice_dated_on="2026-09-18",
        authorization_number="A-77",
        reasons_verbatim="Frequency exceeded.",
        reasons=["experimental_investigational"],
    )
    assert answer.status_code == 302
    html = desk.open(page(case)).content.decode()
    assert f"use 2 now, appeal {first.units_total - 2}" in html
    assert f"<small>appeal {second.units_total} units</small>" in html
