"""A call that belongs to no case: benefits asked for a patient to come, a payer's rules."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases.access import DeskRequest
from cases.desk import recording
from cases.desk.at_case import now_of
from cases.desk.call_drafts import about_draft, call_form
from cases.desk.page import render_page
from cases.desk.saved_forms import remember_saved
from cases.desk.step_errors import error_summary
from cases.forms.calls import CallForm
from cases.forms.step_form import AtHand
from cases.models import CallDraft
from cases.workflow.actor import Actor
from cases.workflow.once import RecordedBefore, recorded_before
from priorauth.errors import PriorAuthError
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import EventKind


@require_http_methods(["GET", "HEAD", "POST"])
def new_call(request: DeskRequest) -> HttpResponse:
    """Show the call form with a choice of payer, or write the call."""
    at_hand = AtHand(
        clinic=request.clinic,
        staff=request.user,
        role=request.role,
        now=now_of(request),
    )
    refusal = role_refusal(transition_of(EventKind.CALL_LOGGED), at_hand.role)
    if refusal:
        return render_page(
            request, "desk/not_allowed.html", {"why": refusal}, title="Log call", status=403
        )
    if request.method != "POST":
        form, kept = call_form(at_hand, {"token": str(uuid.uuid4())})
        return _show(request, form, kept)
    if recorded_before(request.clinic, request.POST.get("token", "")):
        return _recorded_before(request)
    form = CallForm(request.POST, at_hand=at_hand)
    try:
        is_written = form.is_valid() and _write(request, form)
    except RecordedBefore:
        return _recorded_before(request)
    if is_written:
        messages.success(request, "Call recorded.")
        return HttpResponseRedirect(reverse("desk:calls"))
    return _show(request, form)


def _recorded_before(request: DeskRequest) -> HttpResponse:
    messages.info(request, "This call was recorded already; nothing was recorded twice.")
    return HttpResponseRedirect(reverse("desk:calls"))


def _write(request: DeskRequest, form: CallForm) -> bool:
    token = form.cleaned_data["token"]
    actor = Actor(
        form.at_hand.staff, form.at_hand.role, form.at_hand.now, token, has_confirmed_dates=True
    )
    try:
        recording.call(actor, form.at_hand, form)
    except RecordedBefore:
        raise
    except PriorAuthError as error:
        form.refuse(error)
        return False
    remember_saved(request, token)
    return True


def _show(request: DeskRequest, form: CallForm, kept: CallDraft | None = None) -> HttpResponse:
    context = {
        "form": form,
        "errors": error_summary(form),
        "heading": "Log a call without a case",
        "lead": transition_of(EventKind.CALL_LOGGED).help,
        "button": "Log call",
        **about_draft(form.at_hand, kept),
    }
    return render_page(request, "desk/step.html", context, title="Log call")
