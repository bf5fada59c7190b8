"""Opening papers in a child process: honest ones are read, hostile ones cost a refusal only."""

from __future__ import annotations

import io
import os
import stat
import threading
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from cases.scans import reading
from cases.scans.reading import Busy, CannotShow, bind, count, draw, look
from priorauth.errors import ImpossibleFact
from tests.cases import letters

PDF, TIFF = "application/pdf", "image/tiff"


def test_the_text_of_a_letter_is_read_page_by_page() -> None:
    read = look(letters.pdf(letters.DENIAL, ["Page two", "Your rights"]), PDF)
    first, second = read.text.split("\f")
    assert read.pages == 2
    assert "Reference number: A-55812" in first
    assert second.split() == ["Page", "two", "Your", "rights"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_scan_has_pages_and_no_text(kind: str, without_tesseract: None) -> None:
    read = look(letters.picture(kind, pages=3 if kind == "TIFF" else 1), f"image/{kind.lower()}")
    assert read.pages == (3 if kind == "TIFF" else 1)
    assert read.text.strip() == ""


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (letters.pdf(letters.DENIAL, ["two"]), PDF),
        (letters.picture("TIFF", pages=2), "image/tiff"),
    ],
)
def test_a_page_is_drawn_as_a_picture_for_the_screen(content: bytes, content_type: str) -> None:
    page = Image.open(io.BytesIO(draw(content, content_type, 2)))
    assert page.format == "JPEG"
    assert page.width <= 1400 and page.height <= 1980


def test_a_page_that_is_not_there_cannot_be_drawn() -> None:
    for number in (0, 2, -1):
        with pytest.raises(CannotShow):
            draw(letters.pdf(), PDF, number)


def test_what_a_photo_tells_of_itself_does_not_go_into_its_page() -> None:
    held, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Ada Quill at home"
    Image.new("RGB", (400, 200), "white").save(held, "JPEG", exif=exif)
    drawn = draw(held.getvalue(), "image/jpeg", 1)
    assert b"Quill" not in drawn
    assert Image.open(io.BytesIO(drawn)).size == (200, 400), "it is turned as it was held"


def test_a_locked_letter_is_kept_and_says_that_it_is_locked() -> None:
    read = look(letters.pdf(password="secret"), PDF)
    assert read.is_locked
    assert (read.pages, read.text) == (0, "")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"%PDF-1.4<script>alert(1)</script>", PDF),
        (b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n", PDF),
        (letters.pdf()[:400], PDF),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "image/png"),
        (letters.picture("JPEG")[:300], "image/jpeg"),
        (b"II*\x00" + b"\xff" * 64, "image/tiff"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_words(content: bytes, content_type: str) -> None:
    with pytest.raises(ImpossibleFact, match="cannot be opened"):
        look(content, content_type)


def test_a_picture_of_billions_of_pixels_is_refused_unopened() -> None:
    with pytest.raises(ImpossibleFact, match="larger than we look at"):
        look(letters.huge_png(50_000, 50_000), "image/png")


def test_more_than_200_pages_are_refused() -> None:
    with pytest.raises(ImpossibleFact, match="200 pages"):
        look(letters.pdf(*[["x"]] * 201), PDF)
    with pytest.raises(ImpossibleFact, match="200 pages"):
        look(letters.picture("TIFF", pages=201, size=(8, 8)), "image/tiff")


def test_a_bomb_ends_in_the_child_and_the_paper_is_kept_without_text() -> None:
    bomb = letters.pdf_bomb(150)
    assert len(bomb) < 3_000_000
    read = look(bomb, PDF)
    assert read.pages == 1, "the pages were counted before the text was unpacked"
    assert len(read.text) <= 20_000


def test_a_parser_that_hangs_is_ended_and_what_it_said_before_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = tmp_path / "child.py"
    child.write_text(
        'import sys, time\nsys.stdout.write(\'{"pages": 3}\\n{"te\')\nsys.stdout.flush()\n'
        "time.sleep(60)\n"
    )
    monkeypatch.setattr(reading, "_CHILD", child)
    monkeypatch.setattr(reading, "LOOK_SECONDS", 2)
    read = look(letters.pdf(), PDF)
    assert (read.pages, read.text) == (3, "")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> threading.BoundedSemaphore:
    """Every turn is taken, as by two slow faxes."""
    turns = threading.BoundedSemaphore(1)
    turns.acquire()
    monkeypatch.setattr(reading, "_AT_ONCE", turns)
    monkeypatch.setattr(reading, "WAIT_SECONDS", 0.01)
    return turns


def test_whoever_gets_no_turn_is_told_so_and_waits_no_longer(
    taken: threading.BoundedSemaphore,
) -> None:
    paper = letters.pdf()
    for attempt in (
        lambda: look(paper, PDF),
        lambda: draw(paper, PDF, 1),
        lambda: count(paper, PDF),
        lambda: bind([(paper, PDF)]),
    ):
        with pytest.raises(Busy, match="try again in a moment"):
            attempt()
    taken.release()
    assert count(paper, PDF) == 1


def test_a_turn_is_given_back_however_it_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reading, "_AT_ONCE", threading.BoundedSemaphore(1))
    slow = tmp_path / "child.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    with monkeypatch.context() as slowly:
        slowly.setattr(reading, "_CHILD", slow)
        slowly.setattr(reading, "PAGE_SECONDS", 0.2)
        with pytest.raises(CannotShow):
            draw(letters.pdf(), PDF, 1)
    with pytest.raises(ImpossibleFact):
        count(b"%PDF-1.4 nothing more", PDF)
    assert count(letters.pdf(), PDF) == 1


