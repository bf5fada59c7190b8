"""One case from the first phone call to the binding decision, every step through its page.

A self-funded employer plan with two internal appeals. The dates are counted by hand:
29 CFR 2560.503-1(f)(2)(iii)(A) gives the payer 15 days on a request before treatment,
(h)(3)(i) the member 180 days to appeal, (i)(2)(ii)(A) the payer 15 days for each of two appeals;
45 CFR 147.136(d)(2)(i) four months to ask for external review.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django_scopes import scope

from cases.demo.cast import Cast, make_cast
from cases.models import CaseEvent, Deadline, PriorAuthRequest
from priorauth.terms import ClockKind, EventKind, RequestStatus
from tests.cases.desk.paper import Desk, said

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    made = make_cast()
    with scope(clinic=made.clinic):
        yield made


@contextmanager
def on(cast: Cast, day: str, hour: str = "10:00") -> Iterator[Desk]:
    """The biller at the desk at that moment, signed in anew."""
    at = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=NEW_YORK)
    with time_machine.travel(at, tick=False):
        yield Desk(cast.biller)


def end_of(day: str) -> datetime:
    """23:59:59 in New York."""
    local = datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=NEW_YORK)
    return local.astimezone(UTC)


def running(case: PriorAuthRequest, kind: ClockKind) -> Deadline:
    return case.deadlines.get(kind=kind, standing__in=("running", "tolled"))


def standings(case: PriorAuthRequest, kind: ClockKind) -> set[str]:
    """How the deadlines of that kind stand, those that were replaced left out."""
    rows = case.deadlines.filter(kind=kind).exclude(standing="superseded")
    return set(rows.values_list("standing", flat=True))


def done(answer, case: PriorAuthRequest | None = None) -> str:
    assert answer.status_code == 302, answer.content.decode()[:6000]
    if case is not None:
        case.refresh_from_db()
    return said(answer)


def test_a_case_is_taken_from_intake_to_external_review_through_the_screens(cast: Cast):
    # Monday 2 March: benefits are checked by phone, then the request is opened.
    with on(cast, "2026-03-02") as desk:
        form = desk.form("/calls/new/")
        done(
            desk.send(
                "/calls/new/",
                form,
                payer=str(cast.plans[0].payer_id),
                representative_name="Dana K.",
                reference_number="B-100",
                outcome="benefits_checked",
                answers_prior_authorization_needed="said_yes",
            )
        )
        answer = desk.send(
            "/new/",
            desk.form("/new/"),
            who="new",
            first_name="Avery",
            last_name="Testpatient",
            birth_date="1985-02-14",
            member_id="SYN000111222",
            plan=str(cast.plans[0].pk),
            requesting_clinician=str(cast.clinicians[0].pk),
            planned_sessions="6",
            minutes_per_session="40",
            planned_start_on_on="2026-04-06",
            dx_1="F33.2",
            line_2_narrative="Ketamine HCl 50 mg/mL, 0.5 mg/kg IV",
        )
        done(answer)
        case = PriorAuthRequest.objects.get()
        assert case.status == RequestStatus.DRAFT
        assert running(case, ClockKind.SUBMIT_BY).due_at == end_of("2026-04-06")

    # Tuesday: submitted by portal; the payer has 15 days.
    with on(cast, "2026-03-03") as desk:
        done(desk.record(case, "submit", channel="portal", confirmation_number="REF-5"), case)
        assert case.status == RequestStatus.RECEIVED
        assert running(case, ClockKind.PA_DECISION).legal_at == end_of("2026-03-18")
        assert standings(case, ClockKind.SUBMIT_BY) == {"met"}

    # It asks for scores; they go out; a call brings a promise that is kept.
    with on(cast, "2026-03-09") as desk:
        done(desk.record(case, "information-requested", asked_for="Scale scores"), case)
        assert case.status == RequestStatus.PENDED
    with on(cast, "2026-03-12") as desk:
        done(desk.record(case, "information-sent", channel="fax", confirmation="F-1"), case)
        assert case.status == RequestStatus.RECEIVED
        answer = desk.record(
            case,
            "call",
            representative_name="Robin T.",
            reference_number="C-200",
            promise="Decision",
            promised_by_on="2026-03-17",
        )
        done(answer, case)
    with on(cast, "2026-03-17") as desk:
        done(desk.record(case, "promise", standing="kept"), case)

        # The decision: denied, in a letter of the 16th. 180 days from the 17th end on 13 September.
        answer = desk.record(
            case,
            "determination",
            outcome="denied",
            when_on="2026-03-16",
            notice_dated_on="2026-03-16",
            notice_received_on="2026-03-17",
            reasons_verbatim="Experimental for this diagnosis.",
            reasons=["experimental_investigational"],
        )
        words = done(answer, case)
        assert case.status == RequestStatus.DENIED
        assert running(case, ClockKind.APPEAL_FILING).legal_at == end_of("2026-09-13")
        assert "File the internal appeal by end of Sun 13 Sep 2026" in words
        assert standings(case, ClockKind.PA_DECISION) == {"met"}

    # The talk fails; the first appeal is filed by fax on 1 April: 15 days end on the 16th.
    with on(cast, "2026-03-24") as desk:
        done(desk.record(case, "peer-to-peer-held", outcome="upheld", words="Two trials more."))
    with on(cast, "2026-04-01") as desk:
        done(desk.record(case, "appeal-file", channel="fax", confirmation_number="F-2"), case)
        assert case.status == RequestStatus.UNDER_APPEAL
        assert running(case, ClockKind.APPEAL_DECISION).legal_at == end_of("2026-04-16")
    with on(cast, "2026-04-13") as desk:
        answer = desk.record(
            case,
            "appeal-decision",
            outcome="upheld",
            is_final_internal="no",
            notice_dated_on="2026-04-13",
        )
        done(answer, case)
        assert case.status == RequestStatus.DENIED

    # The second appeal is chosen by itself; its denial is final.
    with on(cast, "2026-04-20") as desk:
        assert desk.form(desk.step(case, "appeal-file"))["level"] == ["second"]
        done(desk.record(case, "appeal-file", channel="fax", confirmation_number="F-3"), case)
    with on(cast, "2026-05-01") as desk:
        answer = desk.record(
            case,
            "appeal-decision",
            outcome="upheld",
            is_final_internal="yes",
            notice_dated_on="2026-05-01",
        )
        words = done(answer, case)
        # Four months from 1 May.
        assert running(case, ClockKind.EXTERNAL_FILING).legal_at == end_of("2026-09-01")
        assert "File for external review by end of Tue 1 Sep 2026" in words

    # Independent reviewers decide for the patient.
    with on(cast, "2026-05-11") as desk:
        assert desk.form(desk.step(case, "external-review-file"))["body"] == ["federal"]
        answer = desk.record(case, "external-review-file", confirmation_number="X-1")
        done(answer, case)
        assert case.status == RequestStatus.UNDER_EXTERNAL_REVIEW
        assert standings(case, ClockKind.EXTERNAL_FILING) == {"met"}
    with on(cast, "2026-05-18") as desk:
        done(desk.record(case, "external-review-assigned", reviewer="Maple IRO"), case)
    with on(cast, "2026-06-15") as desk:
        answer = desk.record(case, "external-review-decision", outcome="overturned")
        done(answer, case)
        assert case.status == RequestStatus.APPROVED
        done(desk.record(case, "close", reason="Approved by the reviewer."), case)
        assert case.status == RequestStatus.CLOSED
        assert not case.deadlines.filter(standing__in=("running", "tolled")).exists()

    told = CaseEvent.objects.filter(request=case).order_by("pk").values_list("kind", flat=True)
    assert list(told) == [
        EventKind.REQUEST_OPENED,
        EventKind.SUBMITTED,
        EventKind.RECEIVED_BY_PAYER,
        EventKind.INFORMATION_REQUESTED,
        EventKind.INFORMATION_SENT,
        EventKind.CALL_LOGGED,
        EventKind.PROMISE_SETTLED,
        EventKind.DETERMINED,
        EventKind.PEER_TO_PEER_REQUESTED,
        EventKind.PEER_TO_PEER_HELD,
        EventKind.APPEAL_FILED,
        EventKind.APPEAL_DECIDED,
        EventKind.APPEAL_FILED,
        EventKind.APPEAL_DECIDED,
        EventKind.EXTERNAL_REVIEW_FILED,
        EventKind.EXTERNAL_REVIEW_ASSIGNED,
        EventKind.EXTERNAL_REVIEW_DECIDED,
        EventKind.CLOSED,
    ]
