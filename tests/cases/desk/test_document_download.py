"""A file is handed out as a download that no browser runs or keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django import Settings

from cases.models import Clinic, Document
from cases.models.contacts import DocumentKind
from tests.cases.desk import made


@pytest.fixture
def kept(clinic: Clinic, settings: Settings, tmp_path: Path) -> Document:
    settings.MEDIA_ROOT = tmp_path
    one = Document(
        clinic=clinic, request=made.request(clinic), kind=DocumentKind.DENIAL_LETTER,
        title="Letter for Ada Quill", content_type="application/pdf", size_bytes=9, sha256="0" * 64,
    )  # fmt: skip
    one.file.save("document", ContentFile(b"%PDF-1.7\n"), save=False)
    one.save()
    return one


def test_it_comes_as_an_attachment_under_a_name_without_the_patient(
    client: Client, kept: Document
) -> None:
    response = client.get(f"/case/{kept.request.number}/document/{kept.pk}/")
    assert b"".join(response.streaming_content) == b"%PDF-1.7\n"  # type: ignore[attr-defined]
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="{kept.request.number}-denial-letter-{kept.pk}.pdf"'
    )
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response.headers["Cache-Control"]


def test_a_type_that_is_not_ours_is_handed_out_as_bytes(client: Client, kept: Document) -> None:
    kept.content_type = "text/html"
    kept.save()
    response = client.get(f"/case/{kept.request.number}/document/{kept.pk}/")
    assert response.headers["Content-Type"] == "application/octet-stream"


def test_it_is_not_there_under_another_case(client: Client, clinic: Clinic, kept: Document) -> None:
    other = made.request(clinic)
    assert client.get(f"/case/{other.number}/document/{kept.pk}/").status_code == 404


def test_a_file_that_is_gone_is_not_an_error_page(client: Client, kept: Document) -> None:
    Path(kept.file.path).unlink()
    response = client.get(f"/case/{kept.request.number}/document/{kept.pk}/")
    assert response.status_code == 404
