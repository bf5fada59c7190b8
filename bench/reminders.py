"""How long the sweep takes for what is due among many deadlines, beside what SQL alone would need.

    DATABASE_URL=postgres://... python bench/reminders.py --deadlines 1000000 --due 10000 --rounds 5

Deadlines of 20 invented clinics are written first, when that many are not there; the due ones lie
scattered over the whole table. By turns in one run, each time from the same state, vacuumed:

    sql_batch   pick with SKIP LOCKED, UPDATE the hint, INSERT one outbox row; 500 a commit
    sweep       the real one: ladder, recipients, hints, superseded rungs; 500 a commit
    one by one  the same as sql_batch for one row at a time: the least that any loop costs
    a loop      the real work one deadline at a time, each in a transaction of its own

`idle` is a sweep with nothing due. Figures are medians; only ratios of one run mean anything. Use a
database of its own: its outbox is emptied at each turn.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction

from cases.models import (
    Clinic,
    Coverage,
    Deadline,
    Membership,
    Patient,
    Payer,
    Plan,
    PriorAuthRequest,
    Reminder,
    StaffMember,
)
from cases.workflow.sweeping import sweep

NOW = datetime(2026, 6, 15, 13, tzinfo=UTC)  # a Monday, 09:00 in New York
CLINICS = 20
CASES_EACH = 500
LOOP = 1000
"""How many the one-row loop is given: it is timed by the row, and its cost grows with the rows."""

PICK = """SELECT id FROM cases_deadline WHERE next_reminder_at <= %s
          ORDER BY next_reminder_at, id LIMIT {} FOR UPDATE SKIP LOCKED"""
CLAIM = f"""
WITH picked AS ({PICK}), moved AS (
    UPDATE cases_deadline d SET next_reminder_at = %s FROM picked WHERE d.id = picked.id
    RETURNING d.id, d.clinic_id, d.request_id)
INSERT INTO cases_reminder (id, clinic_id, deadline_id, rung, rungs, recipient_id, due_at,
    expires_at, state, lease_owner, not_before, attempts, resends, possible_dup, message_id,
    body_sha256, smtp_text, last_error, planned_at)
SELECT u.id, m.clinic_id, m.id, 1, 6, r.assigned_to_id, %s, %s, 'planned', '', %s, 0, 0, false,
    '<r.' || u.id || '@localhost>', '', '', '', %s
FROM moved m JOIN cases_priorauthrequest r ON r.id = m.request_id,
    LATERAL (SELECT gen_random_uuid() AS id, m.id AS whose) u
ON CONFLICT DO NOTHING"""


def main() -> None:
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--deadlines", type=int, default=1_000_000)
    asked.add_argument("--due", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=5)
    options = asked.parse_args()
    if connection.vendor != "postgresql":
        sys.exit("Set DATABASE_URL to a PostgreSQL database made for this bench.")
    call_command("migrate", verbosity=0)
    make(options.deadlines)
    report(options.deadlines, options.due, options.rounds)


def make(size: int) -> None:
    """Write `size` deadlines of many dates and kinds, unless that many are there."""
    if Deadline._base_manager.count() == size:
        return
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cases_reminder, cases_deadline, cases_clinic CASCADE")
    for number in range(CLINICS):
        _clinic(number)
    with connection.cursor() as cursor:
        cursor.execute(_DEADLINES, {"now": NOW, "size": size})
        cursor.execute("VACUUM ANALYZE")


def _clinic(number: int) -> None:
    clinic = Clinic.objects.create(slug=f"bench-{number}", name=f"Clinic {number}")
    team = []
    for role in ("biller", "biller", "lead", "owner"):
        name = f"bench-{number}-{len(team)}"
        person, _ = StaffMember.objects.get_or_create(
            username=name, defaults={"email": f"{name}@clinic.example", "password": "!"}
        )
        Membership._base_manager.create(clinic=clinic, staff=person, role=role)
        team.append(person)
    payer = Payer._base_manager.create(clinic=clinic, name="Payer")
    plan = Plan._base_manager.create(clinic=clinic, payer=payer, name="Plan")
    patient = Patient._base_manager.create(
        clinic=clinic, first_name="Maren", last_name="Testperson", birth_date=date(1980, 2, 3)
    )
    coverage = Coverage._base_manager.create(
        clinic=clinic, patient=patient, plan=plan, member_id="XYZ123456"
    )
    PriorAuthRequest._base_manager.bulk_create(
        PriorAuthRequest(
            clinic=clinic,
            patient=patient,
            coverage=coverage,
            assigned_to=team[case % 2],
            opened_at=NOW,
        )
        for case in range(CASES_EACH)
    )


# Seven of ten are day clocks of the clinic, two wait for the payer, one is an hour clock. Each that
# is made due has a rung behind it: days are closed at the last second of a day in New York.
_DEADLINES = """
INSERT INTO cases_deadline (clinic_id, request_id, key, revision, kind, item, owed_by, rule,
    proceeding, started_at, chase_at, working_at, legal_at, due_at, act_at, is_believed, standing,
    computed_at, derivation, next_reminder_at, reminder_problem)
