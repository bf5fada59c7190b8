"""What is on file about the payer stands beside the case and beside each step, in sentences."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from cases.models import (
    Agreement,
    BenefitsCheck,
    Clinic,
    Clinician,
    Coverage,
    NetworkStatus,
    Payer,
    PayerStance,
    Plan,
    PlanClause,
    PriorAuthRequest,
    StaffMember,
)
from priorauth.terms import Product
from tests.cases.desk import made
from tests.cases.desk.made import NOW


@pytest.fixture
def case(clinic: Clinic) -> PriorAuthRequest:
    return made.request(clinic)


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def stance(case: PriorAuthRequest, **fields: Any) -> PayerStance:
    return PayerStance.objects.create(
        **{
            "clinic": case.clinic,
            "payer": case.coverage.plan.payer,
            "stance": "excludes",
            "condition": "depression",
            "policy_number": "MP-1.23",
            "reviewed_on": date(2026, 9, 3),
            **fields,
        }
    )


def page(client: Client, case: PriorAuthRequest, step: str = "") -> str:
    response = client.get(f"/case/{case.number}/{step}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


SAYS = (
    "Northfield Health excludes ketamine infusions for depression, policy MP-1.23, "
    "checked Thu 3 Sep 2026"
)


def test_the_payers_stance_is_said_with_how_often_it_refused(
    client: Client, case: PriorAuthRequest
) -> None:
    stance(
        case,
        effective_from=date(2026, 1, 1),
        requests_denied=7,
        requests_decided=9,
        counted_at=NOW,
    )
    says = (
        f"{SAYS}; of 9 requests decided since Thu 1 Jan 2026, for any condition, 7 were denied as "
        "experimental or not covered (counted Wed 25 Nov 2026)."
    )
    assert says in page(client, case)
    assert says in page(client, case, "note/")


def test_a_stance_that_nobody_counted_says_no_count(client: Client, case: PriorAuthRequest) -> None:
    stance(case)
    assert f"{SAYS}." in page(client, case)


def test_one_that_was_read_more_than_half_a_year_ago_is_to_be_read_again(
    client: Client, case: PriorAuthRequest
) -> None:
    row = stance(case, reviewed_on=date(2026, 5, 29))  # 180 days
    assert "read it again" not in page(client, case)
    PayerStance.objects.filter(pk=row.pk).update(reviewed_on=date(2026, 5, 28))
    assert "Last read more than half a year ago: read it again." in page(client, case)


@pytest.mark.parametrize(
    "other",
    [
        {"product": Product.ESKETAMINE},
        {"effective_through": date(2026, 11, 24)},
        {"effective_from": date(2026, 11, 26)},
    ],
)
def test_a_stance_on_another_product_or_of_other_days_is_not_shown(
    client: Client, case: PriorAuthRequest, other: dict[str, Any]
) -> None:
    stance(case, **other)
    assert "MP-1.23" not in page(client, case)


def test_another_payers_stance_is_not_shown(client: Client, case: PriorAuthRequest) -> None:
    other = Payer.objects.create(clinic=case.clinic, name="Prairie Mutual")
    stance(case, payer=other)
    assert "Prairie Mutual" not in page(client, case)


def test_the_plans_own_stance_comes_before_the_payers(
    client: Client, case: PriorAuthRequest
) -> None:
    stance(case)
    stance(case, plan=case.coverage.plan, stance="covers")
    html = page(client, case)
    assert html.index("covers ketamine") < html.index("excludes ketamine")


# ------------------------------------------------------------------ benefits


def check(case: PriorAuthRequest, **fields: Any) -> BenefitsCheck:
    return BenefitsCheck.objects.create(
        **{
            "clinic": case.clinic,
            "coverage": case.coverage,
            "plan": case.coverage.plan,
            "checked_on": date(2026, 9, 3),
            "channel": "portal",
            **fields,
        }
    )


def test_unchecked_benefits_are_said_with_where_to_record_them(
    client: Client, case: PriorAuthRequest
) -> None:
    html = page(client, case)
    assert "Nobody has checked eligibility and benefits yet." in html
    assert f'href="/admin/cases/benefitscheck/add/?coverage={case.coverage_id}"' in html


def test_what_was_told_of_the_benefits_is_said(
    client: Client, case: PriorAuthRequest, jo: StaffMember
) -> None:
    check(
        case,
        checked_by=jo,
        reference="R-77",
        is_active=True,
        network="in",
        benefit_line="mental_health",
        prior_auth_needed=True,
        deductible_left=Decimal("1250"),
        out_of_pocket_left=Decimal("0"),
        coinsurance=20,
    )
    says = (
        "Benefits checked Thu 3 Sep 2026 by Jo Lind (payer portal, reference R-77): active, in "
        "network, mental-health benefits, prior authorization needed, deductible left $1,250.00, "
        "out of pocket left $0.00, patient&#x27;s share 20%."
    )
    assert says in page(client, case)


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        ({"checked_on": date(2025, 12, 31)}, "began anew on 1 January: check again."),
        ({"is_active": False}, "Told not to be active"),
    ],
)
def test_benefits_that_hold_no_longer_are_to_be_checked_again(
    client: Client, case: PriorAuthRequest, fields: dict[str, Any], warning: str
) -> None:
    check(case, **fields)
    assert warning in page(client, case)


def test_benefits_of_another_plan_are_to_be_checked_again(
    client: Client, case: PriorAuthRequest
) -> None:
    other = Plan.objects.create(clinic=case.clinic, payer=case.coverage.plan.payer, name="HMO")
    check(case, plan=other)
    assert "The coverage has another plan since: check again." in page(client, case)


def second(case: PriorAuthRequest, order: int | None) -> Coverage:
    return Coverage.objects.create(
        clinic=case.clinic,
        patient=case.patient,
        plan=case.coverage.plan,
        member_id="B2",
        order=order,
    )


@pytest.mark.parametrize(
    ("mine", "other", "words"),
    [
        (None, None, "Ask which pays first and write it on the coverage"),
        (1, None, "Ask which pays first and write it on the coverage"),
        (1, 1, "Two of them have the same place."),
        (1, 2, "This coverage pays first; Northfield Health - Choice PPO pays second."),
    ],
)
def test_of_two_coverages_it_is_said_which_pays_first_or_to_be_asked(
    client: Client, case: PriorAuthRequest, mine: int | None, other: int | None, words: str
) -> None:
    case.coverage.order = mine
    case.coverage.save()
    second(case, other)
    assert words in page(client, case)


def test_of_a_single_coverage_no_order_is_asked(client: Client, case: PriorAuthRequest) -> None:
    assert "This coverage" not in page(client, case)


# ------------------------------------------------------------------ networks and agreements


@pytest.fixture
def clinician(case: PriorAuthRequest) -> Clinician:
    made_up = Clinician.objects.create(
        clinic=case.clinic, first_name="Amal", last_name="Reyes", npi="1487654323"
    )
    case.requesting_clinician = made_up
    case.save()
    return made_up


def network(case: PriorAuthRequest, clinician: Clinician, **fields: Any) -> NetworkStatus:
    return NetworkStatus.objects.create(
        **{
            "clinic": case.clinic,
            "clinician": clinician,
            "payer": case.coverage.plan.payer,
            "status": "in",
            "known_by": "letter",
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Amal Reyes: in network with Northfield Health (letter)."),
        (
            {"effective_from": date(2026, 1, 1)},
            "Amal Reyes: in network with Northfield Health since Thu 1 Jan 2026 (letter).",
        ),
        ({"status": "out"}, "Ask for a single-case agreement or a gap exception"),
        ({"status": "unknown"}, "Amal Reyes: not known whether in the network"),
        ({"effective_through": date(2026, 11, 24)}, "Not on file whether the clinician"),
    ],
)
def test_who_treats_is_said_to_be_in_the_network_or_not(
    client: Client,
    case: PriorAuthRequest,
    clinician: Clinician,
    fields: dict[str, Any],
    words: str,
) -> None:
    network(case, clinician, **fields)
    assert words in page(client, case)


def test_an_unknown_network_can_be_recorded_from_the_case(
    client: Client, case: PriorAuthRequest, clinician: Clinician
) -> None:
    payer = case.coverage.plan.payer_id
    address = f"/admin/cases/networkstatus/add/?payer={payer}&amp;clinician={clinician.pk}"
    assert f'href="{address}"' in page(client, case)


def agreement(case: PriorAuthRequest, **fields: Any) -> Agreement:
    return Agreement.objects.create(
        **{
            "clinic": case.clinic,
            "kind": "single_case",
            "payer": case.coverage.plan.payer,
            "patient": case.patient,
            "number": "SCA-1",
            "code": "96365",
            "rate": Decimal("180"),
            "units": 6,
            "effective_from": date(2026, 9, 1),
            **fields,
        }
    )


def test_an_agreement_in_force_is_said_with_its_rate_and_that_it_ends_soon(
    client: Client, case: PriorAuthRequest
) -> None:
    agreement(case, effective_through=date(2026, 12, 25))
    html = page(client, case)
    says = "Single-case agreement SCA-1: 96365, $180.00 a unit, 6 units, through Fri 25 Dec 2026."
    assert says in html
    assert "Ends within a month: ask for a new one." in html


@pytest.mark.parametrize(
    ("fields", "is_shown"),
    [
        ({"kind": "contract", "patient": None, "code": ""}, True),
        ({"kind": "contract", "patient": None, "code": "96365"}, True),
        ({"kind": "contract", "patient": None, "code": "99214"}, False),
        ({"effective_through": date(2026, 11, 24)}, False),
        ({"effective_through": date(2026, 11, 25)}, True),
    ],
)
def test_only_what_holds_today_for_the_patient_or_a_code_asked_for_is_shown(
    client: Client, case: PriorAuthRequest, fields: dict[str, Any], is_shown: bool
) -> None:
    agreement(case, **fields)
    assert ("SCA-1" in page(client, case)) is is_shown


def test_another_patients_agreement_is_not_shown(client: Client, case: PriorAuthRequest) -> None:
    other = made.request(case.clinic, patient="Bo Marsh")
    agreement(case, patient=other.patient)
    assert "SCA-1" not in page(client, case)


def test_out_of_network_asks_for_nothing_once_an_agreement_is_on_file(
    client: Client, case: PriorAuthRequest, clinician: Clinician
) -> None:
    network(case, clinician, status="out")
    agreement(case)
    assert "Ask for a single-case agreement" not in page(client, case)


def test_the_plans_own_words_are_quoted_with_their_page(
    client: Client, case: PriorAuthRequest
) -> None:
    PlanClause.objects.create(
        clinic=case.clinic,
        plan=case.coverage.plan,
        kind="off_label",
        quote="Off-label drugs are excluded. " * 20,
        document="Certificate of Coverage",
        page="41",
        dated_on=date(2026, 1, 1),
        read_on=date(2026, 9, 1),
    )
    html = page(client, case)
    assert "Off-label use, Certificate of Coverage of Thu 1 Jan 2026, page 41: “Off-label" in html
    # 240 of its 600 letters: eight of the twenty sentences.
    assert html.count("Off-label drugs are excluded.") == 8
