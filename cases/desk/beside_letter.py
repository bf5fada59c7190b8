"""A letter's pages beside a form: while it is filed, and while the step it tells of is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from cases.access import DeskRequest
from cases.desk.at_case import AtCase, read_case
from cases.desk.steps import step_url
from cases.desk.subjects import tasks
from cases.forms.from_letter import FIELDS, confirmed, propose
from cases.forms.step_form import StepForm
from cases.models import Document, IncomingDocument, PriorAuthRequest
from cases.models.contacts import DocumentKind
from priorauth.papers.letter import read
from priorauth.terms import EventKind

_CONTESTS = (EventKind.APPEAL_DECIDED, EventKind.EXTERNAL_REVIEW_DECIDED)
FOLLOWS: Mapping[DocumentKind, tuple[EventKind, ...]] = {
    DocumentKind.DENIAL_LETTER: (
        *_CONTESTS,
        EventKind.MISSING_FACT_SUPPLIED,
        EventKind.DETERMINED,
    ),
    DocumentKind.APPROVAL_LETTER: (
        *_CONTESTS,
        EventKind.DETERMINED,
        EventKind.AUTHORIZATION_ENTERED,
    ),
    DocumentKind.INFORMATION_REQUEST: (EventKind.INFORMATION_REQUESTED,),
}
"""Which step a kind of letter leads to: the first of these that the case allows now."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages to show, in order, each with the address of its picture."""

    pk: int
    pages: tuple[tuple[int, str], ...]
    download_url: str
    is_locked: bool


def pages_of(kept: IncomingDocument) -> Pages:
    """All pages; none when the file is locked with a password."""
    address = reverse("desk:paper_page", args=[kept.pk])
    return Pages(
        pk=kept.pk,
        pages=tuple((number, f"{address}?n={number}") for number in range(1, kept.pages + 1)),
        download_url=reverse("desk:paper_download", args=[kept.pk]),
        is_locked=kept.pages == 0,
    )


def step_after(request: DeskRequest, filed: Document, kept: IncomingDocument) -> tuple[str, str]:
    """Where to go on after filing, and a word when the case does not allow it now."""
    if filed.kind == DocumentKind.PAYER_LETTER:
        return reverse("desk:paper", args=[kept.pk]), " Choose what it tells."
    wanted = FOLLOWS.get(DocumentKind(filed.kind), ())
    if not wanted:
        return "", ""
    case = read_case(request, filed.request.number)
    addresses = (_address(case, kind) for kind in wanted)
    address = next((each for each in addresses if each), "")
    if not address:
        return "", " What it says cannot be recorded where the case stands now."
    return _with_letter(address, kept), ""


def steps_told_by(
    request: DeskRequest, filed: Document, kept: IncomingDocument
) -> list[dict[str, str]]:
    """The steps that fit the case now, each to be recorded with the letter beside its form."""
    number = filed.request.number
    return [
        {
            "label": offer.label,
            "help": offer.help,
            "url": _with_letter(step_url(number, offer), kept),
        }
        for offer in read_case(request, number).offers
        if not offer.records_only and offer.kind in _TOLD_BY_LETTERS
    ]


_TOLD_BY_LETTERS = frozenset(
    {
        EventKind.RECEIVED_BY_PAYER,
        EventKind.REJECTED_BY_PAYER,
        EventKind.INFORMATION_REQUESTED,
        EventKind.PACKET_COMPLETE,
        EventKind.EXTENSION_NOTICED,
        EventKind.DETERMINED,
        EventKind.AUTHORIZATION_ENTERED,
        EventKind.PEER_TO_PEER_SCHEDULED,
        EventKind.PEER_TO_PEER_HELD,
        EventKind.APPEAL_RECEIVED,
        EventKind.APPEAL_DECIDED,
        EventKind.EXTERNAL_REVIEW_ASSIGNED,
        EventKind.EXTERNAL_REVIEW_DECIDED,
        EventKind.MISSING_FACT_SUPPLIED,
    }
)


def _with_letter(address: str, kept: IncomingDocument) -> str:
    return f"{address}{'&' if '?' in address else '?'}letter={kept.pk}"


def _address(case: AtCase, kind: EventKind) -> str:
    """Where a step of that kind is recorded; "" when the case has no place for it now."""
    offer = next((offer for offer in case.offers if offer.kind is kind), None)
    if offer is None:
        return ""
    address = step_url(case.request.number, offer)
    if kind is EventKind.MISSING_FACT_SUPPLIED:
        # A refusal told on the phone, whose letter was awaited: this is the letter.
        awaited = tasks(case.request, case.at_hand.standing, [offer])
        keys = [each.key for each in awaited if each.sort == "notice"]
        return f"{address}?of={keys[0]}" if keys else ""
    if kind is EventKind.AUTHORIZATION_ENTERED:
        lacks = case.request.authorizations.filter(
            Q(authorization_number="") | Q(effective_through=None), event__undone_by__isnull=True
        )
        return f"{address}?of={lacks[0].pk}" if lacks else ""
    return address


def letter_of(request: DeskRequest, case: PriorAuthRequest) -> IncomingDocument | None:
    """The letter named in the address (`?letter=`), when it is filed on this case."""
    key = request.GET.get("letter", "")
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    rows = IncomingDocument.objects.select_related("filed_as")
    return rows.filter(pk=int(key), filed_as__request=case).first()


def fill_from(form: StepForm, letter: IncomingDocument) -> None:
    """First values that a person confirmed when filing, and proposals for the other fields."""
    if letter.filed_as is not None and not form.is_bound:
        form.initial.update(confirmed(form, letter.filed_as))
    propose(form, {**FIELDS, **form.from_letter}, read(letter.text))
