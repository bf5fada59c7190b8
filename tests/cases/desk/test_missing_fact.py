"""Which fact is missing stands in its title, and a button leads to where it is recorded."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from cases.demo.stories import Teller
from cases.desk.missing_fact import named, ways
from cases.models import CaseEvent, Deadline, PriorAuthRequest, StaffMember
from cases.models.deadlines import LIVE
from cases.workflow import information_requests, infusions, submission
from cases.workflow.actor import Actor
from cases.workflow.determinations import Notice
from cases.workflow.infusions import InfusionTold
from priorauth.terms import Channel, ClockKind, EventKind, InfusionStatus, Outcome, Role
from tests.cases.courses import approved_course, at, biller, booked
from tests.cases.desk.paper import Desk

pytestmark = pytest.mark.usefixtures("friday_morning")


def sent_on_an_unknown_day(teller: Teller) -> tuple[PriorAuthRequest, CaseEvent]:
    request = teller.opened(teller.at(9), plan=teller.cast.plans[0], starts_in=None)
    submission.submit(
        Actor(teller.cast.biller, Role.BILLER, teller.now),
        request,
        channel=Channel.PORTAL,
        sent=None,
        confirmation_number="REF1",
    )
    return request, CaseEvent.objects.get(request=request, kind=EventKind.SUBMITTED)


def fact(case: PriorAuthRequest) -> Deadline:
    return Deadline.objects.get(LIVE, request=case, kind=ClockKind.MISSING_FACT)


def worklist(desk: Desk) -> str:
    html: str = desk.open("/").content.decode()
    return html[html.index("<tbody") :]


def test_a_date_that_is_missing_is_named_by_its_event_on_list_case_and_why_page(
    desk: Desk, teller: Teller
) -> None:
    case, _ = sent_on_an_unknown_day(teller)
    for html in (
        worklist(desk),
        desk.open(f"/case/{case.number}/").content.decode(),
        desk.open(f"/case/{case.number}/why/{fact(case).pk}/").content.decode(),
    ):
        assert "Find out when the request was sent" in html


def test_the_row_the_card_and_the_why_page_lead_to_the_form_that_takes_the_date(
    desk: Desk, teller: Teller
) -> None:
    case, event = sent_on_an_unknown_day(teller)
    of_the_event = f"/case/{case.number}/task/?of=date-{event.pk}"
    assert f'href="{of_the_event}"' in desk.open(f"/case/{case.number}/").content.decode()
    why = desk.open(f"/case/{case.number}/why/{fact(case).pk}/").content.decode()
    assert f'href="{of_the_event}"' in why

    row = f"/case/{case.number}/task/?of=date"
    assert f'href="{row}"' in worklist(desk)
    assert desk.form(row)["of"] == [f"date-{event.pk}"]


def test_the_card_says_what_is_missing_and_why_it_matters(desk: Desk, teller: Teller) -> None:
    case, _ = sent_on_an_unknown_day(teller)
    html = desk.open(f"/case/{case.number}/").content.decode()
    assert "is not known, so its clock cannot run" in html


def test_of_two_dates_that_are_missing_the_list_leads_to_the_choice(
    desk: Desk, teller: Teller
) -> None:
    case, _ = sent_on_an_unknown_day(teller)
    information_requests.record_request(
        Actor(teller.cast.biller, Role.BILLER, teller.now), case, received=None, asked_for="Scores."
    )
    html = desk.open(f"/case/{case.number}/task/?of=date").content.decode()
    assert html.count("of=date-") == 2
    assert "It cannot be found out" not in html, "to take it off is not what was pressed"
    assert "no longer open" not in html


def test_a_fact_that_was_found_meanwhile_is_told_so(desk: Desk, teller: Teller) -> None:
    case = teller.submitted(teller.at(2))
    html = desk.open(f"/case/{case.number}/task/?of=date", status=409).content.decode()
    assert "What this step was for is no longer open" in html


def test_a_limit_that_no_rule_gives_is_named_by_its_step_and_offers_three_ways(
    desk: Desk, teller: Teller
) -> None:
    case = teller.appealed(3, plan=teller.cast.plans[5]).request  # nobody knows its kind of plan
    html = desk.open(f"/case/{case.number}/").content.decode()
    assert "Find the limit: payer&#x27;s decision on the appeal" in html
    assert "the kind of plan is not known" in html
    for slug in ("date/", "plan/", f"task/?of=tick-{fact(case).start_event_id}"):
        assert f'href="/case/{case.number}/{slug}"' in html
    assert "Find the limit: payer&#x27;s decision on the appeal" in worklist(desk)


def test_a_letter_that_has_not_come_leads_to_its_dates(desk: Desk, teller: Teller) -> None:
    case = teller.submitted(teller.at(9), plan=teller.cast.plans[0])
    teller.decided(case, teller.at(4), Outcome.DENIED, notice=Notice(is_awaited=True))
    address = f"/case/{case.number}/task/?of=notice"
    assert f'href="{address}"' in worklist(desk)
    assert "notice_dated_on" in desk.form(address)


def test_a_missing_last_day_leads_to_the_authorization(desk: Desk, teller: Teller) -> None:
    case = teller.submitted(teller.at(9))
    teller.decided(case, teller.at(1), Outcome.APPROVED)
    html = worklist(desk)
    assert f'href="/case/{case.number}/authorization/">Enter the day<' in html
    assert f'href="/case/{case.number}/authorization/">Enter the number<' in html


def test_a_filing_limit_that_is_not_on_file_leads_to_the_payers_policy_filled_in(
    desk: Desk, teller: Teller
) -> None:
    case = approved_course(teller)
    (session,) = booked(teller, case, "09-17")
    told = InfusionTold(
        InfusionStatus.DONE, session.planned_at, at("09-17T09:00"), at("09-17T09:40")
    )
    infusions.record_infusion(biller(teller), case, told, session=session)
    html = desk.open(f"/case/{case.number}/").content.decode()
    assert "Ask the payer for its filing limit" in html

    link = re.search(r'href="([^"]+)">Write the limit down<', html)
    assert link is not None
    form = desk.open(link[1].replace("&amp;", "&")).content.decode()
    payer = case.coverage.plan.payer
    for chosen in (f'<option value="{payer.pk}" selected', 'value="timely_filing" selected'):
        assert chosen in form
    clinician = Client()
    clinician.force_login(StaffMember.objects.get(username="clinician"))
    assert "Write the limit down" not in clinician.get(f"/case/{case.number}/").content.decode()


def test_who_may_not_record_it_gets_no_link(teller: Teller) -> None:
    case, _ = sent_on_an_unknown_day(teller)
    auditor = Client()
    auditor.force_login(StaffMember.objects.get(username="auditor"))
    assert "/task/" not in auditor.get(f"/case/{case.number}/").content.decode()
    assert "/task/" not in auditor.get("/").content.decode()


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_without_a_date_has_a_name_and_a_way(kind: EventKind) -> None:
    rule = f"desk-missing-date-{kind}"
    assert named(rule).startswith("Find out ")
    assert [way.of for way in ways(rule)] == ["date"]


@pytest.mark.parametrize("kind", ClockKind)
def test_every_step_without_a_limit_has_a_name_and_a_way(kind: ClockKind) -> None:
    rule = f"desk-no-rule-{kind}"
    assert named(rule).startswith("Find the limit: ")
    assert ways(rule)


@pytest.mark.parametrize("rule", ["desk-missing-date", "desk-no-rule"])
def test_what_an_older_release_wrote_down_still_has_a_name_and_a_way(rule: str) -> None:
    assert named(rule) and ways(rule)


def test_a_rule_of_law_asks_for_no_fact() -> None:
    assert (named("fed-erisa-appeal-filing"), tuple(ways("fed-erisa-appeal-filing"))) == ("", ())
