"""The fax that sends a request or an appeal: cover, what is asked, and the papers, in one PDF."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_POST, require_safe

from cases.access import DeskRequest
from cases.desk.at_case import AtCase, read_case
from cases.desk.page import render_page
from cases.desk.request_sheet import printed
from cases.forms.submissions import SubmitForm
from cases.models import Document
from cases.models.contacts import DocumentKind
from cases.workflow.packets import count_pages, packet
from priorauth.calendars.wording import say_day
from priorauth.errors import PriorAuthError
from priorauth.letters.cover_sheet import CoverSheet
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import EventKind, Urgency

_OF_THE_FAX = ("sent_to", "pages", "enclosed")


@require_POST
def cover_sheet(request: DeskRequest, number: str) -> HttpResponse:
    """The fax as one PDF, from what stands in the submission's form. Nothing is recorded."""
    case = read_case(request, number)
    title = f"Fax of the request: {number}"
    if why := role_refusal(transition_of(EventKind.SUBMITTED), request.role):
        return render_page(request, "desk/not_allowed.html", {"why": why}, title=title, status=403)
    form = SubmitForm(request.POST, at_hand=case.at_hand)
    form.is_valid()  # what is wrong elsewhere in the form is no matter of the fax
    wrong = [str(words) for name in _OF_THE_FAX for words in form.errors.get(name, ())]
    if not wrong:
        try:
            return as_download(_fax(case, form), f"{case.request.number}-fax.pdf")
        except PriorAuthError as refusal:
            wrong = [str(refusal)]
    messages.error(request, f"The fax was not made. {' '.join(wrong)}")
    return redirect(reverse("desk:step", args=[case.request.number, "submit"]))


@require_safe
def request_sheet(request: DeskRequest, number: str) -> HttpResponse:
    """What is asked, by itself as a PDF, for all who see the case. Nothing is recorded."""
    case = read_case(request, number)
    return as_download(printed(case.at_hand).content, f"{case.request.number}-request.pdf")


def _fax(case: AtCase, form: SubmitForm) -> bytes:
    papers, asked = form.ticked(), printed(case.at_hand)
    pages = form.cleaned_data.get("pages") or count_pages(papers, sheets=asked.pages)
    sheet = _sheet(
        case,
        papers,
        to=form.typed("sent_to"),
        pages=pages,
        is_urgent=case.request.urgency == Urgency.EXPEDITED,
    )
    return _behind(sheet, papers, sheets=[asked.content])


def fax_of_appeal(case: AtCase, papers: Sequence[Document], *, is_urgent: bool) -> bytes:
    """A signed letter with its enclosures, in their order, behind a cover for the appeals desk.

    Without an appeals fax number of the payer's on file the cover leaves it blank. Raises
    ImpossibleFact for a paper that cannot be opened, and Busy.
    """
    to, pages = case.request.coverage.plan.payer.appeals_fax, count_pages(papers)
    sheet = _sheet(case, papers, to=to, pages=pages, is_urgent=is_urgent, desk="appeals")
    return _behind(sheet, papers)


def _behind(
    sheet: CoverSheet, papers: Sequence[Document], *, sheets: Sequence[bytes] = ()
) -> bytes:
    from priorauth.letters.pdf import write_cover_sheet  # ReportLab is loaded by who asks for it

    return packet(write_cover_sheet(sheet), papers, sheets=sheets)


def _sheet(
    case: AtCase,
    papers: Sequence[Document],
    *,
    to: str,
    pages: int | None,
    is_urgent: bool,
    desk: str = "prior authorization",
) -> CoverSheet:
    one = case.request
    clinic, payer = one.clinic, one.coverage.plan.payer
    place = f"{clinic.city}, {clinic.state} {clinic.zip_code}".strip(", ")
    return CoverSheet(
        payer=payer.name,
        desk=desk,
        payer_fax=to,
        clinic=clinic.name,
        clinic_address=[
            line for line in (f"{clinic.address_1} {clinic.address_2}".strip(), place) if line
        ],
        clinic_phone=clinic.phone,
        clinic_fax=clinic.fax,
        case_number=one.number,
        member_id=one.coverage.member_id,
        made=say_day(case.at_hand.today),
        pages=pages,
        is_urgent=is_urgent,
        enclosed=list(dict.fromkeys(DocumentKind(each.kind).label for each in papers)),
    )


def as_download(content: bytes, name: str) -> HttpResponse:
    """A PDF of ours under a name that tells of no patient; no browser keeps it."""
    answer = HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
    add_never_cache_headers(answer)
    return answer
