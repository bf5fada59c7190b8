"""What is told to the database past the ORM: it counts once, in order, and before the next mail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import (
    DatabaseError,
    DataError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)

from cases.mail import faultpoints
from cases.mail.outcomes import Delivered, Withdrawn
from cases.models import Digest, Reminder
from cases.queries import prepared
from cases.workflow import marking
from cases.workflow.digesting import plan_digests
from cases.workflow.mark_statements import MarkStatement
from cases.workflow.marking import Worker
from cases.workflow.sending import send_due
from cases.workflow.sweeping import sweep
from cases.workflow.taking_turns import Turns
from priorauth.reminders import ReminderState
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline, reminders

pytestmark = pytest.mark.django_db(transaction=True)

S = ReminderState
NAMED = MarkStatement("UPDATE cases_clinic SET name = %s WHERE slug = %s")
END = "pg_terminate_backend(pg_backend_pid())"
ENDED = MarkStatement(f"{NAMED.text} AND {END}")


@pytest.fixture(autouse=True)
def _a_connection_of_its_own():
    """What one test cuts off, the next does not meet."""
    yield
    connection.close()


@pytest.fixture
def due_at():
    clinic = a_clinic()
    case = a_case(clinic, a_colleague(clinic))
    *_, deadline = (a_deadline(case) for _ in range(3))
    sweep(deadline.next_reminder_at)
    return deadline.next_reminder_at


class Line:
    """A transport that delivers; after each arming it looks at the whole outbox."""

    def __init__(self, before=lambda: None, after=lambda: None):
        self.before, self.after = before, after
        self.seen: list[list[str]] = []

    def deliver(self, mail, arm):
        self.before()
        if arm() <= 0:
            return Withdrawn()
        self.seen.append(states())
        self.after()
        return Delivered()

    def ready(self):
        pass

    def close(self):
        pass


def elsewhere(work):
    """Do `work` over another connection to the database, and wait for it."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def cut():
    """This connection's process at the database ends."""
    pid = connection.connection.info.backend_pid

    def end():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    elsewhere(end)


@contextmanager
def held(row) -> Iterator[None]:
    """Somebody else has locked it: what is begun on it does not end."""
    is_held, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            type(row)._base_manager.select_for_update().get(pk=row.pk)
            is_held.set()
            let_go.wait(30)

    holder = threading.Thread(target=lambda: elsewhere(hold))
    holder.start()
    try:
        assert is_held.wait(30)
        yield
    finally:
        let_go.set()
        holder.join()


