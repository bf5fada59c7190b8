"""Networks and agreements: what is refused, and that a save moves the dates that rest on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cases.demo.stories import Teller
from cases.models import Agreement, Deadline, NetworkStatus, PriorAuthRequest, StaffMember
from cases.models.deadlines import LIVE
from priorauth.terms import ClockKind
from tests.cases.admin.conftest import add_url, change_url


@pytest.fixture
def owner(teller: Teller, client: Client) -> Client:
    client.force_login(StaffMember.objects.get(username="demo"))
    return client


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    return teller.submitted(teller.at(9), plan=teller.cast.plans[0])


def agreed(case: PriorAuthRequest, **other: Any) -> dict[str, Any]:
    return {
        "kind": "single_case",
        "payer": case.coverage.plan.payer_id,
        "patient": case.patient_id,
        "number": "SCA-1",
        "contact": "",
        "code": "96365",
        "rate": "180.00",
        "units": "6",
        "notes": "",
        "effective_from": "2026-09-01",
        "effective_through": "2026-12-31",
    } | other


def ends(case: PriorAuthRequest) -> bool:
    kind = ClockKind.AGREEMENT_ENDS
    return Deadline.objects.filter(LIVE, request=case, kind=kind).exists()


def test_a_saved_agreement_puts_its_end_on_the_case_and_takes_it_off_with_it(
    case: PriorAuthRequest, owner: Client
) -> None:
    answer = owner.post(add_url(Agreement), agreed(case), follow=True)
    assert "1 open case has other deadlines now" in answer.content.decode()
    assert ends(case)

    row = Agreement.objects.get()
    owner.post(
        change_url(row),
        agreed(case, kind="contract", patient="", seen_version=row.version),
    )
    assert not ends(case)

    row.refresh_from_db()
    owner.post(change_url(row), agreed(case, seen_version=row.version))
    assert ends(case)
    owner.post(change_url(row).replace("change", "delete"), {"post": "yes"})
    assert not ends(case)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"patient": ""}, "Choose the patient whom it is for."),
        ({"kind": "contract"}, "A contract is for every patient: leave this empty."),
        ({"effective_through": "2026-08-31"}, "It lies before the first day"),
        ({"code": "9636"}, "9636"),
        ({"rate": "0"}, "from 0.01 to 100,000"),
        ({"units": "0"}, "Write at least 1"),
        ({"units": "-1"}, "greater than or equal to 0"),
        ({"effective_from": "31/12/2026"}, "Enter a valid date."),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    case: PriorAuthRequest, owner: Client, wrong: dict[str, str], words: str
) -> None:
    response = owner.post(add_url(Agreement), agreed(case, **wrong))
    assert response.status_code == 200
    page = response.content.decode()
    assert words in page
    assert 'value="SCA-1"' in page
    assert not Agreement.objects.exists()


def test_no_log_entry_names_the_patient_of_an_agreement(
    case: PriorAuthRequest, owner: Client
) -> None:
    owner.post(add_url(Agreement), agreed(case))
    assert str(Agreement.objects.get()) == "Single-case agreement SCA-1 96365"


def told(teller: Teller, **other: Any) -> dict[str, Any]:
    return {
        "clinician": teller.cast.clinicians[0].pk,
        "payer": teller.cast.plans[0].payer.pk,
        "status": "in",
        "known_by": "Letter",
        "effective_from": "2026-01-01",
        "effective_through": "",
    } | other


def test_a_second_network_status_for_the_same_days_is_refused(
    teller: Teller, owner: Client
) -> None:
    assert owner.post(add_url(NetworkStatus), told(teller)).status_code == 302
    page = owner.post(add_url(NetworkStatus), told(teller, status="out")).content.decode()
    assert "another status of this clinician with this payer" in page
    before = told(teller, status="out", effective_from="", effective_through="2025-12-31")
    assert owner.post(add_url(NetworkStatus), before).status_code == 302
    crooked = told(teller, effective_from="2027-02-01", effective_through="2027-01-01")
    page = owner.post(add_url(NetworkStatus), crooked).content.decode()
    assert "It lies before the first day" in page
