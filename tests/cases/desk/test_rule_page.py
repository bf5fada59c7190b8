"""A rule's own page: what it says, and the open cases under it, of this clinic only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from cases.models import Clinic
from cases.queries import rule_cases
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.terms import Standing
from tests.cases.desk import made
from tests.cases.desk.cost import assert_bounded
from tests.cases.desk.made import NOW
from tests.cases.desk.test_case_page import words

RULE = "fed-ma-appeal-filing"
DAY = timedelta(days=1)


def page(client: Client, rule: str = RULE) -> str:
    response = client.get(f"/rules/{rule}/")
    assert response.status_code == 200
    return response.content.decode()


def test_it_tells_the_rule_with_its_link_and_how_sure_it_is(client: Client) -> None:
    html = page(client)
    text = words(html)
    for told in ("42 CFR 422.582(b)", "65 calendar days from denial notice dated", "text seen"):
        assert told in text, told
    assert "https://www.ecfr.gov/current/title-42/section-422.582" in html
    assert "No open case of Lakeside Clinic" in text


@pytest.mark.parametrize("rule", [rule.id for rule in shipped_rulebook()][::7])
def test_every_sort_of_rule_has_its_page(client: Client, rule: str) -> None:
    assert rule in page(client, rule)


def test_open_cases_under_it_are_listed_and_settled_ones_are_not(
    client: Client, clinic: Clinic
) -> None:
    mine, done = made.request(clinic, patient="Ada Quill"), made.request(clinic, patient="Bo Rye")
    made.deadline(mine, rule=RULE, act=NOW + DAY)
    made.deadline(done, rule=RULE, standing=Standing.MET)
    made.deadline(done, rule="fed-ma-pa-standard", act=NOW + DAY)
    text = words(page(client))
    assert "Open deadlines under it: 1" in text
    assert mine.number in text
    assert "Ada Quill" in text
    assert done.number not in text


def test_another_clinics_cases_do_not_show(client: Client, clinic: Clinic) -> None:
    there = made.clinic("hillside")
    with scope(clinic=there):
        other = made.request(there, patient="Not Ours")
        made.deadline(other, rule=RULE, act=NOW + DAY)
    text = words(page(client))
    assert other.number not in text
    assert "Not Ours" not in text


def test_a_rule_that_is_not_on_file_is_not_found(client: Client) -> None:
    assert client.get("/rules/no-such-rule/").status_code == 404
    assert client.get("/rules/desk-by-hand/").status_code == 404


def test_many_cases_cost_as_many_queries_as_few_and_the_count_is_capped(
    client: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_cases, "SHOWN", 3)
    monkeypatch.setattr("cases.desk.rule.SHOWN", 3)
    monkeypatch.setattr("cases.desk.rule.COUNTED", 5)
    monkeypatch.setattr(rule_cases, "COUNTED", 5)

    def cost(cases: int) -> int:
        for _ in range(cases):
            made.deadline(made.request(clinic), rule=RULE, act=NOW + DAY)
        page(client)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        assert_bounded(queries)
        return len(queries)

    assert cost(4) == cost(4)
    assert "Open deadlines under it: more than 5" in words(page(client))
    assert page(client).count("Why this date?") == 3
