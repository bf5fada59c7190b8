"""Filing a fax or letter through its pages."""

from __future__ import annotations

import io
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.demo.stories import Teller
from cases.desk import incoming
from cases.models import Document, IncomingDocument, PriorAuthRequest
from cases.models.determinations import ToldBy
from cases.scans import reading
from cases.workflow.determinations import Granted, Notice
from priorauth.terms import EventKind, Outcome, Role
from tests.cases import letters
from tests.cases.conftest import FRIDAY
from tests.cases.desk import made
from tests.cases.desk.paper import Desk, said, shown

pytestmark = pytest.mark.usefixtures("friday_with_files")

LETTER = (
    "Northfield Health Plan",
    "September 14, 2026",
    "Notice of Adverse Benefit Determination",
    "Reference number: D-90017",
    "It is not medically necessary.",
    "You may file an appeal no later than March 13, 2027.",
)


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    return teller.submitted(teller.at(9))


def bring(desk: Desk, content: bytes, name: str = "letter.pdf", tail: str = ""):
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return desk.client.post(f"/file/{tail}", {"file": file})


def brought(desk: Desk, *lines: str, tail: str = "") -> str:
    """The address of the page of a letter that was just brought in."""
    answer = bring(desk, letters.pdf(lines or LETTER), tail=tail)
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def test_a_letter_goes_from_the_case_to_its_decision_with_the_pages_beside(
    desk: Desk, case: PriorAuthRequest
) -> None:
    address = brought(desk, tail=f"?case={case.number}")
    form = desk.form(address)
    assert form["who"] == [case.number], "it came from the case page"
    assert form["received_on_on"] == ["2026-09-18"]
    assert form["printed_on_on"] == [""], "a date is proposed, not filled in"

    answer = desk.send(address, form, kind="denial_letter", printed_on_on="2026-09-14")
    paper = IncomingDocument.objects.get()
    assert answer.url == f"/case/{case.number}/determination/?letter={paper.pk}"

    page = desk.open(answer.url).content.decode()
    assert f'src="/file/{paper.pk}/page/?n=1"' in page
    step = desk.form(answer.url)
    assert step["outcome"] == [Outcome.DENIED]
    assert step["notice_dated_on"] == ["2026-09-14"]
    assert step["notice_received_on"] == ["2026-09-18"]
    for name in ("when_on", "appeal_by_on", "reference", "reasons_verbatim"):
        assert step[name] == [""], "proposed beside the field, with the words it rests on"
    for proposed in ("2027-03-13", "D-90017", "It is not medically necessary."):
        assert f'data-on="{proposed}"' in page
    assert "no later than March 13, 2027." in page

    refused = desk.send(answer.url, step, when_on="2026-09-14", reference="D-90017")
    assert refused.status_code == 200, "a reason is asked for"
    assert f'src="/file/{paper.pk}/page/?n=1"' in refused.content.decode()
    assert shown(refused)["reference"] == ["D-90017"]


def test_a_day_of_receipt_that_the_letter_names_is_not_guessed_to_be_today(
    desk: Desk, case: PriorAuthRequest
) -> None:
    address = brought(desk, *LETTER, "Fax received: 09/17/2026 09:12", tail=f"?case={case.number}")
    form = desk.form(address)
    assert form["received_on_on"] == [""]
    refused = desk.send(address, form, kind="denial_letter").content.decode()
    assert "The letter names a day it was received" in refused
    answer = desk.send(address, form, kind="denial_letter", received_on_on="2026-09-17")
    assert desk.form(answer.url)["notice_received_on"] == ["2026-09-17"]


def test_a_letter_filed_days_later_reached_us_the_day_it_was_brought_in(
    case: PriorAuthRequest, teller: Teller
) -> None:
    # Friday 23:30 in New York, which is Saturday in UTC; filed on Tuesday.
    with time_machine.travel(FRIDAY.replace(hour=23, minute=30), tick=False):
        address = brought(Desk(teller.cast.biller), tail=f"?case={case.number}")
    with time_machine.travel(FRIDAY + timedelta(days=4), tick=False):
        desk = Desk(teller.cast.biller)
        form = desk.form(address)
        assert form["received_on_on"] == ["2026-09-18"]
        late = desk.send(address, form, kind="denial_letter", received_on_on="2026-09-22")
        assert "It was here already on Fri 18 Sep 2026" in late.content.decode()
        assert shown(late)["received_on_on"] == ["2026-09-22"]
        assert not Document.objects.exists()
        answer = desk.send(address, form, kind="denial_letter")
        assert desk.form(answer.url)["notice_received_on"] == ["2026-09-18"]


