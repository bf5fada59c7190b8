"""Reminders that may not have arrived: the list, the two decisions, and the ways there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Clinic, Deadline, Reminder, StaffMember
from cases.queries.unsettled_reminders import count_held
from cases.workflow.escalating import HELD
from priorauth.reminders import ReminderState
from priorauth.terms import Role, Standing
from tests.cases.desk import made
from tests.cases.desk.made import NOW

PAGE = "/reminders/"


@pytest.fixture(autouse=True)
def _at_ten_on_wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def held(clinic: Clinic, recipient: StaffMember, **values: Any) -> Reminder:
    case = values.pop("case", None) or made.request(clinic, assigned_to=recipient)
    deadline = made.deadline(case, reminder_problem=HELD)
    key = uuid.uuid4()
    row = Reminder(
        id=key, clinic=clinic, deadline=deadline, rung=2, rungs=6, recipient=recipient, attempts=2,
        **{
            "due_at": NOW - timedelta(hours=3), "expires_at": NOW + timedelta(days=20),
            "not_before": NOW - timedelta(hours=3), "planned_at": NOW - timedelta(hours=3),
            "armed_at": NOW - timedelta(hours=2), "message_id": f"<r.{key}@clinic.example>",
            "state": ReminderState.HELD, "last_error": "timed out after 30 s", **values,
        },
    )  # fmt: skip
    row.save()
    return row


def page(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def decide(client: Client, row: Reminder, decision: str) -> str:
    address = reverse("desk:settle_reminder", args=[row.pk])
    response = client.post(address, {"decision": decision}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    row.refresh_from_db()
    return words(response.content.decode())


def test_the_list_says_all_that_is_known_of_each(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    row = held(clinic, jo)
    said = words(page(client))
    for one in (
        row.deadline.request.number, "File the internal appeal", "reminder 2 of 6", "Jo Lind",
        jo.email, "Wed 25 Nov 2026, 07:00 CST", "2 tries in all", "timed out after 30 s",
        "clinic.example", "It arrived", "Send it again",
    ):  # fmt: skip
        assert one in said, one
    assert "Quill" not in said


def test_without_any_the_page_says_so(client: Client, clinic: Clinic, jo: StaffMember) -> None:
    held(clinic, jo, state=ReminderState.SENT)
    assert "No reminder is in doubt" in page(client)


def test_it_arrived_settles_it_and_takes_the_alarm_off(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    row = held(clinic, jo)
    said = decide(client, row, "arrived")
    assert f"Case {row.deadline.request.number}: the reminder counts as sent." in said
    assert (row.state, row.settled_by) == (ReminderState.SENT, jo)
    assert Deadline.objects.get(pk=row.deadline_id).reminder_problem == ""


def test_send_it_again_plans_one_marked_copy(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    row = held(clinic, jo, expires_at=NOW - timedelta(days=1))
    assert "goes out within a minute, marked as a possible repeat" in decide(client, row, "again")
    assert (row.state, row.possible_dup) == (ReminderState.PLANNED, True)
    assert row.expires_at > NOW


def test_a_second_decision_is_told_of_the_first(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    row = held(clinic, jo)
    decide(client, row, "arrived")
    assert "Somebody has already decided about this reminder" in decide(client, row, "again")
    assert row.state == ReminderState.SENT


@pytest.mark.parametrize("decision", ["", "nonsense", "\0"])
def test_an_unknown_decision_changes_nothing(
    client: Client, clinic: Clinic, jo: StaffMember, decision: str
) -> None:
    row = held(clinic, jo)
    address = reverse("desk:settle_reminder", args=[row.pk])
    assert client.post(address, {"decision": decision}).status_code in (302, 400)
    row.refresh_from_db()
    assert row.state == ReminderState.HELD


def test_where_the_clock_stands_nothing_is_sent_again(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    row = held(clinic, jo)
    Deadline.objects.filter(pk=row.deadline_id).update(standing=Standing.TOLLED)
    html = page(client)
    assert 'value="arrived"' in html and 'value="again"' not in html
    assert "The clock is stopped" in decide(client, row, "again")
    assert row.state == ReminderState.HELD


def test_an_auditor_looks_only(auditor: Client, clinic: Clinic, jo: StaffMember) -> None:
    row = held(clinic, jo)
    assert 'name="decision"' not in page(auditor)
    assert "nothing was changed" in decide(auditor, row, "arrived")
    assert row.state == ReminderState.HELD


def test_a_clinician_decides_about_their_own_only(
    clinic: Clinic, jo: StaffMember, signed_in: Callable[[StaffMember], Client]
) -> None:
    doctor = made.staff(clinic, Role.CLINICIAN, "Ada Ferro")
    theirs, other = held(clinic, doctor), held(clinic, jo)
    client = signed_in(doctor)
    html = page(client)
    assert str(theirs.pk) in html and html.count('value="arrived"') == 1
    decide(client, theirs, "arrived")
    decide(client, other, "arrived")
    assert (theirs.state, other.state) == (ReminderState.SENT, ReminderState.HELD)


def test_one_in_doubt_is_listed_with_nothing_to_decide_yet(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    held(clinic, jo, state=ReminderState.UNCERTAIN)
    html = page(client)
    assert "Nothing to decide yet" in html and 'name="decision"' not in html
    assert "Settle" not in words(page(client, "/"))


def test_looking_decides_nothing(client: Client, clinic: Clinic, jo: StaffMember) -> None:
    address = reverse("desk:settle_reminder", args=[held(clinic, jo).pk])
    assert client.get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(jo)
    assert strict.post(address, {"decision": "arrived"}).status_code == 403


def test_the_worklist_and_the_case_lead_there(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    without = words(page(client, "/"))
    assert "Settle" not in without
    assert "Held mails 0" in without
    row = held(clinic, jo)
    for address in ("/", f"/case/{row.deadline.request.number}/"):
        assert f'href="{PAGE}"' in page(client, address)
    assert "1 reminder may not have arrived" in words(page(client, "/"))


def test_the_count_on_the_worklist_stops_at_200(
    client: Client, clinic: Clinic, jo: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = made.request(clinic)
    for _ in range(4):
        held(clinic, jo, case=case)
    monkeypatch.setattr("cases.queries.unsettled_reminders.COUNTED_UP_TO", 3)
    assert "3+ reminders may not have arrived" in words(page(client, "/"))


def test_many_cost_as_many_queries_as_one(client: Client, clinic: Clinic, jo: StaffMember) -> None:
    def cost() -> int:
        page(client)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        return len(queries)

    held(clinic, jo)
    few = cost()
    for _ in range(5):
        held(clinic, jo)
    assert cost() == few


@pytest.mark.skipif(connection.vendor != "sqlite", reason="plans are worded by the database")
def test_the_worklists_count_reads_those_in_doubt_and_no_others(clinic: Clinic) -> None:
    with CaptureQueriesContext(connection) as queries:
        count_held()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {queries[0]['sql']}")
        assert "reminder_in_doubt" in str(cursor.fetchall())
