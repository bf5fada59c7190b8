"""Ways to pay on a case: written down from its page, refused where law or sense forbids."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from cases.models import Coverage, Financing, Payer, Plan, PriorAuthRequest
from priorauth.financing import CREDIT_WARNING
from priorauth.terms import LineOfBusiness, Product
from tests.cases.admin.conftest import change_url
from tests.cases.desk import made
from tests.cases.desk.made import NOW
from tests.house.html_forms import form_in


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(clinic: Any) -> PriorAuthRequest:
    return made.request(clinic)


def address(case: PriorAuthRequest) -> str:
    return f"/case/{case.number}/financing/"


def typed(**other: Any) -> dict[str, Any]:
    return {
        "token": str(uuid.uuid4()),
        "kind": "payment_plan",
        "amount": "2400.00",
        "down_payment": "400",
        "installments": "5",
        "offered_on": "2026-11-24",
        "told_by": "Jo Lind",
        "decision": "accepted",
        "decided_on": "2026-11-25",
    } | other


def seen(response: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def refused(client: Client, case: PriorAuthRequest, **wrong: Any) -> str:
    response = client.post(address(case), typed(**wrong))
    assert response.status_code == 200
    assert not Financing.objects.exists()
    return seen(response)


def test_an_offer_is_written_down_and_stands_beside_the_case(
    client: Client, case: PriorAuthRequest
) -> None:
    assert "No offer is on file." in seen(client.get(f"/case/{case.number}/"))
    answer = client.post(address(case), typed(), follow=True)
    assert "The offer is on file." in seen(answer)
    says = "Payment plan of the clinic, $2,400.00 in 5 payments: accepted or granted Wed 25 Nov"
    assert says in seen(answer)
    row = Financing.objects.get()
    assert (row.amount, row.down_payment) == (Decimal("2400"), Decimal("400"))
    assert (row.told_by, row.request) == ("Jo Lind", case)


def test_the_page_opens_with_today_and_the_writer_filled_in(
    client: Client, case: PriorAuthRequest
) -> None:
    page = client.get(address(case)).content.decode()
    assert 'value="2026-11-25"' in page and 'value="Jo Lind"' in page
    assert "Medical credit is a loan from somebody else." in page


def test_the_same_form_sent_twice_is_kept_once(client: Client, case: PriorAuthRequest) -> None:
    form = typed()
    client.post(address(case), form)
    answer = client.post(address(case), form, follow=True)
    assert "nothing was kept twice" in seen(answer)
    assert Financing.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": ""}, "Choose one."),
        ({"kind": "raffle"}, "not one of the available choices"),
        ({"amount": ""}, "Write the whole amount of the plan."),
        ({"amount": "-5"}, "Write dollars, from 0.01 to 100,000."),
        ({"amount": "1e9"}, "no more than"),
        ({"down_payment": "2401"}, "More than the whole amount."),
        ({"installments": "0"}, "Write how many, from 1 to 120."),
        ({"installments": "121"}, "Write how many, from 1 to 120."),
        ({"offered_on": "2099-01-01"}, "This day lies ahead"),
        ({"offered_on": "soon"}, "Enter a valid date."),
        ({"decided_on": "2026-11-23"}, "It lies before the day on which it was offered."),
        ({"ends_on": "2026-01-01"}, "It had ended before it was offered"),
        ({"kind": "grant", "name": ""}, "Name the foundation or grant."),
        ({"kind": "trial", "name": ""}, "Name the trial by its registry number"),
        ({"kind": "medical_credit", "name": ""}, "Name the lender."),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    client: Client, case: PriorAuthRequest, wrong: dict[str, str], words: str
) -> None:
    page = refused(client, case, **wrong)
    assert words in page
    assert 'value="Jo Lind"' in page


def test_medical_credit_waits_until_its_warning_was_shown(
    client: Client, case: PriorAuthRequest
) -> None:
    page = refused(client, case, kind="medical_credit", name="Lender One")
    assert "Show the patient the warning, then tick that it was shown." in page
    assert CREDIT_WARNING in page

    shown = typed(kind="medical_credit", name="Lender One", was_warned="on")
    answer = client.post(address(case), shown, follow=True)
    owed = "A loan: owed also when the payer pays later or the appeal is won."
    assert owed in seen(answer)
    Financing.objects.update(decision="declined")
    assert owed not in seen(client.get(f"/case/{case.number}/"))


MAKER = {"kind": "maker_program", "name": "withMe"}


def esketamine(case: PriorAuthRequest, business: LineOfBusiness) -> None:
    PriorAuthRequest.objects.update(product=Product.ESKETAMINE)
    Plan.objects.update(line_of_business=business)


def test_a_makers_program_is_refused_for_ketamine_infusions(
    client: Client, case: PriorAuthRequest
) -> None:
    assert "for esketamine only" in refused(client, case, **MAKER)


def test_a_makers_program_is_refused_under_a_government_plan_with_the_source(
    client: Client, case: PriorAuthRequest
) -> None:
    esketamine(case, LineOfBusiness.MEDICAID_MANAGED_CARE)
    page = refused(client, case, **MAKER)
    assert "Never for a patient whom a government plan covers" in page
    assert "42 U.S.C. 1320a-7b(b)" in page


def test_a_government_plan_that_pays_second_bars_it_too_until_it_has_ended(
    client: Client, case: PriorAuthRequest
) -> None:
    esketamine(case, LineOfBusiness.EMPLOYER)
    payer = Payer.objects.create(clinic=case.clinic, name="State plan")
    medicaid = Plan.objects.create(
        clinic=case.clinic, payer=payer, name="M", line_of_business=LineOfBusiness.MEDICAID_FFS
    )
    second = Coverage.objects.create(
        clinic=case.clinic, patient=case.patient, plan=medicaid, member_id="M1", order=2
    )
    assert "Medicaid fee-for-service" in refused(client, case, **MAKER)

    second.effective_through = date(2026, 11, 23)
    second.save()
    assert client.post(address(case), typed(**MAKER)).status_code == 302


def test_the_same_is_refused_where_an_offer_is_changed(
    client: Client, case: PriorAuthRequest
) -> None:
    client.post(address(case), typed())
    row = Financing.objects.get()
    form = form_in(client.get(change_url(row)).content.decode(), "financing_form")
    page = seen(client.post(change_url(row), form | {"kind": "maker_program", "name": "withMe"}))
    assert "for esketamine only" in page
    client.post(change_url(row), form | {"decision": "ended"})
    row.refresh_from_db()
    assert row.decision == "ended"


def test_who_looks_only_writes_nothing(auditor: Client, case: PriorAuthRequest) -> None:
    assert auditor.get(address(case)).status_code == 403
    assert auditor.post(address(case), typed()).status_code == 403
    assert "Write down an offer" not in seen(auditor.get(f"/case/{case.number}/"))
    assert not Financing.objects.exists()
