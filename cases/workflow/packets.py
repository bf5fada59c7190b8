"""What is sent with a request: sheets of ours and papers of the case, counted and in one PDF."""

from __future__ import annotations

from collections.abc import Sequence

from cases.models import Document
from cases.scans.reading import bind, count
from priorauth.errors import ImpossibleFact

COVER = 1
LARGEST = 60 * 1024 * 1024
"""Bytes of papers in one fax: fax services take less, and they are held in memory."""


def count_pages(documents: Sequence[Document], *, sheets: int = 0) -> int:
    """Pages of a fax with these papers, its cover counted too, and `sheets` pages between them.

    Raises ImpossibleFact("pages") naming the first paper that cannot be opened, and Busy while
    others are being opened.
    """
    return COVER + sheets + sum(_pages(each) for each in documents)


def packet(cover: bytes, documents: Sequence[Document], *, sheets: Sequence[bytes] = ()) -> bytes:
    """The cover, then PDFs of ours, then these papers, as one PDF.

    Raises ImpossibleFact("enclosed") when one of them cannot be opened, and Busy.
    """
    if not documents and not sheets:
        return cover
    if sum(each.size_bytes for each in documents) > LARGEST:
        raise ImpossibleFact(
            "enclosed",
            f"Together these papers are larger than {LARGEST // 1024 // 1024} MB. Tick fewer, and "
            "send the others as a second fax.",
        )
    ours = [(each, "application/pdf") for each in (cover, *sheets)]
    return bind([*ours, *((_content(each), each.content_type) for each in documents)])


def _pages(document: Document) -> int:
    content = _content(document)
    try:
        return count(content, document.content_type)
    except ImpossibleFact:
        raise ImpossibleFact(
            "pages",
            f"The pages of “{document.title}” cannot be counted: it is damaged or locked. Type "
            "the number of pages.",
        ) from None


def _content(document: Document) -> bytes:
    try:
        with document.file.open("rb") as file:
            content: bytes = file.read()
    except (FileNotFoundError, ValueError):
        raise ImpossibleFact(
            "enclosed", f"The file of “{document.title}” is not here any more. Leave it out."
        ) from None
    return content
