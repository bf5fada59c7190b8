"""Letting a date of ours pass on purpose: a page that asks why."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.access import DeskRequest, case_or_404
from cases.desk import times
from cases.desk.deadline_words import Dates, describe
from cases.desk.page import render_page
from cases.models import Deadline
from cases.models.deadlines import LIVE
from cases.workflow import letting_pass
from cases.workflow.actor import Actor
from priorauth.errors import PriorAuthError
from priorauth.terms import OwedBy

LONGEST = 2_000


@require_http_methods(["GET", "HEAD", "POST"])
def let_pass(request: DeskRequest, number: str, deadline: int) -> HttpResponse:
    """Ask for the reason, then take the deadline off the worklist; undone from the timeline."""
    found = case_or_404(request, number)
    rows = Deadline.objects.filter(LIVE, request=found, owed_by=OwedBy.CLINIC)
    row = rows.filter(pk=deadline).select_related("request__clinic").first()
    if row is None:
        raise Http404
    reason = request.POST.get("reason", "")[:LONGEST]
    refusal = ""
    if request.method == "POST":
        try:
            letting_pass.let_pass(
                Actor(request.user, request.role, timezone.now()), row, reason=reason
            )
        except PriorAuthError as error:
            refusal = str(error)
        else:
            messages.success(request, "The date is let pass. Undo it on the timeline if needed.")
            return redirect("desk:case", number=found.number)
    now, zone = timezone.now(), times.zone_of(request.clinic)
    context = {
        "case": found,
        "words": describe(Dates.of(row), now=now, zone=zone),
        "if_missed": row.derivation.get("if_missed", ""),
        "reason": reason,
        "refusal": refusal,
        "longest": LONGEST,
    }
    title = f"Let a deadline pass {found.number}"
    return render_page(request, "desk/let_pass.html", context, title=title)
