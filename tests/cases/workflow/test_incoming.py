"""A paper comes in once, waits, and is filed or thrown away once: never lost, never doubled."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from cases.demo.stories import Teller
from cases.models import Document, IncomingDocument, PriorAuthRequest
from cases.models.contacts import DocumentKind
from cases.queries import incoming as query
from cases.workflow.documents import OnCaseAlready, add_document
from cases.workflow.incoming import (
    SettledAlready,
    WaitsAlready,
    bring_in,
    file_on_case,
    throw_away,
)
from cases.workflow.undoing import undo
from priorauth.errors import ImpossibleFact, MissingFact
from priorauth.papers.letter import read
from priorauth.terms import EventKind
from tests.cases import letters


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def brought(teller: Teller, content: bytes | None = None) -> IncomingDocument:
    return bring_in(teller.actor(teller.now), teller.cast.clinic, content or letters.pdf())


def filed(teller: Teller, paper: IncomingDocument, case: PriorAuthRequest, **facts) -> Document:
    told = {
        "kind": DocumentKind.DENIAL_LETTER,
        "printed_on": date(2026, 9, 14),
        "received_on": date(2026, 9, 17),
        **facts,
    }
    return file_on_case(teller.actor(teller.now), paper, case, zone=teller.zone, **told)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_it_waits_with_its_pages_and_its_text(teller: Teller) -> None:
    paper = brought(teller, letters.pdf(letters.DENIAL, ["Page two"]))
    assert paper.pages == 2
    assert "A-55812" in paper.text
    assert [each.pk for each in query.waiting()] == [paper.pk]
    assert query.count_waiting() == 1


def test_filed_it_is_a_document_of_the_case_with_both_dates(teller: Teller) -> None:
    case, content = teller.opened(teller.at(1)), letters.pdf()
    document = filed(teller, brought(teller, content), case)

    assert document.event.kind == EventKind.DOCUMENT_ADDED
    assert document.title == "Denial letter of Mon 14 Sep 2026"
    assert (document.printed_on, document.received_on) == (date(2026, 9, 14), date(2026, 9, 17))
    assert document.file.open("rb").read() == content
    paper = IncomingDocument.objects.get()
    assert (paper.filed_as, paper.settled_by) == (document, teller.cast.biller)
    assert query.count_waiting() == 0


def test_the_same_file_waits_once(teller: Teller, documents_folder: Path) -> None:
    first = brought(teller)
    with pytest.raises(WaitsAlready) as refusal:
        brought(teller)
    assert refusal.value.incoming == first
    assert len(files_in(documents_folder)) == 1


def test_the_same_file_is_refused_on_its_case_and_may_go_on_another(teller: Teller) -> None:
    case = teller.opened(teller.at(2))
    first = filed(teller, brought(teller), case)
    copy = brought(teller)

    assert query.filed_before(copy.sha256) == [first]
    with pytest.raises(OnCaseAlready) as refusal:
        filed(teller, copy, case)
    assert refusal.value.document == first
    assert query.count_waiting() == 1, "what was refused waits on"
    assert filed(teller, copy, teller.opened(teller.at(1))).pk != first.pk


def test_of_two_people_at_one_paper_the_second_is_told(teller: Teller) -> None:
    paper, other = brought(teller), teller.opened(teller.at(1))
    filed(teller, paper, teller.opened(teller.at(2)))
    with pytest.raises(SettledAlready):
        filed(teller, paper, other)
    with pytest.raises(SettledAlready):
        throw_away(teller.actor(teller.now), paper, because="twice")
    assert not Document.objects.filter(request=other).exists()
    assert not other.events.filter(kind=EventKind.DOCUMENT_ADDED).exists()


def test_a_filing_that_is_undone_brings_the_paper_back_and_off_the_case(
    teller: Teller, documents_folder: Path
) -> None:
    case = teller.opened(teller.at(2))
    document = filed(teller, brought(teller), case)
    undo(teller.actor(teller.now), document.event)

    document.refresh_from_db()
    assert not document.file, "it cannot be opened from the wrong case"
    (paper,) = query.waiting()
    assert paper.file.open("rb").read() == letters.pdf()
    assert query.filed_before(paper.sha256) == []
    again = filed(teller, paper, case, kind=DocumentKind.APPROVAL_LETTER)
    assert again.kind == DocumentKind.APPROVAL_LETTER
    undo(teller.actor(teller.now), again.event)
    assert filed(teller, paper, teller.opened(teller.at(1))).sha256 == paper.sha256


def test_a_filing_that_is_undone_leaves_the_wrong_case_too_when_a_copy_waits_meanwhile(
    teller: Teller, documents_folder: Path, django_capture_on_commit_callbacks
) -> None:
    case = teller.opened(teller.at(2))
    first = brought(teller)
    document = filed(teller, first, case)
    copy = brought(teller)
    with django_capture_on_commit_callbacks(execute=True):
        undo(teller.actor(teller.now), document.event)

    document.refresh_from_db()
    assert (document.file.name, document.sha256) == ("", ""), "not opened from the wrong case"
    first.refresh_from_db()
    assert (first.filed_as, first.text, first.settled_by) == (None, "", teller.cast.biller)
    assert first.thrown_away_because == "Its filing was undone while a copy of it waited."
    assert [each.pk for each in query.waiting()] == [copy.pk]
    assert len(files_in(documents_folder)) == 1
    assert copy.file.open("rb").read() == letters.pdf()
    assert filed(teller, copy, case).pk != document.pk, "the right kind, on the same case"


def test_a_document_whose_adding_was_undone_may_be_added_anew(teller: Teller) -> None:
    case, content = teller.opened(teller.at(2)), letters.pdf()

    def add(kind: DocumentKind) -> Document:
        return add_document(
            teller.actor(teller.now),
            case,
            kind=kind,
            title="Letter",
            content=content,
            zone=teller.zone,
        )

    wrong = add(DocumentKind.OTHER)
    undo(teller.actor(teller.now), wrong.event)
    assert add(DocumentKind.CONSENT).kind == DocumentKind.CONSENT
    with pytest.raises(OnCaseAlready):
        add(DocumentKind.CONSENT)


def test_it_cannot_have_come_before_it_was_printed(teller: Teller) -> None:
    paper, case = brought(teller), teller.opened(teller.at(1))
    with pytest.raises(ImpossibleFact) as refusal:
        filed(teller, paper, case, received_on=date(2026, 9, 13))
    assert refusal.value.field == "received_on"
    assert query.count_waiting() == 1


def test_it_cannot_have_come_after_the_day_it_was_brought_in(teller: Teller) -> None:
    paper, case = brought(teller), teller.opened(teller.at(1))
    with pytest.raises(ImpossibleFact, match="here already on Fri 18 Sep 2026") as refusal:
        filed(teller, paper, case, received_on=date(2026, 9, 19))
    assert refusal.value.field == "received_on"
    assert query.count_waiting() == 1
    assert filed(teller, paper, case, received_on=date(2026, 9, 18)).pk


def test_thrown_away_its_file_and_text_are_gone_and_the_reason_stays(
    teller: Teller, documents_folder: Path, django_capture_on_commit_callbacks
) -> None:
    paper = brought(teller)
    with django_capture_on_commit_callbacks(execute=True):
        throw_away(teller.actor(teller.now), paper, because=" advertisement ")
    paper.refresh_from_db()
    assert paper.thrown_away_because == "advertisement"
    assert paper.text == ""
    assert files_in(documents_folder) == []
    assert not default_storage.exists(str(paper.file.name))
    assert brought(teller).pk != paper.pk, "it may come again"


def test_nothing_is_thrown_away_without_a_reason(teller: Teller) -> None:
    with pytest.raises(MissingFact):
        throw_away(teller.actor(teller.now), brought(teller), because="  ")
    assert query.count_waiting() == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",
        b"<html>%PDF-1.7",
        b"%PDF-1.4<script>alert(1)</script>",
        letters.huge_png(50_000, 50_000),
    ],
)
def test_what_is_refused_leaves_neither_row_nor_file(
    teller: Teller, documents_folder: Path, content: bytes
) -> None:
    with pytest.raises(ImpossibleFact) as refusal:
        bring_in(teller.actor(teller.now), teller.cast.clinic, content)
    assert refusal.value.field == "file"
    assert not IncomingDocument.objects.exists()
    assert files_in(documents_folder) == []


def test_cases_are_named_by_whole_numbers_only(teller: Teller) -> None:
    case, other = teller.opened(teller.at(2)), teller.opened(teller.at(1))
    letter = f"Your file {case.number}\nMember ID: {other.coverage.member_id}\nReference: 1234"
    named = query.cases_named(read(letter))
    assert [each.hit.number for each in named][:2] == [case.number, other.number]
    cut = other.coverage.member_id[:-1]
    assert query.cases_named(read(f"Member ID: {cut}")) == []
