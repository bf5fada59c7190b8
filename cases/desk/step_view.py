"""The step pages: one view for every row of the table in `steps.py`.

A page asks, the workflow decides. What is refused stands on the field it concerns, all that was
typed is kept, and nothing is written.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases.access import DeskRequest
from cases.desk.after_saving import said_after
from cases.desk.at_case import AtCase, read_case
from cases.desk.beside_letter import fill_from, letter_of, pages_of
from cases.desk.call_drafts import about_draft, call_form
from cases.desk.clock_news import clock_news, clocks_now
from cases.desk.intake_view import new_request
from cases.desk.next_call import GO_ON, next_call_url
from cases.desk.on_file import on_file
from cases.desk.own_texts import texts_beside
from cases.desk.page import render_page
from cases.desk.portal_order import portal_order
from cases.desk.readiness_panel import readiness_panel
from cases.desk.saved_forms import remember_saved, saved_tokens
from cases.desk.side_panel import as_given, calls_before, clocks_beside, identifiers, phones
from cases.desk.since_opened import news_since
from cases.desk.status_check import back_to_worklist
from cases.desk.step_errors import error_summary
from cases.desk.steps import StepPage, page_at, page_of, step_url
from cases.desk.subjects import Subject
from cases.forms.calls import CallForm
from cases.forms.step_form import StepForm
from cases.forms.submissions import SubmitForm
from cases.models import CallDraft, CaseEvent, PriorAuthRequest
from cases.queries.phone_lines import in_calling_order
from cases.workflow.actor import Actor
from cases.workflow.step import AlreadyRecorded
from priorauth.calendars.local_time import local_date
from priorauth.codes import procedure
from priorauth.errors import NotAllowedNow, PriorAuthError
from priorauth.lifecycle.checks import role_refusal, state_refusal
from priorauth.terms import EventKind

__all__ = ["new_request", "step_page"]


@require_http_methods(["GET", "HEAD", "POST"])
def step_page(request: DeskRequest, number: str, step: str) -> HttpResponse:
    """Show the form of one step, or record it. 404 for a case or step that is not here."""
    page = page_at(step)
    if page is None:
        raise Http404
    case = read_case(request, number)
    if request.method == "POST" and (twin := _recorded_before(case, request.POST.get("token", ""))):
        return _already(request, case.request, twin)
    offers = [offer for offer in case.offers if offer.kind is page.kind]
    asked_for = request.POST.get("of") or request.GET.get("of") or ""
    if not offers:
        return _refused(request, page, case, asked_for)
    found = list(
        page.subjects(case.request, case.at_hand.standing, offers) if page.subjects else ()
    )
    subject = _chosen(found, asked_for)
    if page.subjects and subject is None:
        return _choose(request, page, case, found, asked_for)
    return _form_page(request, page, case, subject)


def _form_page(
    request: DeskRequest, page: StepPage, case: AtCase, subject: Subject | None
) -> HttpResponse:
    at_hand = case.at_hand.about(subject.record if subject else None)
    form_class = page.form_for(subject)
    if request.method != "POST":
        initial = {
            "token": str(uuid.uuid4()),
            "version": case.request.version,
            "seen": case.last_seen,
        }
        form: StepForm
        kept = None
        if form_class is CallForm:
            form, kept = call_form(at_hand, initial)
        else:
            form = form_class(initial=initial, at_hand=at_hand)
        return _show(request, page, case, subject, form, kept=kept)
    form = form_class(request.POST, request.FILES, at_hand=at_hand)
    news = news_since(case, request.POST.get("version", ""), request.POST.get("seen", ""))
    if form.pressed():
        return _show(request, page, case, subject, form)
    if form.is_valid() and not news:
        answer = _record(request, page, case, form)
        if answer is not None:
            return answer
    if news:
        # What is sent next was typed in the knowledge of what happened meanwhile.
        form.put(version=str(case.request.version), seen=str(case.last_seen))
    return _show(request, page, case, subject, form, news=news)


def _record(
    request: DeskRequest, page: StepPage, case: AtCase, form: StepForm
) -> HttpResponse | None:
    """Write it and go to the case; None when the workflow refused, with the form saying why."""
    at_hand = form.at_hand
    token = form.cleaned_data["token"]
    actor = Actor(at_hand.staff, at_hand.role, at_hand.now, token, has_confirmed_dates=True)
    before = clocks_now(case.request)
    try:
        page.record(actor, at_hand, form)
    except AlreadyRecorded as twin:
        return _already(request, case.request, twin.event)
    except PriorAuthError as error:
        form.refuse(error)
        return None
    remember_saved(request, token)
    news = clock_news(case.request, before, at_hand.zone, at_hand.payer_zone)
    told = said_after(page.kind, case.request)
    number = case.request.number
    follows = page.leads_to(case, form) if page.leads_to else None
    next_page = page_of(follows) if follows else None
    if next_page is not None:
        told = [*told, f"Next: {next_page.title.lower()}."]
    back = back_to_worklist(request) if next_page is None else ""
    done = f"{number}: recorded." if back else "Recorded."
    next_call = next_call_url(request) if back and GO_ON in request.POST else ""
    if GO_ON in request.POST and not next_call:
        news = [*news, "No other row of this list is ready for a call."]
    messages.success(request, " ".join([done, *told, *news]))
    if next_call:
        return HttpResponseRedirect(next_call)
    if next_page is not None:
        return HttpResponseRedirect(reverse("desk:step", args=[number, next_page.slug]))
    return HttpResponseRedirect(back or reverse("desk:case", args=[number]))


def _show(
    request: DeskRequest,
    page: StepPage,
    case: AtCase,
    subject: Subject | None,
    form: StepForm,
    *,
    news: list[str] | None = None,
    kept: CallDraft | None = None,
) -> HttpResponse:
    at_hand = form.at_hand
    letter = letter_of(request, case.request)
    if letter is not None:
        fill_from(form, letter)
    known = identifiers(case.request)
    context: dict[str, Any] = {
        "case": case.request,
        "paper": pages_of(letter) if letter else None,
        "heading": page.title,
        "lead": page.transition.help,
        "button": page.title,
        "subject": subject,
        "form": form,
        "news": news,
        "errors": error_summary(form),
        "identifiers": known,
        "phones": phones(case.request.coverage.plan.payer.phone_lines.all()),
        "clocks": clocks_beside(case.request, page.settles, now=at_hand.now, zone=at_hand.zone),
        "own_texts": texts_beside(
            case.request,
            page.kind,
            known,
            at_hand.today,
            is_refused=bool(at_hand.standing.adverse),
        ),
        "on_file": on_file(case.request, local_date(at_hand.now, at_hand.zone)),
        "ready": _readiness(case, form),
        "portal": portal_order(case.request) if isinstance(form, SubmitForm) else [],
        "keep_key": _keep_key(page, case, subject, letter.pk if letter else None),
        "saved_tokens": saved_tokens(request),
        "back_url": back_to_worklist(request),
        "procedures": procedure.listed(),
    }
    if isinstance(form, CallForm):
        numbers = as_given(in_calling_order(case.request))
        context |= {"phones": numbers[:1], "other_phones": numbers[1:]}
        context |= {"before": calls_before(case.request, at_hand.now, at_hand.zone)}
        context |= {"keep_key": "", "go_on": GO_ON, **about_draft(at_hand, kept)}
    status = 409 if news else 200
    title = f"{page.title}: {case.request.number}"
    return render_page(request, page.template, context, title=title, status=status)


def _readiness(case: AtCase, form: StepForm) -> dict[str, Any] | None:
    """The checklist beside a form that sends the request, None beside any other."""
    if not isinstance(form, SubmitForm):
        return None
    offered = {offer.kind for offer in case.offers}
    return readiness_panel(case.request, form.points, role=case.at_hand.role, offered=offered)


def _keep_key(
    page: StepPage, case: AtCase, subject: Subject | None, letter: int | None = None
) -> str:
    """Under which name the browser keeps what was typed: of one appeal, not of the other."""
    of = [subject.key] if subject and subject.key else []
    of += [f"letter-{letter}"] if letter else []
    return ":".join([page.slug, case.request.number, *of, str(case.at_hand.staff.pk)])


# ------------------------------------------------------------------ ways out


def _recorded_before(case: AtCase, token: str) -> CaseEvent | None:
    return next((event for event in case.events if token and event.token == token), None)


def _already(request: DeskRequest, case: PriorAuthRequest, twin: CaseEvent) -> HttpResponse:
    what = EventKind(twin.kind).label
    messages.info(request, f"“{what}” was recorded already; nothing was recorded twice.")
    return HttpResponseRedirect(reverse("desk:case", args=[case.number]))


def _refused(request: DeskRequest, page: StepPage, case: AtCase, asked_for: str) -> HttpResponse:
    """Why the step cannot be taken now, what can, and what was typed, so that nothing is lost."""
    at_hand = case.at_hand
    by_role = role_refusal(page.transition, at_hand.role)
    number = case.request.number
    steps = [
        {"label": offer.label, "help": offer.help, "url": step_url(number, offer)}
        for offer in case.offers
        if not offer.records_only and not by_role
    ]
    context = {
        "case": case.request,
        "page": page,
        "why": by_role or _why_not(page, case, asked_for),
        "steps": steps,
        "typed": typed_texts(request, page.form),
    }
    return render_page(
        request,
        "desk/step_refused.html",
        context,
        title=f"{page.title}: {case.request.number}",
        status=403 if by_role else 409,
    )


def _why_not(page: StepPage, case: AtCase, asked_for: str) -> str:
    """The life cycle's refusal, for what was asked for when that is a proceeding on file."""
    standing = case.at_hand.standing
    proceedings = [
        one.key for one in standing.proceedings if one.kind is page.transition.proceeding
    ]
    named = [asked_for] if standing.proceeding(asked_for) else []
    for key in [*named, *reversed(proceedings), ""]:
        refusal = state_refusal(standing, page.transition, key)
        if refusal:
            return refusal
    return str(NotAllowedNow("This step does not fit where the case stands now."))