@pytest.mark.parametrize(
    ("kind", "field"),
    [("denial_letter", "notice_received_on"), ("information_request", "when_on")],
)
def test_a_day_of_receipt_left_out_when_filing_is_not_guessed_to_be_today_in_the_step(
    desk: Desk, case: PriorAuthRequest, kind: str, field: str
) -> None:
    address = brought(desk, tail=f"?case={case.number}")
    answer = desk.send(address, desk.form(address), kind=kind, received_on_on="")
    assert desk.form(answer.url)[field] == [""]


def test_a_wrong_day_of_receipt_is_told_together_with_a_missing_case(
    desk: Desk, teller: Teller
) -> None:
    with time_machine.travel(FRIDAY - timedelta(days=4), tick=False):
        address = brought(Desk(teller.cast.biller))
    answer = desk.send(address, desk.form(address), kind="other", received_on_on="2026-09-18")
    assert "Choose the case it belongs to." in answer.content.decode()
    assert "It was here already on Mon 14 Sep 2026" in answer.content.decode()


def test_only_filed_it_stays_at_the_case(desk: Desk, case: PriorAuthRequest) -> None:
    address = brought(desk)
    answer = desk.send(address, desk.form(address), who=case.number, kind="denial_letter", only="1")
    assert answer.url == f"/case/{case.number}/"
    assert "Filed on" in said(answer)
    assert Document.objects.get().request == case


def test_a_decision_that_the_case_does_not_allow_is_said(desk: Desk, teller: Teller) -> None:
    draft = teller.opened(teller.at(1))
    address = brought(desk)
    answer = desk.send(address, desk.form(address), who=draft.number, kind="denial_letter")
    assert answer.url == f"/case/{draft.number}/"
    assert "cannot be recorded" in said(answer)


def test_a_refusal_of_a_running_appeal_goes_to_the_appeal(desk: Desk, teller: Teller) -> None:
    case, _ = teller.appealed(6), None
    case = PriorAuthRequest.objects.latest("pk")
    address = brought(desk)
    answer = desk.send(address, desk.form(address), who=case.number, kind="denial_letter")
    assert "/appeal-decision/?of=appeal-1&letter=" in answer.url
    assert desk.form(answer.url)["outcome"] == ["upheld"]


def test_another_letter_of_the_payer_asks_what_it_tells(desk: Desk, case: PriorAuthRequest) -> None:
    address = brought(desk)
    answer = desk.send(address, desk.form(address), who=case.number, kind="payer_letter")
    assert answer.url == address
    page = desk.open(address).content.decode()
    letter = IncomingDocument.objects.get().pk
    assert f'href="/case/{case.number}/information-requested/?letter={letter}"' in page
    assert "/withdraw/" not in page, "no letter of the payer withdraws a request"
    step = desk.open(f"/case/{case.number}/information-requested/?letter={letter}").content.decode()
    assert "paper-pages" in step


def test_a_filed_letter_is_looked_at_from_its_case_by_all_who_see_the_case(
    desk: Desk, case: PriorAuthRequest, teller: Teller
) -> None:
    address = brought(desk)
    desk.send(address, desk.form(address), who=case.number, kind="consent", only="1")
    auditor = Desk(made.staff(teller.cast.clinic, Role.AUDITOR, "Pat Novotny"))
    assert f'href="{address}"' in auditor.open(f"/case/{case.number}/").content.decode()
    page = auditor.open(address).content.decode()
    assert "Consent" in page
    assert "Record what it tells" not in page
    assert auditor.client.get(f"{address}page/").status_code == 200
    assert auditor.client.post(address, {"do": "throw", "because": "x"}).status_code == 403


