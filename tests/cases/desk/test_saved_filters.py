"""A choice of the worklist gets a name: one's own, or the clinic's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from cases.models import Clinic, Membership, SavedFilter, StaffMember
from cases.workflow.saved_filters import MOST, save_filter
from priorauth.errors import NotAllowedNow
from priorauth.terms import Role
from tests.cases.desk import made
from tests.cases.desk.cost import assert_bounded
from tests.cases.desk.made import NOW

SignIn = Callable[[StaffMember], Client]


@pytest.fixture(autouse=True)
def _at_ten_on_wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def save(client: Client, query: str, name: str = "my denials", **more: str) -> str:
    """What the page says after saving."""
    answer = client.post("/filters/", {"query": query, "name": name, **more}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def links(client: Client) -> list[tuple[str, str]]:
    html = client.get("/").content.decode()
    found = re.search(r'<nav class="pa-chips" aria-label="Saved filters">(.*?)</nav>', html, re.S)
    return re.findall(r'href="([^"]*)"[^>]*>([^<]*)<', found.group(1)) if found else []


def test_a_named_choice_is_a_link_on_the_worklist(client: Client, clinic: Clinic) -> None:
    html = save(client, "status=denied&whose=mine")
    assert "Saved as “my denials”, for you." in html
    assert links(client) == [("?whose=mine&amp;status=denied", "my denials")]
    assert (
        'aria-current="true">my denials'
        in client.get("/?whose=mine&status=denied").content.decode()
    )


def test_only_known_filters_are_kept_and_nothing_that_was_typed(
    client: Client, clinic: Clinic
) -> None:
    save(client, "status=denied&name=Ada+Quill&side=Ada&group=nonsense&payer=Ada&at=xyz")
    assert SavedFilter.objects.get().query == {"status": "denied"}


@pytest.mark.parametrize(
    ("query", "name", "why"),
    [
        ("", "all", "choose a group or a filter first"),
        ("who=ever", "all", "choose a group or a filter first"),
        ("status=denied", "  ", "Give the choice a name"),
        ("status=denied", "x" * 41, "40 letters at most"),
        ("payer=999999", "gone", "not on file here"),
    ],
)
def test_what_cannot_be_saved_says_why(
    client: Client, clinic: Clinic, query: str, name: str, why: str
) -> None:
    assert why in save(client, query, name)
    assert not SavedFilter.objects.exists()


def test_the_same_name_again_replaces_what_it_stood_for(client: Client, clinic: Clinic) -> None:
    save(client, "status=denied")
    save(client, "status=approved", "my  denials ", is_shared="1")
    kept = SavedFilter.objects.get()
    assert (kept.query, kept.is_shared) == ({"status": "approved"}, True)


def test_a_colleague_sees_what_is_shared_and_nothing_else(
    client: Client, clinic: Clinic, signed_in: SignIn
) -> None:
    save(client, "status=denied", "mine")
    save(client, "side=payer", "theirs", is_shared="1")
    colleague = signed_in(made.staff(clinic, name="Sam Ortega"))
    assert [name for _, name in links(colleague)] == ["theirs "]
    mine, theirs = SavedFilter.objects.order_by("name")
    assert colleague.post(f"/filters/{mine.pk}/remove/").status_code == 404
    answer = colleague.post(f"/filters/{theirs.pk}/remove/", follow=True)
    assert "somebody else's" in answer.content.decode().replace("&#x27;", "'")
    assert SavedFilter.objects.count() == 2


def test_ones_own_is_removed_by_oneself_and_a_shared_one_also_by_a_lead(
    client: Client, clinic: Clinic, signed_in: SignIn
) -> None:
    save(client, "status=denied", "mine")
    save(client, "side=payer", "theirs", is_shared="1")
    mine, theirs = SavedFilter.objects.order_by("name")
    assert client.post(f"/filters/{mine.pk}/remove/").status_code == 302
    lead = signed_in(made.staff(clinic, Role.LEAD, "Sam Ortega"))
    assert lead.post(f"/filters/{theirs.pk}/remove/").status_code == 302
    assert not SavedFilter.objects.exists()


def test_another_clinics_filter_is_neither_seen_nor_removed(client: Client, clinic: Clinic) -> None:
    other = made.clinic("elsewhere")
    with scope(clinic=other):
        person = made.staff(other, name="Eve Elsewhere")
        owner = Membership.objects.get(staff=person)
        kept = save_filter(owner, name="theirs", query={"side": "payer"}, is_shared=True)
    assert links(client) == []
    assert client.post(f"/filters/{kept.pk}/remove/").status_code == 404
    assert client.post(f"/filters/{'9' * 30}/remove/").status_code == 404
    with scope(clinic=other):
        assert SavedFilter.objects.count() == 1


def test_an_auditor_saves_none(auditor: Client, clinic: Clinic) -> None:
    assert "looks only" in save(auditor, "status=denied")
    assert "Save this choice" not in auditor.get("/?status=denied").content.decode()


def test_a_person_keeps_thirty_at_most(clinic: Clinic, jo: StaffMember) -> None:
    owner = Membership.objects.get(staff=jo)
    for number in range(MOST):
        save_filter(owner, name=f"f{number}", query={"side": "payer"}, is_shared=False)
    with pytest.raises(NotAllowedNow, match="Remove one first"):
        save_filter(owner, name="one more", query={"side": "payer"}, is_shared=False)
    save_filter(owner, name="f3", query={"side": "clinic"}, is_shared=False)


def test_thirty_saved_ones_cost_as_many_queries_as_three(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        assert_bounded(queries)
        return len(queries)

    owner = Membership.objects.get(staff=jo)
    made.deadline(made.request(clinic))
    for number in range(3):
        save_filter(owner, name=f"f{number}", query={"side": "payer"}, is_shared=False)
    client.get("/")
    few = cost()
    for number in range(3, 30):
        save_filter(owner, name=f"f{number}", query={"side": "payer"}, is_shared=True)
    assert cost() == few
