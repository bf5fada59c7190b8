"""Logging a call, on a case and without one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cases.models import BenefitsCheck, CallAnswer, InsurerCall, StaffMember
from priorauth.calls.script import script
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import Desk, said, shown
from tests.cases.desk.test_step_refusals import error_of

pytestmark = pytest.mark.usefixtures("friday_morning")


def test_the_usual_call_needs_a_name_a_reference_and_a_promised_day(desk, case):
    answer = desk.record(
        case,
        "call",
        representative_name="Dana K.",
        reference_number="C-778",
        promise="Decision",
        promised_by_on="2026-09-22",
    )
    assert answer.status_code == 302
    call = case.calls.get()
    assert (call.representative_name, call.reference_number) == ("Dana K.", "C-778")
    assert call.started_at == FRIDAY
    assert call.outcome == "still_pending"
    assert call.made_by.username == "biller"
    # The end of Tuesday, 22 September, in New York.
    assert call.promised_by_at == datetime(2026, 9, 23, 3, 59, 59, tzinfo=UTC)
    assert "What the payer's representative promised" in said(answer)
    assert case.deadlines.filter(kind="promise", standing="running").count() == 1


def test_everything_the_representative_asks_for_stands_beside_the_form(desk, case):
    html = desk.open(desk.step(case, "call")).content.decode()
    for wanted in (
        case.patient.full_name,
        f"{case.patient.birth_date:%m/%d/%Y}",
        case.coverage.member_id,
        case.clinic.npi,
        case.clinic.tin,
        case.requesting_clinician.npi,
        "800-555-0121",
        "3, then 0",
        "Mon-Fri 8-18",
    ):
        assert wanted in html
    assert f'data-copy="{case.coverage.member_id}"' in html


def test_names_of_earlier_calls_with_that_payer_are_proposed(desk, case, teller):
    for name in ("Robin T.", "Dana K.", "Robin T."):
        typed = {"representative_name": name, "reference_number": "R"}
        assert desk.record(case, "call", **typed).status_code == 302
    other = teller.submitted(teller.at(2), plan=teller.cast.plans[2])
    html = desk.open(desk.step(case, "call")).content.decode()
    names = html[html.index('id="id_representative_name_list"') :].split("</datalist>")[0]
    assert names.count("Robin T.") == 1
    assert names.index("Robin T.") < names.index("Dana K.")
    elsewhere = desk.open(desk.step(other, "call")).content.decode()
    names = elsewhere[elsewhere.index('id="id_representative_name_list"') :].split("</datalist>")[0]
    assert "Robin T." not in names


def test_answers_of_the_script_are_kept_and_shown_at_the_next_call(desk, case):
    answer = desk.record(
        case,
        "call",
        representative_name="Dana",
        no_reference_reason="They do not give reference numbers",
        answers_covered_for_diagnosis="said_yes",
        answers_criteria="said_no",
        answers_criteria_words="Will fax policy 087",
        answers_self_funded_words="She was not sure",
    )
    assert answer.status_code == 302
    answers = {row.question: (row.answer, row.words) for row in case.calls.get().answers.all()}
    assert answers == {
        "covered_for_diagnosis": ("said_yes", ""),
        "criteria": ("said_no", "Will fax policy 087"),
        "self_funded": ("unclear", "She was not sure"),
    }
    html = desk.open(desk.step(case, "call")).content.decode()
    assert "Said no on Fri 18 Sep 2026: Will fax policy 087" in html


def test_every_question_of_the_script_stands_on_the_page(desk, case):
    form = desk.form(desk.step(case, "call"))
    html = desk.open(desk.step(case, "call")).content.decode()
    for question in script():
        assert f"answers_{question.id}_words" in form
        first = question.choices[0][0] if question.choices else "said_yes"
        answers = first if question.choices or question.is_yes_or_no else "unclear"
        assert f'name="answers_{question.id}" value="{answers}"' in html
        for key, _ in question.amounts:
            assert f"answers_{question.id}_{key}" in form


def test_an_answer_that_is_no_choice_is_refused(desk, case):
    typed = {"representative_name": "D", "reference_number": "1", "answers_criteria": "perhaps"}
    answer = desk.record(case, "call", **typed)
    assert "none of the choices" in error_of(answer, "answers")


def test_a_refused_call_keeps_every_word_and_every_answer(desk, case):
    answer = desk.record(
        case,
        "call",
        representative_name="",
        summary="Long talk\nabout criteria",
        minutes="38",
        answers_criteria="unclear",
        answers_criteria_words="policy 087",
        answers_payable_codes="said_no",
        answers_benefit_route="pharmacy",
        answers_cost_share_left_deductible="250",
        look_again_on="2026-09-25",
    )
    kept = shown(answer)
    assert kept["summary"][0].replace("\r", "") == "Long talk\nabout criteria"
    assert kept["minutes"] == ["38"]
    assert kept["answers_criteria"] == ["unclear"]
    assert kept["answers_criteria_words"] == ["policy 087"]
    assert kept["answers_payable_codes"] == ["said_no"]
    assert kept["answers_benefit_route"] == ["pharmacy"]
    assert kept["answers_cost_share_left_deductible"] == ["250"]
    assert kept["look_again_on"] == ["2026-09-25"]


def test_the_longest_words_beside_dollars_are_kept_whole(desk, case):
    typed = {"representative_name": "D", "reference_number": "1"}
    typed |= {
        f"answers_cost_share_left_{key}": "1234567.00" for key in ("deductible", "out_of_pocket")
    }
    answer = desk.record(case, "call", **typed, answers_cost_share_left_words="x" * 300)
    assert answer.status_code == 302
    answers = CallAnswer.objects.get()
    assert answers.words.endswith("x" * 300)
    answers.full_clean()


def test_a_call_is_asked_for_everything_it_lacks_at_once(desk, case):
    answer = desk.record(case, "call", promise="Call back", when_on="2026-09-30")
    html = answer.content.decode()
    for name in ("representative_name", "reference_number", "promised_by", "when"):
        assert f'id="id_{name}_error"' in html, name
    assert not case.calls.exists()
    turned = desk.record(case, "call", promised_by_on="2026-09-21").content.decode()
    assert 'id="id_promise_error"' in turned


def test_a_promise_before_the_call_is_refused(desk, case):
    typed = {
        "representative_name": "D",
        "reference_number": "1",
        "promise": "Decision",
        "when_on": "2026-09-18",
        "when_time": "10:00",
        "promised_by_on": "2026-09-17",
    }
    assert "has passed" in error_of(desk.record(case, "call", **typed), "promised_by")


def test_quick_days_leave_out_weekend_and_are_shown_as_buttons(desk, case):
    html = desk.open(desk.step(case, "call")).content.decode()
    # From Friday the 18th: tomorrow the 19th, two business days on is Tuesday the 22nd.
    assert 'data-fill="id_promised_by" data-on="2026-09-19"' in html
    assert 'data-fill="id_promised_by" data-on="2026-09-22"' in html
    assert 'data-fill="id_look_again" data-on="2026-09-25"' in html


def test_a_call_without_a_case_is_kept_with_its_payer(desk, case):
    payer = case.coverage.plan.payer
    form = desk.form("/calls/new/")
    typed = {"payer": str(payer.pk), "representative_name": "Lee", "reference_number": "Z-1"}
    first = desk.send("/calls/new/", form, **typed)
    again = desk.send("/calls/new/", form, **typed)
    assert first.status_code == again.status_code == 302
    assert first.url == "/calls/"
    call = InsurerCall.objects.get(reference_number="Z-1")
    assert (call.payer, call.request) == (payer, None)
    assert "nothing was recorded twice" in said(again)


def test_a_call_without_a_case_needs_its_payer(desk, case):
    form = desk.form("/calls/new/")
    answer = desk.send("/calls/new/", form, representative_name="Lee", reference_number="1")
    assert error_of(answer, "payer")
    assert shown(answer)["representative_name"] == ["Lee"]


def test_an_auditor_logs_no_call(case):
    auditor = Desk(StaffMember.objects.get(username="auditor"))
    auditor.open("/calls/new/", status=403)
    assert auditor.client.post("/calls/new/", {"payer": "1"}).status_code == 403
    assert not InsurerCall.objects.exists()


def test_the_browser_keeps_nothing_of_a_call_and_other_forms_by_number(desk, case):
    staff = StaffMember.objects.get(username="biller")
    html = desk.open(desk.step(case, "call")).content.decode()
    assert 'data-keep=""' in html
    assert f'data-keeps-at="/case/{case.number}/call-draft/"' in html
    note = desk.open(desk.step(case, "note")).content.decode()
    assert f'data-keep="note:{case.number}:{staff.pk}"' in note
    assert "data-keeps-at" not in note


def test_minutes_on_hold_are_part_of_the_call_and_told_with_it(desk, case):
    typed = {"representative_name": "Dana", "reference_number": "C-1"}
    refused = desk.record(case, "call", **typed, minutes="5", hold_minutes="6")
    assert "More than the whole call had" in error_of(refused, "hold_minutes")
    assert desk.record(case, "call", **typed, minutes="23", hold_minutes="15").status_code == 302
    call = case.calls.get()
    assert (call.minutes, call.hold_minutes) == (23, 15)
    assert "23, of them 15 on hold" in desk.open("/calls/").content.decode()


def answered_already(html: str) -> str:
    """The folded part of the script with what was answered, "" when there is none."""
    return html.partition("Answered already")[2].partition("</details>")[0]


def test_a_question_answered_yes_or_no_is_not_asked_again_and_an_unclear_one_is(desk, case):
    assert answered_already(desk.open(desk.step(case, "call")).content.decode()) == ""
    desk.record(
        case,
        "call",
        representative_name="Dana",
        reference_number="C-1",
        answers_peer_to_peer_window="said_yes",
        answers_peer_to_peer_window_words="14 days",
        answers_criteria="unclear",
    )
    html = desk.open(desk.step(case, "call")).content.decode()
    folded = answered_already(html)
    assert "Said yes on Fri 18 Sep 2026: 14 days" in folded
    assert folded.startswith(" (1)")
    assert "Which criteria" not in folded
    assert "Which criteria" in html.partition("Answered already")[0]
    for question in script():
        assert html.count(f'name="answers_{question.id}_words"') == 1


def check_benefits(case, **told):
    BenefitsCheck(
        clinic=case.clinic,
        coverage=case.coverage,
        plan=case.coverage.plan,
        channel="phone",
        **{"checked_on": date(2026, 9, 1), **told},
    ).save()


def test_what_a_benefits_check_told_is_not_asked_again_until_its_year_ends(desk, case):
    check_benefits(case, prior_auth_needed=False, checked_on=date(2025, 12, 30))
    assert answered_already(desk.open(desk.step(case, "call")).content.decode()) == ""
    check_benefits(case, prior_auth_needed=False, benefit_line="unknown")
    folded = answered_already(desk.open(desk.step(case, "call")).content.decode())
    assert "Not needed, by the benefits check of Tue 1 Sep 2026" in folded
    assert folded.startswith(" (1)")


def test_the_line_of_the_benefits_it_falls_under_stands_first_with_its_menu(desk, case):
    def dialed() -> tuple[str, str]:
        html = desk.open(desk.step(case, "call")).content.decode()
        first = html[html.index('class="step-phone"') :].partition("</div>")[0]
        return first, desk.form(desk.step(case, "call"))["line_called"][0]

    first, called = dialed()
    assert ("800-555-0121" in first, called) == (True, "Mental-health benefits: 800-555-0121")
    check_benefits(case, benefit_line="medical")
    first, called = dialed()
    assert "800-555-0120" in first
    assert "Menu: 2, 1" in first
    assert called == "Medical benefits: 800-555-0120"