def test_the_child_sees_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for parsers")
    monkeypatch.setenv("DATABASE_URL", "postgres://not-for-parsers")
    assert not {"SECRET_KEY", "DATABASE_URL"} & set(reading._environment())


# ------------------------------------------------------------------ with a reader of pictures


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading.shutil, "which", lambda name: None)


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Something that is called as Tesseract is."""
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_scan_is_read_by_tesseract_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in(monkeypatch, tmp_path, "cat > /dev/null; echo Notice date: May 3, 2026")
    read = look(letters.picture("TIFF", pages=3), "image/tiff")
    assert read.text.split("\f") == ["Notice date: May 3, 2026\n"] * 2 + [""], "two pages only"


def test_a_letter_with_text_of_its_own_is_not_recognised_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in(monkeypatch, tmp_path, "cat > /dev/null; echo wrong")
    assert "wrong" not in look(letters.pdf(), PDF).text


def test_a_tesseract_that_fails_costs_the_text_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in(monkeypatch, tmp_path, "exit 1")
    read = look(letters.picture("PNG"), "image/png")
    assert (read.pages, read.text.strip()) == (1, "")


# ------------------------------------------------------------------ counted, and several as one


def test_pages_are_counted_without_being_read() -> None:
    assert count(letters.pdf(["one"], ["two"], ["three"]), PDF) == 3
    assert count(letters.picture("TIFF", pages=2), TIFF) == 2


@pytest.mark.parametrize("bad", [b"%PDF-1.4 nothing more", letters.pdf(password="secret"), b""])
def test_what_cannot_be_opened_is_not_counted(bad: bytes) -> None:
    with pytest.raises(ImpossibleFact):
        count(bad, PDF)


def test_papers_of_every_sort_become_one_pdf_in_their_order() -> None:
    papers = [(letters.pdf(["first"], ["second"]), PDF), (letters.picture("TIFF", pages=2), TIFF)]
    papers += [(letters.picture("PNG", pages=1), "image/png"), (letters.pdf(["last"]), PDF)]
    read = look(bind(papers), PDF)
    told = [page.strip() for page in read.text.split("\f")]
    assert read.pages == 6
    assert (told[0], told[1], told[5]) == ("first", "second", "last")


def test_a_scan_in_a_packet_fits_a_letter_page() -> None:
    page = pypdf.PdfReader(
        io.BytesIO(bind([(letters.picture("PNG", pages=1), "image/png")]))
    ).pages[0]
    assert float(page.mediabox.width) <= 612
    assert float(page.mediabox.height) <= 792


@pytest.mark.parametrize("bad", [b"%PDF-1.4 nothing more", letters.pdf(password="secret"), b""])
def test_one_paper_that_cannot_be_opened_spoils_the_packet_and_says_so(bad: bytes) -> None:
    with pytest.raises(ImpossibleFact, match="cannot be put into one PDF"):
        bind([(letters.pdf(["first"]), PDF), (bad, PDF)])
