"""The case page: where it stands, what comes next, what may be done now, all that happened."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.access import DeskRequest, case_or_404
from cases.desk import times
from cases.desk.advice import advice_rows
from cases.desk.at_letter import letter_url
from cases.desk.case_deadlines import deadline_rows
from cases.desk.case_facts import (
    authorization_rows,
    call_rows,
    contest_rows,
    head,
    line_rows,
    snapshot_rows,
)
from cases.desk.course_panel import course_on_page, panel
from cases.desk.financing import financing_rows
from cases.desk.freshness_words import say_as_of
from cases.desk.on_file import on_file
from cases.desk.page import may_write, render_page
from cases.desk.patient_mail_words import patient_mail_panel
from cases.desk.readiness_panel import readiness_panel
from cases.desk.recount_words import recount_sentence
from cases.desk.refusal_panel import refusal_rows
from cases.desk.steps import page_of, step_url
from cases.desk.subjects import may_pass, task_sort
from cases.desk.talk_sheet import may_be_talked_about
from cases.desk.timeline import SHOWN, Entry, Sort, entries
from cases.models import Document, PriorAuthRequest
from cases.models.contacts import DocumentKind, PromiseStanding
from cases.queries.case_page import Beside, beside, case_queryset
from cases.queries.patient_mail import why_not
from cases.queries.readiness import readiness
from priorauth.calendars.local_time import local_date
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.offers import StepOffer, steps_offered
from priorauth.lifecycle.states import APPROVING_LINES, Filing
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import EventKind, InfusionStatus

ALWAYS_SHOWN = (
    EventKind.STATUS_CHECKED,
    EventKind.CALL_LOGGED,
    EventKind.NOTE_ADDED,
    EventKind.DOCUMENT_ADDED,
)
"""Steps that move nothing and are needed all day: never folded away."""


@require_safe
def case(request: DeskRequest, number: str) -> HttpResponse:
    """One case in full. Another clinic's case is answered like one that does not exist."""
    found = case_or_404(request, number, case_queryset())
    return render_page(request, "desk/case.html", _context(request, found), title=found.number)


