"""The first screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from cases.models import Clinic, StaffMember
from cases.queries.worklist_shelves import Group
from priorauth.terms import ClockKind, OwedBy, RequestStatus, Urgency
from tests.cases.desk import made
from tests.cases.desk.cost import assert_bounded
from tests.cases.desk.made import NOW
from tests.cases.desk.test_held_reminders import held

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _at_ten_on_wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def page(client: Client, address: str = "/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_it_is_what_one_sees_after_signing_in(client: Client, clinic: Clinic) -> None:
    assert client.get("/admin/").headers["Location"] == "/"
    assert client.get("/admin/", follow=True).status_code == 200


def test_nobody_sees_it_without_signing_in(db: None) -> None:
    response = Client().get("/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")


def test_a_row_says_what_whose_when_and_where_it_stands(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    case = made.request(
        clinic, patient="Zoë O'Brien", payer="Prairie Mutual", status=RequestStatus.DENIED,
        urgency=Urgency.EXPEDITED, assigned_to=jo,
    )  # fmt: skip
    made.deadline(case, act=NOW + 2 * DAY, due=NOW + 12 * DAY, legal_at=NOW + 12 * DAY)
    html = page(client)
    row = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<tbody>") :]))
    for words in (
        "Ours", "Do in 1 business day", "File the internal appeal", "Urgent", "O&#x27;Brien, Zoë",
        case.number, "Prairie Mutual", "by Mon 7 Dec, 09:00 CST", "in 7 business days",
        "legal limit", "Denied", "Jo Lind",
    ):  # fmt: skip
        assert words in row, words
    assert f'href="/case/{case.number}/"' in html


def test_ours_and_theirs_differ_in_words_too(client: Client, clinic: Clinic) -> None:
    case = made.request(clinic)
    made.deadline(case)
    made.deadline(case, owed_by=OwedBy.PAYER, kind=ClockKind.PA_DECISION)
    html = page(client)
    assert ">Ours</i>" in html
    assert ">Theirs</i>" in html
    assert "Chase in" in html


def test_patients_are_named_in_neither_title_nor_addresses(client: Client, clinic: Clinic) -> None:
    made.deadline(made.request(clinic, patient="Ada Quill"))
    html = page(client)
    assert "Quill" not in re.search(r"<title>(.*?)</title>", html, re.S).group(1)  # type: ignore[union-attr]
    assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', html) if "uill" in link]


def test_what_people_typed_is_escaped(client: Client, clinic: Clinic) -> None:
    made.deadline(
        made.request(clinic, patient="<b>Ada <script>alert(1)</script>", payer="<i>Payer"),
        reminder_problem="<u>nobody",
    )
    html = page(client)
    for typed in ("<script>alert(1)", "<i>Payer", "<u>nobody", "<b>Ada"):
        assert typed not in html


def test_an_empty_list_says_so_and_teaches(client: Client, clinic: Clinic) -> None:
    html = page(client)
    assert "Nothing is due" in html
    assert "This list fills by itself" in html
    assert page(client, "/?side=payer").count("No live deadline fits these filters") == 1


def test_filters_are_links_that_keep_each_other(client: Client, clinic: Clinic) -> None:
    made.deadline(made.request(clinic))
    html = page(client, "/?side=clinic&whose=mine&bogus=1&status=nonsense&payer=x&at=zzz&group=no")
    assert 'href="?whose=mine&amp;side=payer"' in html
    assert 'href="?whose=mine&amp;side=clinic&amp;group=overdue"' in html


def test_a_deadline_without_a_mail_raises_its_voice(client: Client, clinic: Clinic) -> None:
    made.deadline(made.request(clinic), reminder_problem="Nobody is assigned.")
    html = page(client)
    assert "Reminders of <strong>1</strong> deadline do not arrive." in html
    assert "Nobody is assigned." in html


def test_another_clinics_rows_are_not_there(client: Client, clinic: Clinic) -> None:
    other = made.clinic("elsewhere")
    with scope(clinic=other):
        theirs = made.request(other, patient="Eve Elsewhere", payer="Other Payer")
        made.deadline(theirs)
    html = page(client)
    assert theirs.number not in html
    assert "Other Payer" not in html
    assert "Nothing is due" in page(client)
    assert "No live deadline" in page(client, f"/?payer={theirs.coverage.plan.payer_id}")


def test_an_auditor_is_offered_nothing_to_write(auditor: Client, clinic: Clinic) -> None:
    made.deadline(made.request(clinic))
    assert "/new/" not in page(auditor)


def test_a_second_page_follows_the_first(client: Client, clinic: Clinic) -> None:
    case = made.request(clinic)
    for _ in range(51):
        made.deadline(case, act=NOW + 3 * DAY)
    first = page(client)
    assert first.count("<tr class=") == 50
    link = re.search(r'rel="next" href="([^"]+)"', first).group(1)  # type: ignore[union-attr]
    second = page(client, "/" + link.replace("&amp;", "&"))
    assert second.count("<tr class=") == 1
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


def test_it_does_not_ask_who_may_see_what_is_on_file(client: Client, clinic: Clinic) -> None:
    with CaptureQueriesContext(connection) as queries:
        page(client)
    assert not [each for each in queries if "auth_permission" in each["sql"]]


def test_fifty_rows_take_no_more_than_sixty_thousand_bytes(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    for number in range(51):
        case = made.request(clinic, patient="Marguerite Featherstonehaugh", assigned_to=jo)
        made.deadline(case, act=NOW - number * HOUR, due=NOW + DAY)
    html = page(client)
    assert html.count("<tr") == 51
    assert len(html.encode()) < 60_000


def test_fifty_rows_of_the_payers_do_neither_though_each_offers_three_things_to_do(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    for number in range(51):
        case = made.request(
            clinic, patient="Marguerite Featherstone", payer="Evergreen Community Plan",
            assigned_to=jo, status=RequestStatus.UNDER_EXTERNAL_REVIEW, verified_how="portal",
            verified_on=(NOW - 9 * DAY).date(), fresh_through=(NOW - DAY).date(),
        )  # fmt: skip
        late = NOW - (number + 1) * HOUR
        made.deadline(
            case, act=late, legal_at=late, owed_by=OwedBy.PAYER, kind=ClockKind.PA_DECISION
        )
    html = page(client, "/?side=payer")
    assert html.count(">Check status<") == html.count(">Log call<") == 50
    assert html.count(": stale</small>") == 50
    assert len(html.encode()) < 60_000


def test_fifty_missing_facts_do_neither_though_each_names_its_event_and_leads_to_it(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    for number in range(51):
        case = made.request(
            clinic, patient="Marguerite Featherstone", payer="Evergreen Community Plan",
            assigned_to=jo,
        )  # fmt: skip
        made.deadline(
            case, act=NOW - number * HOUR, kind=ClockKind.MISSING_FACT,
            rule="desk-missing-date-external_review_assigned",
        )  # fmt: skip
    html = page(client)
    assert html.count("Find out when the external reviewer got the case") == 50
    assert html.count('/task/?of=date">Enter the date<') == 50
    assert len(html.encode()) < 60_000


def test_filters_that_were_printed_for_one_clinic_name_no_payer_of_another(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    made.request(clinic, payer="Payer <Here>")
    assert "Payer &lt;Here&gt;" in page(client)
    other = made.clinic("elsewhere")
    with scope(clinic=other):
        made.request(other, payer="Payer There")
        person = made.staff(other, name="Kim Lee")
    elsewhere = Client()
    elsewhere.force_login(person)
    assert "Payer There" in page(elsewhere)
    assert "Payer &lt;Here&gt;" not in page(elsewhere)
    assert "Payer There" not in page(client)


def test_thirty_rows_cost_as_many_queries_as_three(client: Client, clinic: Clinic) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client)
        assert_bounded(queries)
        return len(queries)

    for _ in range(3):
        made.deadline(made.request(clinic))
    page(client)
    few = cost()
    for number in range(27):
        made.deadline(made.request(clinic), act=NOW + (number - 9) * DAY)
    assert cost() == few


def test_the_list_itself_stays_within_its_weight(client: Client, clinic: Clinic) -> None:
    empty = len(page(client))
    for number in range(50):
        made.deadline(
            made.request(clinic, patient="Maximiliana Featherstonehaugh-Abernathy"),
            act=NOW + (number - 20) * DAY, legal_at=NOW + (number - 20) * DAY,
        )  # fmt: skip
    assert len(page(client)) - empty < 60_000


def test_an_infusion_booked_without_approval_comes_first_and_says_so(
    client: Client, clinic: Clinic
) -> None:
    late = made.request(clinic, patient="Lee Late")
    made.deadline(late, act=NOW - 9 * DAY, legal_at=NOW - 9 * DAY)
    booked = made.request(clinic, patient="Bo Booked")
    made.deadline(booked, act=NOW - DAY, due=NOW + 3 * DAY - HOUR, kind=ClockKind.INFUSION_BOOKED)
    html = page(client)
    body = html[html.index("<tbody>") :]
    assert body.index(booked.number) < body.index(late.number)
    assert "Infusion in 1 business day, not approved" in body
    assert "Infusion without approval <b>1</b>" in html


def test_the_order_is_explained_and_every_group_stands_in_its_place(
    client: Client, clinic: Clinic
) -> None:
    made.deadline(made.request(clinic))
    html = page(client)
    assert "Why this order?" in html
    places = [html.index(f'href="?group={group}"') for group in Group]
    assert places == sorted(places)
    assert 'href="/reminders/"' in html


def test_the_held_mails_that_are_counted_are_those_that_open(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    for _ in range(2):
        held(clinic, jo)
    assert "Held mails <b>2</b>" in page(client)
    assert page(client, "/reminders/").count('action="/reminders/') == 2
