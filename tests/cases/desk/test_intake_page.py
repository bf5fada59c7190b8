"""Opening a request through the page, for patients known and new."""

from __future__ import annotations

import re
import uuid
from datetime import date

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from cases.demo.cast import Cast, make_cast
from cases.models import Coverage, Patient, Payer, Plan, PriorAuthRequest, StaffMember
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import Desk, PaperForm, said, shown
from tests.cases.desk.test_step_refusals import error_of

pytestmark = pytest.mark.usefixtures("friday_morning")


@pytest.fixture
def jane(cast: Cast) -> Coverage:
    patient = Patient(
        clinic=cast.clinic, first_name="Jané", last_name="O'Brien", birth_date=date(1985, 5, 3)
    )
    patient.save()
    coverage = Coverage(
        clinic=cast.clinic, patient=patient, plan=cast.plans[1], member_id="SYN000111222"
    )
    coverage.save()
    return coverage


NEW_PATIENT = {
    "who": "new",
    "first_name": "Avery",
    "last_name": "Testpatient",
    "birth_date": "1985-02-14",
    "member_id": "SYN 777 000 1",
}
TREATMENT = {
    "planned_sessions": "6",
    "minutes_per_session": "40",
    "planned_start_on_on": "2026-09-30",
    "dx_1": "f332",
    "line_2_narrative": "Ketamine HCl 50 mg/mL, 0.5 mg/kg IV",
}


def open_for(desk: Desk, **typed):
    return desk.send("/new/", desk.form("/new/"), **{**TREATMENT, **typed})


def opened(answer) -> PriorAuthRequest:
    assert answer.status_code == 302, error_list(answer)
    return PriorAuthRequest.objects.get(number=answer.url.split("/")[2])


def error_list(answer) -> str:
    html = answer.content.decode()
    start = html.find("step-summary")
    return html[start : start + 2000]


# ------------------------------------------------------------------ whom


def test_a_known_patient_with_a_known_coverage_needs_six_fields(desk, jane):
    case = opened(open_for(desk, who=f"coverage-{jane.pk}"))
    assert (case.patient, case.coverage) == (jane.patient, jane)
    assert [(line.code, line.units_per_session, line.units_total) for line in case.lines.all()] == [
        ("96365", 1, 6),
        ("J3490", 1, 6),
    ]
    assert case.diagnoses.get().code == "F33.2"
    assert case.assigned_to == desk_person()
    assert case.requesting_clinician is None
    assert case.opened_at == FRIDAY


def desk_person() -> StaffMember:
    return StaffMember.objects.get(username="biller")


def test_the_message_names_the_clock_that_started(desk, jane):
    answer = open_for(desk, who=f"coverage-{jane.pk}")
    assert "Submit the request by end of Wed 30 Sep 2026" in said(answer)


@pytest.mark.parametrize(
    "typed", ["obrien", "O'Br", "jane o'brien", "BRIEN, jan", "05/03/1985", "SYN000111222"]
)
def test_a_patient_is_found_however_the_name_is_typed(desk, jane, typed):
    if typed == "BRIEN, jan":
        typed = "OBRIEN, jan"
    answer = desk.client.post("/lookup/patients/", {"text": typed})
    keys = [each["key"] for each in answer.json()["found"]]
    assert keys == [f"coverage-{jane.pk}", f"patient-{jane.patient_id}"]
    assert "O'Brien, Jané, born 05/03/1985" in answer.json()["found"][0]["label"]


def test_without_scripts_the_find_button_looks_and_keeps_what_was_typed(desk, jane):
    answer = desk.send("/new/", desk.form("/new/"), find="obri", look="1", planned_sessions="7")
    form = PaperForm(answer.content.decode())
    assert f"coverage-{jane.pk}" in form.offered["who"]
    assert form.values["planned_sessions"] == ["7"]
    assert "step-summary" not in answer.content.decode()


def test_nothing_is_found_for_nothing_and_nobody_of_another_clinic(desk, jane):
    with scopes_disabled():
        other = make_cast("other", suffix="other")
    with scope(clinic=other.clinic):
        Patient(
            clinic=other.clinic, first_name="Jane", last_name="Obrien", birth_date=date(1985, 5, 3)
        ).save()
    find = desk.client.post
    assert find("/lookup/patients/", {"text": "  "}).json() == {"found": []}
    found = find("/lookup/patients/", {"text": "obrien"}).json()["found"]
    assert {each["key"].split("-")[1] for each in found} == {str(jane.pk), str(jane.patient_id)}


