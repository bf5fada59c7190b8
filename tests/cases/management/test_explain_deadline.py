"""`manage.py explain_deadline` says on a terminal what the "why this date?" page says."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from cases.demo.stories import Teller
from priorauth.terms import Outcome

NEW_YORK = ZoneInfo("America/New_York")
TUESDAY = datetime(2026, 9, 8, 10, 0, tzinfo=NEW_YORK)


def said(case: str, **options: bool) -> str:
    out = StringIO()
    call_command("explain_deadline", case=case, stdout=out, **options)
    return out.getvalue()


def test_every_live_deadline_is_explained_from_its_rule_to_what_lost(teller: Teller) -> None:
    request = teller.submitted(TUESDAY, plan=teller.cast.plans[0])

    text = said(request.number.lower())

    for told in (
        request.number,
        "fed-erisa-pa-standard, in force from",
        "29 CFR 2560.503-1(f)(2)(iii)(A)",
        "https://www.ecfr.gov/current/title-29/section-2560.503-1",
        "Started by: Submitted to the payer",
        "written down by Jo Lind",
        "15 calendar days after Tue 8 Sep 2026 is Wed 23 Sep 2026",
        "Not base-pa-standard: an expectation binds nobody",
        "If it passes:",
    ):
        assert told in text, told


def test_no_patient_is_named(teller: Teller) -> None:
    request = teller.submitted(TUESDAY, plan=teller.cast.plans[0])
    text = said(request.number)
    assert request.patient.last_name not in text
    assert request.coverage.member_id not in text


def test_what_is_over_is_explained_when_asked_for(teller: Teller) -> None:
    request = teller.submitted(TUESDAY, plan=teller.cast.plans[0])
    teller.decided(request, teller.at(5), Outcome.APPROVED)
    assert "fed-erisa-pa-standard" not in said(request.number)
    assert "fed-erisa-pa-standard" in said(request.number, all=True)


def test_a_case_that_is_not_on_file_is_refused_in_words(db: None) -> None:
    with pytest.raises(CommandError, match="No case PA-NOSUCH1 is on file"):
        said("PA-NOSUCH1")
