"""The whole torture: every part, on both databases, with the naive senders that must be caught."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.torture.outages import pgtest

POINTS = [f"F{number}" for number in range(12)]
Arguments = list[str]


def runs(database: str, cluster: str, share: int) -> list[tuple[Arguments, bool]]:
    """Each run's arguments, and whether it must be good. `share`: 1 of so many of each."""

    def some(count: int) -> Arguments:
        return ["--count", str(max(5, count // share))]

    both: list[Arguments] = [[], ["--database", database]]
    found: list[tuple[Arguments, bool]] = []
    for on in both:
        found.append((["--part", "kills", *some(1000), *on], True))
        found.append((["--part", "planners", *some(2000), *on], True))
    pg = both[1]
    found += [(["--part", "kills", "--at", point, *some(200), *pg], True) for point in POINTS]
    found.append((["--part", "kills", "--reconciler", *some(200), *pg], True))
    for point in ("F2", "F6", "F7", "F8"):
        found.append((["--part", "kills", "--digests", "--at", point, *some(100), *pg], True))
    found.append((["--part", "freezes", "--digests", *some(50), *pg], True))
    for point in ("F6", "F7"):
        found.append((["--part", "kills", "--patients", "--at", point, *some(50), *pg], True))
    found += [
        (["--part", "kills", "--at", point, "--reconciler", *some(100), *pg], True)
        for point in ("F6", "F7", "F11")
    ]
    found.append((["--part", "freezes", *some(100), *pg], True))
    found.append((["--part", "restarts", *some(200), *pg], True))
    found.append((["--part", "jumps", *some(50), *pg], True))
    found.append((["--part", "flushes", *some(50), *pg], True))
    durable = ["--database", cluster.partition(" ")[2], "--cluster", cluster.partition(" ")[0]]
    found.append((["--part", "crashes", *some(20), *durable], True))
    for mode in ("later", "never", "silent", "drop"):
        found.append((["--part", "modes", "--mode", mode, *some(500), *pg], True))
    for strategy, point in (("lease-only", "F7"), ("mark-first", "F6")):
        naive = ["--part", "kills", "--strategy", strategy, "--at", point]
        found.append(([*naive, *some(50), *pg], False))
    return found


def run(chosen: Namespace) -> int:
    """All of them, `--jobs` at once; one line of JSON each. Exit code 1 when one went wrong."""
    with tempfile.TemporaryDirectory(prefix="torture-pg-") as folder:
        Path(folder).chmod(0o755)
        quick, durable = f"{folder}/quick", f"{folder}/durable"
        database = pgtest("start", quick)
        os.environ["PGTEST_DURABLE"] = "1"
        lasting = pgtest("start", durable)
        os.environ["PGTEST_PORT"] = lasting.rpartition(":")[2].partition("/")[0]
        try:
            todo = runs(database, f"{durable} {lasting}", chosen.share)
            with ThreadPoolExecutor(chosen.jobs) as pool:
                wrong = sum(pool.map(lambda one: _one(*one, chosen.seed), todo))
        finally:
            pgtest("stop", quick)
            pgtest("stop", durable)
    print(f"{len(todo) - wrong} of {len(todo)} runs as they must be", flush=True)
    return 1 if wrong else 0


def _one(arguments: Arguments, must_be_good: bool, seed: int) -> bool:
    """Whether that run went other than it must."""
    command = [sys.executable, "-m", "tests.torture", *arguments, "--seed", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        print(json.dumps({"broken": arguments, "error": done.stderr[-2000:]}), flush=True)
        return True
    print(json.dumps(found, sort_keys=True), flush=True)
    return bool(found["good"]) is not must_be_good
