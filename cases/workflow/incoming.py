"""A fax or letter comes in, waits, and is filed on a case or thrown away. None is lost."""

from __future__ import annotations

import hashlib
from datetime import date

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from cases.models import CaseEvent, Clinic, Document, IncomingDocument, PriorAuthRequest
from cases.models.contacts import DocumentKind
from cases.models.incoming import WAITS
from cases.scans.reading import look
from cases.workflow.actor import Actor
from cases.workflow.documents import check_first, document_of, sniff
from cases.workflow.step import step
from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_day
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow, PriorAuthError
from priorauth.terms import EventKind


class WaitsAlready(PriorAuthError):
    """This very file waits to be filed: `incoming` is the first one."""

    def __init__(self, incoming: IncomingDocument) -> None:
        super().__init__("This very file was brought in before and waits here to be filed.")
        self.incoming = incoming


class SettledAlready(NotAllowedNow):
    """Somebody filed it, or threw it away, meanwhile."""

    def __init__(self) -> None:
        super().__init__("This paper was filed or thrown away meanwhile; nothing was done twice.")


def bring_in(actor: Actor, clinic: Clinic, content: bytes) -> IncomingDocument:
    """Keep a file until it is filed, with its text as far as that can be read.

    Raises ImpossibleFact("file") for what is no PDF, PNG, JPEG or TIFF of at most 25 MB and 200
    pages that can be opened, WaitsAlready for a file that waits already, and Busy while others are
    being opened. Nothing is kept then.
    """
    content_type = sniff(content)
    digest = hashlib.sha256(content).hexdigest()
    _check_first(clinic, digest)
    read = look(content, content_type)
    incoming = IncomingDocument(
        clinic=clinic,
        content_type=content_type,
        size_bytes=len(content),
        sha256=digest,
        pages=read.pages,
        text=read.text.replace("\x00", ""),
        brought_by=actor.staff,
        brought_at=actor.now,
    )
    incoming.file.save("document", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            incoming.save()
    except IntegrityError:  # the same file, twice at the same instant
        incoming.file.delete(save=False)
        _check_first(clinic, digest)
        raise
    return incoming


def file_on_case(
    actor: Actor,
    incoming: IncomingDocument,
    request: PriorAuthRequest,
    *,
    kind: DocumentKind,
    printed_on: date | None,
    received_on: date | None,
    zone: str,
) -> Document:
    """Put a waiting paper on the case. Both dates are the clinic's local days.

    Raises OnCaseAlready, SettledAlready, and ImpossibleFact for days that `check_days` refuses.
    """
    check_days(incoming, printed_on=printed_on, received_on=received_on, zone=zone)
    with step(
        request, EventKind.DOCUMENT_ADDED, actor, happened=Moment.instant(actor.now, zone)
    ) as taken:
        if not IncomingDocument._base_manager.filter(WAITS, pk=incoming.pk).exists():
            raise SettledAlready
        check_first(request, incoming.sha256)
        document = document_of(
            taken,
            kind=kind,
            title=f"{kind.label} of {say_day(printed_on)}" if printed_on else kind.label,
            file=incoming.file.name,
            content_type=incoming.content_type,
            size_bytes=incoming.size_bytes,
            sha256=incoming.sha256,
            printed_on=printed_on,
            received_on=received_on,
        )
        document.save()
        _settle(actor, incoming, filed_as=document)
    return document


def check_days(
    incoming: IncomingDocument, *, printed_on: date | None, received_on: date | None, zone: str
) -> None:
    """Both are local days in `zone`, the clinic's; None for one that is not known.

    Raises ImpossibleFact("received_on") for a receipt before the letter's date, or after the day
    on which somebody here had it in hand: a limit counted from that would end too late.
    """
    if received_on is None:
        return
    if printed_on and received_on < printed_on:
        raise ImpossibleFact(
            "received_on", "It cannot have been received before the date printed on it."
        )
    brought_on = local_date(incoming.brought_at, zone)
    if received_on > brought_on:
        raise ImpossibleFact(
            "received_on",
            f"It was here already on {say_day(brought_on)}, when it was brought in. Enter that day "
            "or an earlier one.",
        )


def throw_away(actor: Actor, incoming: IncomingDocument, *, because: str) -> None:
    """Delete a waiting paper; the reason, its hash and who did it stay on record."""
    if not because.strip():
        raise MissingFact("because", "Say why: a colleague may look for it.")
    with transaction.atomic():
        _settle(actor, incoming, thrown_away_because=because.strip(), text="")
        _delete(incoming)


def take_back(actor: Actor, event: CaseEvent) -> None:
    """The filing recorded by `event` is undone: its paper waits again, off the case.

    What was filed on the wrong patient's case cannot be opened from there any more. Where a copy
    waits already, that one stays and this file is deleted. A document that was added on its step
    page keeps its file, there being no other place for it; the same file may be added anew.
    """
    filed = IncomingDocument._base_manager.filter(filed_as__event=event).first()
    documents = Document._base_manager.filter(event=event)
    if filed is None:
        documents.update(sha256="")
        return
    documents.update(file="", sha256="")
    row = IncomingDocument._base_manager.filter(pk=filed.pk)
    waiting = IncomingDocument._base_manager.filter(
        WAITS, clinic=filed.clinic_id, sha256=filed.sha256
    )
    # Locked: nobody throws the copy away while this one goes.
    if waiting.select_for_update().first() is None:
        row.update(settled_at=None, settled_by=None, filed_as=None)
        return
    row.update(
        settled_at=actor.now,
        settled_by=actor.staff,
        filed_as=None,
        thrown_away_because="Its filing was undone while a copy of it waited.",
        text="",
    )
    _delete(filed)


def _delete(incoming: IncomingDocument) -> None:
    """Delete the file once this is committed, unless a document of a case still uses it."""
    storage, name = incoming.file.storage, str(incoming.file.name)
    if not Document._base_manager.filter(file=name).exists():
        transaction.on_commit(lambda: storage.delete(name))


def _check_first(clinic: Clinic, sha256: str) -> None:
    waiting = IncomingDocument._base_manager.filter(WAITS, clinic=clinic, sha256=sha256).first()
    if waiting is not None:
        raise WaitsAlready(waiting)


def _settle(actor: Actor, incoming: IncomingDocument, **values: object) -> None:
    """One conditional UPDATE: of two people at the same paper, one settles it."""
    waits = IncomingDocument._base_manager.filter(WAITS, pk=incoming.pk)
    if not waits.update(settled_at=actor.now, settled_by=actor.staff, **values):
        raise SettledAlready
