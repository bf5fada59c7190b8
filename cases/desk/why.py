""" "Why this date?": the rule, the event it counted from, the steps, and what else was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.access import DeskRequest, case_or_404
from cases.desk import times
from cases.desk.deadline_words import NOT_ON_FILE, Dates, describe, named_dates, say_missed
from cases.desk.fact_links import fact_links
from cases.desk.page import render_page
from cases.desk.recount_words import recount_sentence
from cases.desk.timeline import say_when
from cases.forms.wall_clock import zone_label
from cases.models import CaseEvent, Deadline, PriorAuthRequest
from cases.queries.case_page import revisions
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.terms import EventKind, Standing


@require_safe
def why(request: DeskRequest, number: str, deadline: int) -> HttpResponse:
    """One deadline of the case explained, also an old version of it."""
    found = case_or_404(request, number)
    row = (
        Deadline.objects.filter(request=found, pk=deadline)
        .select_related("start_event__recorded_by")
        .first()
    )
    if row is None:
        raise Http404
    context = explained(found, row, times.zone_of(request.clinic), timezone.now())
    if context["is_live"]:
        context["fact_links"] = fact_links(found, row, request.role)
    return render_page(request, "desk/why.html", context, title=f"Why this date? {found.number}")


def explained(found: PriorAuthRequest, row: Deadline, zone: str, now: datetime) -> dict[str, Any]:
    """Everything that explains one deadline, in words; for this page and `explain_deadline`.

    `zone` (IANA) is the clinic's, `now` an aware instant. Names no patient beside the case itself.
    """
    dates, told = Dates.of(row), row.derivation
    payer_zone = found.coverage.plan.payer.time_zone
    is_live = row.standing in (Standing.RUNNING, Standing.TOLLED)
    return {
        "case": found,
        "recount": recount_sentence(found.recount_from, found.recount_failed_at, zone),
        "words": describe(dates, now=now, zone=zone, payer_zone=payer_zone),
        "side": "ours" if dates.is_ours else "theirs",
        "is_live": is_live,
        "standing": Standing(row.standing).label,
        "settled": times.say_at(row.settled_at, zone) if row.settled_at else "",
        "dates": named_dates(dates, zone, payer_zone),
        "start": _start(row.start_event, zone),
        "rule": row.rule,
        "rule_url": reverse("desk:rule", args=[row.rule]) if row.rule in shipped_rulebook() else "",
        "rule_from": times.say_on(row.rule_effective_from) if row.rule_effective_from else "",
        "says": told.get("says", ""),
        "citation": told.get("citation", ""),
        "source": told.get("source", ""),
        "is_believed": row.is_believed,
        "not_on_file": NOT_ON_FILE,
        "steps": told.get("steps", []),
        "lost": told.get("lost", []),
        "if_missed": say_missed(told.get("if_missed", ""), is_ours=dates.is_ours),
        "printed": times.say_on(row.printed_on) if row.printed_on else "",
        "history": _history(row, zone, payer_zone),
        "counted": times.say_at(row.computed_at, zone),
        "zone": zone_label(zone),
        "zone_name": zone,
    }


def _start(event: CaseEvent | None, zone: str) -> dict[str, str]:
    """The event that the clock counts from, and who wrote it down."""
    if event is None:
        return {}
    return {
        "what": EventKind(event.kind).label,
        "when": say_when(event, zone),
        "who": str(event.recorded_by) if event.recorded_by else "an import",
        "learned": times.say_at(event.learned_at, zone),
        "id": str(event.pk),
    }


def _history(row: Deadline, zone: str, payer_zone: str) -> list[dict[str, Any]]:
    """Every version of this deadline, so that a date which moved can be told."""
    versions = revisions(row)
    if len(versions) < 2:
        return []
    return [
        {
            "number": version.revision,
            "due": times.say_limit(version.due_at, zone, payer_zone),
            "counted": times.say_at(version.computed_at, zone),
            "standing": Standing(version.standing).label,
            "is_this": version.pk == row.pk,
            "id": version.pk,
        }
        for version in versions
    ]
