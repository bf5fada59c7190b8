"""Run every check and every test, and say plainly what did not run and why.

    python tools/test.py            the checks, the tests on SQLite, the same tests on PostgreSQL
    python tools/test.py --checks   the checks only (style, types, imports, migrations, templates)

Services are used when they are there: PostgreSQL (DATABASE_URL_TEST, else a throwaway server made
by tools/pgtest.sh, else 127.0.0.1:5432), Redis and Chromium (found by the tests themselves).
REQUIRE_SERVICES=1 turns a missing one into a failure. Standard library only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET  # reads only what pytest wrote
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ON_SQLITE = "not postgres"
ON_POSTGRES = "not browser and not once"  # `once`: tests that never touch the run's database
STRICT = os.environ.get("REQUIRE_SERVICES") == "1"


@dataclass
class Tally:
    """What has run so far."""

    passed: int = 0
    failed: int = 0
    broken: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    def count(self, name: str, is_good: bool) -> None:
        """One check: good or not."""
        self.passed += is_good
        self.failed += not is_good
        if not is_good:
            self.broken.append(name)


def say(text: str) -> None:
    """A heading, at once: the children write to the same place."""
    print(f"\n=== {text}", flush=True)


def checks() -> list[tuple[str, list[str]]]:
    """Each check's name and command."""
    manage = [sys.executable, "manage.py"]
    found = [
        ("style (ruff check)", [str(BIN / "ruff"), "check", "."]),
        ("format (ruff format)", [str(BIN / "ruff"), "format", "--check", "."]),
        ("imports (import-linter)", [str(BIN / "lint-imports")]),
        ("migrations made", [*manage, "makemigrations", "--check", "--dry-run"]),
        ("types (mypy)", [str(BIN / "mypy")]),
    ]
    if any((ROOT / "templates").rglob("*.html")):  # djlint refuses an empty folder
        found.append(("templates (djlint)", [str(BIN / "djlint"), "templates", "--lint"]))
    return found


def run_checks(tally: Tally) -> None:
    """Run each check; show what it says only when it fails."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    env.pop("DATABASE_URL", None)
    for name, command in checks():
        start = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        is_good = done.returncode == 0
        say(f"{name}: {'good' if is_good else 'NOT GOOD'} ({time.monotonic() - start:.1f} s)")
        if not is_good:
            print(done.stdout + done.stderr, flush=True)
        tally.count(name, is_good)


def run_tests(tally: Tally, name: str, only: str, database: str | None) -> None:
    """One pass of pytest on one database."""
    say(f"tests on {name}")
    env = {**os.environ}
    env.pop("DATABASE_URL", None)
    if database:
        env["DATABASE_URL"] = database
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "auto"]
        command += ["--dist", "loadfile", "--no-loadscope-reorder", "-m", only]
        command += [f"--junitxml={report}", "-o", "junit_family=xunit2"]
        code = subprocess.run(command, cwd=ROOT, env=env).returncode
        if report.exists():
            read_report(tally, report, name)
        else:
            print(f"pytest ended with {code} before it could report", flush=True)
    if code != 0:
        tally.broken.append(f"tests on {name}")
        if code != 1:  # not a failed test: nothing collected, a crash, a wrong option
            tally.failed += 1


def read_report(tally: Tally, report: Path, where: str) -> None:
    """Add pytest's own counts to the tally."""
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            tally.failed += 1
        elif skipped is not None:
            tally.skipped[f"{skipped.get('message') or 'no reason given'} (on {where})"] += 1
        else:
            tally.passed += 1


def answers(address: str) -> bool:
    """Whether a PostgreSQL server answers there and lets us make databases."""
    import psycopg

    try:
        with psycopg.connect(address, connect_timeout=3) as connection:
            row = connection.execute(
                "select rolcreatedb from pg_roles where rolname = current_user"
            )
            found = row.fetchone()
            return bool(found and found[0])
    except psycopg.Error:
        return False


def run_on_postgres(tally: Tally) -> None:
    """The same tests on PostgreSQL, on the first server that can be had."""
    given = os.environ.get("DATABASE_URL_TEST")
    if given:
        run_tests(tally, "PostgreSQL", ON_POSTGRES, given)
        return
    script = str(ROOT / "tools" / "pgtest.sh")
    folder = tempfile.mkdtemp(prefix="pgtest-")
    try:
        started = subprocess.run([script, "start", folder], stdout=subprocess.PIPE, text=True)
        if started.returncode == 0:
            run_tests(tally, "PostgreSQL", ON_POSTGRES, started.stdout.strip())
            return
    finally:
        subprocess.run([script, "stop", folder], stderr=subprocess.DEVNULL)
    standard = "postgres://postgres@127.0.0.1:5432/postgres"
    if answers(standard):
        run_tests(tally, "PostgreSQL", ON_POSTGRES, standard)
        return
    reason = "no PostgreSQL: no server programs here, and none answers on 127.0.0.1:5432"
    tally.skipped[f"all tests on PostgreSQL: {reason}"] += 1
    if STRICT:
        tally.count(f"PostgreSQL ({reason})", is_good=False)


def report(tally: Tally, seconds: float) -> int:
    """The end of the output; returns the exit code."""
    say(f"done in {seconds:.0f} s")
    for reason, times in sorted(tally.skipped.items()):
        print(f"skipped {times}: {reason}")
    if not tally.skipped:
        print("nothing was skipped")
    for name in tally.broken:
        print(f"NOT GOOD: {name}")
    skipped = sum(tally.skipped.values())
    tail = f", {skipped} skipped" if skipped else ""
    print(f"{tally.passed} passed, {tally.failed} failed{tail}", flush=True)
    return 1 if tally.failed or tally.broken else 0


def main(arguments: list[str]) -> int:
    """Everything, or `--checks` only; returns the exit code."""
    tally, start = Tally(), time.monotonic()
    run_checks(tally)
    if "--checks" not in arguments:
        run_tests(tally, "SQLite", ON_SQLITE, None)
        run_on_postgres(tally)
    return report(tally, time.monotonic() - start)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