def _why_gone(page: StepPage, case: AtCase, asked_for: str) -> str:
    """Why the step no longer fits the proceeding asked for, in the life cycle's words, or ""."""
    standing = case.at_hand.standing
    is_on_file = standing.proceeding(asked_for) is not None
    key = "" if asked_for == page.of_request else asked_for
    is_known = is_on_file or (bool(asked_for) and not key)
    return state_refusal(standing, page.transition, key) if is_known else ""


def typed_texts(request: DeskRequest, form_class: type[StepForm]) -> list[tuple[str, str]]:
    """What was typed into a form that can no longer be shown, by the labels of its fields."""
    if request.method != "POST":
        return []
    hidden = {"token", "version", "seen", "of", "csrfmiddlewaretoken"}
    typed = []
    for name, value in request.POST.items():
        if name in hidden or name.startswith("_") or not str(value).strip():
            continue
        field = form_class.base_fields.get(name)
        typed.append((str(field.label) if field else name.replace("_", " "), str(value)))
    return typed


def _chosen(found: list[Subject], key: str) -> Subject | None:
    """The subject of that key, else the only one there is, of the sort asked for if that is one."""
    for subject in found:
        if key and subject.key == key:
            return subject
    alike = [subject for subject in found if not key or subject.sort == key]
    return alike[0] if len(alike) == 1 else None


def _choose(
    request: DeskRequest, page: StepPage, case: AtCase, found: list[Subject], asked_for: str
) -> HttpResponse:
    """Several appeals, promises or tasks: which one? Or none is left."""
    alike = [subject for subject in found if asked_for and subject.sort == asked_for]
    is_gone = bool(asked_for) and not alike
    context: dict[str, Any] = {
        "case": case.request,
        "page": page,
        "subjects": alike or found,
        "is_gone": is_gone,
        "why": _why_gone(page, case, asked_for),
        "typed": typed_texts(request, page.form),
    }
    return render_page(
        request,
        "desk/step_choose.html",
        context,
        title=f"{page.title}: {case.request.number}",
        status=200 if found and not is_gone else 409,
    )