SELECT r.clinic_id, r.id, 'bench-' || n, 1,
    CASE n %% 10 WHEN 0 THEN 'by_hand' WHEN 1 THEN 'pa_decision' WHEN 2 THEN 'pa_decision'
        ELSE 'appeal_filing' END, '',
    CASE WHEN n %% 10 IN (1, 2) THEN 'payer' ELSE 'clinic' END, 'bench', '',
    s.started, CASE WHEN n %% 10 IN (1, 2) THEN s.due - interval '4 days' END,
    CASE WHEN n %% 10 > 2 THEN s.due - interval '1 day' * (1 + n %% 13) END,
    CASE WHEN n %% 10 > 0 THEN s.due END, s.due, s.due, false, 'running', s.started,
    jsonb_build_object('rule', repeat('x', 300)), %(now)s + interval '1 hour' * (1 + n %% 2000), ''
FROM generate_series(1, %(size)s) AS n
JOIN (SELECT row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS of, id, clinic_id
      FROM cases_priorauthrequest) r ON r.place = (n * 7919::bigint) %% r.of,
LATERAL (SELECT
    CASE WHEN n %% 10 = 0 THEN %(now)s::timestamptz + interval '1 minute' * (n / 10 %% 200 + 1)
         ELSE timestamptz '2026-06-16 03:59:59+00' + interval '1 day'
              * (ARRAY[0, 1, 3, 7])[1 + (n / 10 + n / 100) %% 4] END AS due,
    CASE WHEN n %% 10 = 0 THEN %(now)s::timestamptz - interval '1 minute' * (1500 + n / 10 %% 900)
         ELSE %(now)s::timestamptz - interval '1 minute' * (50000 + n %% 20000) END AS started) s
"""


def report(size: int, due: int, rounds: int) -> None:
    """Print one table."""
    jobs: dict[str, tuple[int, Callable[[], object]]] = {
        "sql_batch": (due, lambda: _claim(500)),
        "sweep": (due, lambda: sweep(NOW)),
        "one by one": (min(due, LOOP), lambda: _claim(1)),
        "a loop": (min(due, LOOP), lambda: sweep(NOW, batch=1)),
    }
    times: dict[str, list[float]] = {name: [] for name in [*jobs, "idle"]}
    for turn in range(rounds + 1):
        for name, (many, job) in jobs.items():
            _reset(size, many)
            took = _timed(job)
            assert _written() >= many * 0.99, (name, _written())
            if turn:
                times[name].append(took / many)
        _reset(size, 0)
        idle = statistics.median(_timed(lambda: sweep(NOW)) for _ in range(50))
        if turn:
            times["idle"].append(idle)
    medians = {name: statistics.median(found) for name, found in times.items()}
    floor, swept = medians["sql_batch"], medians["sweep"]
    print(f"{size:,} open deadlines, {due:,} due, medians of {rounds} rounds")
    print(f"{'':14}{'us a row':>10}{'rows/s':>10}{'x sql_batch':>13}")
    for name in jobs:
        one = medians[name]
        print(f"{name:14}{one * 1e6:10.1f}{1 / one:10,.0f}{one / floor:13.2f}")
    for name in ("one by one", "a loop"):
        print(f"{name} / sweep: {medians[name] / swept:.1f}")
    print(f"idle sweep: {medians['idle'] * 1000:.2f} ms")


def _timed(job: Callable[[], object]) -> float:
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def _written() -> int:
    return Reminder._base_manager.count()


def _claim(batch: int) -> None:
    statement = CLAIM.format(batch)
    later = NOW + timedelta(days=1)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [NOW, later, NOW, later, NOW, NOW])
            if cursor.rowcount < batch:
                return


def _reset(size: int, due: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cases_reminder CASCADE")
        cursor.execute(
            "UPDATE cases_deadline SET next_reminder_at = %s + interval '1 hour' * (1 + id %% 2000)"
            " WHERE next_reminder_at IS NULL OR next_reminder_at <= %s",
            [NOW, NOW],
        )
        if due:
            # Scattered: every so many rows one, with a hint of the last half hour.
            cursor.execute(
                "UPDATE cases_deadline SET next_reminder_at = %s - interval '1 second' *"
                " (id %% 1800), reminder_problem = '' WHERE key IN (SELECT 'bench-' ||"
                " 1 + (n * %s + n %% 10) FROM generate_series(0, %s) n)",
                [NOW, size // due, due - 1],
            )
        cursor.execute("VACUUM ANALYZE cases_deadline")
        cursor.execute("CHECKPOINT")


if __name__ == "__main__":
    main()
