"""The register of calls: every call with the insurer, found by reference or representative."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.at_case import now_of
from cases.desk.call_drafts import calls_begun
from cases.desk.case_facts import say_called
from cases.desk.event_details import call_details
from cases.desk.page import case_url, render_page
from cases.desk.promise_words import is_broken, say_standing
from cases.models import InsurerCall
from cases.models.contacts import CallOutcome
from cases.queries import call_register
from cases.queries.call_register import Place
from cases.queries.search import LONGEST


@require_http_methods(["GET", "HEAD", "POST"])
def calls(request: DeskRequest) -> HttpResponse:
    """Calls, newest first. What is searched for is posted, so that no address keeps it."""
    asked = request.POST.get("asked", "").strip()[:LONGEST]
    found = call_register.read(asked, behind=Place.read(request.POST.get("behind", "")))
    zone = times.zone_of(request.clinic)
    context = {
        "looked_for": asked,
        "calls": [_row(call, now_of(request), zone) for call in found.rows],
        "begun": calls_begun(request),
        "older": str(found.older or ""),
        "is_first": not request.POST.get("behind"),
    }
    return render_page(request, "desk/calls.html", context, title="Calls")


def _row(call: InsurerCall, now: datetime, zone: str) -> dict[str, Any]:
    case = call.request
    return {
        "when": say_called(call, zone),
        "payer": call.payer.name,
        "representative": call.representative_name,
        "reference": call.reference_number,
        "no_reference": call.no_reference_reason,
        "outcome": CallOutcome(call.outcome).label,
        "promise": call.promise,
        "promise_standing": " · ".join(part for part in _promise(call, now, zone) if part),
        "is_broken": is_broken(call, now),
        "url": case_url(case.number) if case else "",
        "number": case.number if case else "",
        "patient": f"{case.patient.last_name}, {case.patient.first_name}" if case else "",
        "by": str(call.made_by or ""),
        "details": [pair for pair in call_details(call, zone, now) if pair[1]],
    }


def _promise(call: InsurerCall, now: datetime, zone: str) -> tuple[str, str]:
    """For when, and how it stands; what says since when it is broken names that time already."""
    standing = say_standing(call, now, zone)
    if call.promised_by_at is None or "since" in standing:
        return "", standing
    return times.say_by(call.promised_by_at, zone), standing
