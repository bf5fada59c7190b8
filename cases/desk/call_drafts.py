"""What is typed into the call form is kept by the server while it is typed, and put back.

The browser keeps nothing: what is said of a patient survives a closed tab, a lost session and a
crash in the database only.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms.utils import ErrorDict
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from cases.access import FORM_FIELD, DeskRequest, case_or_404
from cases.desk import times
from cases.desk.at_case import now_of
from cases.desk.page import case_url
from cases.forms.calls import CallForm
from cases.forms.step_form import AtHand
from cases.models import CallDraft, PriorAuthRequest
from cases.queries import call_drafts as query
from cases.workflow import call_drafts
from priorauth.errors import PriorAuthError
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import EventKind

WRITER = "_staff"
"""Who opened the form: somebody else may have signed in since, in another tab."""
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", FORM_FIELD, WRITER, "version", "seen", "of"})


@require_POST
def draft(request: DeskRequest, number: str = "") -> HttpResponse:
    """Keep the half-typed call on that case ("": on no case), or throw it away."""
    case = case_or_404(request, number) if number else None
    if refusal := role_refusal(transition_of(EventKind.CALL_LOGGED), request.role):
        return JsonResponse({"why": refusal}, status=409)
    if "throw_away" in request.POST:
        call_drafts.drop_draft(request.user, case)
        messages.info(request, "The call that was begun is thrown away.")
        return HttpResponseRedirect(_after(request, case))
    if request.POST.get(WRITER) != str(request.user.pk):
        why = "Not kept: somebody else is signed in now. Sign in under your own name."
        return JsonResponse({"why": why}, status=409)
    typed = {name: texts for name, texts in request.POST.lists() if name not in _NOT_TYPED}
    now = now_of(request)
    try:
        call_drafts.keep_draft(request.user, request.clinic, case, typed, now=now)
    except PriorAuthError as error:
        return JsonResponse({"why": str(error)}, status=409)
    return JsonResponse({"said": f"Kept, {times.say_at(now, times.zone_of(request.clinic))}"})


def _after(request: DeskRequest, case: PriorAuthRequest | None) -> str:
    """Back to the list of calls begun, or to the form, now empty."""
    if request.POST.get("throw_away") == "listed":
        return reverse("desk:calls")
    return reverse("desk:step", args=[case.number, "call"]) if case else reverse("desk:new_call")


def call_form(at_hand: AtHand, initial: dict[str, Any]) -> tuple[CallForm, CallDraft | None]:
    """The form of a call, with what this person typed into it before, and that draft."""
    kept = query.begun_on(at_hand.staff, at_hand.request)
    if kept is None:
        return CallForm(initial=initial, at_hand=at_hand), None
    typed = QueryDict(mutable=True)
    for name, texts in kept.fields.items():
        typed.setlist(name, texts)
    for name in ("version", "seen"):  # the page is read anew: it is not stale
        if name in initial:
            typed[name] = str(initial[name])
    form = CallForm(typed, at_hand=at_hand)
    form._errors = ErrorDict()  # type: ignore[attr-defined]  # half-typed is not wrong
    return form, kept


def about_draft(at_hand: AtHand, kept: CallDraft | None) -> dict[str, Any]:
    """What the page of the form needs to keep it, and to say what was put back."""
    case = at_hand.request
    return {
        "draft_url": draft_url(case.number if case else ""),
        "writer": at_hand.staff.pk,
        "begun": times.say_at(kept.begun_at, at_hand.zone) if kept else "",
    }


def draft_url(number: str) -> str:
    """Where the half-typed call on that case ("": on no case) is kept."""
    if number:
        return reverse("desk:case_call_draft", args=[number])
    return reverse("desk:call_draft")


def calls_begun(request: DeskRequest) -> list[dict[str, Any]]:
    """This person's half-typed calls as the register lists them. One query."""
    zone = times.zone_of(request.clinic)
    found = query.begun_by(request.user).select_related("request__patient")[:50]
    return [_row(each, zone) for each in found]


def _row(kept: CallDraft, zone: str) -> dict[str, Any]:
    case = kept.request
    return {
        "patient": f"{case.patient.last_name}, {case.patient.first_name}" if case else "",
        "number": case.number if case else "",
        "url": f"{case_url(case.number)}call/" if case else reverse("desk:new_call"),
        "draft_url": draft_url(case.number if case else ""),
        "begun": times.say_at(kept.begun_at, zone),
        "typed": times.say_at(kept.updated_at, zone),
        "representative": "".join(kept.fields.get("representative_name", ())),
    }