def _context(request: DeskRequest, found: PriorAuthRequest) -> dict[str, Any]:
    now, zone = timezone.now(), times.zone_of(request.clinic)
    found.clinic = request.clinic  # the same row, already in hand
    more = beside(found)
    told = entries(
        found, zone=zone, now=now, staff=more.staff, reader=request.user, role=request.role
    )
    deadlines = deadline_rows(found, more, now, zone, request.role)
    course = course_on_page(found)
    return {
        "case": found,
        "head": head(found),
        "as_of_payer": say_as_of(
            found.verified_on, found.verified_how, found.fresh_through, local_date(now, zone)
        ),
        "recount": recount_sentence(found.recount_from, found.recount_failed_at, zone),
        "contests": contest_rows(more.state),
        "next": deadlines[0] if deadlines else None,
        "deadlines": deadlines,
        "advice": advice_rows(request, found, more, now),
        "refusal": refusal_rows(request, found, more),
        "ready": _readiness(request, found, more, local_date(now, zone)),
        **_steps(request, found, more),
        "patient_mail": patient_mail_panel(request, found),
        "letter_url": letter_url(found.number) if more.state.adverse else "",
        "lines": line_rows(found, course),
        "course": panel(found, course),
        "may_talk": may_be_talked_about(more.state),
        "diagnoses": found.diagnoses.all(),
        "authorizations": authorization_rows(found),
        "snapshot": snapshot_rows(found),
        "on_file": on_file(found, local_date(now, zone)),
        "financing": financing_rows(found),
        "calls": call_rows(found, zone, now),
        "documents": [
            {
                "kind": DocumentKind(row.kind).label,
                "title": row.title,
                "kilobytes": max(row.size_bytes // 1024, 1),
                "url": reverse("desk:document", args=[found.number, row.pk]),
                "look_url": _look_url(row),
                "added": times.say_at(row.event.learned_at, zone) if row.event else "",
            }
            for row in found.documents.all()
            if row.file
        ],
        **_timeline(request, told),
        "as_of": times.say_at(now, zone),
        "clinic": request.clinic,
    }


# ------------------------------------------------------------------ steps


def _steps(request: DeskRequest, found: PriorAuthRequest, more: Beside) -> dict[str, Any]:
    """What the life cycle offers this person now, the most natural step first."""
    if not may_write(request):
        return {"primary": None, "steps": [], "records": [], "folded": []}
    offers = [
        one
        for one in steps_offered(more.state, request.role)
        if page_of(one.kind) and _has_matter(one.kind, found)
    ]
    moving = [offer for offer in offers if not offer.records_only and not offer.is_primary]
    records = [offer for offer in offers if offer.records_only and not offer.is_primary]
    shown = [offer for offer in records if offer.kind in ALWAYS_SHOWN]
    primary = next((offer for offer in offers if offer.is_primary), None)
    ending = (EventKind.WITHDRAWN, EventKind.CLOSED)
    ask = next((one for one in offers if one.kind is EventKind.PATIENT_ASKED_TO_CALL), None)
    return {
        "ask_to_call_url": step_url(found.number, ask) if ask else "",
        "primary": _button(found, primary) if primary else None,
        "renew_url": _renew_url(request, found, more),
        "steps": [_button(found, one) for one in moving if one.kind not in ending],
        "records": [_button(found, one) for one in shown],
        "folded": [
            _button(found, one)
            for one in (*records, *(each for each in moving if each.kind in ending))
            if one not in shown
        ],
    }


def _readiness(
    request: DeskRequest, found: PriorAuthRequest, more: Beside, today: date
) -> dict[str, Any] | None:
    """The checklist of a request that is not with the payer; None once it is."""
    if more.state.filing is not Filing.DRAFT:
        return None
    offered = {offer.kind for offer in steps_offered(more.state, request.role)}
    points = readiness(found, today)
    return readiness_panel(found, points, role=request.role, offered=offered)


def _renew_url(request: DeskRequest, found: PriorAuthRequest, more: Beside) -> str:
    """Where more of what was approved is asked for, for those who may open one; "" otherwise."""
    may_open = not role_refusal(transition_of(EventKind.REQUEST_OPENED), request.role)
    is_approved = any(line.status in APPROVING_LINES for line in more.state.lines)
    address = f"{reverse('desk:new_request')}?renews={found.number}"
    return address if may_open and is_approved and not more.state.undecided else ""


def _has_matter(kind: EventKind, found: PriorAuthRequest) -> bool:
    """Whether there is anything on the case for the step to be about; without it its page refuses.

    A primary step is of the life cycle's making and always has its matter.
    """
    undone = {event.undoes_id for event in found.events.all() if event.undoes_id}
    live = found.deadlines.all()
    if kind is EventKind.AUTHORIZATION_ENTERED:
        return any(row.event_id not in undone for row in found.authorizations.all())
    if kind is EventKind.PATIENT_ASKED_TO_CALL:
        return not why_not(found.clinic, found.patient)
    if kind is EventKind.PROMISE_SETTLED:
        return any(
            call.promise_standing == PromiseStanding.OPEN and call.event_id not in undone
            for call in found.calls.all()
        )
    if kind is EventKind.MISSING_FACT_SUPPLIED:
        return any(task_sort(row.rule) and row.start_event_id for row in live)
    if kind is EventKind.INFUSIONS_BILLED:
        return any(
            row.status == InfusionStatus.DONE and row.billed_on is None
            for row in found.infusions.all()
        )
    if kind is EventKind.DEADLINE_LET_PASS:
        return any(may_pass(row) for row in live)
    return True


def _look_url(row: Document) -> str:
    """Where the pages of a letter that came in are looked at; other files are downloads only."""
    came_in = getattr(row, "incoming", None)
    return reverse("desk:paper", args=[came_in.pk]) if came_in else ""


_KEYS = {
    EventKind.STATUS_CHECKED: "t",
    EventKind.CALL_LOGGED: "c",
    EventKind.NOTE_ADDED: "m",
    EventKind.DOCUMENT_ADDED: "d",
}


def _button(found: PriorAuthRequest, offer: StepOffer) -> dict[str, Any]:
    return {
        "label": offer.label,
        "help": offer.help,
        "url": step_url(found.number, offer),
        "key": "s" if offer.is_primary else _KEYS.get(offer.kind, ""),
    }


# ------------------------------------------------------------------ timeline


def _timeline(request: DeskRequest, told: list[Entry]) -> dict[str, Any]:
    """The newest events, or all; of one sort, or all. Plain links."""
    asked = request.GET.get("show", "")
    sort = Sort(asked) if asked in set(Sort) else None
    chosen = [entry for entry in told if sort is None or entry.sort is sort]
    is_whole = request.GET.get("all") == "1" or len(chosen) <= SHOWN
    sorts = [
        {"key": str(one), "label": one.label, "count": sum(entry.sort is one for entry in told)}
        for one in Sort
    ]
    return {
        "timeline": chosen if is_whole else chosen[:SHOWN],
        "sort": str(sort or ""),
        "sorts": [one for one in sorts if one["count"]],
        "told": len(told),
        "rest": 0 if is_whole else len(chosen) - SHOWN,
    }
