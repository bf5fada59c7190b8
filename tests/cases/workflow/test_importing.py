"""The sample sheet and its key, row by row and value by value, as they stand in the database."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.demo.cast import Cast
from cases.models import CaseEvent, Deadline, InsurerCall, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow.actor import Actor
from cases.workflow.importing import ImportReport, import_rows
from priorauth.spreadsheet.rejects import write_rejects
from priorauth.spreadsheet.rows import read_rows
from priorauth.terms import ClockKind, EventKind
from tests.cases.conftest import FRIDAY

SAMPLES = Path(__file__).parents[2] / "samples"
SHEET = SAMPLES / "tracker_export.csv"
KEY = json.loads((SAMPLES / "tracker_export.key.json").read_text())
# The sheet holds requests up to October 2026.
NOW = FRIDAY.replace(month=11, day=20)


def run(cast: Cast, data: bytes | None = None, **options: Any) -> ImportReport:
    reading = read_rows(data or SHEET.read_bytes(), filename="tracker.csv", today=NOW.date())
    return import_rows(Actor(None, None, NOW), cast.clinic, reading, **options)


def as_in_the_key(request: PriorAuthRequest) -> dict[str, Any]:
    """One case read back from the database in the words of the key file."""
    coverage, plan = request.coverage, request.coverage.plan
    lines = list(request.lines.all())
    sent = request.submissions.first()
    decision = request.determinations.first()
    grant = request.authorizations.first()
    call = request.calls.first()
    note = request.notes.exclude(event__kind=EventKind.WITHDRAWN).first()
    status = {"under_appeal": "appealing", "received": "submitted"}
    return {
        "last": request.patient.last_name,
        "first": request.patient.first_name,
        "dob": request.patient.birth_date.isoformat(),
        "payer": plan.payer.name,
        "plan": plan.name,
        "plan_type": PLAN_TYPES[plan.line_of_business, plan.funding],
        "state": plan.issue_state,
        "member_id": coverage.member_id,
        "group": coverage.group_number,
        "codes": [line.code for line in lines],
        "units": lines[0].units_total,
        "diagnoses": [each.code for each in request.diagnoses.all()],
        "urgency": request.urgency,
        "submitted": day(sent.event) if sent else None,
        "channel": sent.channel if sent else None,
        "confirmation": sent.confirmation_number if sent else None,
        "status": status.get(request.status, request.status),
        "decided": day(decision.event) if decision else None,
        "authorization_number": grant.authorization_number if grant else None,
        "sessions_approved": grant.sessions if grant else None,
        "effective_from": iso(grant.effective_from) if grant else None,
        "effective_through": iso(grant.effective_through) if grant else None,
        "denial_reason": (decision.reasons_verbatim or None) if decision else None,
        "letter_dated": iso(decision.notice_dated_on) if decision else None,
        "call_on": iso(call.called_on) if call else None,
        "rep": call.representative_name if call else None,
        "call_reference": call.reference_number if call else None,
        "note": note.text if note else None,
    }


PLAN_TYPES = {
    ("employer", "insured"): "commercial insured",
    ("employer", "self_funded"): "self-funded",
    ("exchange", "insured"): "marketplace",
    ("medicare_advantage", "insured"): "Medicare Advantage",
    ("medicaid_managed_care", "insured"): "Medicaid managed care",
}


def iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def day(event: CaseEvent) -> str | None:
    return iso(event.happened_on)


def test_every_row_becomes_what_the_key_says(cast: Cast) -> None:
    report = run(cast)

    numbers = dict(report.created)
    wanted = {row["row"]: row for row in KEY["rows"]}
    assert set(numbers) == {number for number, row in wanted.items() if row["ok"]}
    for number, case in numbers.items():
        request = PriorAuthRequest.objects.get(number=case)
        assert as_in_the_key(request) == wanted[number]["values"], f"row {number}"
    assert {bad.row: bad.reason for bad in report.rejected} == {
        number: row["why"] for number, row in wanted.items() if not row["ok"]
    }


def test_running_it_twice_adds_nothing(cast: Cast) -> None:
    first = run(cast)
    rows = CaseEvent.objects.count()

    second = run(cast)

    assert second.created == []
    assert sorted(second.already) == sorted(first.created)
    assert CaseEvent.objects.count() == rows


def test_a_dry_run_writes_nothing(cast: Cast) -> None:
    report = run(cast, is_dry_run=True)

    assert len(report.created) == 94
    assert not PriorAuthRequest.objects.exists()
    assert not InsurerCall.objects.exists()


def test_a_date_that_the_row_does_not_give_is_a_task_and_never_invented(cast: Cast) -> None:
    run(cast)

    for kind in (EventKind.APPEAL_FILED, EventKind.INFORMATION_REQUESTED):
        for event in CaseEvent.objects.filter(kind=kind):
            assert (event.happened_at, event.happened_on) == (None, None)
            assert Deadline.objects.filter(
                LIVE, start_event=event, kind=ClockKind.MISSING_FACT
            ).exists()


def test_a_denied_row_has_its_appeal_clock(cast: Cast) -> None:
    """Row 4: self-funded in Texas, letter of 18 June 2026. 180 days (29 CFR 2560.503-1(h)(3)(i)),
    counted from the printed date as long as nobody says when it arrived: 15 December 2026."""
    number = dict(run(cast).created)[4]

    appeal = Deadline.objects.get(request__number=number, kind=ClockKind.APPEAL_FILING)
    assert appeal.due_at.astimezone(FRIDAY.tzinfo).date() == date(2026, 12, 15)


def test_mended_rejects_are_fed_back(cast: Cast) -> None:
    reading = read_rows(SHEET.read_bytes(), filename="tracker.csv", today=NOW.date())
    run(cast)
    mended = write_rejects(reading).replace(b"9636S", b"96365").replace(b"13/45/1980", b"3/5/1980")

    report = run(cast, mended)

    assert len(report.created) == 11  # seven births and four codes were mended
    assert {bad.reason for bad in report.rejected} == {
        "diagnosis does not exist",
        "exact duplicate of the row above",
        "member ID missing",
        "96366 without 96365",
        "decided before submitted",
    }


def test_a_row_the_life_cycle_refuses_is_rejected_whole(cast: Cast) -> None:
    """A submission in the future is refused by the reader or by the life cycle, never half-kept."""
    sheet = (
        b"Patient Name,DOB,Insurance,Member ID,CPT,Dx,Status,Date Submitted\n"
        b"Kai Weiss,1/2/1980,Northfield Health,S1,96365,F33.2,Submitted,12/24/2027\n"
    )
    report = run(cast, sheet)

    assert [bad.row for bad in report.rejected] == [2]
    assert not PriorAuthRequest.objects.exists()


@pytest.mark.parametrize("payer", ["northfield health", "NORTHFIELD HEALTH"])
def test_a_payer_on_file_is_found_however_it_is_typed(cast: Cast, payer: str) -> None:
    sheet = (
        "Patient Name,DOB,Insurance,Member ID,CPT,Dx,Status\n"
        f"Kai Weiss,1/2/1980,{payer},S1,96365,F33.2,draft\n"
    )
    ((_, number),) = run(cast, sheet.encode()).created

    plan = PriorAuthRequest.objects.get(number=number).coverage.plan
    assert plan.payer.name == "Northfield Health"
