"""How long the desk's pages take, beside the least that any program would need for their rows.

    DATABASE_URL=postgres://... python bench/desk.py --seed 100000 --rounds 20
    DATABASE_URL=postgres://... python bench/desk.py --seed 100000 --copies 10   # a million

With --seed the database is migrated and a demo clinic of that many requests is written first, when
it is not there; with --copies it gets so many times as many (PostgreSQL). The pages run whole (all
middleware, the skin) in this process, by turns with two others: the floor, one SQL statement for
fifty rows, planned anew each time as Django sends it, written as JSON; and the list that the skin
gives by itself over those rows, uncounted. Figures are medians; only ratios of one run mean
anything. What they were is told in docs/running.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import skins_list
from bench.copies import multiply_in_place
from cases.models import Clinic, Deadline, Membership, Patient, PriorAuthRequest, StaffMember

FLOOR = """
    SELECT d.id, d.kind, d.owed_by, d.due_at, d.act_at, d.legal_at, r.number, r.status, r.urgency,
           p.first_name, p.last_name, y.name, s.last_name
    FROM cases_deadline d
    JOIN cases_priorauthrequest r ON r.id = d.request_id
    JOIN cases_patient p ON p.id = r.patient_id
    JOIN cases_coverage c ON c.id = r.coverage_id
    JOIN cases_plan l ON l.id = c.plan_id
    JOIN cases_payer y ON y.id = l.payer_id
    LEFT JOIN cases_staffmember s ON s.id = r.assigned_to_id
    WHERE d.clinic_id = %s AND d.owed_by = 'clinic' AND d.standing IN ('running', 'tolled')
    ORDER BY d.act_at, d.id LIMIT 50
"""

FLOOR_NAME = "floor: SQL and JSON"
SKINS_NAME = "the skin's own list, uncounted"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    asked.add_argument("--seed", type=int, default=0, help="requests to write first")
    asked.add_argument("--copies", type=int, default=1, help="so many times as many, by copies")
    asked.add_argument("--slug", default="", help="clinic (default: bench-SIZE, or demo)")
    asked.add_argument("--rounds", type=int, default=15)
    options = asked.parse_args()
    settings.ALLOWED_HOSTS = ["*"]
    settings.WAKE_WORKERS = False
    settings.ROOT_URLCONF = "bench.skins_list"  # the product's addresses and one more
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"  # no collectstatic before it
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    size = options.seed * options.copies
    slug = options.slug or (f"bench-{size}" if size else "demo")
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if options.seed and not Clinic.objects.filter(slug=slug).exists():
        call_command("seed_demo", size=options.seed, slug=slug)
        if options.copies > 1:
            multiply_in_place(Clinic.objects.get(slug=slug).pk, options.copies)
        with connection.cursor() as cursor:
            # As a server does by itself some minutes after so many rows were written.
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    report(Clinic.objects.get(slug=slug), options.rounds)


class _Plain(argparse.RawDescriptionHelpFormatter):
    pass


def report(clinic: Clinic, rounds: int) -> None:
    """Print one table."""
    client = signed_in(clinic)
    requests = PriorAuthRequest._base_manager.filter(clinic=clinic)
    live = Deadline._base_manager.filter(clinic=clinic, standing__in=["running", "tolled"])
    print(f"{connection.vendor}, {requests.count():,} requests, {live.count():,} live deadlines")
    jobs = jobs_of(clinic, client)
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()
    for _ in range(rounds):
        for name, job in jobs.items():
            began = time.perf_counter()
            job()
            times[name].append((time.perf_counter() - began) * 1000)
    floor = statistics.median(times[FLOOR_NAME])
    skins = statistics.median(times[SKINS_NAME])
    print(f"{'':38}{'ms':>8}{'x floor':>9}{'x skin':>8}{'queries':>9}{'bytes':>9}")
    for name, job in jobs.items():
        with CaptureQueriesContext(connection) as queries:
            size = job()
        took = statistics.median(times[name])
        print(
            f"{name:38}{took:8.1f}{took / floor:9.1f}{took / skins:8.2f}{len(queries):9}{size:9,}"
        )


def signed_in(clinic: Clinic) -> Client:
    """A client of some biller of the clinic."""
    member = Membership._base_manager.filter(clinic=clinic, role="biller").first()
    person = member.staff if member else StaffMember.objects.first()
    client = Client()
    assert person is not None
    client.force_login(person)
    session = client.session
    session["clinic"] = clinic.pk
    session.save()
    return client


def jobs_of(clinic: Clinic, client: Client) -> dict[str, Callable[[], int]]:
    """What is timed; each returns the bytes it made."""

    def page(address: str, **posted: str) -> Callable[[], int]:
        def get() -> int:
            response = client.post(address, posted) if posted else client.get(address)
            # A number of one case leads straight to it.
            assert response.status_code in (200, 302), (address, response.status_code)
            return len(response.content)

        return get

    def floor() -> int:
        with connection.cursor() as cursor:
            cursor.execute(FLOOR, [clinic.pk])
            return len(json.dumps(cursor.fetchall(), default=str))

    cases = PriorAuthRequest._base_manager.filter(clinic=clinic).order_by("pk")
    middle = cases.filter(pk__gte=(cases.first().pk + cases.last().pk) // 2).first()  # type: ignore[union-attr]
    assert middle is not None
    patient = Patient._base_manager.filter(pk=middle.patient_id).get()
    now = datetime.now(UTC)
    behind = _cursor_in_the_middle(clinic, now)
    everybody = "whose=everybody&mailed=1"  # chosen for this page alone, not for the next
    return {
        FLOOR_NAME: floor,
        SKINS_NAME: page(skins_list.ADDRESS),
        "the same, nothing to tick": page(skins_list.ADDRESS_BARE),
        "the skin alone (search page, empty)": page("/search/"),
        "worklist": page(f"/?{everybody}"),
        "worklist, a page in the middle": page(f"/?{everybody}&at={behind}"),
        "worklist, only theirs": page(f"/?{everybody}&side=payer"),
        "worklist, mine": page("/?whose=mine&mailed=1"),
        "worklist, one payer": page(f"/?payer={middle.coverage.plan.payer_id}"),
        "worklist, one status": page("/?status=under_external_review"),
        "case page": page(f"/case/{middle.number}/"),
        "calls": page("/calls/"),
        "search: a name": page("/search/", q=patient.last_name[:4]),
        "search: nothing found": page("/search/", q="zzyzx"),
        "search: a member ID": page("/search/", q=middle.coverage.member_id),
        "the admin's own list of requests": page("/admin/cases/priorauthrequest/"),
    }


def _cursor_in_the_middle(clinic: Clinic, now: datetime) -> str:
    from cases.queries.worklist import Cursor
    from cases.queries.worklist_shelves import SHELVES, Group, Shelf
    from priorauth.terms import OwedBy

    live = Deadline._base_manager.filter(clinic=clinic, standing="running", act_at__gt=now)
    rows = live.filter(owed_by=OwedBy.CLINIC)
    count = rows.count()
    row = rows.order_by("act_at", "pk")[count // 2]
    shelf = SHELVES.index(Shelf(Group.LATER, OwedBy.CLINIC))
    return str(Cursor(now, shelf, row.act_at, row.pk))


if __name__ == "__main__":
    main()
