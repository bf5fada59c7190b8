"""Morning digests that may not have arrived, or never left: beside the reminders, settled alike."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from cases.models import Clinic, Digest, StaffMember
from cases.workflow.recovering import recover
from priorauth.reminders import ReminderState
from priorauth.terms import Role
from tests.cases.desk import made
from tests.cases.desk.made import NOW
from tests.cases.desk.test_held_reminders import (
    _at_ten_on_wednesday,  # noqa: F401
    decide,
    held,
    page,
    words,
)


def held_digest(clinic: Clinic, recipient: StaffMember, **values: Any) -> Digest:
    key = uuid.uuid4()
    row = Digest(
        id=key, clinic=clinic, recipient=recipient, attempts=2,
        **{
            "day": NOW.date(), "due_at": NOW - timedelta(hours=2),
            "expires_at": NOW + timedelta(hours=7), "not_before": NOW - timedelta(hours=2),
            "planned_at": NOW - timedelta(hours=2), "armed_at": NOW - timedelta(hours=2),
            "message_id": f"<d.{key}@clinic.example>", "state": ReminderState.HELD,
            "last_error": "timed out after 30 s", **values,
        },
    )  # fmt: skip
    row.save()
    return row


def test_a_held_digest_stands_on_the_list_and_counts_on_the_worklist(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    held_digest(clinic, jo)
    said = words(page(client, "/reminders/"))
    for one in (
        "Morning digest of Wed 25 Nov 2026", "Jo Lind", jo.email, "2 tries in all",
        "timed out after 30 s", "It arrived", "Send it again",
    ):  # fmt: skip
        assert one in said, one
    held(clinic, jo)
    assert "2 reminders may not have arrived" in words(page(client, "/"))


def test_it_arrived_settles_it(client: Client, clinic: Clinic, jo: StaffMember) -> None:
    row = held_digest(clinic, jo)
    said = decide(client, row, "arrived")
    assert "Morning digest of Wed 25 Nov 2026: the digest counts as sent." in said
    assert (row.state, row.settled_by, row.sent_at) == (ReminderState.SENT, jo, row.armed_at)


def test_sent_again_it_is_marked_and_still_ends_with_its_day(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    row = held_digest(clinic, jo)
    ends = row.expires_at
    assert "goes out within a minute, marked as a possible repeat" in decide(client, row, "again")
    assert (row.state, row.possible_dup, row.resends) == (ReminderState.PLANNED, True, 1)
    assert row.expires_at == ends


def test_once_its_day_is_over_no_copy_is_offered_and_nobody_needs_to_decide(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    row = held_digest(clinic, jo, expires_at=NOW)
    html = page(client, "/reminders/")
    assert 'value="arrived"' in html and 'value="again"' not in html
    assert "The day of this digest is over" in decide(client, row, "again")
    assert row.state == ReminderState.HELD
    assert recover(NOW - timedelta(seconds=1))["cancelled"] == 0
    assert recover(NOW)["cancelled"] == 1
    row.refresh_from_db()
    assert (row.state, row.settled_at) == (ReminderState.CANCELLED, NOW)


def test_another_clinics_digest_is_not_there(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    other = made.clinic("elsewhere")
    row = held_digest(other, made.staff(other))
    assert "Morning digest" not in page(client, "/reminders/")
    address = reverse("desk:settle_reminder", args=[row.pk])
    assert client.post(address, {"decision": "arrived"}).status_code == 404


def test_what_was_not_sent_this_week_is_listed_with_its_reason(
    client: Client, clinic: Clinic, jo: StaffMember
) -> None:
    held_digest(clinic, jo, state=ReminderState.FAILED, last_error="550 no such mailbox")
    late = NOW - timedelta(days=3)
    held_digest(
        clinic, jo, day=late.date(), state=ReminderState.EXPIRED, not_before=late, last_error=""
    )
    old = NOW - timedelta(days=8)
    held_digest(clinic, jo, day=old.date(), state=ReminderState.FAILED, not_before=old)
    said = words(page(client, "/reminders/"))
    assert "Wed 25 Nov 2026, Jo Lind: 550 no such mailbox" in said
    assert "Sun 22 Nov 2026, Jo Lind: too late to be useful" in said
    assert "17 Nov" not in said
    lead = Client()
    lead.force_login(made.staff(clinic, Role.LEAD, "Lee Marsh"))
    assert "Digests not sent, last 7 days 2 See why" in words(page(lead, "/sending/"))
