"""Send what is due over a few kept connections: claim, look again, write, arm, hand over, record.

Each connection is a thread with a claim, a transport and a database connection of its own, so that
while one waits for the mail server or the disk another builds its mail. They share how many may go,
how long, and what became of them. SQLite, where one writes at a time, gets one connection.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DataError, Error, IntegrityError, connection
from django.utils import timezone

from cases.mail.faultpoints import reach
from cases.mail.outcomes import OutgoingMail, Refused, Transport, Unknown
from cases.mail.plain_mail import UnfitForMail, sender_address
from cases.mail.reminder_mail import ReminderMail, build
from cases.mail.transport import open_transport
from cases.models import Digest, PatientMail, Reminder
from cases.models.outbox import OUTBOX, Mail
from cases.workflow import digest_writing, marking, patient_writing, stopping
from cases.workflow.marking import Clock, Worker
from cases.workflow.taking_turns import Turns
from priorauth.reminders import ReminderState, urgency_word
from priorauth.terms import ClockKind, OwedBy

OTHERS_AT_ONCE = 10
"""So few are claimed together: a reminder that comes due meanwhile waits for no more of them."""
ASKED_EVERY = 1.0
"""Seconds. So long mail may go out after a pause, and so far the mark may be behind the mails."""

HELP_AFTER = 100
"""A run that has dealt with so many and finds more calls another process, which may be idle."""

logger = logging.getLogger(__name__)


class _Run:
    """What the connections of one `send_due` share."""

    def __init__(
        self,
        clock: Clock,
        limit: int,
        may_go_on: Callable[[], bool],
        call_help: Callable[[], None],
        connections: int,
    ) -> None:
        self.clock = clock
        self._may_go_on, self._is_held = may_go_on, False
        self._asked_at = time.monotonic()
        self._call_help, self._has_called, self._done = call_help, False, 0
        self.counts: Counter[str] = Counter()
        self._served = set(range(connections))
        """The connections at work that the server has not refused."""
        self._left = limit
        self._ends_at = time.monotonic() + settings.REMINDER_SENDING_TIME
        self._lock = threading.Lock()

    def is_over(self) -> bool:
        """Whether no further mail should be begun."""
        return stopping.is_asked() or self._is_held or time.monotonic() >= self._ends_at

    def ask(self) -> None:
        """Ask whether sending may go on, once a second for all connections."""
        with self._lock:
            now = time.monotonic()
            if now - self._asked_at < ASKED_EVERY:
                return
            self._asked_at = now
        if not self._may_go_on():
            self._is_held = True

    def take(self, most: int) -> int:
        """Leave to claim so many rows, `most` at the most."""
        with self._lock:
            taken = min(most, self._left)
            self._left -= taken
            return taken

    def give_back(self, rows: int) -> None:
        """So many of those taken were not tried."""
        with self._lock:
            self._left += rows

    def finds_more(self, done: int) -> None:
        """A connection has dealt with so many (0: none yet) and holds more in its hand.

        Calls for help once, and only when mails do leave.
        """
        with self._lock:
            self._done += done
            if self._has_called or self._done < HELP_AFTER:
                return
            self._has_called = True
        self._call_help()

    def refuse(self, number: int) -> bool:
        """The server refuses that connection. Whether it was the last: then the server is down.

        Told and asked in one go: of two that are refused at the same time one is the last.
        """
        with self._lock:
            self._served.discard(number)
            return not self._served

    def leave(self, number: int, counts: Counter[str]) -> None:
        """That connection has ended, with these counts."""
        with self._lock:
            self._served.discard(number)
            self.counts += counts


def send_due(
    clock: Clock = timezone.now,
    limit: int = 1000,
    transport: Transport | None = None,
    may_go_on: Callable[[], bool] = lambda: True,
    call_help: Callable[[], None] = lambda: None,
) -> Counter[str]:
    """Send up to `limit` planned mails whose time has come, for REMINDER_SENDING_TIME seconds.

    Digests go while no reminder waits, mails to patients while neither does. Stops earlier when the
    mail server is down, when the process is asked to stop, and when `may_go_on`, asked each second,
    says no. When there are many, `call_help` is called, once. `clock` gives the current aware
    instant, again and again. A `transport` that is handed in is the only connection. Returns counts
    by what became of them: sent, planned (to be tried again), failed, cancelled, superseded,
    uncertain, lost (somebody else took the row). Raises nothing for one row's sake; a connection
    that breaks off does not keep the others from their work, and its error is raised at the end.
    """
    connections = 1 if transport is not None else _connections(clock(), limit)
    run = _Run(clock, limit, may_go_on, call_help, connections)
    if connections == 1:
        _send_over(run, 0, transport or open_transport())
        return run.counts
    with ThreadPoolExecutor(connections) as pool:
        ends = [pool.submit(_in_thread, run, number) for number in range(connections)]
    broken = [error for end in ends if (error := end.exception()) is not None]
    if broken:
        found = ", ".join(f"{name} {number}" for name, number in sorted(run.counts.items()))
        logger.error("%d of %d connections broke off; %s", len(broken), len(ends), found)
        raise broken[0]
    return run.counts


def _connections(now: datetime, limit: int) -> int:
    """How many are worth opening: a few mails go over one."""
    if connection.vendor == "sqlite":
        return 1
    most, batch = settings.REMINDER_CONNECTIONS, settings.REMINDER_BATCH
    waiting = 0
    for model in OUTBOX:
        ready = model._base_manager.filter(state=ReminderState.PLANNED, not_before__lte=now)
        waiting += ready[: most * batch].count()
    waiting = min(limit, waiting)
    return max(1, min(most, -(-waiting // batch)))


def _in_thread(run: _Run, number: int) -> None:
    try:
        _send_over(run, number, open_transport())
    finally:
        connection.close()


def _send_over(run: _Run, number: int, transport: Transport) -> None:
    """One connection's work, until nothing is left for it or the server refuses it."""
    worker = Worker(run.clock)

    def first_read(execute: Callable[..., Any], *asked: Any) -> Any:
        marking.read_record(worker)
        return execute(*asked)

    with connection.execute_wrapper(first_read):
        _send_by(run, number, transport, worker)


