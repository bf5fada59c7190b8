"""The worklist opens on whose cases its reader chose last."""

from __future__ import annotations

import re

from django.test import Client

from cases.models import Clinic, Membership
from tests.cases.desk import made


def page(client: Client, address: str = "/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def chosen(html: str) -> str:
    """Whose cases the page shows."""
    switch = html.partition('aria-label="Whose cases"')[2].partition("</nav>")[0]
    return re.findall(r'aria-current="true">([^<]+)<', switch)[0].replace("&#x27;", "'")


def test_a_reader_who_never_chose_sees_everybodys(client: Client, clinic: Clinic) -> None:
    html = page(client)
    assert chosen(html) == "Everybody's"
    assert "As you left it" not in html


def test_what_was_chosen_last_is_what_it_opens_on_and_the_page_says_so(
    client: Client, clinic: Clinic
) -> None:
    page(client, "/?whose=mine")
    html = page(client)
    assert chosen(html) == "Mine"
    assert "As you left it: mine." in html
    assert '<a href="?whose=everybody">Show everybody' in html
    page(client, "/?whose=nobody")
    assert chosen(page(client)) == "Nobody's yet"
    page(client, "/?whose=everybody")
    assert chosen(page(client)) == "Everybody's"


def test_no_other_filter_is_remembered(client: Client, clinic: Clinic) -> None:
    page(client, "/?whose=mine&side=payer&status=denied")
    html = page(client)
    assert chosen(html) == "Mine"
    assert 'href="?whose=mine" aria-current="true">Ours and theirs' in html


def test_an_address_with_a_filter_means_what_it_says(client: Client, clinic: Clinic) -> None:
    page(client, "/?whose=mine")
    html = page(client, "/?side=payer")
    assert chosen(html) == "Everybody's"
    assert "As you left it" not in html
    assert 'href="?whose=everybody">Ours and theirs' in html, "the bare address would be mine"
    assert chosen(page(client)) == "Mine", "a filter of another sort is no choice of whose"


def test_a_link_in_a_mail_chooses_nothing_for_next_time(client: Client, clinic: Clinic) -> None:
    assert chosen(page(client, "/?whose=mine&mailed=1")) == "Mine"
    assert chosen(page(client)) == "Everybody's"


def test_it_is_kept_for_each_person_apart_and_outlives_a_sign_in(
    client: Client, clinic: Clinic, auditor: Client, jo, signed_in
) -> None:
    page(client, "/?whose=mine")
    assert chosen(page(auditor)) == "Everybody's"
    client.logout()
    assert chosen(page(signed_in(jo))) == "Mine"


def test_what_was_kept_and_makes_no_sense_any_more_is_everybodys(
    client: Client, clinic: Clinic
) -> None:
    Membership.objects.update(worklist_whose="gone")
    assert chosen(page(client)) == "Everybody's"


def test_a_row_and_a_case_name_the_answer_to_a_reminder_alike(
    client: Client, clinic: Clinic
) -> None:
    row = made.deadline(made.request(clinic))
    assert ">Seen, or later<" in page(client)
    assert ">Seen, or later<" in page(client, f"/case/{row.request.number}/")
