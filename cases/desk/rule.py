"""One rule's own page: what it says, where it stands, and the open cases under it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.deadline_words import Dates, describe
from cases.desk.page import case_url, render_page
from cases.models import Deadline
from cases.queries.rule_cases import COUNTED, SHOWN, count_under, live_under
from priorauth.rulebook.describe import in_force_words, limit_words, reach_words, sure_words
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.rule import DeadlineRule
from priorauth.terms import OwedBy


@require_safe
def rule(request: DeskRequest, rule: str) -> HttpResponse:
    """The rule of that name; one that is not on file is answered with "not found"."""
    rules = shipped_rulebook()
    if rule not in rules:
        raise Http404
    found, zone, now = rules.rule(rule), times.zone_of(request.clinic), timezone.now()
    rows = live_under(rule)
    count = count_under(rule) if len(rows) > SHOWN else len(rows)
    context = {
        **_told(found),
        "cases": [_row(one, now, zone) for one in rows[:SHOWN]],
        "count": f"more than {COUNTED:,}" if count > COUNTED else f"{count:,}",
        "is_one": count == 1,
        "shown": SHOWN if count > SHOWN else 0,
        "clinic": request.clinic,
    }
    return render_page(request, "desk/rule.html", context, title=f"Rule {rule}")


def _told(found: DeadlineRule) -> dict[str, Any]:
    return {
        "rule": found.id,
        "step": found.kind.label,
        "whose": OwedBy(found.owed_by).label,
        "says": found.says,
        "limit": limit_words(found),
        "reach": reach_words(found),
        "plans": ", ".join(kind.replace("_", " ") for kind in found.reach.plan_types),
        "section": found.authority.title,
        "citation": found.citation,
        "link": found.authority.link,
        "in_force": in_force_words(found),
        "sure": sure_words(found),
        "source": found.source or "text not on file",
        "if_missed": found.remedy.label,
    }


def _row(row: Deadline, now: Any, zone: str) -> dict[str, Any]:
    case = row.request
    words = describe(
        Dates.of(row), now=now, zone=zone, payer_zone=case.coverage.plan.payer.time_zone
    )
    return {
        "number": case.number,
        "url": case_url(case.number),
        "patient": case.patient.full_name,
        "payer": case.coverage.plan.payer.name,
        "what": words.what,
        "act": words.act,
        "tone": str(words.tone),
        "due": words.due,
        "why_url": reverse("desk:why", args=[case.number, row.pk]),
    }