def _send_by(run: _Run, number: int, transport: Transport, worker: Worker) -> None:
    reminders, *others = [Turns(worker, model) for model in OUTBOX]
    try:
        is_served, done = True, 0
        while is_served and not run.is_over() and (share := run.take(settings.REMINDER_BATCH)):
            transport.ready()
            marking.read_record(worker)
            run.ask()
            claimed = reminders.claim(share)
            for turns in others:
                claimed = claimed or turns.claim(min(share, OTHERS_AT_ONCE))
            run.give_back(share - len(claimed))
            if not claimed:
                break
            run.finds_more(done)
            done = len(claimed)
            reach("F2")
            is_served, rest = _send_batch(run, worker, transport, claimed)
            # A server may take some connections and no more; only the last one refused is told
            # that the server is down, for all alike.
            is_down = not is_served and run.refuse(number)
            if rest:
                wait = settings.REMINDER_BACKOFF[0] if is_down else 0
                worker.counts["planned"] += marking.let_go(worker, rest, wait)
                run.give_back(0 if is_down else len(rest))
    finally:
        try:
            marking.read_record(worker)
        finally:
            run.leave(number, worker.counts)
            transport.close()


def _send_batch(
    run: _Run,
    worker: Worker,
    transport: Transport,
    rows: Sequence[Mail],
) -> tuple[bool, Sequence[Mail]]:
    """Whether the server still serves this connection, and the rows that were not tried.

    What became of the others is counted by the worker.
    """
    is_served = True
    for position, row in enumerate(rows):
        if not is_served or run.is_over():
            return is_served, rows[position:]
        try:
            became, is_served = _send_one(worker, transport, row)
            if became:
                worker.counts[became] += 1
        except Exception as error:
            if isinstance(error, Error) and not isinstance(error, DataError | IntegrityError):
                raise  # the database is away: leases and the next tick sort it out
            # A fault of our own with this row; the others must still go. A row already armed is
            # left to its lease: that mail may have gone.
            logger.error("%s %s: %s", row._meta.object_name, row.pk, type(error).__name__)
            reason = f"could not be prepared ({type(error).__name__})"
            failed = marking.fail(worker, row, reason, among=(ReminderState.CLAIMED,))
            worker.counts[failed] += 1
    return is_served, ()


def _send_one(worker: Worker, transport: Transport, row: Mail) -> tuple[str, bool]:
    """What became of the row (nothing yet: its record is under way), and whether the server still
    serves this connection."""
    if not marking.renew(worker, row):
        return "lost", True
    if not isinstance(row, Reminder):
        # What is told of it is looked up. A record that then has to be written over a new
        # connection must not take the old one from under that look.
        marking.read_record(worker)
    elsewhere = marking.verdict(row, row.is_living, worker.clock())  # type: ignore[union-attr]
    if elsewhere is not None:
        return marking.put(worker, row, elsewhere), True
    try:
        mail = _written(row, worker.clock())
    except UnfitForMail as error:
        return marking.fail(worker, row, str(error)), True
    if mail is None:
        return marking.put(worker, row, ReminderState.CANCELLED), True
    sha256 = hashlib.sha256(mail.content).hexdigest()
    outcome = transport.deliver(mail, lambda: marking.arm(worker, row, sha256))
    reach("F8")
    became = marking.record(worker, row, outcome)
    if became:
        reach("F9")
    is_refused = isinstance(outcome, Refused) and outcome.is_server
    return became, not is_refused and not isinstance(outcome, Unknown)


def _written(row: Mail, now: datetime) -> OutgoingMail | None:
    """The finished mail, saying what is true at `now`; None for a digest with nothing to say.

    Raises UnfitForMail.
    """
    if isinstance(row, Digest):
        return digest_writing.written(row, now)
    if isinstance(row, PatientMail):
        return patient_writing.written(row, now)
    deadline, clinic = row.deadline, row.clinic
    kind, owed_by = ClockKind(deadline.kind), OwedBy(deadline.owed_by)
    mail = ReminderMail(
        reminder_id=row.pk,
        case_number=deadline.request.number,
        deadline_id=deadline.pk,
        kind=kind,
        owed_by=owed_by,
        urgency_word=urgency_word(
            now, kind, owed_by, deadline.due_at, legal=deadline.legal_at, zone=clinic.time_zone
        ),
        rung=row.rung,
        rungs=row.rungs,
        due_at=deadline.due_at if clinic.mail_shows_time else None,
        zone=clinic.time_zone,
        has_legal_limit=deadline.legal_at is not None,
        to=row.recipient.email.strip(),
        possible_dup=row.possible_dup,
        stands_in=row.standing_in_for_id is not None,
    )
    content = build(mail, at=now, message_id=row.message_id).as_bytes()
    return OutgoingMail(row.pk, sender_address(), mail.to, content)
