"""How sending stands, and letting it go after a pause: for owners and leads."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.page import render_page
from cases.queries.sending import sending_now
from cases.queries.sending_mark import pause
from cases.workflow.heartbeats import BEAT, WORKER
from cases.workflow.pausing import CannotResume, resume
from priorauth.terms import Role

LEADS = frozenset({Role.OWNER, Role.LEAD})
TITLE = "Sending"
SILENT = timedelta(minutes=3)


@require_safe
def sending(request: DeskRequest) -> HttpResponse:
    """Counts of this clinic, the pulse of the machinery, and whether sending is paused."""
    if request.role not in LEADS:
        return _refused(request)
    now, zone = timezone.now(), times.zone_of(request.clinic)
    found = sending_now(now)
    pulses = found["pulses"]
    parts = [(name, _life(pulses.get(name), now)) for name in (WORKER, BEAT)]
    oldest, mark = found["oldest"], pause()
    context = {
        **found,
        "oldest_said": times.say_at(oldest, zone) if oldest else "",
        "parts": [("web", "at work: it made this page"), *parts],
        "mark": mark,
        "since": times.say_at(mark.paused_at, zone) if mark and mark.paused_at else "",
        "as_of": times.say_at(now, zone),
        "clinic": request.clinic,
    }
    return render_page(request, "desk/sending.html", context, title=TITLE)


@require_http_methods(["GET", "HEAD", "POST"])
def let_go(request: DeskRequest) -> HttpResponse:
    """What will happen when sending goes on, and the button that says so."""
    if request.role not in LEADS:
        return _refused(request)
    mark, reason, error = pause(), request.POST.get("reason", ""), ""
    if request.method == "POST":
        try:
            marked = resume(request.user, reason, timezone.now())
        except CannotResume as refusal:
            error = str(refusal)
        else:
            told = f" {marked} marked as possible repeats." if marked else ""
            messages.success(request, f"Sending goes on within a minute.{told}")
            return redirect("desk:sending")
    if mark is None:
        messages.info(request, "Sending is not paused: there is nothing to let go.")
        return redirect("desk:sending")
    context = {"mark": mark, "reason": reason, "error": error}
    return render_page(request, "desk/sending_resume.html", context, title="Let sending go on")


def _life(seen_at: datetime | None, now: datetime) -> str:
    if seen_at is None:
        return "never seen"
    silence = now - seen_at
    return (
        "at work" if silence <= SILENT else f"not seen for {silence.total_seconds() // 60:.0f} min"
    )


def _refused(request: DeskRequest) -> HttpResponse:
    why = "How sending stands is for owners and leads. Ask one of them."
    return render_page(request, "desk/not_allowed.html", {"why": why}, title=TITLE, status=403)
