"""A fax or letter: brought in, looked at, filed on a case. Until then it waits in a list."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.at_case import now_of
from cases.desk.beside_letter import pages_of, step_after, steps_told_by
from cases.desk.document import handed_out
from cases.desk.page import render_page
from cases.desk.saved_forms import saved_tokens
from cases.desk.step_errors import error_summary
from cases.forms.incoming import BringInForm, FileOnCaseForm, ThrowAwayForm
from cases.forms.step_form import AtHand
from cases.models import Document, IncomingDocument, PriorAuthRequest
from cases.models.contacts import DocumentKind
from cases.queries import incoming as query
from cases.queries.search import case_number
from cases.scans.reading import Busy, CannotShow, draw
from cases.workflow import incoming as workflow
from cases.workflow.actor import Actor
from cases.workflow.documents import OnCaseAlready
from priorauth.errors import PriorAuthError
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.papers.letter import read
from priorauth.terms import EventKind


def _why_not(request: DeskRequest) -> str:
    return role_refusal(transition_of(EventKind.DOCUMENT_ADDED), request.role)


View = Callable[..., HttpResponseBase]
TITLE = "File a fax or letter"
FAILED_SECONDS = 600
"""A page that could not be drawn is not tried again so long: it took the turn of others."""


def filers_only(view: View) -> View:
    """Those who may add a document to a case; others are told so."""

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        why = _why_not(request)
        if not why:
            return view(request, *args, **kwargs)
        return render_page(request, "desk/not_allowed.html", {"why": why}, title=TITLE, status=403)

    return guarded


@filers_only
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: DeskRequest) -> HttpResponseBase:
    """Choose a file, or one of those that wait. `?case=` names the case one came from."""
    form = BringInForm()
    if request.method == "POST":
        form = BringInForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                content = form.cleaned_data["file"].read()
                return _to(request, workflow.bring_in(_actor(request), request.clinic, content))
            except workflow.WaitsAlready as twice:
                messages.info(request, str(twice))
                return _to(request, twice.incoming)
            except PriorAuthError as refusal:
                form.add_error("file", str(refusal))
    zone = times.zone_of(request.clinic)
    waiting = [
        {
            "pk": each.pk,
            "at": times.say_at(each.brought_at, zone),
            "by": str(each.brought_by),
            "pages": each.pages,
        }
        for each in query.waiting()[: query.SHOWN]
    ]
    context = {"form": form, "waiting": waiting, "from_case": _from_case(request)}
    return render_page(request, "desk/bring_in.html", context, title=TITLE)


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: DeskRequest, pk: int) -> HttpResponseBase:
    """One paper: waiting, with where it shall go; filed, to look at. 404 for another clinic's."""
    kept = _kept(pk)
    if kept.filed_as is not None and request.method != "POST":
        return _filed(request, kept, kept.filed_as)
    return _waiting(request, kept)