def test_another_clinics_coverage_cannot_be_chosen(desk, cast):
    with scopes_disabled():
        other = make_cast("other", suffix="other")
    with scope(clinic=other.clinic):
        patient = Patient(
            clinic=other.clinic, first_name="X", last_name="Y", birth_date=date(1985, 5, 3)
        )
        patient.save()
        foreign = Coverage(clinic=other.clinic, patient=patient, plan=other.plans[0], member_id="M")
        foreign.save()
    for key in (f"coverage-{foreign.pk}", f"patient-{patient.pk}", "coverage-x", "junk", ""):
        answer = open_for(desk, who=key)
        assert answer.status_code == 200
        assert error_of(answer, "who")
    assert not PriorAuthRequest.objects.exists()


def test_a_new_patient_and_coverage_are_written_with_the_request(desk, cast):
    plan = cast.plans[1]
    case = opened(open_for(desk, **NEW_PATIENT, plan=str(plan.pk), group_number="GRP-1"))
    assert case.patient.full_name == "Avery Testpatient"
    assert case.coverage.member_id == "SYN7770001"
    assert (case.coverage.plan, case.coverage.group_number) == (plan, "GRP-1")


def test_payer_and_plan_not_on_file_are_entered_on_the_same_page(desk):
    case = opened(
        open_for(
            desk,
            **NEW_PATIENT,
            payer_name="Maple Health",
            plan_name="Bronze",
            line_of_business="individual",
            issue_state="OR",
        )
    )
    plan = case.coverage.plan
    assert (plan.payer.name, plan.name, plan.issue_state) == ("Maple Health", "Bronze", "OR")
    again = opened(
        open_for(
            desk,
            **{**NEW_PATIENT, "first_name": "Kit", "birth_date": "1990-01-01", "member_id": "Q1"},
            payer_name="maple health",
            plan_name="Bronze",
            line_of_business="individual",
            issue_state="OR",
        )
    )
    assert again.coverage.plan == plan
    assert Payer.objects.filter(name__iexact="maple health").count() == 1


def test_a_new_coverage_of_a_known_patient(desk, jane, cast):
    case = opened(
        open_for(
            desk, who=f"patient-{jane.patient_id}", member_id="NEW1", plan=str(cast.plans[3].pk)
        )
    )
    assert case.patient == jane.patient
    assert case.coverage.member_id == "NEW1"
    assert jane.patient.coverages.count() == 2


@pytest.mark.parametrize(
    "typed",
    [
        {"first_name": "Jane", "last_name": "OBrien", "birth_date": "1985-05-03"},
        {"member_id": "syn000111222"},
    ],
)
def test_a_possible_twin_is_shown_before_anything_is_saved(desk, jane, cast, typed):
    answer = open_for(desk, **{**NEW_PATIENT, **typed}, plan=str(cast.plans[1].pk))
    html = answer.content.decode()
    assert "Somebody very like this patient is on file" in error_of(answer, "who")
    assert f'value="coverage-{jane.pk}"' in html
    assert Patient.objects.count() == 1
    confirmed = desk.send("/new/", shown(answer), is_another_person="on")
    assert opened(confirmed).patient != jane.patient
    other_form = {"token": str(uuid.uuid4()), "who": f"coverage-{jane.pk}"}
    chosen = desk.send("/new/", shown(answer), **other_form)
    assert opened(chosen).patient == jane.patient


def test_a_new_patient_is_asked_for_everything_at_once_and_nothing_is_lost(desk):
    answer = open_for(desk, who="new", first_name="Avery", group_number="G-9")
    for field in ("last_name", "birth_date", "member_id", "plan_name", "payer_name"):
        assert error_of(answer, field), field
    kept = shown(answer)
    assert (kept["first_name"], kept["group_number"], kept["dx_1"]) == (
        ["Avery"],
        ["G-9"],
        ["f332"],
    )
    assert not Patient.objects.exists()


def test_a_birth_date_ahead_is_refused(desk):
    answer = open_for(desk, **{**NEW_PATIENT, "birth_date": "2026-09-19"})
    assert "Check the year" in error_of(answer, "birth_date")


