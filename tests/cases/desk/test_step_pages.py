"""Each step through its page: opened, filled in, sent, and read back from the case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.demo import stories
from cases.demo.stories import Teller
from cases.models import Deadline, Note, PriorAuthRequest, Representative, StaffMember
from cases.models.deadlines import LIVE
from cases.workflow import external_reviews
from cases.workflow.noticing import notice
from priorauth.terms import AppealOutcome, ClockKind, EventKind, Outcome, RequestStatus
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import Desk, said, shown

pytestmark = pytest.mark.usefixtures("friday_morning")


def the_case(tell: object, teller: Teller) -> PriorAuthRequest:
    """The case that a story of the demo tells."""
    tell(teller)  # type: ignore[operator]
    return PriorAuthRequest.objects.latest("pk")


def last(case: PriorAuthRequest, kind: EventKind):
    return case.events.filter(kind=kind).latest("pk")


def goes_to_the_case(answer, case: PriorAuthRequest) -> str:
    assert answer.status_code == 302, shown_errors(answer)
    assert answer.url == f"/case/{case.number}/"
    case.refresh_from_db()
    return said(answer)


def shown_errors(answer) -> str:
    html = answer.content.decode()
    start = html.find("step-summary")
    return html[start : start + 1500]


# ------------------------------------------------------------------ the request


def test_a_portal_submission_is_recorded_with_its_receipt_and_the_clock_is_named(desk, teller):
    case = the_case(stories.draft, teller)
    answer = desk.record(case, "submit", channel="portal", confirmation_number="REF-1")
    words = goes_to_the_case(answer, case)
    assert case.submissions.get().confirmation_number == "REF-1"
    assert case.status == RequestStatus.RECEIVED
    assert last(case, EventKind.SUBMITTED).happened_at == FRIDAY
    assert last(case, EventKind.RECEIVED_BY_PAYER).happened_at == FRIDAY
    assert words.startswith("Recorded. ")
    assert "Payer's decision on the request" in words
    assert "Met: submit the request." in words


def test_a_mailed_submission_has_no_receipt_yet(desk, teller):
    case = the_case(stories.draft, teller)
    refused = desk.record(case, "submit", channel="mail", receipt="at_once")
    assert "A letter does not arrive the moment it is mailed" in refused.content.decode()
    goes_to_the_case(desk.record(case, "submit", channel="mail", receipt="not_known"), case)
    assert case.status == RequestStatus.SUBMITTED
    assert not case.events.filter(kind=EventKind.RECEIVED_BY_PAYER).exists()


def test_the_last_channel_of_a_payer_is_chosen_already(desk, teller):
    first = teller.opened(teller.at(2), plan=teller.cast.plans[0])
    by_phone = {"channel": "phone", "representative_name": "Dana", "confirmation_number": "C-1"}
    goes_to_the_case(desk.record(first, "submit", **by_phone), first)
    second = teller.opened(teller.at(1), plan=teller.cast.plans[0])
    assert desk.form(desk.step(second, "submit"))["channel"] == ["phone"]


def test_a_receipt_learned_later_is_recorded_as_a_day_at_the_payers(desk, teller):
    case = teller.opened(teller.at(3), plan=teller.cast.plans[2])  # a payer in Chicago
    form = {"channel": "mail", "receipt": "not_known", "when_on": "2026-09-15", "when_time": ""}
    goes_to_the_case(desk.record(case, "submit", **form), case)
    goes_to_the_case(desk.record(case, "receipt", when_on="2026-09-17", when_time=""), case)
    told = last(case, EventKind.RECEIVED_BY_PAYER)
    assert (told.happened_at, told.happened_on) == (None, date(2026, 9, 17))
    assert told.zone == "America/Chicago"


def test_what_the_payer_sent_back_is_a_draft_again_with_its_reason(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    goes_to_the_case(desk.record(case, "sent-back", reason="Group number missing"), case)
    assert case.status == RequestStatus.DRAFT
    assert "Group number missing" in Note.objects.get(request=case).text


def test_a_pend_with_its_printed_date_starts_our_clock(desk, teller):
    case = the_case(stories.submitted_long_ago, teller)
    answer = desk.record(
        case, "information-requested", asked_for="PHQ-9 scores", answer_by_on="2026-10-02"
    )
    words = goes_to_the_case(answer, case)
    assert case.status == RequestStatus.PENDED
    assert case.information_requests.get().answer_by_on == date(2026, 10, 2)
    assert "Our answer to the payer's request for information" in words


def test_the_answer_to_a_pend_is_recorded(desk, teller):
    case = the_case(stories.pended, teller)
    goes_to_the_case(desk.record(case, "information-sent", confirmation="FAX-9"), case)
    asked = case.information_requests.get()
    assert (asked.answer_confirmation, asked.answer_event.kind) == ("FAX-9", "information_sent")
    assert case.status != RequestStatus.PENDED


def test_a_complete_packet_is_recorded(desk, teller):
    case = the_case(stories.submitted_long_ago, teller)
    goes_to_the_case(desk.record(case, "packet-complete", when_on="2026-09-17"), case)
    assert last(case, EventKind.PACKET_COMPLETE).happened_on == date(2026, 9, 17)


def test_an_extension_is_recorded_with_its_printed_date(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    goes_to_the_case(desk.record(case, "extension", until_on="2026-10-10"), case)
    assert last(case, EventKind.EXTENSION_NOTICED).facts["until"] == {"date": "2026-10-10"}


def test_urgency_raised_by_the_clinician_needs_the_reason(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    refused = desk.record(case, "urgency", urgency="expedited")
    assert shown(refused)["urgency"] == ["expedited"]
    assert 'id="id_urgency_reason_error"' in refused.content.decode()
    reason = "Suicidal ideation; waiting is unsafe."
    answer = desk.record(case, "urgency", urgency="expedited", urgency_reason=reason)
    goes_to_the_case(answer, case)
    assert (case.urgency, case.urgency_reason) == ("expedited", reason)


def the_clock(case: PriorAuthRequest, kind: ClockKind) -> Deadline:
    return Deadline.objects.get(LIVE, request=case, kind=kind)


def test_an_appeal_becomes_urgent_by_itself_and_the_request_keeps_its_urgency(desk, teller):
    # A self-funded plan: 72 hours from the change (29 CFR 2560.503-1(i)(2)(i)).
    appeal = teller.appealed(2, plan=teller.cast.plans[0])
    case = appeal.request
    reason = "Suicidal ideation since the denial."
    form = {"urgency": "expedited", "urgency_reason": reason, "of": "appeal-1"}
    refused = desk.record(case, "urgency", **(form | {"urgency_reason": ""}))
    assert "An urgent appeal needs the clinician" in refused.content.decode()
    words = goes_to_the_case(desk.record(case, "urgency", **form), case)
    assert "Payer's decision on the appeal" in words
    assert (case.urgency, case.urgency_reason) == ("standard", "")
    assert the_clock(case, ClockKind.APPEAL_DECISION).legal_at == FRIDAY + timedelta(hours=72)
    assert last(case, EventKind.URGENCY_CHANGED).proceeding == "appeal-1"
    html = desk.open(f"/case/{case.number}/").content.decode()
    assert "First internal appeal" in html and "urgent (expedited)" in html
    assert reason in html


def test_changing_the_urgency_of_an_appeal_leaves_an_undecided_line_of_the_request(desk, teller):
    request = teller.submitted(teller.at(6), plan=teller.cast.plans[0])
    first, *_ = request.lines.all()
    teller.decided(request, teller.at(3), Outcome.DENIED, lines=[first])
    teller.appeal(request, teller.at(2), lines=[first])
    before = the_clock(request, ClockKind.PA_DECISION).due_at
    which = desk.open(desk.step(request, "urgency")).content.decode()
    assert "?of=request" in which and "?of=appeal-1" in which
    answer = desk.record(request, "urgency", of="appeal-1", urgency="expedited", by="payer")
    goes_to_the_case(answer, request)
    assert request.urgency == "standard"
    assert the_clock(request, ClockKind.PA_DECISION).due_at == before
    answer = desk.record(request, "urgency", of="request", urgency="expedited", by="payer")
    goes_to_the_case(answer, request)
    assert request.urgency == "expedited"


def test_an_external_review_becomes_urgent_by_itself(desk, teller):
    case = the_case(stories.external_review_running, teller)
    review = case.external_reviews.get()
    if not review.reviewer:
        then = teller.at(3)
        external_reviews.assign(
            teller.actor(then), review, assigned=teller.moment(then), reviewer="Meridian Review"
        )
    answer = desk.record(
        case, "urgency", of="external_review-1", urgency="expedited", urgency_reason="Worse."
    )
    goes_to_the_case(answer, case)
    assert case.urgency == "standard"
    assert the_clock(case, ClockKind.EXTERNAL_DECISION).due_at == FRIDAY + timedelta(hours=72)


def test_the_urgency_of_an_appeal_that_is_over_is_refused_with_the_reason(desk, teller):
    case = the_case(stories.appeal_upheld, teller)
    answer = desk.open(desk.step(case, "urgency", "appeal-1"), status=409)
    assert "This appeal is over, so its urgency no longer counts" in answer.content.decode()


# ------------------------------------------------------------------ the decision


def test_an_approval_takes_one_answer_number_and_dates(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    answer = desk.record(
        case,
        "determination",
        outcome="approved",
        authorization_number="A-77",
        effective_from_on="2026-09-18",
        effective_through_on="2026-12-17",
    )
    words = goes_to_the_case(answer, case)
    granted = case.authorizations.get()
    assert granted.authorization_number == "A-77"
    assert granted.sessions == case.planned_sessions
    assert granted.effective_through == date(2026, 12, 17)
    assert case.status == RequestStatus.APPROVED
    assert case.determinations.get().reasons == []
    assert "Authorization ends" in words


def test_a_denial_keeps_letter_dates_and_reasons_and_names_the_appeal_date(desk, teller):
    # An insured employer plan: 180 days from receipt, 18 September, end on 17 March.
    case = teller.submitted(teller.at(8), plan=teller.cast.plans[1])
    answer = desk.record(
        case,
        "determination",
        outcome="denied",
        when_on="2026-09-16",
        notice_dated_on="2026-09-16",
        notice_received_on="2026-09-18",
        appeal_by_on="2027-03-01",
        reasons_verbatim="Considered experimental.",
        reasons=["experimental_investigational"],
        codes_verbatim="CO-55",
    )
    words = goes_to_the_case(answer, case)
    decision = case.determinations.get()
    assert (decision.notice_dated_on, decision.notice_received_on) == (
        date(2026, 9, 16),
        date(2026, 9, 18),
    )
    assert decision.appeal_by_on == date(2027, 3, 1)
    assert decision.reasons == ["experimental_investigational"]
    assert decision.codes_verbatim == "CO-55"
    assert case.status == RequestStatus.DENIED
    assert (
        "File the internal appeal by end of Mon 1 Mar 2027 as printed, "
        "by end of Wed 17 Mar 2027 by law (29 CFR 2560.503-1(h)(3)(i))."
    ) in words
    assert not case.authorizations.exists()


def test_an_answer_for_each_line_splits_the_request(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    one, two = case.lines.all()
    answer = desk.record(
        case,
        "determination",
        outcome="line_by_line",
        outcome_1="partly_approved",
        units_1="2",
        outcome_2="denied",
        when_on="2026-09-17",
        authorization_number="A-1",
        notice_dated_on="2026-09-17",
        reasons=["frequency_or_quantity"],
    )
    goes_to_the_case(answer, case)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.status, one.units_approved) == ("partly_approved", 2)
    assert (two.status, two.units_approved) == ("denied", None)
    assert list(case.authorizations.get().lines.all()) == [one]


def test_a_denial_told_by_phone_waits_for_its_letter(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    answer = desk.record(
        case,
        "determination",
        outcome="denied",
        told_by="phone",
        notice_awaited="on",
        reasons=["unclear_or_missing_reason"],
    )
    goes_to_the_case(answer, case)
    assert case.determinations.get().notice_received_on is None
    assert case.deadlines.filter(rule="desk-missing-notice", standing="running").exists()
    event = last(case, EventKind.DETERMINED)
    answer = desk.record(case, "task", of=f"notice-{event.pk}", notice_dated_on="2026-09-17")
    words = goes_to_the_case(answer, case)
    assert case.determinations.get().notice_dated_on == date(2026, 9, 17)
    assert "File the internal appeal" in words


def denial(desk, case, **typed):
    """A denial told in a letter, with a reason and whatever else is typed."""
    return desk.record(
        case,
        "determination",
        outcome="denied",
        reasons=["unclear_or_missing_reason"],
        **typed,
    )


def test_the_day_a_letter_reached_us_is_not_filled_in_with_today(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    form = desk.form(desk.step(case, "determination"))
    assert form["notice_received_on"] == [""]
    assert "reached_today" not in form
    goes_to_the_case(denial(desk, case, notice_dated_on="2026-09-18"), case)
    assert case.determinations.get().notice_received_on is None


def test_a_letter_of_last_week_pressed_through_gets_no_day_too_much(desk, teller):
    # An insured employer plan: 180 days from the printed date while nobody knows the other.
    case = teller.submitted(teller.at(12), plan=teller.cast.plans[1])
    answer = denial(desk, case, when_on="2026-09-11", notice_dated_on="2026-09-11")
    goes_to_the_case(answer, case)
    filing = the_clock(case, ClockKind.APPEAL_FILING)
    assert filing.due_at.date() <= date(2027, 3, 11)


def test_a_tick_says_that_the_letter_reached_us_today(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    answer = denial(desk, case, notice_dated_on="2026-09-18", reached_today="on")
    goes_to_the_case(answer, case)
    assert case.determinations.get().notice_received_on == date(2026, 9, 18)


def test_the_tick_and_another_day_or_no_letter_at_all_are_not_both_true(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    dated = {"notice_dated_on": "2026-09-17", "when_on": "2026-09-17", "reached_today": "on"}
    answer = denial(desk, case, **dated, notice_received_on="2026-09-17")
    assert "Either enter the day or tick “today”, not both." in answer.content.decode()
    answer = denial(desk, case, **dated, notice_awaited="on")
    assert "Either it reached us today, or it has not come yet." in answer.content.decode()
    assert not case.determinations.exists()


@pytest.mark.parametrize("told_by", ["letter", "fax"])
def test_a_refusal_in_writing_needs_its_printed_date(desk, teller, told_by):
    case = the_case(stories.submitted_by_portal, teller)
    answer = denial(desk, case, told_by=told_by, reached_today="on")
    assert "Enter the date printed on it, or tick that the letter" in answer.content.decode()
    assert not case.determinations.exists()


def test_a_refusal_seen_in_the_portal_needs_a_tick_and_no_printed_date(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    goes_to_the_case(denial(desk, case, told_by="portal", reached_today="on"), case)
    assert case.determinations.get().notice_received_on == date(2026, 9, 18)


def test_the_letter_that_had_not_come_is_not_filled_in_with_today_either(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    denial(desk, case, told_by="phone", notice_awaited="on")
    of = f"notice-{last(case, EventKind.DETERMINED).pk}"
    assert desk.form(desk.step(case, "task", of))["notice_received_on"] == [""]
    dated = desk.record(case, "task", of=of, notice_dated_on="2026-09-18", reached_today="on")
    goes_to_the_case(dated, case)
    told = case.determinations.get()
    assert (told.notice_dated_on, told.notice_received_on) == (date(2026, 9, 18),) * 2


def test_the_number_of_an_authorization_may_follow(desk, teller):
    case = the_case(stories.approved_without_number, teller)
    words = goes_to_the_case(
        desk.record(case, "authorization", authorization_number="LATE-1"), case
    )
    assert case.authorizations.get().authorization_number == "LATE-1"
    assert "Met: get the authorization number." in words


def approved_by_word_alone(teller: Teller) -> PriorAuthRequest:
    """Approved, with neither number nor days told."""
    case = teller.submitted(teller.at(9))
    teller.decided(case, teller.at(1), Outcome.APPROVED)
    return case


def test_the_last_covered_day_may_follow_before_the_number(desk, teller):
    case = approved_by_word_alone(teller)
    words = goes_to_the_case(
        desk.record(case, "authorization", effective_through_on="2026-12-17"), case
    )
    assert case.authorizations.get().effective_through == date(2026, 12, 17)
    assert "Authorization ends" in words
    assert set(case.deadlines.filter(standing="running").values_list("rule", flat=True)) == {
        "desk-missing-number",
        "desk-authorization-ends",
    }


def test_an_authorization_entered_with_neither_number_nor_last_day_is_refused(desk, teller):
    case = approved_by_word_alone(teller)
    answer = desk.record(case, "authorization", sessions="6")
    assert "Enter the number, or the last covered day." in answer.content.decode()
    assert not case.events.filter(kind="authorization_entered").exists()


def test_a_payer_without_a_last_day_is_let_pass_from_the_case(desk, teller):
    case = the_case(stories.esketamine_approved, teller)
    task = case.deadlines.get(rule="desk-missing-end", standing="running")
    assert f"of=date-{task.pk}" in desk.open(f"/case/{case.number}/").content.decode()
    desk.record(case, "let-pass", of=f"date-{task.pk}", reason="Units only, no end date.")
    task.refresh_from_db()
    assert task.standing == "missed"


# ------------------------------------------------------------------ after a denial


def test_a_talk_agreed_on_the_payers_clock_is_kept_so_and_shown_on_ours(desk, teller):
    case = teller.denied(2, plan=teller.cast.plans[2])  # a payer in Chicago
    answer = desk.record(
        case,
        "peer-to-peer-schedule",
        scheduled_for_on="2026-09-21",
        scheduled_for_time="15:30",
        clock="payer",
    )
    words = goes_to_the_case(answer, case)
    agreed = datetime(2026, 9, 21, 20, 30, tzinfo=UTC)
    assert case.peer_to_peers.get().scheduled_at == agreed
    kept = last(case, EventKind.PEER_TO_PEER_SCHEDULED).facts["scheduled_for"]
    assert kept["zone"] == "America/Chicago"
    assert "16:30 EDT" in words
    assert the_clock(case, ClockKind.APPOINTMENT).act_at == agreed
    assert "16:30 EDT" in desk.open("/").content.decode()


def test_whose_clock_is_asked_only_of_a_payer_in_another_zone(desk, teller):
    case = teller.denied(2, plan=teller.cast.plans[0])
    assert "clock" not in desk.form(desk.step(case, "peer-to-peer-schedule"))


def test_a_peer_to_peer_is_asked_for_scheduled_and_held(desk, teller):
    case = the_case(stories.denied_lately, teller)
    goes_to_the_case(desk.record(case, "peer-to-peer-ask", phone="800-555-0122"), case)
    answer = desk.record(
        case,
        "peer-to-peer-schedule",
        scheduled_for_on="2026-09-21",
        scheduled_for_time="15:30",
        reviewer_name="Dr. Quill",
    )
    goes_to_the_case(answer, case)
    talk = case.peer_to_peers.get()
    assert talk.scheduled_at == datetime(2026, 9, 21, 19, 30, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 9, 21, 20, 0, tzinfo=UTC), tick=False):
        desk = Desk(teller.cast.biller)  # another day, another session
        form = desk.form(desk.step(case, "peer-to-peer-held"))
        assert (form["when_on"], form["when_time"]) == (["2026-09-21"], ["15:30"])
        assert form["reviewer_name"] == ["Dr. Quill"]
        answer = desk.record(
            case, "peer-to-peer-held", outcome="upheld", words="Wants two more trials."
        )
        goes_to_the_case(answer, case)
    talk.refresh_from_db()
    assert (talk.outcome, talk.words) == (AppealOutcome.UPHELD, "Wants two more trials.")
    assert case.status == RequestStatus.DENIED


def test_a_talk_that_nobody_recorded_before_begins_with_its_outcome(desk, teller):
    case = the_case(stories.denied_lately, teller)
    goes_to_the_case(desk.record(case, "peer-to-peer-held", outcome="overturned"), case)
    assert case.peer_to_peers.get().outcome == AppealOutcome.OVERTURNED
    assert case.status == RequestStatus.APPROVED
    assert case.events.filter(kind=EventKind.PEER_TO_PEER_REQUESTED).count() == 1


def test_a_talk_can_overturn_one_line_of_two(desk, teller):
    case = the_case(stories.denied_lately, teller)
    answer = desk.record(
        case, "peer-to-peer-held", outcome="partly_overturned", lines_overturned=["2"]
    )
    goes_to_the_case(answer, case)
    assert [line.status for line in case.lines.all()] == ["denied", "approved"]


def test_an_appeal_is_filed_on_all_refused_lines_with_its_consent(desk, teller):
    case = the_case(stories.denied_lately, teller)
    consent = Representative(
        clinic=case.clinic, patient=case.patient, name="The clinic", signed_on=date(2026, 9, 1)
    )
    consent.save()
    answer = desk.record(
        case,
        "appeal-file",
        representative=str(consent.pk),
        confirmation_number="FAX-2",
        argument="Four trials failed.",
    )
    words = goes_to_the_case(answer, case)
    appeal = case.appeals.get()
    assert appeal.lines.count() == 2
    assert (appeal.level, appeal.representative) == ("first", consent)
    assert case.status == RequestStatus.UNDER_APPEAL
    assert "Met: file the internal appeal." in words


def silent(teller: Teller) -> PriorAuthRequest:
    """With a Medicare Advantage plan for ten days: 72 hours and 7 days are both over."""
    case = teller.submitted(FRIDAY - timedelta(days=10), plan=teller.cast.plans[3])
    notice(FRIDAY)
    return case


def test_an_appeal_against_silence_comes_with_its_ground_and_lines_and_decides_nothing(
    desk, teller
):
    case = silent(teller)
    answer = desk.record(case, "appeal-file")
    words = goes_to_the_case(answer, case)
    assert case.appeals.get().lines.count() == 2
    assert case.status == RequestStatus.UNDER_APPEAL
    assert {line.status for line in case.lines.all()} == {"requested"}
    assert "Met: file the internal appeal" in words


def test_lines_without_a_decision_are_appealed_only_with_that_ground(desk, teller):
    answer = desk.record(silent(teller), "appeal-file", is_against_silence=False)
    assert "say that it did not decide in time" in shown_errors(answer)


def test_a_payer_that_has_time_left_is_not_called_silent_by_the_form(desk, teller):
    case = teller.submitted(FRIDAY - timedelta(hours=2), plan=teller.cast.plans[3])
    form = desk.form(desk.step(case, "appeal-file"))
    assert "is_against_silence" not in form
    assert "lines" not in form


def test_an_appeals_receipt_and_decision_open_external_review(desk, teller):
    case = the_case(stories.denied_lately, teller)
    filed = {"channel": "mail", "receipt": "not_known", "when_on": "2026-09-17", "when_time": ""}
    goes_to_the_case(desk.record(case, "appeal-file", **filed), case)
    goes_to_the_case(desk.record(case, "appeal-receipt", when_on="2026-09-18"), case)
    answer = desk.record(
        case,
        "appeal-decision",
        outcome="upheld",
        is_final_internal="yes",
        notice_dated_on="2026-09-18",
        decision_summary="Upheld.",
    )
    words = goes_to_the_case(answer, case)
    assert case.appeals.get().is_final_internal is True
    assert "external review" in words.lower()


def test_an_appeal_that_overturns_needs_no_letter_dates(desk, teller):
    case = the_case(stories.appeal_running, teller)
    answer = desk.record(case, "appeal-decision", outcome="overturned")
    goes_to_the_case(answer, case)
    assert case.status == RequestStatus.APPROVED


def test_an_external_review_runs_from_filing_to_its_binding_decision(desk, teller):
    case = the_case(stories.appeal_upheld, teller)
    goes_to_the_case(desk.record(case, "external-review-file", confirmation_number="X-1"), case)
    assert case.status == RequestStatus.UNDER_EXTERNAL_REVIEW
    goes_to_the_case(desk.record(case, "external-review-assigned", reviewer="Maple IRO"), case)
    assert case.external_reviews.get().reviewer == "Maple IRO"
    answer = desk.record(case, "external-review-decision", outcome="overturned")
    goes_to_the_case(answer, case)
    assert case.status == RequestStatus.APPROVED


# ------------------------------------------------------------------ the end of a case


def test_a_request_is_withdrawn_line_by_line(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    goes_to_the_case(desk.record(case, "withdraw", lines=["2"], reason="Not needed."), case)
    assert [line.status for line in case.lines.all()] == ["requested", "withdrawn"]
    goes_to_the_case(desk.record(case, "withdraw", reason="Patient moved."), case)
    assert case.status == RequestStatus.WITHDRAWN


def test_a_case_is_closed_and_reopened_with_a_reason(desk, teller):
    case = the_case(stories.approved, teller)
    goes_to_the_case(desk.record(case, "close", reason="All sessions given."), case)
    assert case.status == RequestStatus.CLOSED
    goes_to_the_case(desk.record(case, "reopen", reason="Renewal."), case)
    assert case.status == RequestStatus.APPROVED
    texts = [note.text for note in Note.objects.filter(request=case).order_by("pk")]
    assert texts == ["All sessions given.", "Renewal."]


# ------------------------------------------------------------------ what moves nothing


def test_a_promise_is_settled(desk, teller):
    case = the_case(stories.promise_broken, teller)
    goes_to_the_case(desk.record(case, "promise", standing="broken"), case)
    assert case.calls.get().promise_standing == "broken"


def test_a_note_and_a_document_stand_on_the_timeline(desk, teller):
    case = the_case(stories.draft, teller)
    goes_to_the_case(desk.record(case, "note", text="Called the patient."), case)
    assert Note.objects.get(request=case).text == "Called the patient."
    file = SimpleUploadedFile("Jane Doe denial.pdf", b"%PDF-1.4 letter")
    goes_to_the_case(desk.record(case, "document", kind="denial_letter", file=file), case)
    document = case.documents.get()
    assert document.content_type == "application/pdf"
    assert "Jane" not in f"{document.file.name} {document.title}"
    document.file.delete()


def test_a_case_is_handed_over(desk, teller):
    case = the_case(stories.draft, teller)
    lead = StaffMember.objects.get(username="lead")
    goes_to_the_case(desk.record(case, "hand-over", assigned_to=str(lead.pk)), case)
    assert case.assigned_to == lead


def test_a_date_set_by_hand_is_kept_and_ticked_off(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    answer = desk.record(case, "date", what="Send the scores.", due_on="2026-09-25")
    words = goes_to_the_case(answer, case)
    assert "Date set by hand by end of Fri 25 Sep 2026" in words
    event = last(case, EventKind.DATE_SET_BY_HAND)
    words = goes_to_the_case(desk.record(case, "task", of=f"tick-{event.pk}"), case)
    assert "Met: date set by hand." in words
    assert not case.deadlines.filter(kind="by_hand", standing="running").exists()


def test_a_date_that_was_not_known_is_a_task_and_then_supplied(desk, teller):
    case = the_case(stories.draft, teller)
    unknown = {"when_on": "", "when_time": "", "when_unknown": "1", "receipt": "not_known"}
    answer = desk.record(case, "submit", channel="fax", confirmation_number="F", **unknown)
    words = goes_to_the_case(answer, case)
    assert "Find out when the request was sent by end of " in words
    event = last(case, EventKind.SUBMITTED)
    answer = desk.record(case, "task", of=f"date-{event.pk}", happened_on="2026-09-17")
    words = goes_to_the_case(answer, case)
    assert "No longer due: find out when the request was sent." in words


def test_plan_facts_change_the_law_of_every_case_under_the_plan(desk, teller):
    unknown = teller.cast.plans[5]
    case = teller.submitted(teller.at(2), plan=unknown)
    other = teller.submitted(teller.at(2), plan=unknown)
    assert not other.deadlines.filter(legal_at__isnull=False).exists()
    answer = desk.record(
        case,
        "plan",
        line_of_business="employer",
        funding="self_funded",
        funding_known_by="Plan document, page 3",
    )
    goes_to_the_case(answer, case)
    unknown.refresh_from_db()
    assert (unknown.funding, unknown.line_of_business) == ("self_funded", "employer")
    for each in (case, other):
        assert each.deadlines.filter(legal_at__isnull=False, standing="running").exists()


def test_plan_funding_needs_how_it_is_known(desk, teller):
    case = teller.submitted(teller.at(2), plan=teller.cast.plans[5])
    answer = desk.record(case, "plan", funding="self_funded", line_of_business="employer")
    assert 'id="id_funding_known_by_error"' in answer.content.decode()
    assert shown(answer)["line_of_business"] == ["employer"]


def test_outcome_words_of_the_form_are_those_of_the_vocabulary(desk, teller):
    case = the_case(stories.submitted_by_portal, teller)
    html = desk.open(desk.step(case, "determination")).content.decode()
    for answer in (Outcome.APPROVED, Outcome.DENIED, Outcome.DISMISSED):
        assert answer.label in html