def test_the_letter_of_a_refusal_told_on_the_phone_goes_to_the_task_that_waits_for_it(
    desk: Desk, teller: Teller
) -> None:
    case = teller.submitted(teller.at(9))
    told = Notice(told_by=ToldBy.PHONE, is_awaited=True)
    teller.decided(case, teller.at(2), Outcome.DENIED, notice=told, reasons=["other"])
    address = brought(desk)
    answer = desk.send(
        address, desk.form(address), who=case.number, kind="denial_letter",
        printed_on_on="2026-09-14",
    )  # fmt: skip
    assert "/task/?of=notice-" in answer.url
    assert desk.form(answer.url)["notice_dated_on"] == ["2026-09-14"]


def test_an_approval_letter_of_an_approved_case_brings_the_missing_number(
    desk: Desk, teller: Teller
) -> None:
    case = teller.submitted(teller.at(9))
    teller.decided(case, teller.at(2), Outcome.APPROVED, granted=Granted())
    address = brought(desk, "Your request is approved.", "Authorization number: AUTH99812")
    answer = desk.send(address, desk.form(address), who=case.number, kind="approval_letter")
    assert "/authorization/?of=" in answer.url
    assert 'data-on="AUTH99812"' in desk.open(answer.url).content.decode()


def test_an_approval_letter_goes_to_the_authorization_that_lacks_its_last_day(
    desk: Desk, teller: Teller
) -> None:
    case = teller.submitted(teller.at(9))
    teller.decided(case, teller.at(2), Outcome.APPROVED, granted=Granted("A1234567"))
    address = brought(desk, "Your request is approved.", "Authorization number: A1234567")
    answer = desk.send(address, desk.form(address), who=case.number, kind="approval_letter")
    assert f"/authorization/?of={case.authorizations.get().pk}" in answer.url


def test_a_document_that_is_on_another_case_too_is_told(
    desk: Desk, teller: Teller, case: PriorAuthRequest
) -> None:
    other = teller.opened(teller.at(1))
    for number in (case, other):
        step = desk.step(number, "document")
        file = SimpleUploadedFile("a.pdf", letters.pdf(LETTER))
        added = desk.client.post(step, {**desk.form(step), "kind": "other", "file": file})
    assert f"This very file is also on {case.number}." in said(added)


def test_a_filing_that_was_undone_leaves_no_file_on_the_case(
    desk: Desk, case: PriorAuthRequest
) -> None:
    address = brought(desk)
    desk.send(address, desk.form(address), who=case.number, kind="denial_letter", only="1")
    filed = Document.objects.get()
    desk.client.post(f"/case/{case.number}/undo/{filed.event_id}/")
    page = desk.open(f"/case/{case.number}/").content.decode()
    assert f"/document/{filed.pk}/" not in page
    assert desk.client.get(f"/case/{case.number}/document/{filed.pk}/").status_code == 404
    assert desk.open(address).status_code == 200, "it waits again"


def test_a_filing_that_was_undone_while_a_copy_waits_opens_nowhere(
    desk: Desk, case: PriorAuthRequest
) -> None:
    address = brought(desk)
    desk.send(address, desk.form(address), who=case.number, kind="denial_letter", only="1")
    filed = Document.objects.get()
    copy = brought(desk)
    desk.client.post(f"/case/{case.number}/undo/{filed.event_id}/")
    page = desk.open(f"/case/{case.number}/").content.decode()
    assert f"/document/{filed.pk}/" not in page and address not in page
    desk.open(f"/case/{case.number}/document/{filed.pk}/", status=404)
    for place in (f"{address}page/", f"{address}download/"):
        desk.open(place, status=404)
    assert "a copy of it waited" in said(desk.open(address, status=302))
    assert desk.open(copy).status_code == 200


def test_the_case_is_proposed_by_its_numbers_and_found_by_a_search(
    desk: Desk, case: PriorAuthRequest
) -> None:
    address = brought(desk, f"Your file: {case.number}")
    page = desk.open(address).content.decode()
    assert f'value="{case.number}"' in page
    assert "who" not in desk.form(address), "proposed, not chosen"

    address = brought(desk, "Nothing that names a case")
    form = desk.form(address)
    assert case.number not in desk.open(address).content.decode()
    found = desk.send(address, form, look="1", find=case.patient.last_name)
    assert f'value="{case.number}"' in found.content.decode()
    lookup = desk.client.post(reverse("desk:find_cases"), {"text": case.patient.last_name})
    assert case.number in [each["key"] for each in lookup.json()["found"]]


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    desk: Desk, case: PriorAuthRequest
) -> None:
    address = brought(desk)
    answer = desk.send(address, desk.form(address), printed_on_on="2026-09-19", kind="other")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Choose the case it belongs to." in html
    assert "lies in the future" in html
    assert shown(answer)["kind"] == ["other"]
    unknown = desk.send(address, desk.form(address), who="PA-00000000", kind="other")
    assert "not on file" in unknown.content.decode()
    assert not Document.objects.exists()


