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


def test_fifty_workers_killed_at_random_lose_nothing_and_double_nothing_unmarked():
    code, found = torture("--kills", "50")
    assert code == 0, found
    assert found["kills"] >= 20
    assert found["silently_lost"] == found["unflagged_doubles"] == found["stuck"] == 0


@pytest.mark.parametrize("point", ["F6", "F7"])
def test_workers_killed_at_one_point_lose_nothing_and_double_nothing_unmarked(point):
    code, found = torture("--kills", "8", "--at", point)
    assert code == 0, found
    assert found["most_copies"] <= 2
    if point == "F6":
        assert found["flagged_doubles"] == 0  # before the final dot no copy can have arrived


@pytest.mark.parametrize(
    ("strategy", "point", "fault"),
    [("lease-only", "F7", "unflagged_doubles"), ("mark-first", "F6", "silently_lost")],
)
def test_the_harness_finds_what_naive_senders_do_wrong(strategy, point, fault):
    code, found = torture("--kills", "8", "--strategy", strategy, "--at", point)
    assert code == 1
    assert found[fault] > 0
