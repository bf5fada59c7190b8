"""What is answered on a call stands on the case afterwards: as facts, with their source."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cases.models import BenefitsCheck, Coverage, Plan, PriorAuthRequest
from cases.queries.script_answers import benefit_line_of, funding_told
from cases.workflow.undoing import undo
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import shown
from tests.cases.desk.test_step_refusals import error_of

pytestmark = pytest.mark.usefixtures("friday_morning")

TYPED = {"representative_name": "Dana K.", "reference_number": "C-778"}
BENEFITS = {
    "answers_prior_authorization_needed": "said_yes",
    "answers_benefit_route": "medical",
    "answers_in_network": "said_no",
    "answers_cost_share_left_deductible": "250",
    "answers_cost_share_left_out_of_pocket": "1200.50",
}


def on_file(desk, case) -> str:
    """What stands on the case under "On file about payer and coverage", as plain text."""
    html = desk.open(f"/case/{case.number}/").content.decode()
    part = html.partition('id="h-on-file"')[2].partition("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part))


def call(desk, case, **answers):
    answer = desk.record(case, "call", **TYPED, **answers)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return case.calls.order_by("-pk").first()


def test_answers_about_benefits_are_a_benefits_check_by_the_same_save(desk, case):
    made = call(desk, case, **BENEFITS)
    check = BenefitsCheck.objects.get(coverage=case.coverage)
    assert (check.checked_on, check.channel, check.reference) == (
        date(2026, 9, 18),
        "phone",
        "C-778",
    )
    assert (check.call, check.checked_by.username) == (made, "biller")
    assert (check.plan, check.is_active) == (case.coverage.plan, None)
    assert (check.prior_auth_needed, check.benefit_line, check.network) == (True, "medical", "out")
    assert (check.deductible_left, check.out_of_pocket_left) == (Decimal(250), Decimal("1200.50"))
    says = on_file(desk, case)
    assert "Nobody has checked" not in says
    assert "Benefits checked Fri 18 Sep 2026" in says
    assert "call with Dana K., reference C-778" in says
    assert "out of network, medical benefits, prior authorization needed" in says
    assert "deductible left $250.00, out of pocket left $1,200.50" in says


def test_the_line_of_the_benefits_told_is_dialed_first_at_the_next_call(desk, case):
    def dialed() -> str:
        return desk.form(desk.step(case, "call"))["line_called"][0]

    assert dialed() == "Mental-health benefits: 800-555-0121"
    call(desk, case, answers_benefit_route="medical")
    assert dialed() == "Medical benefits: 800-555-0120"


def test_what_an_earlier_check_told_and_the_call_did_not_ask_stays_told(desk, case):
    BenefitsCheck(
        clinic=case.clinic,
        coverage=case.coverage,
        plan=case.coverage.plan,
        channel="portal",
        checked_on=date(2026, 9, 1),
        is_active=True,
        benefit_line="mental_health",
        prior_auth_needed=False,
    ).save()
    call(desk, case, answers_prior_authorization_needed="said_yes")
    says = on_file(desk, case)
    assert "reference C-778): prior authorization needed." in says
    before = says.partition("Told before and not asked since: ")[2]
    assert before.startswith("Benefits checked Tue 1 Sep 2026 (payer portal): active, mental")
    assert "prior authorization" not in before.partition(".")[0]
    html = desk.open(desk.step(case, "call")).content.decode()
    folded = html.partition("Answered already")[2].partition("</details>")[0]
    assert "Mental-health benefits, by the benefits check of Tue 1 Sep 2026" in folded


def test_other_answers_stand_on_file_with_their_call(desk, case):
    call(
        desk,
        case,
        answers_covered_for_diagnosis="said_yes",
        answers_criteria_words="policy 087, two trials",
        answers_peer_to_peer_window="said_yes",
        answers_peer_to_peer_window_words="7 days",
        answers_codes_on_claim="said_no",
        answers_codes_on_claim_words="J2251 on the claim",
        answers_retro_authorization="unclear",
    )
    assert not BenefitsCheck.objects.exists()
    says = on_file(desk, case)
    told = says.partition("Told on Fri 18 Sep 2026 by Dana K., reference C-778: ")[2]
    assert told.startswith(
        "covered for the diagnosis: yes; criteria: policy 087, two trials; "
        "same codes on the claim: no, J2251 on the claim; peer-to-peer: yes, 7 days."
    )
    assert "after the first infusion" not in says


def test_what_was_told_of_the_plan_stands_filled_in_where_it_is_confirmed(desk, teller):
    # Nobody knows yet who bears the cost of plan 5.
    case = teller.submitted(teller.at(3), plan=teller.cast.plans[5])
    call(desk, case, answers_self_funded="said_yes")
    says = on_file(desk, case)
    assert "The plan on file does not say who bears the cost" in says
    html = desk.open(f"/case/{case.number}/").content.decode()
    where = f"/case/{case.number}/plan/"
    assert f'href="{where}"' in html.partition('id="h-on-file"')[2]
    form = desk.form(where)
    assert form["funding"] == ["self_funded"]
    assert form["funding_known_by"] == ["Dana K., call C-778, Fri 18 Sep 2026"]
    assert desk.send(where, form).status_code == 302
    plan = case.coverage.plan
    plan.refresh_from_db()
    assert plan.funding == "self_funded"
    assert "does not say who bears the cost" not in on_file(desk, case)


def test_what_the_plan_on_file_says_is_not_typed_over_by_a_call(desk, case):
    call(desk, case, answers_self_funded="said_yes")
    assert case.coverage.plan.funding == "insured"
    assert "does not say who bears the cost" not in on_file(desk, case)
    assert desk.form(desk.step(case, "plan"))["funding"] == ["insured"]


def test_only_the_newest_answer_to_a_question_is_told(desk, case):
    call(desk, case, answers_covered_for_diagnosis="said_no", answers_who_signs="said_yes")
    call(desk, case, answers_covered_for_diagnosis="said_yes")
    says = on_file(desk, case)
    assert says.count("covered for the diagnosis") == 1
    assert "covered for the diagnosis: yes" in says
    assert "clinician signs in person: yes" in says


def test_a_call_taken_back_takes_its_facts_along(desk, case, teller):
    made = call(desk, case, **BENEFITS, answers_covered_for_diagnosis="said_yes")
    undo(teller.actor(FRIDAY), made.event)
    assert not BenefitsCheck.objects.exists()
    says = on_file(desk, case)
    assert "Nobody has checked eligibility and benefits yet" in says
    assert "covered for the diagnosis" not in says


def test_a_check_that_somebody_put_right_stays_when_its_call_is_taken_back(desk, case, teller):
    made = call(desk, case, **BENEFITS)
    BenefitsCheck.objects.update(version=1, coinsurance=20)
    undo(teller.actor(FRIDAY), made.event)
    assert BenefitsCheck.objects.get().coinsurance == 20


def test_a_call_that_asked_nothing_about_benefits_writes_no_check(desk, case):
    call(desk, case, answers_prior_authorization_needed="unclear")
    assert not BenefitsCheck.objects.exists()


def test_a_question_for_words_takes_words_and_one_with_choices_offers_them(desk, case):
    html = desk.open(desk.step(case, "call")).content.decode()
    assert 'name="answers_criteria" value="said_yes"' not in html
    assert 'type="checkbox" name="answers_criteria" value="unclear"' in html
    for value in ("medical", "mental_health", "pharmacy"):
        assert f'name="answers_benefit_route" value="{value}"' in html
    call(desk, case, answers_criteria_words="policy 087", answers_benefit_route="pharmacy")
    html = desk.open(desk.step(case, "call")).content.decode()
    folded = html.partition("Answered already")[2].partition("</details>")[0]
    assert "Told on Fri 18 Sep 2026: policy 087" in folded
    assert "Pharmacy benefits on Fri 18 Sep 2026" in folded
    assert "Pharmacy benefits" in desk.open("/calls/").content.decode()


def test_an_amount_that_is_none_is_refused_and_kept(desk, case):
    wrong = {**TYPED, "answers_cost_share_left_deductible": "lots"}
    answer = desk.record(case, "call", **wrong)
    assert "Deductible left" in error_of(answer, "answers")
    assert shown(answer)["answers_cost_share_left_deductible"] == ["lots"]
    assert not case.calls.exists()


def test_what_was_told_of_an_earlier_plan_is_not_said_of_the_new_one(desk, case, teller):
    told = call(desk, case, answers_self_funded="said_yes", answers_benefit_route="pharmacy")
    assert benefit_line_of(case) == "pharmacy"
    other = teller.cast.plans[0]
    Plan.objects.filter(pk=other.pk).update(funding="unknown")
    changed = {"plan": other, "plan_changed_at": told.event.learned_at + timedelta(minutes=1)}
    Coverage.objects.filter(pk=case.coverage_id).update(**changed)
    case = PriorAuthRequest.objects.get(pk=case.pk)
    assert benefit_line_of(case) == ""
    assert funding_told(case) is None
