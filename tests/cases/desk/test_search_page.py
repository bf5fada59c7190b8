"""The search box on screen: what is typed is posted and shown again, never kept in an address."""

from __future__ import annotations

from datetime import date

import time_machine
from django.test import Client

from cases.models import Clinic
from tests.cases.desk import made
from tests.cases.desk.made import NOW
from tests.cases.desk.test_case_page import words


def test_an_exact_case_number_goes_straight_to_the_case(client: Client, clinic: Clinic) -> None:
    case = made.request(clinic)
    response = client.post("/search/", {"q": case.number.lower()})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/case/{case.number}/"


def test_a_number_that_only_one_case_has_goes_straight_to_it(
    client: Client, clinic: Clinic
) -> None:
    case = made.request(clinic, patient="Ada Quill")
    typed = case.coverage.member_id.lower()
    response = client.post("/search/", {"q": typed})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/case/{case.number}/"
    assert typed not in response.headers["Location"]


def test_a_number_that_is_also_the_beginning_of_a_name_is_listed_before_it(
    client: Client, clinic: Clinic
) -> None:
    case = made.request(clinic, patient="Ada Quill")
    case.coverage.member_id = "QUIL"
    case.coverage.save()
    text = words(client.post("/search/", {"q": "quil"}).content.decode())
    assert text.index("By number") < text.index("By name")


def test_names_are_listed_with_what_tells_two_of_them_apart(client: Client, clinic: Clinic) -> None:
    case = made.request(clinic, patient="Ada Quill", payer="Prairie Mutual")
    html = client.post("/search/", {"q": "qui"}).content.decode()
    text = words(html)
    assert "Quill, Ada born 29 Feb 1980" in text
    assert case.number in text
    assert "Prairie Mutual" in text
    assert 'value="qui"' in html


def test_how_old_the_payers_status_is_stands_beside_it_while_an_answer_is_awaited(
    client: Client, clinic: Clinic
) -> None:
    known = {"verified_on": date(2026, 11, 20), "verified_how": "portal"}
    made.request(clinic, status="received", fresh_through=date(2026, 11, 24), **known)
    made.request(clinic, status="denied", **known)
    with time_machine.travel(NOW, tick=False):
        text = words(client.post("/search/", {"q": "qui"}).content.decode())
    assert text.count("as of 20 Nov, 5 days ago (portal): stale") == 1
    assert text.count("as of 20 Nov") == 1


def test_nothing_found_teaches_how_to_look(client: Client, clinic: Clinic) -> None:
    html = client.post("/search/", {"q": "<b>zz</b>"}).content.decode()
    assert "Nothing found" in html
    assert "<b>zz</b>" not in html
    assert 'value="&lt;b&gt;zz&lt;/b&gt;"' in html


def test_an_empty_box_says_what_it_takes(client: Client, clinic: Clinic) -> None:
    assert "Find a case" in client.get("/search/").content.decode()
    assert "Find a case" in client.post("/search/", {"q": "  "}).content.decode()


def test_the_address_is_never_searched(client: Client, clinic: Clinic) -> None:
    made.request(clinic, patient="Ada Quill")
    assert "Quill" not in client.get("/search/?q=Quill").content.decode()


def test_any_text_whatever_is_answered(client: Client, clinic: Clinic) -> None:
    for typed in ("\x00", "'" * 300, "\ud83d\ude00", "%s", "; DROP TABLE", "a " * 200, "💉"):
        typed = typed.encode("utf-8", "ignore").decode()
        assert client.post("/search/", {"q": typed}).status_code in (200, 302)


def test_the_beginning_of_one_member_number_goes_straight_to_the_case(
    client: Client, clinic: Clinic
) -> None:
    case = made.request(clinic, member_id="W884412077")
    response = client.post("/search/", {"q": "w88441"})
    assert response.headers["Location"] == f"/case/{case.number}/"
    assert "Nothing found" in words(client.post("/search/", {"q": "w8844"}).content.decode())


def test_a_beginning_that_several_members_have_lists_them_with_their_numbers(
    client: Client, clinic: Clinic
) -> None:
    for member in ("W884412", "W884412077"):
        made.request(clinic, member_id=member)
    text = words(client.post("/search/", {"q": "W884412"}).content.decode())
    assert text.index("Member ID W884412 ") < text.index("Member ID W884412077")


def test_the_box_says_how_much_of_a_member_number_does(client: Client, clinic: Clinic) -> None:
    html = client.get("/search/").content.decode()
    assert "Of a member ID the first 6 characters do" in html
    assert "the first 6 characters of a member ID do" in html
