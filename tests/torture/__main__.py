"""Real workers are killed, frozen and stopped, servers crash, and the mail server's record judges.

    python -m tests.torture                                    everything, as `make torture` does
    python -m tests.torture --part freezes                     one part, on SQLite
    python -m tests.torture --part kills --database postgres://postgres@127.0.0.1:5432/postgres
    python -m tests.torture --part kills --at F7 --count 200   always at one fault point
    python -m tests.torture --part kills --strategy lease-only must find doubles

Prints its seed and its findings as JSON. Exit code 0: nothing silently lost, nothing doubled
unmarked, no more than one extra copy, none with --reconciler, no row stuck. 1: something was found.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path

PARTS = ("kills", "freezes", "restarts", "crashes", "flushes", "jumps", "planners", "modes")


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--part", choices=PARTS, help="one part only")
    parser.add_argument("--count", type=int, default=50, help="how often it is done")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--database", default="", help="a PostgreSQL server; else SQLite")
    parser.add_argument("--cluster", default="", help="folder of the server, for crashes")
    parser.add_argument("--strategy", default="armed")
    parser.add_argument("--mode", default="", help="what the mail server does wrong")
    parser.add_argument("--at", default="", metavar="POINT", help="strike at this point only")
    parser.add_argument("--reconciler", action="store_true", help="with a journal mailbox")
    parser.add_argument("--digests", action="store_true", help="morning digests, not reminders")
    parser.add_argument("--patients", action="store_true", help="mails to patients instead")
    parser.add_argument("--share", type=int, default=1, help="the whole: 1 of so many of each")
    parser.add_argument("--jobs", type=int, default=2, help="the whole: so many runs at once")
    return parser.parse_args(arguments)


def run(chosen: argparse.Namespace) -> dict[str, object]:
    """One part. Returns its findings, `good` among them."""
    from tests.torture import jumps, nemesis, outages, planners, verdict
    from tests.torture.stage import Stage

    work = {
        "kills": nemesis.kills,
        "freezes": nemesis.freezes,
        "restarts": nemesis.restarts,
        "crashes": outages.crashes,
        "flushes": outages.flushes,
        "jumps": jumps.jumps,
        "planners": planners.planners,
        "modes": outages.misbehaviour,
    }[chosen.part]
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="torture-") as folder,
        Stage(chosen, Path(folder)) as it,
    ):
        work(it)
        found = it.judge()
    asked = ("part", "seed", "at", "strategy", "mode", "reconciler", "digests", "patients")
    found |= {name: getattr(chosen, name) for name in asked if getattr(chosen, name)}
    found["database"] = "PostgreSQL" if chosen.database else "SQLite"
    found["seconds"] = round(time.monotonic() - begun, 1)
    found["good"] = verdict.is_good(found, no_doubles=chosen.reconciler)
    return found


def main() -> int:
    chosen = options()
    print(f"seed {chosen.seed}", file=sys.stderr, flush=True)
    if chosen.part is None:
        from tests.torture import whole

        return whole.run(chosen)
    found = run(chosen)
    print(json.dumps(found, sort_keys=True), flush=True)
    return 0 if found["good"] else 1


if __name__ == "__main__":
    sys.exit(main())