def only_read():
    """From now on this connection refuses to write, as when the database is a standby."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")


def states(model=Reminder):
    return sorted(model._base_manager.values_list("state", flat=True))


def test_it_says_whether_a_row_was_changed():
    clinic = a_clinic(slug="near")
    assert NAMED.changed("Far Clinic, 100 % ours", "near")
    assert not NAMED.changed("Nobody's", "nowhere")
    clinic.refresh_from_db()
    assert clinic.name == "Far Clinic, 100 % ours"


@pytest.mark.postgres
def test_what_the_database_refuses_is_raised_and_the_next_one_works():
    a_clinic(slug="near")
    with pytest.raises(DataError):
        NAMED.changed("x" * 10_000, "near")
    assert NAMED.changed("Far Clinic", "near")


@pytest.mark.postgres
def test_a_database_behind_a_pool_that_keeps_no_names_is_told_all_each_time(monkeypatch):
    a_clinic(slug="near")
    monkeypatch.setattr(prepared, "is_told", lambda *told: False)
    assert NAMED.begin("Far Clinic", "near") is None
    assert NAMED.changed("Far Clinic", "near")


@pytest.mark.postgres
def test_names_that_a_pool_has_forgotten_cost_no_mail_its_mark():
    """As behind a pool that gives each statement another connection to the database."""
    clinic = a_clinic(slug="near")
    for work in (NAMED.changed, lambda *told: NAMED.begin(*told).changed()):
        connection.close()
        assert NAMED.changed("Near Clinic", "near")
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        assert work("Far Clinic", "near")
        clinic.refresh_from_db()
        assert clinic.name == "Far Clinic"
        assert NAMED.begin("Far Clinic", "near") is None
        assert NAMED.changed("Near Clinic", "near")


@pytest.mark.postgres
def test_one_begun_is_done_without_anybody_waiting_and_says_so_when_asked():
    clinic = a_clinic(slug="near")
    begun = NAMED.begin("Far Clinic", "near")
    assert begun is not None
    assert begun.changed()
    clinic.refresh_from_db()
    assert clinic.name == "Far Clinic"
    assert not NAMED.begin("Nobody's", "nowhere").changed()


def test_no_mail_is_armed_before_the_one_before_it_is_written_down_as_sent(due_at):
    line = Line()
    assert send_due(lambda: due_at, transport=line) == {"sent": 3}
    assert line.seen == [
        [S.ARMED, S.CLAIMED, S.CLAIMED],
        [S.ARMED, S.CLAIMED, S.SENT],
        [S.ARMED, S.SENT, S.SENT],
    ]
    assert {row.state for row in reminders()} == {S.SENT}


@pytest.mark.parametrize("point", ["F8", "F9"])
def test_each_mail_passes_the_points_around_its_record_once(due_at, monkeypatch, point):
    reached = []
    monkeypatch.setattr(faultpoints, "strike", reached.append)
    send_due(lambda: due_at, transport=Line())
    assert reached.count(point) == 3


@pytest.mark.postgres
def test_a_record_under_way_when_the_connection_is_cut_is_written_once_more(due_at):
    worker = Worker(lambda: due_at)
    row, *_ = Turns(worker).claim(3)
    assert marking.arm(worker, row, "a" * 64) > 0
    with held(row):  # it waits for the row, so the cut comes before it is done
        assert marking.record(worker, row, Delivered()) == ""
        cut()
    marking.read_record(worker)
    assert worker.counts == {"sent": 1}
    row.refresh_from_db()
    assert row.state == S.SENT


@pytest.mark.postgres
@pytest.mark.parametrize("is_known", [True, False])
def test_a_connection_cut_under_a_statement_is_the_databases_fault(monkeypatch, is_known):
    a_clinic(slug="near")
    if not is_known:
        monkeypatch.setattr(prepared, "is_told", lambda *told: False)
    with pytest.raises(OperationalError):
        ENDED.changed("Far Clinic", "near")
    connection.close()
    assert NAMED.changed("Far Clinic", "near")


@pytest.mark.postgres
@pytest.mark.parametrize("is_known", [True, False])
def test_a_connection_found_cut_is_the_databases_fault(monkeypatch, is_known):
    a_clinic(slug="near")
    if not is_known:
        monkeypatch.setattr(prepared, "is_told", lambda *told: False)
    assert NAMED.changed("Near Clinic", "near")
    cut()
    with pytest.raises(OperationalError):
        NAMED.changed("Far Clinic", "near")
    connection.close()
    assert NAMED.changed("Far Clinic", "near")


@pytest.mark.postgres
def test_a_record_whose_connection_is_found_cut_is_written_once_more(due_at, monkeypatch):
    """As behind a pool that keeps no names: nothing is begun, each is waited for."""
    monkeypatch.setattr(prepared, "is_told", lambda *told: False)
    cuts = iter([cut])
    line = Line(after=lambda: next(cuts, lambda: None)())
    assert send_due(lambda: due_at, transport=line) == {"sent": 3}


@pytest.mark.parametrize(
    "fault", [OperationalError, InterfaceError, InternalError, DatabaseError, ProgrammingError]
)
def test_a_fault_of_the_database_gives_up_no_mail(due_at, fault):
    """Here when one is armed: it may be the fault of the record before it."""

    def broken():
        raise fault("not now")

    with pytest.raises(fault):
        send_due(lambda: due_at, transport=Line(before=broken))
    assert states() == [S.CLAIMED, S.CLAIMED, S.CLAIMED]


def test_a_value_that_the_database_refuses_gives_up_that_mail_alone(due_at):
    faults = iter([DataError("too long")])

    def broken():
        for fault in faults:
            raise fault

    assert send_due(lambda: due_at, transport=Line(before=broken)) == {"failed": 1, "sent": 2}


@pytest.mark.postgres
@pytest.mark.parametrize("is_known", [True, False])
def test_a_record_refused_since_the_database_only_reads_is_written_over_a_new_connection(
    due_at, monkeypatch, is_known
):
    if not is_known:
        monkeypatch.setattr(prepared, "is_told", lambda *told: False)
    refusals = iter([only_read])
    line = Line(after=lambda: next(refusals, lambda: None)())
    assert send_due(lambda: due_at, transport=line) == {"sent": 3}


@pytest.mark.postgres
def test_a_database_that_only_reads_gives_up_no_mail(due_at, monkeypatch):
    """The failover takes longer than the record is insisted on: leases sort it out."""

    def fail_over():
        options = connection.settings_dict["OPTIONS"]
        monkeypatch.setitem(options, "options", "-c default_transaction_read_only=on")
        only_read()

    with pytest.raises(InternalError):
        send_due(lambda: due_at, transport=Line(after=fail_over))
    monkeypatch.undo()
    connection.close()
    assert states() == [S.ARMED, S.CLAIMED, S.CLAIMED]


@pytest.mark.postgres
def test_a_record_that_is_written_over_a_new_connection_breaks_no_later_mail(monkeypatch):
    """A digest is looked up before it is written, and that look must not be what waits for it."""
    now = datetime(2026, 4, 30, 12, tzinfo=UTC)  # Thursday, 08:00 in New York
    clinic = a_clinic(sends_digest=True, next_digest_at=now)
    staff = [a_colleague(clinic, email=f"{name}@clinic.example") for name in ("jo", "kim", "sam")]
    for one in staff:
        a_deadline(
            a_case(clinic, one),
            **dict.fromkeys(("due_at", "act_at"), now + timedelta(hours=5)),
            next_reminder_at=None,
        )
    plan_digests(now)
    begin, begun = MarkStatement.begin, []

    def begin_and_cut(statement, *values):
        if begun:
            return begin(statement, *values)
        with held(Digest._base_manager.get(state=S.ARMED)):
            begun.append(begin(statement, *values))
            cut()
        return begun[0]

    monkeypatch.setattr(MarkStatement, "begin", begin_and_cut)
    assert send_due(lambda: now, transport=Line()) == {"sent": 3}
    assert states(Digest) == [S.SENT] * 3


@pytest.mark.postgres
def test_the_last_record_is_waited_for_when_the_next_mail_breaks_the_run(due_at):
    class Killed(BaseException):
        pass

    mails = []

    def second_dies():
        mails.append(1)
        if len(mails) == 2:
            raise Killed

    with pytest.raises(Killed):
        send_due(lambda: due_at, transport=Line(before=second_dies))
    assert states() == [S.CLAIMED, S.CLAIMED, S.SENT]


@pytest.mark.postgres
def test_a_row_that_somebody_else_took_meanwhile_is_counted_as_lost(due_at):
    def taken():
        rows = Reminder._base_manager.filter(state=S.ARMED)
        rows.update(state=S.UNCERTAIN)
        Reminder._base_manager.filter(state=S.UNCERTAIN).update(
            state=S.PLANNED, lease_owner="", not_before=due_at + timedelta(days=1)
        )

    assert send_due(lambda: due_at, transport=Line(after=taken)) == {"lost": 3}
