"""What a step page does when the answer is no: right field, nothing lost, nothing written."""

from __future__ import annotations

import re
import uuid
from random import Random

import pytest
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from cases.demo import stories
from cases.demo.cast import make_cast
from cases.demo.stories import Teller
from cases.desk.steps import PAGES
from cases.models import CaseEvent, InsurerCall, PriorAuthRequest, StaffMember
from priorauth.terms import EventKind, RequestStatus
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import Desk, said, shown

BY_PHONE = {"channel": "phone", "representative_name": "Dana", "confirmation_number": "C-1"}


pytestmark = pytest.mark.usefixtures("friday_morning")


@pytest.fixture
def submitted(teller: Teller) -> PriorAuthRequest:
    return teller.submitted(teller.at(3), plan=teller.cast.plans[1])


def events(case: PriorAuthRequest) -> int:
    return CaseEvent.objects.filter(request=case).count()


def error_of(answer, field: str) -> str:
    """What stands beneath a field of a page that came back."""
    html = answer.content.decode()
    start = html.find(f'id="id_{field}_error"')
    return html[start : html.find("</ul>", start)] if start >= 0 else ""


# ------------------------------------------------------------------ on the very field


@pytest.mark.parametrize(
    ("slug", "typed", "field", "words"),
    [
        (
            "determination",
            {"outcome": "approved", "when_on": "2026-09-01"},
            "when",
            "lies before the submission",
        ),
        ("determination", {"outcome": "approved", "when_on": "2026-09-19"}, "when", "future"),
        ("determination", {"when_on": "2026-09-17"}, "outcome", "Choose one."),
        (
            "determination",
            {
                "outcome": "denied",
                "reasons": ["other"],
                "notice_dated_on": "2026-09-18",
                "when_on": "2026-09-18",
                "notice_received_on": "2026-09-17",
            },
            "notice_received",
            "lies before the date on the notice",
        ),
        (
            "determination",
            {"outcome": "denied", "notice_received_on": "", "reasons": ["other"]},
            "notice_dated",
            "Enter the date printed on it",
        ),
        (
            "determination",
            {
                "outcome": "approved",
                "effective_from_on": "2026-12-01",
                "effective_through_on": "2026-11-01",
            },
            "effective_through",
            "ends before it begins",
        ),
        (
            "determination",
            {"outcome": "line_by_line", "outcome_1": "partly_approved"},
            "units_1",
            "Enter the units",
        ),
        ("receipt", {"when_on": "2026-09-01"}, "when", "lies before the submission"),
        ("receipt", {"when_on": ""}, "when", "Enter the date"),
        ("information-requested", {"asked_for": ""}, "asked_for", "Fill this in."),
        ("note", {"text": "   "}, "text", "Fill this in."),
        ("date", {"what": "x", "due_on": "2026-09-01"}, "due", "has passed"),
        ("call", {"representative_name": ""}, "representative_name", "Enter the representative"),
        (
            "call",
            {"representative_name": "Kim"},
            "reference_number",
            "Enter the call reference, or say why",
        ),
        (
            "call",
            {"representative_name": "Kim", "reference_number": "1", "promise": "Decision"},
            "promised_by",
            "Say by when",
        ),
        (
            "call",
            {
                "representative_name": "Kim",
                "reference_number": "1",
                "promised_by_on": "2026-09-22",
            },
            "promise",
            "Say what was promised",
        ),
    ],
)
def test_a_refusal_stands_on_its_field_and_all_that_was_typed_is_kept(
    desk, submitted, slug, typed, field, words
):
    before = events(submitted)
    answer = desk.record(submitted, slug, **typed)
    assert answer.status_code == 200
    assert words in error_of(answer, field), answer.content.decode()[:200]
    kept = shown(answer)
    for name, value in typed.items():
        wanted = value if isinstance(value, list) else [value]
        assert kept.get(name, [""])[0].strip() == (wanted[0] if wanted else "").strip(), name
    assert events(submitted) == before
    assert not InsurerCall.objects.filter(request=submitted).exists()


def test_the_summary_links_to_each_field_in_the_order_of_the_page(desk, submitted):
    answer = desk.record(
        submitted,
        "determination",
        outcome="denied",
        when_on="2026-09-19",
        effective_from_on="",
        notice_dated_on="2026-09-19",
    )
    html = answer.content.decode()
    summary = html[html.index("step-summary") : html.index("<form method")]
    assert "3 things to mend; nothing was recorded" in summary
    places = [summary.index(f'href="#id_{name}"') for name in ("when", "notice_dated")]
    assert places == sorted(places)
    assert places[-1] < summary.index('href="#id_reasons_verbatim"')