@filers_only
def _waiting(request: DeskRequest, kept: IncomingDocument) -> HttpResponseBase:
    if kept.settled_at is not None:
        return _settled(request, kept)
    if request.POST.get("do") == "throw":
        return _throw_away(request, kept)
    form = _form(request, kept, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not form.pressed() and form.is_valid():
        answer = _file(request, kept, form)
        if answer is not None:
            return answer
    return _show(request, kept, form, ThrowAwayForm())


@require_safe
def page(request: DeskRequest, pk: int) -> HttpResponseBase:
    """A page as a picture that was drawn anew: nothing of the file itself. `?n=` counts from 1."""
    kept, number = _still_here(request, pk), request.GET.get("n", "1")
    if not (number.isascii() and number.isdecimal() and 0 < int(number[:4]) <= kept.pages):
        raise Http404
    failed = f"page-cannot-be-drawn:{kept.sha256}:{int(number)}"
    if cache.get(failed):
        raise Http404
    try:
        with kept.file.open("rb") as file:
            picture = draw(file.read(), kept.content_type, int(number))
    except Busy as busy:
        return _draw_later(str(busy))
    except CannotShow:
        cache.set(failed, True, FAILED_SECONDS)
        raise Http404 from None
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    response = HttpResponse(picture, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _draw_later(why: str) -> HttpResponse:
    """503, to be asked for again in some seconds; the page of the letter does so by itself."""
    response = HttpResponse(why, status=503, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = "5"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def download(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The file as it came in."""
    return handed_out(_still_here(request, pk), f"fax-or-letter-{pk}")


def _kept(pk: int) -> IncomingDocument:
    rows = IncomingDocument.objects.select_related("filed_as__request", "settled_by", "brought_by")
    kept = rows.filter(pk=pk).first()
    if kept is None:
        raise Http404
    return kept


def _still_here(request: DeskRequest, pk: int) -> IncomingDocument:
    """Filed, for all who see its case; waiting, for those who file. Raises Http404 otherwise."""
    kept = _kept(pk)
    if kept.thrown_away_because or (kept.filed_as is None and _why_not(request)):
        raise Http404
    return kept


def _form(
    request: DeskRequest, kept: IncomingDocument, typed: QueryDict | None = None
) -> FileOnCaseForm:
    found = read(kept.text)
    at_hand = AtHand(request.clinic, request.user, request.role, now_of(request))
    options: dict[str, Any] = {
        "at_hand": at_hand,
        "paper": kept,
        "read": found,
        "named": query.cases_named(found),
        "preset": _from_case(request),
    }
    if typed is not None:
        return FileOnCaseForm(typed, **options)
    return FileOnCaseForm(initial={"token": str(uuid.uuid4())}, **options)


def _file(
    request: DeskRequest, kept: IncomingDocument, form: FileOnCaseForm
) -> HttpResponseBase | None:
    """File it and go on; None when that was refused, with the form saying why."""
    cleaned = form.cleaned_data
    case = PriorAuthRequest.objects.select_related("clinic").get(number=cleaned["who"])
    try:
        filed = workflow.file_on_case(
            _actor(request),
            kept,
            case,
            kind=DocumentKind(cleaned["kind"]),
            printed_on=cleaned["printed_on"],
            received_on=cleaned["received_on"],
            zone=request.clinic.time_zone,
        )
    except OnCaseAlready as twice:
        address = reverse("desk:document", args=[case.number, twice.document.pk])
        words = '{} <a href="{}">See it: {}</a>. Choose another case, or throw this copy away.'
        form.add_error("who", format_html(words, str(twice), address, twice.document.title))
        return None
    except workflow.SettledAlready:
        return _settled(request, _kept(kept.pk))
    except PriorAuthError as refusal:
        form.refuse(refusal)
        return None
    address, said = step_after(request, filed, kept) if "only" not in request.POST else ("", "")
    messages.success(request, f"Filed on {case.number} as {filed.title}.{said}")
    return redirect(address or reverse("desk:case", args=[case.number]))


def _throw_away(request: DeskRequest, kept: IncomingDocument) -> HttpResponseBase:
    form = ThrowAwayForm(request.POST)
    if not form.is_valid():
        return _show(request, kept, _form(request, kept), form)
    try:
        workflow.throw_away(_actor(request), kept, because=form.cleaned_data["because"])
    except workflow.SettledAlready as settled:
        messages.info(request, str(settled))
    else:
        messages.success(request, "Thrown away. The reason stays on record.")
    return redirect("desk:bring_in")


def _show(
    request: DeskRequest, kept: IncomingDocument, form: FileOnCaseForm, throwing: ThrowAwayForm
) -> HttpResponse:
    context = {
        "form": form,
        "errors": error_summary(form),
        "throwing": throwing,
        "paper": pages_of(kept),
        "brought": f"{kept.brought_by}, {_at(request, kept.brought_at)}",
        "filed_before": [
            {
                "number": each.request.number,
                "title": each.title,
                "url": reverse("desk:document", args=[each.request.number, each.pk]),
            }
            for each in query.filed_before(kept.sha256)
        ],
        "is_unread": kept.pages > 0 and not kept.text.strip(),
        "keep_key": f"file:{kept.pk}:{request.user.pk}",
        "saved_tokens": saved_tokens(request),
    }
    return render_page(request, "desk/paper.html", context, title=TITLE)


def _filed(request: DeskRequest, kept: IncomingDocument, filed: Document) -> HttpResponse:
    """The pages of a filed paper, and the steps that could record what it says."""
    context = {
        "case": filed.request,
        "paper": pages_of(kept),
        "filed": filed,
        "facts": [
            ("What it is", DocumentKind(filed.kind).label),
            ("Date printed on it", times.say_on(filed.printed_on) if filed.printed_on else ""),
            ("Reached us", times.say_on(filed.received_on) if filed.received_on else ""),
            ("Filed by", f"{kept.settled_by}, {_at(request, kept.settled_at)}"),
            ("Brought in by", f"{kept.brought_by}, {_at(request, kept.brought_at)}"),
        ],
        "steps": steps_told_by(request, filed, kept),
    }
    title = f"Fax or letter: {filed.request.number}"
    return render_page(request, "desk/paper_filed.html", context, title=title)


def _at(request: DeskRequest, at: Any) -> str:
    return times.say_at(at, times.zone_of(request.clinic))


def _settled(request: DeskRequest, kept: IncomingDocument) -> HttpResponseBase:
    """It is not here any more: say where it went."""
    if kept.filed_as is None:
        messages.info(
            request, f"{kept.settled_by} threw this paper away: “{kept.thrown_away_because}”."
        )
        return redirect("desk:bring_in")
    messages.info(request, f"This paper is filed already, here as {kept.filed_as.title}.")
    return redirect("desk:case", number=kept.filed_as.request.number)


def _to(request: DeskRequest, kept: IncomingDocument) -> HttpResponseBase:
    case = _from_case(request)
    address = reverse("desk:paper", args=[kept.pk])
    return redirect(f"{address}?case={case}" if case else address)


def _from_case(request: DeskRequest) -> str:
    return case_number(request.GET.get("case", ""))


def _actor(request: DeskRequest) -> Actor:
    return Actor(request.user, request.role, now_of(request), has_confirmed_dates=True)
