"""Faxing a request: cover sheet and papers in one PDF, pages counted, the report as proof."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cases.demo.stories import Teller
from cases.models import Document, PriorAuthRequest, StaffMember
from cases.models.contacts import DocumentKind
from cases.workflow.actor import Actor
from cases.workflow.documents import add_document
from cases.workflow.undoing import undo
from priorauth.terms import EventKind, RequestStatus, Role
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import Desk, PaperForm, said, shown


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


pytestmark = pytest.mark.usefixtures("friday_morning")


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    """A draft with nothing wrong."""
    return teller.opened(teller.at(1), plan=teller.cast.plans[0], starts_in=10)


def a_pdf(pages: int, width: int = 612) -> bytes:
    held, writer = io.BytesIO(), pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width, 792)
    writer.write(held)
    return held.getvalue()


def a_scan(pages: int) -> bytes:
    """A fax as scanners save it: a TIFF of black and white pages."""
    held = io.BytesIO()
    first, *rest = [Image.new("1", (1700, 2200), number % 2) for number in range(pages)]
    first.save(held, "TIFF", save_all=True, append_images=rest)
    return held.getvalue()


def paper(teller: Teller, case: PriorAuthRequest, kind: DocumentKind, content: bytes) -> Document:
    return add_document(
        Actor(teller.cast.biller, Role.BILLER, teller.now), case,
        kind=kind, title=f"{kind.label} for Ada Quill", content=content, zone=teller.zone,
    )  # fmt: skip


def made(desk: Desk, case: PriorAuthRequest, **typed: object):
    """Press "Make the fax" on the form as it stands, with some fields typed over."""
    form = desk.form(desk.step(case, "submit"))
    address = reverse("desk:cover_sheet", args=[case.number])
    return desk.send(address, form, channel="fax", fax="1", **typed)


def pages_of(answer) -> list[str]:
    """The text of every page of the fax."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]