def test_the_fact_named_by_the_workflow_is_never_lost_on_top(desk, teller):
    """A portal submission without a number: the life cycle names the field itself."""
    case = teller.opened(teller.at(1))
    answer = desk.record(case, "submit", channel="portal", sent_to="Provider portal")
    assert "Enter it, or say why there is none" in error_of(answer, "confirmation_number")
    assert shown(answer)["sent_to"] == ["Provider portal"]
    reason = {"channel": "portal", "no_confirmation_reason": "Portal showed none"}
    assert desk.record(case, "submit", **reason).status_code == 302


def test_a_second_fact_of_the_same_page_is_refused_together_with_the_first(desk, teller):
    """Received before it was sent: then the submission is not written either."""
    case = teller.opened(teller.at(1))
    answer = desk.record(
        case,
        "submit",
        channel="fax",
        confirmation_number="F",
        receipt="other",
        received_by_payer_on="2026-09-17",
    )
    assert answer.status_code == 200
    assert "lies before the submission" in answer.content.decode()
    case.refresh_from_db()
    assert case.status == RequestStatus.DRAFT
    assert not case.submissions.exists()


# ------------------------------------------------------------------ twice, late, out of place


def test_a_form_sent_twice_records_once_and_says_so_quietly(desk, submitted):
    address = desk.step(submitted, "note")
    form = desk.form(address)
    first = desk.send(address, form, text="Once.")
    again = desk.send(address, form, text="Once.")
    assert first.status_code == again.status_code == 302
    assert again.url == f"/case/{submitted.number}/"
    assert "nothing was recorded twice" in said(again)
    assert submitted.notes.count() == 1


def test_a_double_click_is_quiet_even_where_the_step_fits_no_longer(desk, teller):
    case = teller.opened(teller.at(1))
    address = desk.step(case, "submit")
    form = desk.form(address)
    assert desk.send(address, form, **BY_PHONE).status_code == 302
    again = desk.send(address, form, **BY_PHONE)
    assert again.status_code == 302
    assert "nothing was recorded twice" in said(again)
    assert case.submissions.count() == 1


def test_a_form_without_a_name_is_recorded_all_the_same(desk, submitted):
    address = desk.step(submitted, "note")
    answer = desk.send(address, desk.form(address), text="Kept.", token="not-a-uuid")
    assert answer.status_code == 302
    assert uuid.UUID(submitted.events.latest("pk").token)


def test_when_the_case_moved_meanwhile_it_is_told_and_asked_again(desk, submitted, teller):
    address = desk.step(submitted, "note")
    form = desk.form(address)
    lead = Desk(teller.cast.lead)
    assert lead.record(submitted, "information-requested", asked_for="Scores").status_code == 302
    stopped = desk.send(address, form, text="Typed before.")
    html = stopped.content.decode()
    assert stopped.status_code == 409
    assert "The case moved while this form was open" in html
    assert "Payer asked for more information: recorded by Sam Ortega" in html
    assert submitted.notes.count() == 0
    confirmed = desk.send(address, shown(stopped))
    assert confirmed.status_code == 302
    assert submitted.notes.get().text == "Typed before."


def test_a_step_overtaken_by_a_colleague_shows_why_and_what_was_typed(desk, teller):
    case = teller.opened(teller.at(1))
    address = desk.step(case, "submit")
    form = desk.form(address)
    assert Desk(teller.cast.lead).record(case, "submit", **BY_PHONE).status_code == 302
    answer = desk.send(address, form, channel="fax", confirmation_number="FAX-123")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "already with the payer" in html
    assert "FAX-123" in html
    assert case.submissions.count() == 1


def test_a_step_out_of_place_says_why_and_offers_what_fits(desk, teller):
    case = teller.opened(teller.at(1))
    answer = desk.open(desk.step(case, "appeal-file"), status=409)
    html = answer.content.decode()
    assert "never submitted" in html
    assert reverse("desk:step", args=[case.number, "submit"]) in html


def test_a_case_edited_elsewhere_asks_before_it_records(desk, submitted):
    address = desk.step(submitted, "note")
    form = desk.form(address)
    PriorAuthRequest.objects.filter(pk=submitted.pk).update(version=submitted.version + 5)
    stopped = desk.send(address, form, text="x")
    assert stopped.status_code == 409
    assert "Details of the case were edited." in stopped.content.decode()


# ------------------------------------------------------------------ several to choose from


