"""Claiming in turns: no clinic waits for another's heap."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from cases.models import Membership, Reminder
from cases.workflow.marking import Worker
from cases.workflow.sending import send_due
from cases.workflow.sweeping import sweep
from cases.workflow.taking_turns import Turns
from priorauth.reminders import ReminderState
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline

pytestmark = pytest.mark.django_db


def waiting(number: int, later: timedelta = timedelta()):
    """A clinic with so many planned reminders, and from when on they may go."""
    clinic = a_clinic()
    case = a_case(clinic, a_colleague(clinic))
    due_at = a_deadline(case).next_reminder_at
    for _ in range(number - 1):
        a_deadline(case)
    sweep(due_at)
    Reminder._base_manager.filter(clinic=clinic).update(not_before=due_at + later)
    return clinic, due_at + later


@pytest.fixture
def heap():
    """Sixty that have waited for an hour, and three of another clinic that came just now."""
    large, _ = waiting(60)
    small, now = waiting(3, later=timedelta(hours=1))
    return large, small, now


def test_three_mails_of_one_clinic_are_in_the_first_batch_whatever_waits_in_another(heap):
    large, small, now = heap
    claimed = Turns(Worker(lambda: now)).claim(20)
    assert Counter(row.clinic_id for row in claimed) == {large.pk: 10, small.pk: 3}
    assert {row.state for row in claimed} == {ReminderState.CLAIMED}


def test_a_clinic_alone_gets_the_whole_batch_oldest_first(heap):
    large, small, now = heap
    Reminder._base_manager.filter(clinic=small).delete()
    oldest = Reminder._base_manager.filter(clinic=large).order_by("pk")[45]
    Reminder._base_manager.filter(pk=oldest.pk).update(not_before=now - timedelta(hours=2))
    claimed = Turns(Worker(lambda: now)).claim(20)
    assert len(claimed) == 20
    assert claimed[0].pk == oldest.pk


def test_of_more_clinics_than_a_batch_holds_each_has_had_its_turn_after_one_round():
    clinics = [waiting(4) for _ in range(7)]
    now = clinics[0][1]
    turns = Turns(Worker(lambda: now))
    first, second, third = (Counter(row.clinic_id for row in turns.claim(3)) for _ in range(3))
    assert sorted(first.values()) == sorted(second.values()) == [1, 1, 1]
    assert list(third.values()) == [3]  # the seventh has the last batch of the round for itself
    assert {*first, *second, *third} == {clinic.pk for clinic, _ in clinics}


def test_two_workers_never_hold_the_same_row_and_together_they_take_all(heap):
    _, _, now = heap
    held: list[Reminder] = []
    pair = [Turns(Worker(lambda: now)), Turns(Worker(lambda: now))]
    while found := [row for turns in pair for row in turns.claim(5)]:
        held += found
    assert len(held) == len({row.pk for row in held}) == 63


def test_what_has_expired_or_may_not_go_yet_is_not_taken(heap):
    large, small, now = heap
    Reminder._base_manager.filter(clinic=large).update(expires_at=now)
    Reminder._base_manager.filter(clinic=small).update(not_before=now + timedelta(seconds=1))
    assert Turns(Worker(lambda: now)).claim(20) == []


_MANY_MORE = """
INSERT INTO cases_reminder (id, clinic_id, deadline_id, rung, rungs, recipient_id, due_at,
    expires_at, state, lease_owner, not_before, attempts, resends, possible_dup, message_id,
    body_sha256, smtp_text, last_error, planned_at)
SELECT gen_random_uuid(), clinic_id, deadline_id, 100 + n, rungs, recipient_id, due_at, expires_at,
    'planned', '', not_before, 0, 0, false, 'many-' || n, '', '', '', planned_at
FROM generate_series(1, 30000) n,
    (SELECT * FROM cases_reminder WHERE clinic_id = %s LIMIT 1) AS one"""


@pytest.mark.postgres
def test_who_waits_and_what_is_claimed_is_read_from_the_index_of_each_clinic(heap):
    _, _, now = heap
    asked: list[str] = []

    def explained(execute, sql, params, many, context):
        if "cases_reminder WHERE clinic_id" in sql:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}", params)
                asked.append("\n".join(line for (line,) in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        cursor.execute(_MANY_MORE, [heap[0].pk])
        cursor.execute("ANALYZE cases_reminder")
    with connection.execute_wrapper(explained):
        Turns(Worker(lambda: now)).claim(20)
    assert len(asked) == 2
    for plan in asked:
        assert "Index Scan using reminder_waiting" in plan
        assert "reminder_to_send" not in plan


def test_what_was_claimed_is_what_the_models_say_and_the_rest_is_read_when_asked_for(heap):
    *_, now = heap
    gone = Membership._base_manager.filter(clinic=heap[1])
    gone.update(is_active=False)
    for row in Turns(Worker(lambda: now)).claim(20):
        kept = Reminder._base_manager.get(pk=row.pk)
        for made, model in (
            (row, kept),
            (row.clinic, kept.clinic),
            (row.recipient, kept.recipient),
            (row.deadline, kept.deadline),
            (row.deadline.request, kept.deadline.request),
        ):
            assert made == model
            loaded = {key: value for key, value in made.__dict__.items() if key[0] != "_"}
            assert loaded.pop("is_living", None) in (None, row.clinic_id != heap[1].pk)
            assert len(loaded) >= 2
            assert loaded == {key: model.__dict__[key] for key in loaded}
            for field in model._meta.concrete_fields:
                assert getattr(made, field.attname) == getattr(model, field.attname)


def test_what_was_claimed_comes_with_all_that_sending_it_reads(
    heap, django_assert_max_num_queries, settings, tmp_path
):
    _, _, now = heap
    settings.MAIL_FOLDER = tmp_path
    Reminder._base_manager.filter(clinic=heap[1]).delete()
    # Who waits, the claim, the rows; then the fence and the mark of each mail.
    with django_assert_max_num_queries(6 + 2 * 10):
        assert send_due(lambda: now, limit=10) == {"sent": 10}
