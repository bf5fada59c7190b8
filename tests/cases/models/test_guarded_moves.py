"""The database itself refuses a move that is not in the table, whoever writes."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, connection, transaction

from cases.models import CaseEvent, Digest, PatientMail, Reminder, guarded_moves
from priorauth.reminders import ReminderState
from priorauth.terms import EventKind
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline

pytestmark = pytest.mark.django_db

GUARDED = ["cases_reminder", "cases_digest", "cases_patientmail"]
NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
# By hand, from section 4.2 of the design, not from the table that the trigger is made of.
ALLOWED = [
    "planned>claimed",
    "planned>cancelled",
    "planned>superseded",
    "planned>expired",
    "claimed>armed",
    "claimed>planned",
    "claimed>failed",
    "claimed>cancelled",
    "claimed>superseded",
    "armed>sent",
    "armed>planned",
    "armed>failed",
    "armed>uncertain",
    "uncertain>sent",
    "uncertain>planned",
    "uncertain>held",
    "held>sent",
    "held>planned",
    "held>cancelled",
    "held>superseded",
    "sent>bounced",
]
STATES = [
    "planned",
    "claimed",
    "armed",
    "sent",
    "uncertain",
    "held",
    "failed",
    "cancelled",
    "superseded",
    "expired",
    "bounced",
]


def an_event(case):
    return CaseEvent._base_manager.create(
        clinic=case.clinic,
        request=case,
        kind=EventKind.DETERMINED,
        zone="America/New_York",
        learned_at=NOW,
    )


@pytest.fixture(params=[Reminder, Digest, PatientMail])
def row(request):
    clinic = a_clinic()
    biller = a_colleague(clinic)
    case = a_case(clinic, biller)
    deadline = a_deadline(case, started_at=NOW, due_at=NOW + timedelta(days=9))
    own = {
        Reminder: {"deadline": deadline, "rung": 1, "rungs": 3, "recipient": biller},
        Digest: {"day": NOW.date(), "recipient": biller},
        PatientMail: {"request": case, "event": an_event(case), "kind": "news", "wording": "news"},
    }
    return request.param._base_manager.create(
        clinic=clinic,
        **own[request.param],
        due_at=NOW,
        expires_at=NOW + timedelta(days=30),
        not_before=NOW,
        message_id="<r.1@test>",
        planned_at=NOW,
    )


def put(row, state):
    """Into a state however it got there: delete and insert, as a restore would."""
    type(row)._base_manager.filter(pk=row.pk).delete()
    row.state = state
    row.save(force_insert=True)


def move(row, state):
    """By raw SQL, past all our code; whether the database went along."""
    key = row.pk if connection.vendor == "postgresql" else row.pk.hex
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            table = row._meta.db_table
            cursor.execute(f"UPDATE {table} SET state = %s WHERE id = %s", [state, key])
            return cursor.rowcount == 1
    except IntegrityError as error:
        assert "no such move of a reminder" in str(error)
        return False


def test_every_pair_of_states_moves_only_as_the_table_says(row):
    assert sorted(STATES) == sorted(str(state) for state in ReminderState)
    went = set()
    for old, new in itertools.permutations(STATES, 2):
        put(row, old)
        if move(row, new):
            went.add(f"{old}>{new}")
    assert went == set(ALLOWED)


@pytest.mark.parametrize("state", STATES)
def test_a_row_may_be_written_without_moving(row, state):
    put(row, state)
    assert move(row, state)


def test_a_lost_trigger_is_told_by_the_check_and_comes_back_with_the_next_migration(row):
    guarded_moves.remove(connection)
    found = [one.id for one in run_checks(databases=["default"]) if one.id == "cases.W004"]
    assert found == ["cases.W004"] * 3  # one for each table
    assert move(row, "sent")  # nothing else in the database would have stopped it
    guarded_moves.install(connection)
    assert guarded_moves.unguarded(connection) == []
    assert not any(one.id == "cases.W004" for one in run_checks(databases=["default"]))


def test_a_trigger_of_an_older_table_of_moves_is_replaced(row, monkeypatch):
    monkeypatch.setitem(guarded_moves.MOVES, ReminderState.SENT, frozenset())
    assert guarded_moves.unguarded(connection) == GUARDED
    guarded_moves.install(connection)
    put(row, "sent")
    assert not move(row, "bounced")
    assert len(guarded_moves.installed(connection)[row._meta.db_table]) == 1


def test_tables_that_are_not_there_yet_are_passed_over():
    guarded_moves.install(connection, ("cases_reminder", "cases_not_yet"))
    assert set(guarded_moves.installed(connection)) == set(GUARDED)


@pytest.mark.django_db(transaction=True)
def test_a_rebuilt_table_is_guarded_again_after_the_migration():
    from django.core.management import call_command
    from django.db import models

    field = models.CharField(max_length=3, default="")
    field.set_attributes_from_name("for_a_moment")
    with connection.schema_editor() as editor:
        editor.add_field(Reminder, field)
        editor.remove_field(Reminder, field)
    lost = ["cases_reminder"] if connection.vendor == "sqlite" else []  # only SQLite rebuilds
    assert guarded_moves.unguarded(connection) == lost
    call_command("migrate", verbosity=0)
    assert guarded_moves.unguarded(connection) == []