def a_report(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("QUILL ADA.pdf", content or a_pdf(1, 300), "application/pdf")


# ------------------------------------------------------------------ what is made


def test_the_fax_is_cover_request_sheet_and_papers_ticked_with_all_pages_counted(
    desk, case, teller
):
    paper(teller, case, DocumentKind.LETTER_OF_NECESSITY, a_pdf(2))
    paper(teller, case, DocumentKind.CLINICAL_NOTE, a_scan(3))
    paper(teller, case, DocumentKind.PLAN_DOCUMENT, a_pdf(9))  # not ticked unasked
    answer = made(desk, case)
    assert answer["Content-Disposition"] == f'attachment; filename="{case.number}-fax.pdf"'
    assert "no-store" in answer["Cache-Control"]
    cover, asked, *rest = pages_of(answer)
    assert len(rest) == 2 + 3
    assert "Prior authorization request" in asked
    for words in ("7", case.number, case.coverage.member_id, "800-555-0110", "Fri 18 Sep 2026"):
        assert words in cover, words


def test_without_papers_the_fax_still_says_what_is_asked_and_counts_its_pages(desk, case):
    cover, asked = pages_of(made(desk, case))
    assert "Pages with this one\n2\n" in cover
    patient, coverage = case.patient, case.coverage
    told = [patient.last_name, patient.first_name, f"{patient.birth_date:%m/%d/%Y}", "96365"]
    told += [coverage.member_id, coverage.plan.name, "1487654323", case.rendering_clinician.npi]
    told += ["09/28/2026", "Ketamine HCl 50 mg/mL", *(row.code for row in case.diagnoses.all())]
    assert [words for words in told if words not in asked] == []


def test_the_cover_names_no_patient_no_drug_and_no_diagnosis(desk, case, teller):
    paper(teller, case, DocumentKind.LETTER_OF_NECESSITY, a_pdf(1))
    cover = pages_of(made(desk, case))[0]
    patient = case.patient
    told = [patient.last_name, patient.first_name, f"{patient.birth_date:%m/%d/%Y}", "Ada Quill"]
    told += ["etamine", "96365", "J3490", *(row.code for row in case.diagnoses.all())]
    assert [words for words in told if words in cover] == []
    assert "Letter of medical necessity" in cover


def test_what_was_typed_goes_before_what_is_on_file(desk, case):
    cover = pages_of(made(desk, case, sent_to="800-555-0199", pages="17"))[0]
    assert "800-555-0199" in cover
    assert "17" in cover


def test_making_the_fax_records_nothing(desk, case):
    before = case.events.count()
    assert made(desk, case, confirmation_number="").status_code == 200
    assert case.events.count() == before


@pytest.mark.parametrize("typed", [{"pages": "0"}, {"pages": "many"}, {"enclosed": ["999999"]}])
def test_what_cannot_be_is_said_and_no_fax_made(desk, case, teller, typed):
    paper(teller, case, DocumentKind.CLINICAL_NOTE, a_pdf(1))
    answer = made(desk, case, **typed)
    assert answer.status_code == 302
    assert said(answer).startswith("The fax was not made.")


def test_a_damaged_paper_is_named_and_left_out_by_hand(desk, case, teller):
    paper(teller, case, DocumentKind.CLINICAL_NOTE, b"%PDF-1.4 nothing more")
    answer = made(desk, case)
    assert answer.status_code == 302
    assert "cannot be counted" in said(answer)
    assert "cannot be put into one PDF" in said(made(desk, case, pages="3"))
    assert len(pages_of(made(desk, case, enclosed=None))) == 2


def test_a_paper_of_another_case_cannot_be_slipped_in(desk, case, teller):
    other = teller.opened(teller.at(1))
    theirs = paper(teller, other, DocumentKind.CLINICAL_NOTE, a_pdf(4))
    paper(teller, case, DocumentKind.CLINICAL_NOTE, a_pdf(1))
    assert made(desk, case, enclosed=[str(theirs.pk)]).status_code == 302


def test_a_paper_whose_adding_was_undone_is_not_offered(desk, case, teller):
    note = paper(teller, case, DocumentKind.CLINICAL_NOTE, a_pdf(1))
    undo(Actor(teller.cast.biller, Role.BILLER, teller.now), note.event)
    html = desk.open(desk.step(case, "submit")).content.decode()
    assert "enclosed" not in PaperForm(html).names


def test_it_is_made_by_those_who_submit_and_by_a_press_alone(desk, case):
    address = reverse("desk:cover_sheet", args=[case.number])
    assert desk.client.get(address).status_code == 405
    auditor = Desk(StaffMember.objects.get(username="auditor"))
    assert auditor.client.post(address, {}).status_code == 403


# ------------------------------------------------------------------ what is recorded


def test_a_fax_is_recorded_with_its_report_its_pages_and_its_papers(desk, case, teller):
    paper(teller, case, DocumentKind.LETTER_OF_NECESSITY, a_pdf(2))
    answer = desk.record(case, "submit", channel="fax", proof=a_report(), when_time="09:40")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    sent = case.submissions.get()
    assert (sent.pages, sent.sent_to) == (4, "800-555-0110")
    report = case.documents.get(kind=DocumentKind.FAX_REPORT)
    assert report.content_type == "application/pdf"
    assert "QUILL" not in report.title + report.file.name
    told = desk.open(f"/case/{case.number}/").content.decode()
    assert "Sent with it" in told
    assert "Letter of medical necessity for Ada Quill" in told
    happened = case.events.get(kind=EventKind.SUBMITTED).happened_at
    assert happened == FRIDAY.replace(hour=9, minute=40)


def test_a_fax_without_report_number_and_reason_is_no_proof(desk, case):
    answer = desk.record(case, "submit", channel="fax")
    assert "Add the transmission report, or enter its number" in answer.content.decode()
    why = {"channel": "fax", "no_confirmation_reason": "The fax report has not come yet"}
    assert desk.record(case, "submit", **why).status_code == 302


@pytest.mark.parametrize("content", [b"<script>alert(1)</script>", b"PK\x03\x04"])
def test_a_report_that_is_no_scan_is_refused_and_nothing_is_recorded(desk, case, content):
    answer = desk.record(case, "submit", channel="fax", proof=a_report(content), sent_to="Line 4")
    assert "Only PDF, PNG, JPEG and TIFF files are kept here." in answer.content.decode()
    assert shown(answer)["sent_to"] == ["Line 4"]
    case.refresh_from_db()
    assert case.status == RequestStatus.DRAFT
    assert not Document.objects.exists()


def test_over_another_mistake_the_file_is_asked_for_again(desk, case):
    answer = desk.record(case, "submit", channel="fax", proof=a_report(), pages="0")
    assert "Choose the file again" in answer.content.decode()


def test_a_portals_screenshot_is_kept_as_what_it_is(desk, case):
    typed = {"channel": "portal", "confirmation_number": "REF-1", "proof": a_report()}
    assert desk.record(case, "submit", **typed).status_code == 302
    assert case.documents.get().kind == DocumentKind.PORTAL_SCREENSHOT


def test_pages_that_cannot_be_counted_are_asked_for(desk, case, teller):
    paper(teller, case, DocumentKind.CLINICAL_NOTE, b"%PDF-1.4 nothing more")
    answer = desk.record(case, "submit", channel="fax", confirmation_number="F-1")
    assert "cannot be counted" in answer.content.decode()
    typed = {"channel": "fax", "confirmation_number": "F-1", "pages": "5"}
    assert desk.record(case, "submit", **typed).status_code == 302
    assert case.submissions.get().pages == 5


def test_papers_ticked_for_a_fax_are_not_told_of_a_portal(desk, case, teller):
    paper(teller, case, DocumentKind.CLINICAL_NOTE, a_pdf(1))
    typed = {"channel": "portal", "confirmation_number": "REF-1"}
    assert desk.record(case, "submit", **typed).status_code == 302
    assert "enclosed" not in case.events.get(kind=EventKind.SUBMITTED).facts


def test_everything_that_lacks_is_said_at_once(desk, case):
    case.coverage.member_id = ""
    case.coverage.save()
    html = desk.record(case, "submit", channel="fax").content.decode()
    assert "2 things to mend; nothing was recorded" in html
    assert "The request is not ready: Member ID." in html
    assert "Add the transmission report" in html


def test_more_than_a_fax_can_hold_is_refused_before_it_is_opened(desk, case, teller):
    note = paper(teller, case, DocumentKind.CLINICAL_NOTE, a_pdf(1))
    Document.objects.filter(pk=note.pk).update(size_bytes=60 * 1024 * 1024 + 1)
    assert "larger than 60 MB" in said(made(desk, case, pages="2"))


def test_a_paper_whose_file_is_gone_is_named(desk, case, teller):
    note = paper(teller, case, DocumentKind.CLINICAL_NOTE, a_pdf(1))
    Path(note.file.path).unlink()
    assert "is not here any more" in said(made(desk, case, pages="2"))
    answer = desk.record(case, "submit", channel="fax", confirmation_number="F-1")
    assert "is not here any more" in answer.content.decode()