def test_what_the_workflow_refuses_leaves_no_patient_behind(desk, cast, monkeypatch):
    from cases.workflow import intake
    from priorauth.errors import MissingFact

    def refuse(*args, **more):
        raise MissingFact("diagnoses", "Not this one.")

    monkeypatch.setattr(intake, "open_request", refuse)
    answer = open_for(desk, **NEW_PATIENT, plan=str(cast.plans[1].pk))
    assert "Not this one." in error_of(answer, "dx_1")
    assert not Patient.objects.exists()


# ------------------------------------------------------------------ what


def test_units_are_proposed_from_the_minutes(desk, jane):
    case = opened(
        open_for(
            desk,
            who=f"coverage-{jane.pk}",
            minutes_per_session="151",
            line_2_code="96366",
            line_3_code="J3490",
            line_3_narrative="Ketamine",
            line_2_narrative="",
        )
    )
    assert [(line.code, line.units_per_session, line.units_total) for line in case.lines.all()] == [
        ("96365", 1, 6),
        ("96366", 2, 12),
        ("J3490", 1, 6),
    ]


def test_units_that_disagree_with_the_minutes_need_a_tick(desk, jane):
    typed = {"who": f"coverage-{jane.pk}", "line_3_code": "96366", "line_3_per_session": "1"}
    answer = open_for(desk, **typed)
    assert "40 planned minutes make 0" in error_of(answer, "send_as_typed")
    assert not PriorAuthRequest.objects.exists()
    case = opened(desk.send("/new/", shown(answer), send_as_typed="on"))
    assert case.lines.filter(code="96366").exists()


def test_odd_units_are_told_together_with_everything_else_that_is_wrong(desk, jane):
    answer = open_for(
        desk, who=f"coverage-{jane.pk}", urgency="expedited", line_1_total="7", dx_1=""
    )
    assert "7 units in total requested" in error_of(answer, "send_as_typed")
    assert error_of(answer, "urgency_reason") and error_of(answer, "dx_1")


def test_an_add_on_never_goes_without_its_parent(desk, jane):
    answer = open_for(desk, who=f"coverage-{jane.pk}", line_1_code="96366", send_as_typed="on")
    assert "never stands alone" in error_of(answer, "line_1_code")


@pytest.mark.parametrize(
    ("code", "start", "words"),
    [
        ("S0013", "2026-09-30", "ended on 2025-12-31"),
        ("J3000", "2026-09-30", "treptomycin"),
        ("9636", "2026-09-30", "96"),
    ],
)
def test_a_code_that_is_wrong_on_the_day_of_service_is_refused_on_its_row(
    desk, jane, code, start, words
):
    answer = open_for(desk, who=f"coverage-{jane.pk}", line_1_code=code, planned_start_on_on=start)
    assert words in error_of(answer, "line_1_code")
    assert shown(answer)["line_1_code"] == [code]


def test_the_spray_is_proposed_by_its_code_of_the_day(desk):
    form = desk.form("/new/")
    answer = desk.send("/new/", form, propose="1", product="esketamine", find="x")
    assert shown(answer)["line_1_code"] == ["J0013"]
    assert shown(answer)["line_2_code"] == [""]
    assert shown(answer)["find"] == ["x"]
    answer = desk.send("/new/", form, propose="1", minutes_per_session="100")
    codes = [shown(answer)[f"line_{number}_code"][0] for number in (1, 2, 3)]
    assert codes == ["96365", "96366", "J3490"]


def test_the_code_on_the_claim_stands_apart(desk, jane):
    case = opened(open_for(desk, who=f"coverage-{jane.pk}", line_2_claim_code="G2082"))
    line = case.lines.get(code="J3490")
    assert line.code_on_claim == "G2082"


def test_an_urgent_request_needs_the_clinicians_reason(desk, jane):
    answer = open_for(desk, who=f"coverage-{jane.pk}", urgency="expedited")
    assert "clinician's reason" in error_of(answer, "urgency_reason").replace("&#x27;", "'")
    reason = "Suicidal ideation with a plan."
    case = opened(
        open_for(desk, who=f"coverage-{jane.pk}", urgency="expedited", urgency_reason=reason)
    )
    assert case.urgency_reason == reason


