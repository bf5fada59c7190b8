"""Many rows of the worklist at once: what is asked, what would happen, and what happened."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.answer import say_answer
from cases.desk.at_case import now_of
from cases.desk.deadline_words import Dates, task
from cases.desk.page import case_url, render_page
from cases.desk.step_errors import error_summary
from cases.desk.tried_first import looked_at, shown_at
from cases.forms.many import FORMS
from cases.forms.step_form import AtHand, StepForm
from cases.models import Acknowledgement, Deadline
from cases.queries.answers import answers_before
from cases.queries.worklist import PAGE
from cases.queries.worklist_shelves import IS_LIVE
from cases.workflow.actor import Actor
from cases.workflow.many import ManyAct, ManyTold, RowResult, do_many
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import EventKind

LONGEST_BACK = 500


@require_http_methods(["GET", "HEAD", "POST"])
def many(request: DeskRequest) -> HttpResponse:
    """Ask, try, or do. Nothing is written before what would happen was on screen, unchanged."""
    refusal = role_refusal(transition_of(EventKind.REASSIGNED), request.role)
    if refusal:
        context = {"why": refusal}
        return render_page(
            request, "desk/not_allowed.html", context, title="Many at once", status=403
        )
    rows, act = _rows(request.POST.getlist("row")), request.POST.get("act", "")
    if request.method != "POST" or not rows or act not in set(ManyAct):
        return _nothing_to_do(request, act)
    at_hand = AtHand(request.clinic, request.user, request.role, now_of(request))
    form_class = FORMS[ManyAct(act)]
    if "token" not in request.POST:
        form = form_class(initial={"token": str(uuid.uuid4())}, at_hand=at_hand)
        return _page(request, ManyAct(act), form, rows)
    form = form_class(request.POST, at_hand=at_hand)
    if not form.is_valid():
        return _page(request, ManyAct(act), form, rows)
    told = replace(form.told(), looked_at=looked_at(request))
    is_sure = told.looked_at is not None
    actor = Actor(request.user, request.role, at_hand.now, form.cleaned_data["token"])
    results = do_many(actor, rows, told, is_trial=not is_sure)
    return _page(request, ManyAct(act), form, rows, told=told, results=results, done=is_sure)


def _rows(keys: Sequence[str]) -> list[Deadline]:
    """The live rows of the clinic in scope with these keys, in the order of the list."""
    wanted = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
    found = (
        Deadline.objects.filter(IS_LIVE, pk__in=wanted[:PAGE])
        .select_related(
            "request__clinic",
            "request__patient",
            "request__assigned_to",
            "request__coverage__plan__payer",
        )
        .in_bulk()
    )
    return [found[key] for key in dict.fromkeys(wanted) if key in found]


def _nothing_to_do(request: DeskRequest, act: str) -> HttpResponse:
    if request.method == "POST" and act not in set(ManyAct):
        messages.error(request, "Nothing was done. Choose what to do with the ticked rows.")
    elif request.method == "POST":
        messages.error(request, "Nothing was done. Tick at least one row that is still open.")
    return HttpResponseRedirect(_back(request))


def _back(request: DeskRequest) -> str:
    """The list as it was; its filters are spelled anew and checked by the list."""
    query = urlencode(parse_qsl(request.POST.get("back", "")[:LONGEST_BACK]))
    return reverse("desk:worklist") + (f"?{query}" if query else "")


def _page(
    request: DeskRequest,
    act: ManyAct,
    form: StepForm,
    rows: Sequence[Deadline],
    *,
    told: ManyTold | None = None,
    results: Sequence[RowResult] = (),
    done: bool = False,
) -> HttpResponse:
    zone = times.zone_of(request.clinic)
    by_row = {result.deadline.pk: result for result in results}
    now = form.at_hand.now
    before = answers_before(rows) if act is ManyAct.PUT_OFF and not done else {}
    shown = [
        _shown(row, by_row.get(row.pk), told, now, zone, before=before.get(row.pk)) for row in rows
    ]
    context = {
        "act": act,
        "form": form,
        "errors": error_summary(form),
        "rows": shown,
        "is_tried": bool(results) and not done,
        "is_done": done,
        "fit": sum(result.is_done for result in results),
        "refused": sum(not result.is_done and not result.repeats for result in results),
        "shown": shown_at(request, now) if results and not done else "",
        "back": request.POST.get("back", "")[:LONGEST_BACK],
        "back_url": _back(request),
    }
    return render_page(request, "desk/many.html", context, title=f"Many at once: {act.label}")


def _shown(
    row: Deadline,
    result: RowResult | None,
    told: ManyTold | None,
    now: datetime,
    zone: str,
    *,
    before: Acknowledgement | None,
) -> dict[str, Any]:
    case = row.request
    return {
        "pk": row.pk,
        "number": case.number,
        "url": case_url(case.number),
        "patient": f"{case.patient.last_name}, {case.patient.first_name}",
        "what": task(Dates.of(row)),
        "assigned": str(case.assigned_to or ""),
        "is_done": bool(result and result.is_done),
        "is_refused": bool(result and not result.is_done and not result.repeats),
        "before": say_answer(before, zone) if before else "",
        "says": _says(row, result, told, now, zone, before=before) if result and told else "",
    }


def _says(
    row: Deadline,
    result: RowResult,
    told: ManyTold,
    now: datetime,
    zone: str,
    *,
    before: Acknowledgement | None,
) -> str:
    """What the act does to this row, or why it does not."""
    if result.repeats:
        return "The same case as a row above: once is enough."
    if result.why:
        return result.why
    if told.act is ManyAct.PUT_OFF and told.until:
        until = before.until if before and before.deadline_id == row.pk else None
        instead = ", in place of that" if until and until > now else ""
        return f"No reminder before {times.say_at(told.until, zone)}{instead}."
    if told.act is ManyAct.LET_PASS:
        return "Let go: it leaves the worklist. Undo it on the case."
    if told.act is ManyAct.STATUS_CHECK:
        if result.act_at is None or result.act_at <= now:
            return "Still pending. Its own date has passed, so it stays where it is."
        return f"Still pending; it comes up again {times.say_limit(result.act_at, zone)}."
    was = str(row.request.assigned_to or "nobody")
    return f"From {was} to {told.to}."
