"""Submitting with proof: what a portal asks for, and a call that is logged by hanging up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from cases.demo.stories import Teller
from cases.models import Deadline, InsurerCall, PriorAuthRequest
from cases.models.contacts import CallOutcome
from cases.models.deadlines import LIVE
from priorauth.terms import ClockKind, EventKind, RequestStatus
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import Desk, PaperForm, shown

ENDED = FRIDAY + timedelta(seconds=42)


@pytest.fixture(autouse=True)
def friday_morning() -> Iterator[None]:
    """Friday, 18 September 2026, 10:00:42 in New York."""
    with time_machine.travel(ENDED, tick=False):
        yield


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    """A draft with nothing wrong, for Monday 28 September, twice a week."""
    return teller.opened(teller.at(1), plan=teller.cast.plans[0], starts_in=10)


def copies(html: str) -> list[tuple[str, str]]:
    """Name and value of every copy button of the portal's list, in the order of the page."""
    start = html.index("For the portal, in its order")
    part = html[start : html.index("</section>", start)]
    return re.findall(r'data-copy="([^"]*)"[^>]*>Copy<span class="pa-sr"> ([^<]*)<', part)


def call_ended(desk: Desk, case: PriorAuthRequest, **typed: object):
    """Fill in the form for a submission by phone and press "The call has ended"."""
    filled = {
        "channel": "phone",
        "representative_name": "Dana K.",
        "confirmation_number": "C-778",
        "call_ended": "1",
        **typed,
    }
    return desk.record(case, "submit", **filled)


# ------------------------------------------------------------------ portal


def test_a_portals_boxes_are_filled_from_top_to_bottom(desk, case):
    coverage, patient = case.coverage, case.patient
    told = copies(desk.open(desk.step(case, "submit")).content.decode())
    assert told[:10] == [
        (coverage.member_id, "Member ID"),
        (coverage.group_number, "Group number"),
        (f"{patient.birth_date:%m/%d/%Y}", "Date of birth"),
        (patient.last_name.replace("'", "&#x27;"), "Last name, as on the card"),
        (patient.first_name, "First name, as on the card"),
        ("1487654323", "Requesting NPI"),
        (case.rendering_clinician.npi, "Rendering NPI"),
        ("1234567893", "Site or group NPI"),
        ("123456789", "Tax ID"),
        ("11", "Place of service"),
    ]
    assert [label for _, label in told[10:]][-3:] == ["From", "Through", "Urgency"]
    assert ("96365", "Code 1") in told
    assert (str(case.planned_sessions), "Units 1") in told


def test_the_last_day_asked_for_follows_from_sessions_and_cadence(desk, case):
    PriorAuthRequest.objects.filter(pk=case.pk).update(
        planned_start_on="2026-09-28", planned_sessions=4, cadence="twice_weekly"
    )
    html = desk.open(desk.step(case, "submit")).content.decode()
    told = {label: value for value, label in copies(html)}
    # Mondays and Thursdays: 28 September, 1, 5 and 8 October.
    assert (told["From"], told["Through"]) == ("09/28/2026", "10/08/2026")


@pytest.mark.parametrize("cadence", ["", "as_needed"])
def test_without_a_cadence_no_last_day_is_made_up(desk, case, cadence):
    PriorAuthRequest.objects.filter(pk=case.pk).update(cadence=cadence)
    told = copies(desk.open(desk.step(case, "submit")).content.decode())
    assert "Through" not in [label for _, label in told]


def test_a_portal_submission_needs_its_number_or_why_there_is_none(desk, case):
    answer = desk.record(case, "submit", channel="portal")
    assert "A portal submission has a confirmation number" in answer.content.decode()
    why = {"channel": "portal", "no_confirmation_reason": "The portal shows none"}
    assert desk.record(case, "submit", **why).status_code == 302
    assert case.submissions.get().no_confirmation_reason == "The portal shows none"


# ------------------------------------------------------------------ phone


def test_hanging_up_stamps_the_minute_starts_the_clock_and_logs_the_call_at_once(desk, teller):
    case = teller.opened(teller.at(1), plan=teller.cast.plans[0], is_urgent=True, starts_in=10)
    answer = call_ended(desk, case, minutes="25", summary="Read all codes.", sent_to="Line 3")
    assert answer.status_code == 302, answer.content.decode()[:4000]
    case.refresh_from_db()
    minute = FRIDAY.astimezone(UTC)  # 10:00, the seconds are dropped
    assert case.status == RequestStatus.RECEIVED
    assert case.events.get(kind=EventKind.SUBMITTED).happened_at == minute
    assert case.events.get(kind=EventKind.RECEIVED_BY_PAYER).happened_at == minute
    call = case.calls.get()
    assert (call.outcome, call.representative_name, call.reference_number) == (
        CallOutcome.SUBMITTED, "Dana K.", "C-778",
    )  # fmt: skip
    assert (call.started_at, call.minutes) == (minute - timedelta(minutes=25), 25)
    assert (call.line_called, call.summary) == ("Line 3", "Read all codes.")
    # An employer plan has 72 hours for an urgent request, from the minute it was told.
    decision = Deadline.objects.get(LIVE, request=case, kind=ClockKind.PA_DECISION)
    assert decision.started_at == minute
    assert decision.legal_at == minute + timedelta(hours=72)


