from __future__ import annotations

from pathlib import Path

import pytest

from cases.demo.stories import Teller
from cases.models import Document
from cases.models.contacts import DocumentKind
from cases.workflow.actor import Actor
from cases.workflow.documents import add_document
from priorauth.errors import ImpossibleFact
from priorauth.terms import Role

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def add(teller: Teller, request, content: bytes) -> Document:
    return add_document(
        Actor(teller.cast.biller, Role.BILLER, teller.now),
        request,
        kind=DocumentKind.DENIAL_LETTER,
        title="Denial of 11 September",
        content=content,
        zone=teller.zone,
    )


def test_a_file_is_kept_under_a_name_that_tells_nothing(
    teller: Teller, documents_folder: Path
) -> None:
    request = teller.opened(teller.at(1))
    document = add(teller, request, PDF)

    assert document.content_type == "application/pdf"
    assert document.size_bytes == len(PDF)
    assert "Denial" not in document.file.name
    assert Path(document.file.path).read_bytes() == PDF


@pytest.mark.parametrize(
    "content", [b"", b"<script>alert(1)</script>", b"x%PDF-1.4", b"PK\x03\x04"]
)
def test_what_is_no_scan_is_refused_and_leaves_no_file(
    teller: Teller, documents_folder: Path, content: bytes
) -> None:
    with pytest.raises(ImpossibleFact):
        add(teller, teller.opened(teller.at(1)), content)

    assert not Document.objects.exists()
    assert not [path for path in documents_folder.rglob("*") if path.is_file()]


def test_the_same_file_is_kept_once_a_case(teller: Teller) -> None:
    request = teller.opened(teller.at(1))
    add(teller, request, PDF)

    with pytest.raises(ImpossibleFact, match="already"):
        add(teller, request, PDF)
    add(teller, teller.opened(teller.at(1)), PDF)
