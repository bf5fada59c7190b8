"""Files on a case: typed, kept once, under a random name."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.base import ContentFile

from cases.models import Document, PriorAuthRequest
from cases.models.contacts import DocumentKind
from cases.workflow.actor import Actor
from cases.workflow.step import Step, step
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact
from priorauth.terms import EventKind

MAX_BYTES = 25 * 1024 * 1024
# What a file must begin with to be what it claims.
SIGNATURES = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
}


class OnCaseAlready(ImpossibleFact):
    """This very file is on the case: `document` is the first one."""

    def __init__(self, document: Document) -> None:
        super().__init__("file", "This very file is already on the case.")
        self.document = document


def add_document(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    kind: DocumentKind,
    title: str,
    content: bytes,
    zone: str,
) -> Document:
    """Keep `content` on the case. PDF, PNG, JPEG and TIFF up to 25 MB are taken.

    Raises ImpossibleFact("file") for anything else and for an empty file, OnCaseAlready for one
    that is here.
    """
    content_type = sniff(content)
    digest = hashlib.sha256(content).hexdigest()
    with step(
        request, EventKind.DOCUMENT_ADDED, actor, happened=Moment.instant(actor.now, zone)
    ) as taken:
        check_first(request, digest)
        document = document_of(
            taken,
            kind=kind,
            title=title,
            content_type=content_type,
            size_bytes=len(content),
            sha256=digest,
        )
        document.file.save("document", ContentFile(content), save=False)
        document.save()
    return document


def document_of(taken: Step, *, kind: DocumentKind, title: str, **told: Any) -> Document:
    """The record of a file that the step adds to its case, not saved yet; `told` is the rest."""
    return Document(
        clinic_id=taken.request.clinic_id,
        request=taken.request,
        event=taken.event,
        kind=kind,
        title=title,
        **told,
    )


def check_first(request: PriorAuthRequest, sha256: str) -> None:
    """Raise OnCaseAlready when the file of that hash is on the case."""
    first = Document._base_manager.filter(request=request, sha256=sha256).first()
    if first is not None:
        raise OnCaseAlready(first)


def sniff(content: bytes) -> str:
    """The content type by the file's first bytes; raises ImpossibleFact when it is none of ours."""
    if not content:
        raise ImpossibleFact("file", "The file is empty. Choose it again.")
    if len(content) > MAX_BYTES:
        raise ImpossibleFact("file", "The file is larger than 25 MB. Scan it at a lower quality.")
    for content_type, beginnings in SIGNATURES.items():
        if content.startswith(beginnings):
            return content_type
    raise ImpossibleFact("file", "Only PDF, PNG, JPEG and TIFF files are kept here.")
