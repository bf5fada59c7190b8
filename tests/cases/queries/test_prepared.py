"""What PostgreSQL is told once: the same rows as asked in full, of the clinic that asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from cases.queries import prepared, worklist
from cases.queries.worklist import Filters
from priorauth.terms import OwedBy
from tests.cases.desk import made
from tests.cases.desk.made import NOW, ZONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

OFTEN = prepared.PLAIN_FIRST + 2
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _a_connection_of_its_own() -> Iterator[None]:
    connection.close()
    yield
    connection.close()


def asked(sql: str, given: list, times: int = OFTEN) -> tuple[list[list[tuple]], list[str]]:
    """The rows of each time, and what the database was asked."""
    with CaptureQueriesContext(connection) as queries:
        found = [prepared.rows(sql, given) for _ in range(times)]
    return found, [query["sql"] for query in queries]


def test_a_select_is_told_once_it_is_asked_again_and_its_rows_stay_the_same() -> None:
    at = datetime(2026, 11, 29, 12, tzinfo=UTC)
    found, said = asked(
        "SELECT %s AS n, %s AS at, %s AS word, %s AS yes, 'a%%' LIKE %s", [7, at, "a", True, "a%"]
    )
    assert found == [[(7, at, "a", True, True)]] * OFTEN
    assert [sql.startswith("EXECUTE") for sql in said] == [False] * prepared.PLAIN_FIRST + [
        True
    ] * 2


def test_without_values_too() -> None:
    found, said = asked("SELECT 1", [])
    assert found == [[(1,)]] * OFTEN
    assert said[-1].startswith("EXECUTE")


def test_the_worklist_of_each_clinic_is_its_own_over_one_connection() -> None:
    here, there = made.clinic(), made.clinic("elsewhere")
    mine = {}
    for clinic, side in ((here, OwedBy.CLINIC), (there, OwedBy.PAYER)):
        with scope(clinic=clinic):
            request = made.request(clinic)
            mine[clinic.pk] = [
                made.deadline(request, act=NOW + n * DAY, owed_by=side).pk for n in range(3)
            ]
    for _ in range(OFTEN):
        for clinic in (here, there):
            with scope(clinic=clinic), CaptureQueriesContext(connection) as queries:
                found = worklist.read(Filters(), now=NOW, zone=ZONE)
            assert [row["id"] for row in found.rows] == mine[clinic.pk]
            assert sum(found.counts.values()) == 3
    assert any(query["sql"].startswith("EXECUTE") for query in queries)


def test_a_later_hour_puts_the_same_rows_into_other_groups() -> None:
    clinic = made.clinic()
    with scope(clinic=clinic):
        made.deadline(made.request(clinic), act=NOW + 30 * DAY)
        for _ in range(OFTEN):
            soon = worklist.read(Filters(), now=NOW, zone=ZONE)
            late = worklist.read(Filters(), now=NOW + 60 * DAY, zone=ZONE)
            assert {group for group, many in soon.counts.items() if many} == {
                row["group"] for row in soon.rows
            }
            assert [row["group"] for row in soon.rows] != [row["group"] for row in late.rows]


def test_names_that_a_pool_has_forgotten_cost_no_rows() -> None:
    asked("SELECT %s + 1", [1])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    found, said = asked("SELECT %s + 1", [1])
    assert found == [[(2,)]] * OFTEN
    assert not said[-1].startswith("EXECUTE")


def test_what_another_told_the_same_connection_of_a_pool_is_known() -> None:
    for _ in range(prepared.PLAIN_FIRST):
        prepared.rows("SELECT %s + 2", [1])
    name = prepared.name_for("SELECT %s + 2", [20])
    with connection.cursor() as cursor:
        cursor.execute(f"PREPARE {name}(bigint) AS SELECT $1 + 2")
    found, said = asked("SELECT %s + 2", [1])
    assert found == [[(3,)]] * OFTEN
    assert all(sql.startswith("EXECUTE") for sql in said)


def test_a_column_that_got_another_type_costs_no_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE told (size integer)")
        cursor.execute("INSERT INTO told VALUES (5)")
    asked("SELECT size FROM told WHERE size > %s", [1])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE told ALTER size TYPE text")
        cursor.execute("ALTER TABLE told ADD wide integer DEFAULT 3")
        cursor.execute("ALTER TABLE told RENAME size TO word")
        cursor.execute("ALTER TABLE told RENAME wide TO size")
        cursor.execute("ALTER TABLE told ALTER size TYPE bigint")
    found, _ = asked("SELECT size FROM told WHERE size > %s", [1])
    assert found == [[(3,)]] * OFTEN


def test_any_other_error_is_told() -> None:
    asked("SELECT 1 / %s", [1])
    with pytest.raises(DatabaseError, match="division by zero"):
        prepared.rows("SELECT 1 / %s", [0])


def test_inside_a_transaction_nothing_is_kept() -> None:
    with transaction.atomic():
        _, said = asked("SELECT %s", [1])
    assert not any(sql.startswith("EXECUTE") for sql in said)


def test_a_connection_keeps_only_so_many() -> None:
    for number in range(prepared.KEPT + 5):
        asked(f"SELECT {number} + %s", [1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (prepared.KEPT,)
    found, said = asked("SELECT 1000 + %s", [1])
    assert found == [[(1001,)]] * OFTEN
    assert not said[-1].startswith("EXECUTE")
