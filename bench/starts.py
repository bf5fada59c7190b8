"""How fast many starts run through one rule, and one case of sixty events through the engine.

    python bench/starts.py --starts 100000 --rounds 7

The same start days in every job: as bare days, and as instants of those days. Floors of the same
run: the standard library's own addition of days to the same dates (a list of date + timedelta), and
numpy.busday_offset over them where numpy can be imported; it is no requirement. The tables of a
calendar are made once a process and are not timed; each job counts every day of its starts anew.
Figures are medians; only ratios of one run mean anything. No database is opened.
"""

from __future__ import annotations

import argparse
import importlib
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from priorauth.calendars.federal_holidays import federal_holidays
from priorauth.deadlines.engine import compute
from priorauth.deadlines.facts import CaseFacts, Happening, LineFacts, Moment, PlanFacts
from priorauth.deadlines.many_starts import due_dates
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.terms import (
    EventKind,
    Funding,
    ItemKind,
    LineOfBusiness,
    ReviewTiming,
    Urgency,
)

ZONE = "America/Chicago"
# A rule of each way of counting; the last is of the few that are counted start by start.
RULES = (
    ("base-pa-standard", "business days"),
    ("fed-erisa-pa-standard", "calendar days"),
    ("fed-aca-external-filing", "months"),
    ("fed-erisa-pa-urgent", "hours"),
    ("st-nc-pa-standard", "business days of a state"),
    ("st-in-pa-standard", "hours that stand still"),
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    asked.add_argument("--starts", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=7)
    options = asked.parse_args()
    report_starts(options.starts, options.rounds)
    report_case(options.rounds)


class _Plain(argparse.RawDescriptionHelpFormatter):
    pass


def report_starts(size: int, rounds: int) -> None:
    """Print one row a job: median milliseconds, starts a second, times each floor."""
    chance = random.Random(size)
    # Where every rule of RULES is in force.
    days = [date(2027, 1, 1) + timedelta(days=chance.randrange(4 * 365)) for _ in range(size)]
    instants = [
        datetime(on.year, on.month, on.day, tzinfo=UTC)
        + timedelta(hours=6, seconds=chance.randrange(86_400))
        for on in days
    ]
    rulebook = shipped_rulebook()
    jobs: dict[str, Callable[[], object]] = {"floor: date + timedelta": lambda: _plainly(days)}
    if (numpy := _numpy()) is not None:
        jobs["floor: numpy.busday_offset"] = _by_numpy(numpy, days)
    for rule_id, words in RULES:
        rule = rulebook.rule(rule_id)
        asked: tuple[tuple[str, Sequence[date]], ...] = (("days", days), ("instants", instants))
        for name, starts in asked:
            jobs[f"{rule_id} ({words}), {name}"] = partial(due_dates, rule, starts, ZONE, rulebook)
    times = _timed(jobs, rounds)
    floors = [name for name in jobs if name.startswith("floor")]
    print(f"{size:,} starts".ljust(62) + f"{'ms':>9}{'a second':>12}" + _heads(floors))
    for name, took in times.items():
        ratios = "".join(f"{took / times[floor]:10.1f}" for floor in floors)
        print(f"{name:62}{took * 1000:9.1f}{size / took:12,.0f}{ratios}")


def _heads(floors: list[str]) -> str:
    return "".join(f"{'x ' + floor.split()[1].split('.')[0]:>10}" for floor in floors)


def _timed(jobs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each job, run by turns after one turn that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds + 1):
        for name, job in jobs.items():
            began = time.perf_counter()
            job()
            if turn:
                times[name].append(time.perf_counter() - began)
    return {name: statistics.median(took) for name, took in times.items()}


def _plainly(days: list[date]) -> list[date]:
    return [on + timedelta(days=3) for on in days]


def _numpy() -> Any:
    try:
        return importlib.import_module("numpy")
    except ImportError:
        return None


def _by_numpy(numpy: Any, days: list[date]) -> Callable[[], object]:
    ready = numpy.array(days, dtype="datetime64[D]")
    closed = numpy.array(list(federal_holidays(observed=True)), dtype="datetime64[D]")
    return lambda: numpy.busday_offset(ready, 3, roll="backward", holidays=closed)


def report_case(rounds: int) -> None:
    """Print the milliseconds of one recompute of a case of sixty events."""
    facts, rulebook, now = case_of(60), shipped_rulebook(), datetime(2027, 1, 1, tzinfo=UTC)
    took = _timed({"case": lambda: compute(facts, rulebook, now)}, rounds * 5)["case"]
    count = len(compute(facts, rulebook, now).deadlines)
    print(
        f"one recompute of {len(facts.happenings)} events, {count} deadlines: {took * 1e3:.2f} ms"
    )


def case_of(events: int) -> CaseFacts:
    """A made-up case, denied and appealed again and again, of a drug and a service."""
    told: list[Happening] = []

    def tell(kind: EventKind, proceeding: str = "", **facts: str | bool) -> None:
        at = datetime(2026, 1, 5, 16, tzinfo=UTC) + timedelta(days=4 * len(told))
        when = Moment.instant(at, ZONE)
        told.append(Happening(str(len(told)), kind, when, at, proceeding, (), facts))

    tell(EventKind.SUBMITTED, channel="portal")
    tell(EventKind.RECEIVED_BY_PAYER)
    turn = 0
    while len(told) < events:
        turn += 1
        appeal = f"appeal-{turn}"
        tell(EventKind.INFORMATION_REQUESTED, f"information-{turn}")
        tell(EventKind.INFORMATION_SENT, f"information-{turn}")
        tell(EventKind.DETERMINED, adverse=True)
        tell(EventKind.APPEAL_FILED, appeal, level="first", urgency="standard", channel="fax")
        tell(EventKind.APPEAL_RECEIVED, appeal)
        tell(EventKind.APPEAL_DECIDED, appeal, outcome="upheld")
    return CaseFacts(
        plan=PlanFacts(LineOfBusiness.EMPLOYER, Funding.INSURED, "SD"),
        lines=(LineFacts("1", ItemKind.SERVICE), LineFacts("2", ItemKind.DRUG)),
        urgency=Urgency.STANDARD,
        review_timing=ReviewTiming.PROSPECTIVE,
        happenings=tuple(told[:events]),
        clinic_zone=ZONE,
        payer_zone=ZONE,
    )


if __name__ == "__main__":
    main()
