"""The register of calls."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from cases.models import Clinic, InsurerCall
from cases.queries.call_register import Place
from tests.cases.desk import made
from tests.cases.desk.made import NOW
from tests.cases.desk.test_case_page import words


def call(clinic: Clinic, *, on: date | None = date(2026, 11, 20), **values: Any) -> InsurerCall:
    case = values.pop("case", None) or made.request(clinic)
    one = InsurerCall(
        clinic=clinic, request=case, payer=case.coverage.plan.payer, called_on=on,
        **{"representative_name": "Dana K.", "reference_number": "R-1", **values},
    )  # fmt: skip
    one.save()
    return one


def found(client: Client, **posted: str) -> list[str]:
    """References in the order of the page."""
    html = client.post("/calls/", posted).content.decode()
    return re.findall(r'data-pa-copy="([^"]+)" data-pa-name="Call reference"', html)


def test_a_call_is_told_with_name_reference_promise_and_case(
    client: Client, clinic: Clinic
) -> None:
    case = made.request(clinic, patient="Ada Quill")
    call(
        clinic, case=case, started_at=NOW, promise="A decision", summary="Still <b>pending</b>.",
        promised_by_at=NOW + timedelta(days=1), promise_standing="broken",
    )  # fmt: skip
    html = client.get("/calls/").content.decode()
    text = words(html)
    for told in ("Dana K.", "R-1", "Quill, Ada", case.number, "A decision", "broken",
                 "Wed 25 Nov 2026, 09:00 CST", "by Thu 26 Nov 2026, 09:00 CST"):  # fmt: skip
        assert told in text, told
    assert "<b>pending" not in html


def test_a_promise_whose_time_has_passed_is_broken_and_no_longer_open(
    client: Client, clinic: Clinic
) -> None:
    for days in (-2, 1):
        call(
            clinic, on=date(2026, 11, 20), promise="A decision", promise_standing="open",
            promised_by_at=NOW + timedelta(days=days),
        )  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        html = client.get("/calls/").content.decode()
    text = words(html)
    assert "A decision broken since Mon 23 Nov 2026, 09:00 CST" in text
    assert "A decision by Thu 26 Nov 2026, 09:00 CST · open" in text
    assert html.count('<small class="pa-bad">') == 1
    assert "Promise broken since Mon 23 Nov 2026" in text, "in the call as it unfolds too"


def test_newest_first_and_those_without_a_day_before_all(client: Client, clinic: Clinic) -> None:
    call(clinic, on=date(2026, 11, 18), reference_number="OLD")
    call(clinic, on=date(2026, 11, 20), reference_number="NEW")
    call(clinic, on=date(2026, 11, 19), reference_number="MID")
    call(clinic, on=None, reference_number="UNDATED")
    assert found(client) == ["UNDATED", "NEW", "MID", "OLD"]


def test_a_reference_is_found_whole_and_a_name_by_its_beginning(
    client: Client, clinic: Clinic
) -> None:
    call(clinic, reference_number="AB-7", representative_name="Dana K.")
    call(clinic, reference_number="AB-77", representative_name="Kim Dana")
    assert found(client, asked="ab-7") == ["AB-7"]
    assert found(client, asked="dan") == ["AB-7"]
    assert found(client, asked="AB") == []


def test_pages_hold_every_call_once_though_many_share_a_day(client: Client, clinic: Clinic) -> None:
    case = made.request(clinic)
    for number in range(120):
        day = None if number < 5 else date(2026, 11, 1 + number % 3)
        call(clinic, case=case, on=day, reference_number=f"N{number}")
    seen: list[str] = []
    behind = ""
    for _ in range(3):
        html = client.post("/calls/", {"behind": behind}).content.decode()
        seen += re.findall(r'data-pa-copy="([^"]+)" data-pa-name="Call reference"', html)
        behind = (re.findall(r'name="behind" value="([^"]+)"', html) or [""])[0]
    assert behind == ""
    assert len(seen) == len(set(seen)) == 120


def test_a_place_that_makes_no_sense_is_the_first_page(client: Client, clinic: Clinic) -> None:
    call(clinic)
    for text in ("x", "~", "2026-13-01~1", "2026-01-01~-1", "2026-01-01~" + "9" * 40):
        assert Place.read(text) is None
        assert found(client, behind=text) == ["R-1"]


def test_what_is_looked_for_stands_in_no_address(client: Client, clinic: Clinic) -> None:
    call(clinic)
    html = client.post("/calls/", {"asked": "Dana"}).content.decode()
    assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', html) if "Dana" in link]


def test_another_clinics_calls_are_not_there(client: Client, clinic: Clinic) -> None:
    other = made.clinic("elsewhere")
    with scope(clinic=other):
        call(other, reference_number="THEIRS")
    assert found(client) == []
    assert found(client, asked="THEIRS") == []


def test_many_calls_cost_as_many_queries_as_few(client: Client, clinic: Clinic) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/calls/")
        return len(queries)

    for _ in range(3):
        call(clinic)
    client.get("/calls/")
    few = cost()
    for _ in range(27):
        call(clinic)
    assert cost() == few


def test_a_page_of_calls_takes_no_more_than_sixty_thousand_bytes(
    client: Client, clinic: Clinic
) -> None:
    for number in range(51):
        call(
            clinic, case=made.request(clinic, patient="Marguerite Featherstone"),
            started_at=NOW, representative_name="Dana Kowalski", promise="A decision",
            reference_number=f"C-{number:06}", promised_by_at=NOW, promise_standing="broken",
            summary="The nurse has it; a decision comes this week.",
        )  # fmt: skip
    html = client.get("/calls/").content.decode()
    assert html.count("data-pa-copy=") == 50
    assert len(html.encode()) < 60_000