def test_of_several_promises_one_is_chosen_first(desk, submitted):
    for promise in ("Decision", "Call back"):
        answer = desk.record(
            submitted,
            "call",
            representative_name="Kim",
            reference_number="R",
            promise=promise,
            promised_by_on="2026-09-22",
        )
        assert answer.status_code == 302
    page = desk.open(desk.step(submitted, "promise")).content.decode()
    assert "Which one?" in page
    call = submitted.calls.get(promise="Call back")
    assert f"?of={call.pk}" in page
    assert desk.record(submitted, "promise", of=str(call.pk), standing="kept").status_code == 302
    call.refresh_from_db()
    assert call.promise_standing == "kept"
    assert submitted.calls.get(promise="Decision").promise_standing == "open"


def test_what_is_no_longer_open_is_said_without_losing_what_was_typed(desk, submitted):
    answer = desk.client.post(
        desk.step(submitted, "promise"), {"of": "999", "standing": "kept", "token": ""}
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "no longer open" in html
    assert "kept" in html


# ------------------------------------------------------------------ who may, and where


@pytest.mark.parametrize("slug", [page.slug for page in PAGES])
def test_an_auditor_records_nothing(slug, submitted, teller):
    auditor = Desk(StaffMember.objects.get(username="auditor"))
    page = auditor.open(auditor.step(submitted, slug), status=403).content.decode()
    assert "Auditor (looks only)" in page
    before = events(submitted)
    answer = auditor.client.post(auditor.step(submitted, slug), {"text": "x", "reason": "x"})
    assert answer.status_code == 403
    assert events(submitted) == before


def test_a_clinician_may_ask_for_a_talk_but_not_file_an_appeal(teller):
    stories.denied_lately(teller)
    case = PriorAuthRequest.objects.latest("pk")
    clinician = Desk(StaffMember.objects.get(username="clinician"))
    assert clinician.record(case, "peer-to-peer-ask").status_code == 302
    clinician.open(clinician.step(case, "appeal-file"), status=403)


@pytest.mark.parametrize("slug", [page.slug for page in PAGES])
def test_another_clinics_case_is_the_same_not_found_as_one_that_does_not_exist(
    slug, desk, submitted
):
    with scopes_disabled():
        other = make_cast("other", suffix="other")
    with scope(clinic=other.clinic):
        foreign = Teller(other, FRIDAY, Random(3)).opened(FRIDAY)
    answers = []
    for number in (foreign.number, "PA-ZZZZZZZZ"):
        address = reverse("desk:step", args=[number, slug])
        for answer in (desk.client.get(address), desk.client.post(address, {"text": "x"})):
            assert answer.status_code == 404
            answers.append(answer.content.replace(number.encode(), b""))
    assert answers[0] == answers[2]
    assert answers[1] == answers[3]
    with scope(clinic=other.clinic):
        assert CaseEvent.objects.filter(request=foreign).count() == 1


def test_another_clinics_rows_cannot_be_chosen(desk, submitted, teller):
    with scopes_disabled():
        other = make_cast("other", suffix="other")
    answer = desk.record(submitted, "hand-over", assigned_to=str(other.lead.pk))
    assert answer.status_code == 200
    assert "not one of the available choices" in error_of(answer, "assigned_to")
    submitted.refresh_from_db()
    assert submitted.assigned_to_id != other.lead.pk


def test_an_address_that_is_no_step_is_not_found(desk, submitted):
    desk.open(f"/case/{submitted.number}/no-such-step/", status=404)


def test_no_form_shows_a_row_by_its_bare_number(desk, teller):
    """`__str__` of patients, consents and calls carries no name: where one chooses, names show."""
    stories.denied_lately(teller)
    stories.promise_broken(teller)
    for case in PriorAuthRequest.objects.all():
        for page in PAGES:
            html = desk.client.get(desk.step(case, page.slug)).content.decode()
            assert not re.search(r">\s*(Patient|Consent|Call|Appeal) (\d|object)", html)


def test_page_titles_and_addresses_name_no_patient(desk, submitted):
    name = submitted.patient.last_name
    for page in PAGES:
        answer = desk.client.get(desk.step(submitted, page.slug))
        html = answer.content.decode()
        title = html[html.index("<title>") : html.index("</title>")]
        assert name not in title


def test_undone_steps_offer_their_page_again(desk, submitted):
    undone = submitted.events.get(kind=EventKind.SUBMITTED)
    desk.open(desk.step(submitted, "submit"), status=409)
    answer = desk.client.post(f"/case/{submitted.number}/undo/{undone.pk}/", {})
    assert answer.status_code == 302
    desk.open(desk.step(submitted, "submit"))
