"""Opening a request: one page, one save."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from cases.access import DeskRequest, case_or_404
from cases.desk.at_case import now_of
from cases.desk.clock_news import clock_news
from cases.desk.page import render_page
from cases.desk.recording import also, new_coverage
from cases.desk.saved_forms import remember_saved, saved_tokens
from cases.desk.step_errors import error_summary
from cases.forms.intake import IntakeForm
from cases.forms.prefilled import renewal
from cases.forms.step_form import AtHand
from cases.models import PriorAuthRequest
from cases.queries.course import read_course
from cases.queries.progress import progress
from cases.workflow import intake, notes, registration
from cases.workflow.actor import Actor
from cases.workflow.step import AlreadyRecorded
from priorauth.codes import procedure
from priorauth.errors import ImpossibleFact, PriorAuthError
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import EventKind

_RENEWAL_LEAD = (
    "Filled in from the request it renews. Look over the dates, the sessions and the codes, and "
    "say anew how urgent it is."
)


@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: DeskRequest) -> HttpResponse:
    """Show the intake form, look for a patient, propose codes, or open the request."""
    at_hand = AtHand(
        clinic=request.clinic,
        staff=request.user,
        role=request.role,
        now=now_of(request),
    )
    refusal = role_refusal(transition_of(EventKind.REQUEST_OPENED), at_hand.role)
    if refusal:
        return render_page(
            request, "desk/not_allowed.html", {"why": refusal}, title="New request", status=403
        )
    renewed = _renewed(request)
    if request.method != "POST":
        initial = {"token": str(uuid.uuid4()), **(renewal(renewed, at_hand) if renewed else {})}
        return _show(request, IntakeForm(initial=initial, at_hand=at_hand), renewed)
    form = IntakeForm(request.POST, at_hand=at_hand)
    if not form.pressed() and form.is_valid():
        opened = _open(request, form, renewed)
        if opened is not None:
            return opened
    return _show(request, form, renewed)


def _renewed(request: DeskRequest) -> PriorAuthRequest | None:
    """The request of this clinic that the new one renews. Raises Http404 for any other."""
    number = request.POST.get("renews") or request.GET.get("renews")
    return case_or_404(request, number) if number else None


def _open(
    request: DeskRequest, form: IntakeForm, renewed: PriorAuthRequest | None
) -> HttpResponse | None:
    """Write everything and go to the new case; None when the workflow refused."""
    at_hand, token = form.at_hand, form.cleaned_data["token"]
    actor = Actor(at_hand.staff, at_hand.role, at_hand.now, token, has_confirmed_dates=True)
    try:
        with transaction.atomic():
            opened = _write(actor, form, renewed)
    except AlreadyRecorded as twin:
        messages.info(request, "This request was opened already; nothing was recorded twice.")
        return _to_case(twin.event.request)
    except PriorAuthError as error:
        form.refuse(error)
        return None
    remember_saved(request, token)
    news = clock_news(opened, {}, at_hand.zone)
    messages.success(request, " ".join([f"Opened {opened.number}.", *news, *form.hints]))
    return _to_case(opened)


def _write(actor: Actor, form: IntakeForm, renewed: PriorAuthRequest | None) -> PriorAuthRequest:
    clinic, coverage = form.at_hand.clinic, form.coverage
    if coverage is None:
        patient = form.patient or registration.add_patient(clinic, form.patient_told())
        coverage = new_coverage(form, patient)
    if renewed is not None and renewed.patient_id != coverage.patient_id:
        raise ImpossibleFact(
            "who",
            f"Case {renewed.number} is another patient's. Choose that patient, or open a new "
            "request that renews nothing.",
        )
    opened = intake.open_request(
        actor,
        clinic=clinic,
        coverage=coverage,
        asked=form.asked(),
        previous_request=renewed,
        **form.people(),
    )
    if renewed is not None:
        said = f"Renews {renewed.number}. {progress(read_course(renewed), renewed)}"
        notes.add_note(also(actor, "progress"), opened, text=said, zone=clinic.time_zone)
    return opened


def _to_case(request: PriorAuthRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:case", args=[request.number]))


def _lead_of_renewal(renewed: PriorAuthRequest) -> str:
    """What has come of the course; without a score, where scores are entered."""
    found = progress(read_course(renewed), renewed)
    if found.scores:
        return f"{_RENEWAL_LEAD} So far: {found}"
    where = reverse("admin:cases_patient_change", args=[renewed.patient_id])
    return format_html(
        '{} So far: {} No score of a scale is on file, and payers ask for one: <a href="{}">enter '
        "the scores of this patient</a>.",
        _RENEWAL_LEAD,
        str(found),
        f"{where}#scores-group",
    )


def _show(request: DeskRequest, form: IntakeForm, renewed: PriorAuthRequest | None) -> HttpResponse:
    what = f"Renewal of {renewed.number}" if renewed else "New request"
    context: dict[str, Any] = {
        "form": form,
        "errors": error_summary(form),
        "heading": what,
        "lead": _lead_of_renewal(renewed)
        if renewed
        else "Patient and coverage, what is asked, codes and diagnoses, on one page.",
        "button": "Open the request",
        "procedures": procedure.listed(),
        "keep_key": ":".join(
            ["new", *([renewed.number] if renewed else []), str(form.at_hand.staff.pk)]
        ),
        "saved_tokens": saved_tokens(request),
    }
    return render_page(request, "desk/new_request.html", context, title=what)
