"""The digest lists what the worklist shows as due by today, in the same order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django_scopes import scope

from cases.queries import digest, worklist
from cases.queries.digest import due_today
from cases.queries.worklist import Filters, Whose
from cases.queries.worklist_shelves import Group
from priorauth.terms import ClockKind, OwedBy, Role, Standing
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)  # Thursday, 08:00 in New York
ZONE = "America/New_York"


@pytest.fixture
def clinic():
    made = a_clinic()
    with scope(clinic=made):
        yield made


def some_of_everything(case):
    """Two rows of each group and a stopped clock, written in no order."""
    for days in (3, -2, 40, 0, -9, 12, 6):
        due = NOW + timedelta(days=days, minutes=5)
        a_deadline(case, due_at=due, legal_at=due, act_at=due, working_at=None)
        theirs = {"owed_by": OwedBy.PAYER, "legal_at": None, "working_at": None}
        a_deadline(case, kind=ClockKind.PROMISE, due_at=due, act_at=due, **theirs)
    a_deadline(case, act_at=NOW - timedelta(days=1), standing=Standing.TOLLED)
    a_deadline(case, act_at=NOW - timedelta(days=5), standing=Standing.MET)


def test_rows_order_and_counts_are_those_of_the_worklist(clinic):
    some_of_everything(a_case(clinic))
    shown = worklist.read(Filters(), now=NOW, zone=ZONE)
    found = due_today(None, now=NOW, zone=ZONE)
    due = [row for row in shown.rows if row["group"] in digest.DUE]
    assert [(row["id"], row["group"]) for row in found.rows] == [
        (row["id"], row["group"]) for row in due
    ]
    # By hand: overdue 2 days and 9 days ago; two promises; of today's pair ours ends by law, the
    # other is a promise; and the stopped clock.
    assert found.counts == dict.fromkeys(digest.DUE, 0) | {
        Group.LIMIT: 1, Group.OVERDUE: 2, Group.BROKEN: 2, Group.TODAY: 2, Group.WEEK: 4
    }  # fmt: skip
    assert found.counts == {group: shown.counts[group] for group in found.counts}


def test_one_persons_digest_is_what_they_see_under_mine(clinic):
    biller, other = a_colleague(clinic), a_colleague(clinic, Role.LEAD)
    some_of_everything(a_case(clinic, biller))
    some_of_everything(a_case(clinic, other))
    some_of_everything(a_case(clinic))
    mine = worklist.read(Filters(staff_id=biller.pk, whose=Whose.MINE), now=NOW, zone=ZONE)
    found = due_today({biller.pk}, now=NOW, zone=ZONE)
    assert [row["id"] for row in found.rows] == [row["id"] for row in mine.rows[:7]]
    assert len(due_today({biller.pk, other.pk}, now=NOW, zone=ZONE).rows) == 14
    assert len(due_today(None, now=NOW, zone=ZONE).rows) == 21


def test_the_first_thirty_are_listed_and_all_are_counted(clinic):
    case = a_case(clinic)
    for minute in range(40):
        at = NOW - timedelta(days=3, minutes=-minute)
        a_deadline(case, due_at=at, legal_at=at, act_at=at)
    found = due_today(None, now=NOW, zone=ZONE)
    assert len(found.rows) == 30
    assert found.counts[Group.OVERDUE] == 40
    assert found.rows[0]["due_at"] == NOW - timedelta(days=3)


def test_another_clinic_is_not_seen(clinic):
    elsewhere = a_clinic()
    with scope(clinic=elsewhere):
        some_of_everything(a_case(elsewhere))
    assert due_today(None, now=NOW, zone=ZONE).rows == []


def test_three_queries_whatever_there_is(clinic, django_assert_num_queries):
    some_of_everything(a_case(clinic))
    with django_assert_num_queries(3):
        due_today(None, now=NOW, zone=ZONE)
