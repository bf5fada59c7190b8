"""Signed versions of the appeal letter: their words, what changed, the packet that goes out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.at_case import AtCase, read_case
from cases.desk.at_letter import letter_url
from cases.desk.cover_sheet import as_download, fax_of_appeal
from cases.desk.page import render_page
from cases.desk.steps import page_of
from cases.models import AppealLetter, Document
from cases.queries.appeal_facts import papers_of
from cases.workflow.packets import packet
from cases.workflow.signed_letters import is_sent
from priorauth.errors import ImpossibleFact, PriorAuthError
from priorauth.letters.blocks import blocks
from priorauth.letters.changes import changes
from priorauth.terms import EventKind


@require_safe
def signed_letter(request: DeskRequest, number: str, appealletter: int) -> HttpResponse:
    """A signed version: its words, who signed it, what changed. 404 when it is not on the case."""
    case = read_case(request, number)
    found = _signed(case, appealletter)
    content = found.content
    before = found.supersedes.content if found.supersedes else None
    offers = {offer.kind for offer in case.offers}
    page = page_of(EventKind.APPEAL_FILED)
    context = {
        "case": case.request,
        "version": version_told(number, found, case.at_hand.zone),
        "rows": content.get("rows", ()),
        "parts": [(heading, blocks(text)) for heading, text in content.get("parts", ())],
        "signature": content.get("signature", ()),
        "enclosures": content.get("enclosures", ()),
        "traced": sorted(found.traced.items(), key=lambda pair: pair[1]),
        "changes": changes(_pairs(before), _pairs(content)) if before else None,
        "before": found.supersedes.number if found.supersedes else None,
        "file_url": reverse("desk:step", args=[number, page.slug])
        if page and EventKind.APPEAL_FILED in offers and not is_sent(found)
        else "",
        "letter_url": letter_url(number),
        "payer": case.request.coverage.plan.payer,
    }
    title = f"Appeal letter, version {found.number}: {case.request.number}"
    return render_page(request, "desk/signed_letter.html", context, title=title)


@require_safe
def letter_packet(
    request: DeskRequest, number: str, appealletter: int, *, is_fax: bool = False
) -> HttpResponse:
    """The signed letter and what goes with it, as one PDF; of a fax, behind its cover sheet."""
    case = read_case(request, number)
    found = _signed(case, appealletter)
    try:
        letter, papers = _locked(found), _enclosed(case, found)
        if is_fax and found.document is not None:
            together = [found.document, *papers]
            fax = fax_of_appeal(case, together, is_urgent=found.is_expedited)
            return as_download(fax, f"{number}-appeal-fax.pdf")
        return as_download(packet(letter, papers), f"{number}-appeal.pdf")
    except PriorAuthError as refusal:
        messages.error(request, f"The packet was not made. {refusal}")
        return HttpResponseRedirect(reverse("desk:signed_letter", args=[number, appealletter]))


def _enclosed(case: AtCase, found: AppealLetter) -> list[Document]:
    """What goes with the signed letter; refused when a document was taken back since."""
    by_key = {each.pk: each for each in papers_of(case.request)}
    papers = [by_key[key] for key in found.enclosed or () if key in by_key]
    if len(papers) < len(found.enclosed or ()):
        raise ImpossibleFact(
            "enclosed",
            "A document that goes with the letter was taken back since. File it again, or sign a "
            "new version without it.",
        )
    return papers


def _locked(found: AppealLetter) -> bytes:
    """The signed PDF; refused when the file is not the one that was signed."""
    if found.document is None:
        raise ImpossibleFact("enclosed", "The signed file is not here any more.")
    try:
        with found.document.file.open("rb") as file:
            content: bytes = file.read()
    except (FileNotFoundError, ValueError):
        raise ImpossibleFact("enclosed", "The signed file is not here any more.") from None
    if hashlib.sha256(content).hexdigest() != found.sha256:
        raise ImpossibleFact("enclosed", "The stored file is not the one that was signed.")
    return content


def _signed(case: AtCase, pk: int) -> AppealLetter:
    rows = AppealLetter.objects.select_related(
        "signed_by", "document", "supersedes", "appeal__event"
    )
    found = rows.filter(request=case.request, pk=pk, signed_at__isnull=False).first()
    if found is None:
        raise Http404
    return found


def version_told(number: str, row: AppealLetter, zone: str) -> dict[str, Any]:
    """What pages tell of a signed version: who, when in `zone`, how long, and its addresses."""
    return {
        "number": row.number,
        "url": reverse("desk:signed_letter", args=[number, row.pk]),
        "pdf_url": reverse("desk:document", args=[number, row.document_id]),
        "packet_url": reverse("desk:letter_packet", args=[number, row.pk]),
        "fax_url": reverse("desk:letter_fax", args=[number, row.pk]),
        "by": row.signed_as or str(row.signed_by),
        "when": times.say_at(row.signed_at, zone) if row.signed_at else "",
        "pages": row.pages,
        "sha256": row.sha256,
        "is_sent": is_sent(row),
        "papers": len(row.enclosed or ()),
    }


def _pairs(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = "\n".join(f"{name}: {text}" for name, text in content.get("rows", ()))
    return [("The head of the letter", rows), *(tuple(each) for each in content.get("parts", ()))]
