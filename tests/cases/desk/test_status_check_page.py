"""A status check from the case and from the worklist: three interactions."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest

from cases.demo.stories import Teller
from cases.desk.freshness_words import say_as_of
from cases.models import Deadline, PriorAuthRequest, StaffMember
from priorauth.terms import ClockKind, EventKind
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import Desk, said, shown
from tests.cases.desk.test_step_refusals import error_of

pytestmark = pytest.mark.usefixtures("friday_morning")


def last_check(case: PriorAuthRequest) -> dict:
    return case.events.filter(kind=EventKind.STATUS_CHECKED).latest("pk").facts


def test_the_form_is_filled_in_and_sent_as_it_stands(desk: Desk, case: PriorAuthRequest) -> None:
    answer = desk.record(case, "status-check")
    assert (answer.status_code, answer.url) == (302, f"/case/{case.number}/")
    facts = last_check(case)
    assert (facts["how"], facts["said"]) == ("portal", "pending")
    assert facts["look_again"]["on"] > "2026-09-18"
    html = desk.open(f"/case/{case.number}/").content.decode()
    assert "The payer's status: as of today (portal)" in html


def test_a_row_of_the_worklist_leads_to_it_and_back_to_the_same_list(
    desk: Desk, case: PriorAuthRequest
) -> None:
    html = desk.open("/?side=payer").content.decode()
    address = re.search(r'href="(/case/[^"]+/status-check/[^"]*)"', html).group(1)  # type: ignore[union-attr]
    address = address.replace("&amp;", "&")
    assert address == f"/case/{case.number}/status-check/?back=side%3Dpayer"
    page = desk.open(address).content.decode()
    assert 'href="/?side=payer">Cancel' in page
    answer = desk.send(address, desk.form(address), how="phone")
    assert (answer.status_code, answer.url) == (302, "/?side=payer")
    assert said(answer).startswith(f"{case.number}: recorded.")
    assert "as of today (phone)" in desk.open("/?side=payer").content.decode()


@pytest.mark.parametrize("back", ["//evil.example", "a=b\r\nX: y", "=" * 900, "side=payer&side=x"])
def test_the_way_back_leads_nowhere_but_to_the_worklist(
    desk: Desk, case: PriorAuthRequest, back: str
) -> None:
    address = desk.step(case, "status-check")
    form = desk.form(address)
    answer = desk.client.post(f"{address}?{urlencode({'back': back})}", form)
    assert answer.status_code == 302
    assert answer.url == "/" or answer.url.startswith("/?")


@pytest.mark.parametrize(("told", "slug"), [("decided", "determination"), ("not_found", "call")])
def test_what_the_payer_says_leads_to_the_right_step(
    desk: Desk, case: PriorAuthRequest, told: str, slug: str
) -> None:
    answer = desk.record(case, "status-check", said=told, look_again_on="")
    assert (answer.status_code, answer.url) == (302, f"/case/{case.number}/{slug}/")
    assert "Next: " in said(answer)
    assert last_check(case)["said"] == told


def test_on_an_appeal_a_decision_is_that_of_the_appeal(desk: Desk, teller: Teller) -> None:
    case = teller.appealed(3).request
    answer = desk.record(case, "status-check", said="decided")
    assert answer.url == f"/case/{case.number}/appeal-decision/"


def test_a_pending_one_without_a_day_is_asked_for_it_and_keeps_what_was_typed(
    desk: Desk, case: PriorAuthRequest
) -> None:
    answer = desk.record(case, "status-check", look_again_on="", how="fax", reference="P-1")
    assert "not forgotten" in error_of(answer, "look_again")
    assert (shown(answer)["how"], shown(answer)["reference"]) == (["fax"], ["P-1"])
    assert not case.events.filter(kind=EventKind.STATUS_CHECKED).exists()
    past = desk.record(case, "status-check", look_again_on="2026-09-17")
    assert "has passed" in error_of(past, "look_again")


def test_an_auditor_is_offered_none(case: PriorAuthRequest, desk: Desk) -> None:
    auditor = Desk(StaffMember.objects.get(username="auditor"))
    assert "status-check" not in auditor.open("/").content.decode()
    assert "status-check" in desk.open("/").content.decode()


def test_a_word_older_than_the_payers_usual_chase_shows_as_stale(
    desk: Desk, case: PriorAuthRequest
) -> None:
    rows = PriorAuthRequest.objects.filter(pk=case.pk)
    rows.update(verified_on=date(2026, 9, 10), verified_how="portal", fresh_through=FRIDAY.date())
    assert "stale" not in desk.open("/?side=payer").content.decode()
    rows.update(fresh_through=FRIDAY.date() - timedelta(days=1))
    listed = desk.open("/?side=payer").content.decode()
    assert "as of 10 Sep, 8 days ago (portal): stale" in listed
    assert "stale: look again" in desk.open(f"/case/{case.number}/").content.decode()


def test_rows_that_we_owe_offer_no_status_check(desk: Desk, teller: Teller) -> None:
    case = teller.opened(teller.at(1), starts_in=20)
    assert Deadline.objects.filter(request=case, kind=ClockKind.SUBMIT_BY).exists()
    assert f"/case/{case.number}/status-check" not in desk.open("/").content.decode()


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 11, 28), "as of today (portal)"),
        (date(2026, 11, 29), "as of today (portal)"),  # the payer's day is ahead of ours
        (date(2026, 11, 27), "as of 27 Nov, yesterday (portal)"),
        (date(2026, 11, 26), "as of 26 Nov, 2 days ago (portal)"),
        (date(2025, 11, 26), "as of 26 Nov 2025, 367 days ago (portal)"),
    ],
)
def test_its_age_in_words(on: date, words: str) -> None:
    told = say_as_of(on, "portal", None, date(2026, 11, 28))
    assert told is not None
    assert (told.words, told.is_stale) == (words, False)
    assert say_as_of(None, "", None, date(2026, 11, 28)) is None