def test_a_copy_leads_to_the_one_that_waits(desk: Desk) -> None:
    first = brought(desk)
    again = bring(desk, letters.pdf(LETTER))
    assert again.url == first
    assert "waits here" in said(again)


def test_a_copy_of_what_is_on_the_case_is_refused_with_a_link_to_the_first(
    desk: Desk, case: PriorAuthRequest
) -> None:
    address = brought(desk)
    desk.send(address, desk.form(address), who=case.number, kind="denial_letter", only="1")
    first = Document.objects.get()
    address = brought(desk)
    assert "This very file is filed already" in desk.open(address).content.decode()
    answer = desk.send(address, desk.form(address), who=case.number, kind="denial_letter")
    html = answer.content.decode()
    assert "already on the case" in html
    assert f'<a href="/case/{case.number}/document/{first.pk}/">See it: {first.title}</a>' in html

    step = desk.step(case, "document")
    file = SimpleUploadedFile("again.pdf", letters.pdf(LETTER))
    added = desk.client.post(step, {**desk.form(step), "kind": "other", "file": file})
    assert f'<a href="/case/{case.number}/document/{first.pk}/">' in added.content.decode()


def test_a_paper_filed_twice_by_a_double_click_leads_to_its_case(
    desk: Desk, case: PriorAuthRequest
) -> None:
    address = brought(desk)
    form = desk.form(address)
    for _ in range(2):
        answer = desk.send(address, form, who=case.number, kind="other")
        assert answer.url == f"/case/{case.number}/"
    assert Document.objects.count() == 1
    assert case.events.filter(kind=EventKind.DOCUMENT_ADDED).count() == 1


def test_the_worklist_says_what_waits(desk: Desk) -> None:
    assert "to be filed" not in desk.open("/").content.decode()
    brought(desk)
    assert "<strong>1</strong> fax or letter waits to be filed" in desk.open("/").content.decode()
    assert "Fax or letter" in desk.open("/file/").content.decode()


def test_thrown_away_only_with_a_reason(desk: Desk) -> None:
    address = brought(desk)
    without = desk.client.post(address, {"do": "throw", "because": ""})
    assert "Say why" in without.content.decode()
    answer = desk.client.post(address, {"do": "throw", "because": "advertisement"})
    assert answer.url == "/file/"
    again = desk.open(address, status=302)
    assert "threw this paper away: “advertisement”" in said(again)
    paper = IncomingDocument.objects.get()
    assert desk.client.get(f"/file/{paper.pk}/page/").status_code == 404
    assert desk.client.get(f"/file/{paper.pk}/download/").status_code == 404


# ------------------------------------------------------------------ files from outside


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.pdf", b"", "The file is empty"),
        ("page.pdf", b"<html>not a letter</html>", "Only PDF, PNG, JPEG and TIFF"),
        ("x.pdf", b"%PDF-1.4<script>alert(1)</script>", "cannot be opened"),
        ("big.png", letters.huge_png(50_000, 50_000), "larger than we look at"),
        ("huge.pdf", b"%PDF-1.4" + bytes(26 * 1024 * 1024), "up to 25 MB"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_in_words(
    desk: Desk, name: str, content: bytes, words: str
) -> None:
    answer = bring(desk, content, name)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not IncomingDocument.objects.exists()


def test_a_request_that_says_it_is_100_mb_is_answered_and_keeps_nothing(desk: Desk) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-'
    answer = desk.client.generic(
        "POST",
        "/file/",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(100 * 1024 * 1024),
        **{"wsgi.input": io.BytesIO(body)},
    )
    assert answer.status_code in (200, 400)
    assert not IncomingDocument.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["Quill Ada.pdf", 'x"\r\nSet-Cookie: a=b.pdf', "\u202egnp.pdf", "gnp" * 100, "CON.pdf"],
)
def test_the_files_own_name_is_kept_nowhere(desk: Desk, name: str) -> None:
    address = bring(desk, letters.pdf(LETTER), name).url
    page = desk.open(address).content.decode()
    paper = IncomingDocument.objects.get()
    answer = desk.client.get(f"/file/{paper.pk}/download/")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="fax-or-letter-{paper.pk}.pdf"'
    )
    for kept in (page, str(paper.file.name), str(answer.headers)):
        assert "Quill" not in kept and "Set-Cookie" not in kept and "gnp" not in kept


