"""A half-typed call is put back where it was begun, listed, and gone once it is logged."""

from __future__ import annotations

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from cases.models import CallDraft, InsurerCall, StaffMember
from tests.cases.desk.paper import Desk, said, shown

pytestmark = pytest.mark.usefixtures("friday_morning")


def keep(desk: Desk, page: str, address: str, **typed: str):
    """Type, and let the page send what stands in it."""
    staff = StaffMember.objects.get(username="biller")
    return desk.send(address, desk.form(page), _staff=str(staff.pk), **typed)


def test_what_was_typed_stands_in_the_form_again_with_when_it_was_begun(desk, case):
    page = desk.step(case, "call")
    answer = keep(
        desk,
        page,
        f"/case/{case.number}/call-draft/",
        representative_name="Dana K.",
        outcome="transferred",
        promised_by_on="2026-09-22",
        answers_payable_codes="said_no",
        answers_payable_codes_words="Will fax policy 087",
        line_called="",
    )
    assert answer.json()["said"].startswith("Kept, Fri 18 Sep 2026")
    html = desk.open(page).content.decode()
    assert "You began this call on Fri 18 Sep 2026" in html
    assert 'class="step-summary"' not in html  # half-typed is not wrong
    form = desk.form(page)
    assert form["representative_name"] == ["Dana K."]
    assert form["outcome"] == ["transferred"]
    assert form["promised_by_on"] == ["2026-09-22"]
    assert form["answers_payable_codes"] == ["said_no"]
    assert form["answers_payable_codes_words"] == ["Will fax policy 087"]
    assert form["line_called"] == [""]


def test_a_draft_does_not_carry_what_the_page_knew_of_the_case(desk, case, teller):
    page = desk.step(case, "call")
    keep(desk, page, f"/case/{case.number}/call-draft/", representative_name="Dana K.")
    assert desk.record(case, "note", text="Something else happened").status_code == 302
    answer = desk.send(page, desk.form(page), reference_number="C-1")
    assert answer.status_code == 302
    assert case.calls.get().representative_name == "Dana K."


def test_nobody_else_reads_what_somebody_has_half_typed(desk, case, teller):
    keep(
        desk, desk.step(case, "call"), f"/case/{case.number}/call-draft/",
        representative_name="Dana K.",
    )  # fmt: skip
    key = CallDraft.objects.get().pk
    lead = Desk(teller.cast.lead)
    assert case.number not in lead.open("/admin/cases/calldraft/").content.decode()
    assert lead.client.get(f"/admin/cases/calldraft/{key}/change/").status_code != 200
    own = desk.client.get(f"/admin/cases/calldraft/{key}/change/")
    assert "Dana K." not in own.content.decode()


def test_once_logged_nothing_is_left_of_it(desk, case):
    page, kept_at = desk.step(case, "call"), f"/case/{case.number}/call-draft/"
    keep(desk, page, kept_at, representative_name="Dana K.")
    form = desk.form(page)
    assert desk.send(page, form, reference_number="C-1").status_code == 302
    assert not CallDraft.objects.exists()
    late = desk.send(kept_at, form, _staff=str(StaffMember.objects.get(username="biller").pk))
    assert (late.status_code, CallDraft.objects.count()) == (409, 0)
    assert "logged already" in late.json()["why"]


def test_a_call_without_a_case_is_kept_and_its_token_is_told_when_it_was_logged(desk, case):
    keep(desk, "/calls/new/", "/calls/draft/", representative_name="Lee")
    form = desk.form("/calls/new/")
    assert form["representative_name"] == ["Lee"]
    payer = case.coverage.plan.payer_id
    sent = desk.send("/calls/new/", form, payer=str(payer), reference_number="R")
    assert sent.status_code == 302
    assert (CallDraft.objects.count(), InsurerCall.objects.count()) == (0, 1)
    staff = StaffMember.objects.get(username="biller")
    assert desk.send("/calls/draft/", form, _staff=str(staff.pk)).status_code == 409


def test_begun_calls_are_counted_on_the_worklist_and_listed_with_the_calls(desk, case):
    assert "begun and not logged" not in desk.open("/").content.decode()
    keep(desk, desk.step(case, "call"), f"/case/{case.number}/call-draft/", summary="Half")
    keep(desk, "/calls/new/", "/calls/draft/", representative_name="Lee")
    html = desk.open("/").content.decode()
    assert "<strong>2</strong> calls begun and not logged yet" in html
    listed = desk.open("/calls/").content.decode()
    assert "Calls begun, not logged yet <b>2</b>" in listed
    assert f'href="/case/{case.number}/call/"' in listed
    assert case.patient.last_name in listed
    assert "with Lee" in listed


def test_a_begun_call_is_thrown_away_from_its_page_and_from_the_list(desk, case):
    page, kept_at = desk.step(case, "call"), f"/case/{case.number}/call-draft/"
    keep(desk, page, kept_at, representative_name="Dana K.")
    answer = desk.client.post(kept_at, {"throw_away": "1"})
    assert (answer.status_code, answer.url) == (302, page)
    assert "thrown away" in said(answer)
    assert desk.form(page)["representative_name"] == [""]
    keep(desk, page, kept_at, representative_name="Dana K.")
    answer = desk.client.post(kept_at, {"throw_away": "listed"})
    assert (answer.url, CallDraft.objects.count()) == ("/calls/", 0)


def test_a_colleague_sees_none_of_it_and_an_auditor_keeps_none(desk, case, teller):
    page, kept_at = desk.step(case, "call"), f"/case/{case.number}/call-draft/"
    keep(desk, page, kept_at, representative_name="Dana K.")
    lead = Desk(teller.cast.lead)
    assert lead.form(page)["representative_name"] == [""]
    assert "begun and not logged" not in lead.open("/").content.decode()
    auditor = Desk(StaffMember.objects.get(username="auditor"))
    assert auditor.client.post(kept_at, {"token": "x"}).status_code == 409
    assert CallDraft.objects.count() == 1


def test_who_signed_in_since_in_another_tab_takes_over_no_words(desk, case, teller):
    form = desk.form(desk.step(case, "call"))
    lead = Desk(teller.cast.lead)
    kept_at = f"/case/{case.number}/call-draft/"
    answer = lead.send(kept_at, form, _staff=str(teller.cast.biller.pk))
    assert answer.status_code == 409
    assert "somebody else is signed in" in answer.json()["why"]
    assert not CallDraft.objects.exists()


def test_what_is_too_long_is_refused_in_words_and_what_was_kept_stands(desk, case):
    page, kept_at = desk.step(case, "call"), f"/case/{case.number}/call-draft/"
    keep(desk, page, kept_at, summary="Half")
    answer = keep(desk, page, kept_at, summary="x" * 41_000)
    assert answer.status_code == 409
    assert "Shorten what was said" in answer.json()["why"]
    assert desk.form(page)["summary"] == ["Half"]


def test_a_refused_call_shows_what_was_sent_and_not_what_was_kept(desk, case):
    page, kept_at = desk.step(case, "call"), f"/case/{case.number}/call-draft/"
    keep(desk, page, kept_at, representative_name="Dana K.")
    answer = desk.send(page, desk.form(page), representative_name="Robin")
    assert answer.status_code == 200
    assert shown(answer)["representative_name"] == ["Robin"]


def test_a_lost_session_is_led_to_the_door_and_keeps_nothing(case):
    answer = Client().post(f"/case/{case.number}/call-draft/", {"representative_name": "Dana"})
    assert answer.status_code == 302
    with scopes_disabled():
        assert not CallDraft.objects.exists()