# ------------------------------------------------------------------ why


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"dx_1": ""}, "dx_1", "at least one diagnosis"),
        ({"dx_1": "F33"}, "dx_1", "needs more characters"),
        ({"dx_1": "F33.99"}, "dx_1", "F33"),
        ({"dx_1": "recurrent severe"}, "dx_1", "F33.2"),
        ({"dx_2": "F33.2"}, "dx_2", "entered twice"),
        ({"dx_2": "F32.2"}, "dx_2", "exclude each other"),
    ],
)
def test_a_diagnosis_that_cannot_be_right_is_refused_on_its_box(desk, jane, typed, field, words):
    answer = open_for(desk, who=f"coverage-{jane.pk}", **typed)
    assert words in error_of(answer, field)
    assert not PriorAuthRequest.objects.exists()


def test_diagnoses_keep_their_rank_and_weak_ones_are_hinted(desk, jane):
    answer = open_for(desk, who=f"coverage-{jane.pk}", dx_1="F33.9", dx_2="r45.851")
    case = opened(answer)
    assert [row.code for row in case.diagnoses.order_by("rank")] == ["F33.9", "R45.851"]
    assert "F33.9" in said(answer)
    assert "severity" in said(answer)


def test_codes_are_looked_up_by_post_and_answered_with_what_is_known(desk):
    answer = desk.client.post("/lookup/diagnoses/", {"text": "F33.2", "on": "2026-09-30"}).json()
    assert answer["is_right"] is True
    assert answer["codes"][0]["code"] == "F33.2"
    assert answer["codes"][0]["hint"] == "Strong"
    wrong = desk.client.post("/lookup/diagnoses/", {"text": "F33", "on": "2026-09-30"}).json()
    assert wrong["is_right"] is False
    assert "needs more characters" in wrong["said"]
    words = desk.client.post("/lookup/diagnoses/", {"text": "recurrent sev"}).json()
    assert words["is_right"] is True
    assert {each["code"] for each in words["codes"]} >= {"F33.2"}
    assert desk.client.get("/lookup/diagnoses/").status_code == 405
    assert desk.client.post("/lookup/diagnoses/", {"text": "F33.2", "on": "rubbish"}).json()


def test_reasons_are_suggested_from_the_payers_words(desk):
    answer = desk.client.post("/lookup/reasons/", {"words": "not medically necessary"}).json()
    assert answer["reasons"] == ["not_medically_necessary"]


# ------------------------------------------------------------------ who may, and twice


def test_a_form_sent_twice_opens_one_request_and_one_patient(desk, cast):
    form = desk.form("/new/")
    typed = {**TREATMENT, **NEW_PATIENT, "plan": str(cast.plans[1].pk)}
    first = desk.send("/new/", form, **typed)
    again = desk.send("/new/", form, **{**typed, "is_another_person": "on"})
    assert first.url == again.url
    assert "nothing was recorded twice" in said(again)
    assert PriorAuthRequest.objects.count() == Patient.objects.count() == 1
    assert Plan.objects.count() == len(cast.plans)


@pytest.mark.parametrize("username", ["auditor", "clinician"])
def test_who_may_not_open_a_request_is_told_why(cast, username):
    desk = Desk(StaffMember.objects.get(username=username))
    page = desk.open("/new/", status=403).content.decode()
    assert "Ask a biller" in page
    assert desk.client.post("/new/", {"who": "new"}).status_code == 403
    assert not PriorAuthRequest.objects.exists()


@pytest.mark.django_db
def test_lookups_are_for_those_who_are_signed_in():
    stranger = Client()
    for address in ("/lookup/patients/", "/lookup/diagnoses/", "/lookup/reasons/", "/new/"):
        answer = stranger.post(address, {"text": "a"})
        assert answer.status_code == 302
        assert "login" in answer.url


def test_boxes_of_later_rows_are_explained_by_the_help_of_the_first(desk):
    html = desk.open("/new/").content.decode()
    for name, help_id in (
        ("line_2_code", "id_line_1_code_helptext"),
        ("line_8_ndc", "id_line_1_ndc_helptext"),
        ("dx_12", "id_dx_1_helptext"),
    ):
        box = re.search(rf'<input[^>]* name="{name}"[^>]*>', html)
        assert box, name
        assert f'aria-describedby="{help_id}"' in box[0]
        assert html.count(f'id="{help_id}"') == 1


def test_a_later_box_that_is_refused_is_explained_by_its_error_too(desk):
    html = open_for(desk, line_3_code="9").content.decode()
    box = re.search(r'<input[^>]* name="line_3_code"[^>]*>', html)
    assert box
    assert 'aria-describedby="id_line_1_code_helptext id_line_3_code_error"' in box[0]