def test_a_page_is_a_picture_and_nothing_else(desk: Desk) -> None:
    brought(desk)
    paper = IncomingDocument.objects.get()
    answer = desk.client.get(f"/file/{paper.pk}/page/?n=1")
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    for number in ("0", "2", "-1", "x", "", "9" * 30, "１"):
        assert desk.client.get(f"/file/{paper.pk}/page/", {"n": number}).status_code == 404


def test_while_other_papers_are_opened_a_page_and_an_upload_say_to_try_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = brought(desk)
    monkeypatch.setattr(reading, "_AT_ONCE", threading.BoundedSemaphore(1))
    monkeypatch.setattr(reading, "WAIT_SECONDS", 0.01)
    with reading._AT_ONCE:
        answer = desk.open(f"{address}page/?n=1", status=503)
        refused = bring(desk, letters.pdf(["Another letter"])).content.decode()
    assert answer.headers["Retry-After"] == "5"
    assert "try again in a moment" in answer.content.decode()
    assert "try again in a moment" in refused
    assert IncomingDocument.objects.count() == 1
    desk.open(f"{address}page/?n=1")


def test_a_page_that_cannot_be_drawn_is_not_tried_again_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = brought(desk, "First page")
    tried = []

    def fails(*paper: object) -> bytes:
        tried.append(paper)
        raise reading.CannotShow

    monkeypatch.setattr(incoming, "draw", fails)
    for _ in range(3):
        desk.open(f"{address}page/?n=1", status=404)
    assert len(tried) == 1
    monkeypatch.undo()
    with time_machine.travel(FRIDAY + timedelta(minutes=11), tick=False):
        desk.open(f"{address}page/?n=1")


def test_a_locked_letter_says_so_and_can_be_filed(desk: Desk, case: PriorAuthRequest) -> None:
    address = bring(desk, letters.pdf(LETTER, password="secret")).url
    assert "locked with a password" in desk.open(address).content.decode()
    answer = desk.send(address, desk.form(address), who=case.number, kind="other")
    assert answer.status_code == 302


# ------------------------------------------------------------------ who, and where patients show


def test_whoever_looks_only_files_nothing(teller: Teller, desk: Desk) -> None:
    address = brought(desk)
    auditor = Desk(made.staff(teller.cast.clinic, Role.AUDITOR, "Pat Novotny"))
    for place in ("/file/", address):
        auditor.open(place, status=403)
    for place in (f"{address}page/", f"{address}download/"):
        auditor.open(place, status=404)
    assert "File a fax" not in auditor.open("/").content.decode()


def test_no_address_and_no_title_names_the_patient(desk: Desk, case: PriorAuthRequest) -> None:
    name = case.patient.last_name
    address = brought(desk, f"Member: {name}", f"Your file: {case.number}")
    page = desk.open(address).content.decode()
    title = page[page.index("<title>") : page.index("</title>")]
    assert name not in title and name not in address
    answer = desk.send(address, desk.form(address), who=case.number, kind="denial_letter")
    assert name not in answer.url
    assert name not in str(IncomingDocument.objects.get())
    assert name not in str(IncomingDocument.objects.get().file.name)


@pytest.mark.parametrize("letter", ["1", "x", "-1", "9" * 40, "²"])
def test_a_letter_that_is_not_of_this_case_is_left_out(
    desk: Desk, case: PriorAuthRequest, letter: str
) -> None:
    page = desk.open(f"/case/{case.number}/determination/?letter={letter}").content.decode()
    assert "paper-pages" not in page
