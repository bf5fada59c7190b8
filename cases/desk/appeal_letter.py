"""The page of the appeal letter: a finished draft, changed where needed, signed by who may.

One form holds all paragraphs. Each press keeps what stands in them first, so nothing typed is lost;
while somebody types, the server keeps it by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.at_letter import AtLetter, at_letter
from cases.desk.cover_sheet import as_download
from cases.desk.page import render_page
from cases.desk.shown_letter import UNHEADED, own_texts, show_letter
from cases.desk.typed_letter import (
    mark_of,
    pressed_parts,
    read_there,
    say_seen,
    seen_there,
    sent_texts,
    ticked,
    typed_parts,
)
from cases.models import AppealLetter
from cases.workflow import appeal_letters as letters
from cases.workflow.appeal_letters import Choices
from cases.workflow.signing_letters import sign
from cases.workflow.step import AlreadyRecorded
from priorauth.errors import PriorAuthError
from priorauth.letters.assembling import Letter, Part
from priorauth.letters.letter_text import letter_text
from priorauth.letters.reading import plain
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import EventKind

WRITER = "_staff"
"""Who opened the page: somebody else may have signed in since, in another tab."""


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_letter(request: DeskRequest, number: str) -> HttpResponse:
    """Show the letter, or do what was pressed on its page. 404 for a case that is not here."""
    at = at_letter(request, number)
    if request.method != "POST":
        return show_letter(request, at)
    if refusal := role_refusal(transition_of(EventKind.LETTER_PREPARED), at.actor.role):
        return render_page(
            request, "desk/not_allowed.html", {"why": refusal}, title="Appeal letter", status=403
        )
    act, _, of = request.POST.get("act", "save").partition(":")
    if act == "next":
        return _begin_next(request, at)
    letter, seen = at.letter(), seen_there(request, at)
    parts, chosen = typed_parts(request, at, letter), ticked(request, at)
    typed = replace(at, parts=tuple(parts), chosen=chosen)
    if act == "preview":
        return _looked_at(request, typed, seen)
    try:
        if act == "drop":
            letters.drop(at.actor, at.case.request, seen=seen)
            messages.info(request, "The draft is thrown away. It follows from the file again.")
            return HttpResponseRedirect(at.url)
        parts = pressed_parts(parts, act, of, letter, own_texts(at))
        kept = _keep(at, act, parts, chosen, seen)
    except AlreadyRecorded:
        return _recorded_before(request, at)
    except letters.MovedOn as moved:
        return _show_both(request, at, letter, why=str(moved))
    except PriorAuthError as refusal_:
        return show_letter(
            request, typed, why=str(refusal_), status=409, seen=request.POST.get("seen")
        )
    at = replace(at, kept=kept, parts=tuple(parts), chosen=chosen)
    return _pressed(request, at, act, of, letter)


def _keep(
    at: AtLetter, act: str, parts: Sequence[Part], chosen: Choices, seen: int | None
) -> AppealLetter:
    if kind := {"ready": EventKind.LETTER_PREPARED, "sign": EventKind.LETTER_SIGNED}.get(act):
        return letters.keep_for(at.actor, at.case.request, kind, parts, chosen, seen=seen)
    return letters.keep(at.actor, at.case.request, parts, chosen, seen=seen)


def _pressed(request: DeskRequest, at: AtLetter, act: str, of: str, before: Letter) -> HttpResponse:
    """What a press does once all that stood on the page is kept."""
    kept = at.kept
    assert kept is not None  # noqa: S101  (it was kept a line ago)
    try:
        if act == "ready":
            letters.make_ready(at.actor, kept)
            said = "The letter is ready to sign. A clinician, the billing lead or the owner signs."
            messages.success(request, said)
            return HttpResponseRedirect(at.url)
        if act == "sign":
            read = read_there(request.POST)
            signed = sign(at.actor, kept, seen=kept.version, read=read)
            messages.success(request, f"Signed and locked: {signed.pages} pages.")
            return HttpResponseRedirect(_signed_url(at, signed))
    except AlreadyRecorded:
        return _recorded_before(request, at)
    except letters.MovedOn as moved:
        return _show_both(request, at, before, why=str(moved))
    except PriorAuthError as refusal:
        return show_letter(request, at, why=str(refusal), status=409)
    anchor = f"#p-{of}" if of and act in ("up", "down", "out", "back", "fresh", "mine") else ""
    if act in ("put", "new"):
        anchor = f"#p-{at.parts[-1].id}"
    if act == "save":
        messages.success(request, "Kept.")
    return HttpResponseRedirect(at.url + anchor)


def _recorded_before(request: DeskRequest, at: AtLetter) -> HttpResponse:
    messages.info(request, "This was recorded already; nothing was recorded twice.")
    return HttpResponseRedirect(reverse("desk:case", args=[at.case.request.number]))


def _looked_at(request: DeskRequest, at: AtLetter, seen: int | None) -> HttpResponse:
    """The PDF of what stands on the page. Nothing is kept: the page stays open as it is."""
    try:
        return _preview(at)
    except PriorAuthError as refusal:
        return show_letter(request, at, why=str(refusal), status=409, seen=request.POST.get("seen"))


def _show_both(request: DeskRequest, at: AtLetter, before: Letter, *, why: str) -> HttpResponse:
    """The letter as it stands now, and apart from it what was typed on a page that was overtaken.

    The form holds only what stands now, so that sending it writes over nobody's words.
    """
    now = at_letter(request, at.case.request.number)
    stands = {each.id: plain(each.text) for each in now.letter().parts}
    names = {each.id: each.heading or UNHEADED.get(each.id, "Paragraph") for each in before.parts}
    post = request.POST
    typed = [
        {"name": plain(post.get(f"heading-{key}", "")) or names.get(key, "Paragraph"), "text": text}
        for key, text in sent_texts(post).items()
        if text and text != stands.get(key) and mark_of(text) != post.get(f"mark-{key}")
    ]
    return show_letter(request, now, why=why, status=409, typed=typed)


def _begin_next(request: DeskRequest, at: AtLetter) -> HttpResponse:
    try:
        letters.begin_next(at.actor, at.case.request)
    except PriorAuthError as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(at.url)


@require_POST
def letter_draft(request: DeskRequest, number: str) -> HttpResponse:
    """Keep what stands on the page now, without leaving it."""
    at = at_letter(request, number)
    if request.POST.get(WRITER) != str(request.user.pk):
        why = "Not kept: somebody else is signed in now. Sign in under your own name."
        return JsonResponse({"why": why}, status=409)
    letter, seen = at.letter(), seen_there(request, at)
    try:
        parts, chosen = typed_parts(request, at, letter), ticked(request, at)
        kept = letters.keep(at.actor, at.case.request, parts, chosen, seen=seen)
    except PriorAuthError as error:
        return JsonResponse({"why": str(error)}, status=409)
    said = f"Kept, {times.say_at(at.actor.now, at.case.at_hand.zone)}"
    return JsonResponse({"said": said, "seen": say_seen(kept)})


def _preview(at: AtLetter) -> HttpResponse:
    from priorauth.letters.appeal_pdf import write_letter  # ReportLab is loaded by who asks for it

    pages = letters.page_counts(at.case.request, at.chosen)
    letter = letters.letter_of(at.actor, at.case.request, at.parts, at.chosen, pages=pages)
    content = write_letter(letter_text(letter)).content
    return as_download(content, f"{at.case.request.number}-appeal-letter-draft.pdf")


def _signed_url(at: AtLetter, signed: AppealLetter) -> str:
    return reverse("desk:signed_letter", args=[at.case.request.number, signed.pk])
