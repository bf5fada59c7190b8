"""The live deadlines of a case, each with what it asks for and where that is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from cases.desk import times
from cases.desk.answer import say_answer
from cases.desk.deadline_words import Dates, describe, named_dates, say_missed
from cases.desk.fact_links import fact_links
from cases.desk.steps import page_of
from cases.desk.subjects import may_pass
from cases.models import Deadline, PriorAuthRequest
from cases.queries.case_page import Beside
from cases.queries.worklist_shelves import place_of
from cases.workflow.escalating import HELD
from priorauth.terms import ClockKind, EventKind, Role, Standing


def deadline_rows(
    found: PriorAuthRequest, more: Beside, now: datetime, zone: str, role: Role
) -> list[dict[str, Any]]:
    """The live deadlines of `found` in the worklist's own order, as the template prints them.

    `now` is an aware instant, `zone` the clinic's; `role` decides which steps are linked.
    """
    rows = sorted(found.deadlines.all(), key=lambda row: place_of(row, now, zone))
    return [
        _deadline(row, found, more, now, zone) | {"fact_links": fact_links(found, row, role)}
        for row in rows
    ]


def _deadline(
    row: Deadline, found: PriorAuthRequest, more: Beside, now: datetime, zone: str
) -> dict[str, Any]:
    dates = Dates.of(row)
    payer_zone = found.coverage.plan.payer.time_zone
    words = describe(dates, now=now, zone=zone, payer_zone=payer_zone)
    return {
        "what": words.what,
        "whose": words.whose,
        "side": "ours" if dates.is_ours else "theirs",
        "tone": str(words.tone),
        "act": words.act,
        "due": words.due,
        "left": words.left,
        "basis": words.basis,
        "dates": named_dates(dates, zone, payer_zone),
        "is_fact": row.kind == ClockKind.MISSING_FACT,
        "says": row.derivation.get("says", ""),
        "citation": row.derivation.get("citation", ""),
        "if_missed": say_missed(row.derivation.get("if_missed", ""), is_ours=dates.is_ours),
        "why_url": reverse("desk:why", args=[found.number, row.pk]),
        "let_pass_url": _let_pass_url(found.number, row),
        "answer_url": _answer_url(found.number, row),
        "answer": say_answer(more.answers[row.pk], zone) if row.pk in more.answers else "",
        "alarm": "" if row.reminder_problem == HELD else row.reminder_problem,
        "is_held": row.pk in more.held,
        "mailed": _at(more.last_mailed.get(row.pk), zone),
        "next_mail": _at(row.next_reminder_at, zone),
    }


def _let_pass_url(number: str, row: Deadline) -> str:
    """Where a date of ours is let pass; a missing fact is supplied or ticked off instead."""
    if not may_pass(row):
        return ""
    page = page_of(EventKind.DEADLINE_LET_PASS)
    return f"{reverse('desk:step', args=[number, page.slug])}?of=date-{row.pk}" if page else ""


def _answer_url(number: str, row: Deadline) -> str:
    """Where its reminders are answered, while any can come."""
    runs = row.standing == Standing.RUNNING
    return reverse("desk:answer", args=[number, row.pk]) if runs else ""


def _at(at: datetime | None, zone: str) -> str:
    return times.say_at(at, zone) if at else ""