def test_a_day_typed_before_gives_way_to_the_minute_of_hanging_up(desk, case):
    typed = {"when_on": "2026-09-15", "when_time": "", "when_unknown": "1", "receipt": "not_known"}
    assert call_ended(desk, case, **typed).status_code == 302
    assert case.events.get(kind=EventKind.RECEIVED_BY_PAYER).happened_at == FRIDAY


def test_what_lacks_keeps_the_minute_and_nobody_hangs_up_twice(desk, case):
    answer = call_ended(desk, case, representative_name="")
    html = answer.content.decode()
    assert "Enter the representative&#x27;s name" in html
    assert "call_ended" not in PaperForm(html).names
    assert not InsurerCall.objects.exists()
    assert not case.submissions.exists()
    form = shown(answer)
    assert (form["when_on"], form["when_time"], form["ended"]) == (["2026-09-18"], ["10:00"], ["1"])
    with time_machine.travel(ENDED + timedelta(minutes=9), tick=False):
        again = desk.send(desk.step(case, "submit"), form, representative_name="Dana K.")
    assert again.status_code == 302
    assert case.events.get(kind=EventKind.SUBMITTED).happened_at == FRIDAY


@pytest.mark.parametrize("pressed_again", ["1", "yes"])
def test_a_second_press_from_a_stale_page_moves_no_minute(desk, case, pressed_again):
    form = shown(call_ended(desk, case, representative_name=""))
    with time_machine.travel(ENDED + timedelta(minutes=9), tick=False):
        typed = {"representative_name": "Dana K.", "call_ended": pressed_again}
        assert desk.send(desk.step(case, "submit"), form, **typed).status_code == 302
    assert case.events.get(kind=EventKind.SUBMITTED).happened_at == FRIDAY


def test_the_hour_that_comes_twice_is_told_by_the_press_itself(teller):
    case = teller.opened(teller.at(1), plan=teller.cast.plans[0], starts_in=90)
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 1:30 in New York, the clocks gone back
    with time_machine.travel(second, tick=False):
        assert call_ended(Desk(teller.cast.biller), case).status_code == 302
    assert case.events.get(kind=EventKind.SUBMITTED).happened_at == second


def test_a_call_without_a_reference_says_why(desk, case):
    answer = call_ended(desk, case, confirmation_number="")
    assert "Enter the call reference, or say why there is none" in answer.content.decode()
    form = shown(answer)
    why = {"no_confirmation_reason": "They do not give reference numbers"}
    assert desk.send(desk.step(case, "submit"), form, **why).status_code == 302
    assert case.calls.get().no_reference_reason == "They do not give reference numbers"


def test_when_the_submission_is_refused_no_call_is_logged(desk, case):
    case.coverage.member_id = ""
    case.coverage.save()
    assert "The request is not ready" in call_ended(desk, case).content.decode()
    assert not InsurerCall.objects.exists()
    assert not case.submissions.exists()


def test_a_form_sent_twice_logs_one_call(desk, case):
    address = desk.step(case, "submit")
    form = desk.form(address)
    typed = {"channel": "phone", "representative_name": "Dana", "call_ended": "1"}
    typed |= {"confirmation_number": "C-1"}
    desk.send(address, form, **typed)
    desk.send(address, form, **typed)
    assert case.calls.count() == 1
    assert case.submissions.count() == 1


def test_what_was_typed_for_the_phone_is_not_meant_when_it_went_by_portal(desk, case):
    typed = {"representative_name": "Dana K.", "pages": "3", "confirmation_number": "REF-1"}
    assert desk.record(case, "submit", channel="portal", **typed).status_code == 302
    sent = case.submissions.get()
    assert (sent.representative_name, sent.pages) == ("", None)
    assert not InsurerCall.objects.exists()


def test_of_a_fax_that_was_made_elsewhere_no_pages_are_made_up(desk, case):
    typed = {"sent_to": "+1 518 555 0111", "confirmation_number": "REF-1"}
    assert desk.record(case, "submit", channel="fax", **typed).status_code == 302
    assert case.submissions.get().pages is None
