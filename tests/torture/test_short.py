"""The short form of `make torture`, on whichever database the tests run on."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

pytestmark = [pytest.mark.slow, pytest.mark.smtp]


def torture(*arguments: str) -> tuple[int, dict]:
    command = [sys.executable, "-m", "tests.torture", *arguments]
    if connection.vendor == "postgresql":
        command += ["--database", os.environ["DATABASE_URL"]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.stdout, done.stderr
    print(done.stderr)  # the seed, for whoever has to find out why
    return done.returncode, json.loads(done.stdout)


def test_workers_killed_at_random_lose_nothing_and_double_nothing_unmarked():
    code, found = torture("--part", "kills", "--count", "10")
    assert code == 0, found
    assert found["kills"] >= 10
    assert found["silently_lost"] == found["unflagged_doubles"] == found["stuck"] == 0


def test_workers_killed_before_the_dot_cause_no_copy():
    code, found = torture("--part", "kills", "--count", "3", "--at", "F6")
    assert code == 0, found
    assert found["kills"] >= 3  # two workers may reach the point at once
    assert found["flagged_doubles"] == 0


def test_workers_killed_after_the_dot_cause_no_copy_where_a_journal_can_be_asked():
    code, found = torture("--part", "kills", "--count", "3", "--at", "F7", "--reconciler")
    assert code == 0, found
    assert found["kills"] >= 3
    assert (found["flagged_doubles"], found["held"]) == (0, 0)


def test_workers_killed_after_the_dot_lose_no_digest_and_double_none_unmarked():
    code, found = torture("--part", "kills", "--count", "3", "--at", "F7", "--digests")
    assert code == 0, found
    assert found["kills"] >= 3
    assert found["silently_lost"] == found["unflagged_doubles"] == found["stuck"] == 0


def test_workers_killed_after_the_dot_lose_no_mail_to_a_patient_and_double_none_unmarked():
    code, found = torture("--part", "kills", "--count", "3", "--at", "F7", "--patients")
    assert code == 0, found
    assert found["kills"] >= 3
    assert found["silently_lost"] == found["unflagged_doubles"] == found["stuck"] == 0


@pytest.mark.parametrize(
    ("strategy", "point", "fault"),
    [("lease-only", "F7", "unflagged_doubles"), ("mark-first", "F6", "silently_lost")],
)
def test_the_harness_finds_what_naive_senders_do_wrong(strategy, point, fault):
    naive = ["--part", "kills", "--count", "3", "--strategy", strategy, "--at", point]
    code, found = torture(*naive)
    assert code == 1
    assert found[fault] > 0


def test_a_clock_that_is_set_stops_the_senders_until_somebody_lets_them_go_on():
    code, found = torture("--part", "jumps", "--count", "2")
    assert code == 0, found
    assert (found["jumps"], found["jumps_unseen"], found["sent_while_paused"]) == (2, 0, 0)
