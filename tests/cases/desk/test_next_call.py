"""One call is logged, and the form of the next one in the same list is open."""

from __future__ import annotations

import re

import pytest

from cases.demo.stories import Teller
from cases.models import Payer, PriorAuthRequest
from tests.cases.desk.paper import Desk, said

pytestmark = pytest.mark.usefixtures("friday_morning")


@pytest.fixture
def late(teller: Teller) -> list[PriorAuthRequest]:
    """Three cases that the payer left without an answer, the longest waiting first."""
    return [teller.submitted(teller.at(days), plan=teller.cast.plans[1]) for days in (80, 70, 60)]


def rows(desk: Desk, query: str = "") -> list[str]:
    """Where the list offers to log a call, in its order, each case once."""
    html = desk.open(f"/?{query}").content.decode()
    found = re.findall(r'href="(/case/[^"]+/call/[^"]*)"', html)
    return list(dict.fromkeys(address.replace("&amp;", "&") for address in found))


def log(desk: Desk, address: str, **more: str):
    typed = {"representative_name": "Dana", "reference_number": "C-1", **more}
    return desk.send(address, desk.form(address), **typed)


def test_late_rows_lead_to_the_call_and_back_to_the_same_list(desk, late):
    addresses = rows(desk, "side=payer")
    assert {address.split("/")[2] for address in addresses} == {case.number for case in late}
    assert all(address.endswith("/call/?back=side%3Dpayer") for address in addresses)
    page = desk.open(addresses[0]).content.decode()
    assert "Log call, open the next" in page
    answer = log(desk, addresses[0])
    assert answer.url == "/?side=payer"


def test_one_after_the_other_each_case_is_met_once_and_then_the_list_comes_back(desk, late):
    address, met = rows(desk)[0], []
    for _ in range(2):
        met.append(address.split("/")[2])
        answer = log(desk, address, _go_on="1")
        assert answer.status_code == 302
        address = answer.url
        assert address.endswith("/call/?back=")
    met.append(address.split("/")[2])
    assert sorted(met) == sorted(case.number for case in late)
    answer = log(desk, address, _go_on="1")
    assert answer.url == "/"
    assert "No other row of this list is ready for a call" in said(answer)


def test_the_lists_own_filters_go_along(desk, late, teller):
    teller.submitted(teller.at(90), plan=teller.cast.plans[2])
    payer = Payer.objects.get(plans=teller.cast.plans[1])
    query = f"payer={payer.pk}"
    answer = log(desk, rows(desk, query)[0], _go_on="1")
    assert answer.url.endswith(f"/call/?back=payer%3D{payer.pk}")
    assert answer.url.split("/")[2] in {case.number for case in late}


def test_whom_a_colleague_called_today_is_passed_over(desk, late, teller):
    first, second, third = rows(desk)
    assert log(Desk(teller.cast.lead), second).status_code == 302
    assert log(desk, first, _go_on="1").url == third


def test_a_refused_call_stays_and_opens_nothing(desk, late):
    answer = log(desk, rows(desk)[0], representative_name="", _go_on="1")
    assert answer.status_code == 200
    assert "Log call, open the next" in answer.content.decode()


def test_a_call_opened_from_the_case_offers_no_next_one(desk, late):
    page = desk.open(desk.step(late[0], "call")).content.decode()
    assert "open the next" not in page


def test_what_is_ours_asks_for_no_call(desk, late):
    assert rows(desk, "side=clinic") == []
