"""What the law says to a case now, as the case page shows it. Reads what is already in hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cases.access import DeskRequest
from cases.desk.page import may_write
from cases.desk.steps import page_of, step_url
from cases.models import PriorAuthRequest
from cases.queries.case_page import Beside
from cases.queries.facts import case_facts, standing_happenings
from priorauth.deadlines.advice import RECORDED_AS, Advice, advise
from priorauth.deadlines.engine import compute
from priorauth.lifecycle.offers import StepOffer, steps_offered
from priorauth.rulebook.loader import shipped_rulebook


def advice_rows(
    request: DeskRequest, found: PriorAuthRequest, more: Beside, now: datetime
) -> list[dict[str, Any]]:
    """A row for each piece of advice, with the address of the step that follows it, if any."""
    found.clinic = request.clinic  # the same row, already in hand
    facts = case_facts(found, standing_happenings(found.events.all()), found.lines.all())
    rules = shipped_rulebook()
    told = advise(facts, compute(facts, rules, now), rules, now)
    offers = steps_offered(more.state, request.role) if told and may_write(request) else ()
    return [_row(found.number, one, tuple(offers)) for one in told]


def _row(number: str, one: Advice, offers: tuple[StepOffer, ...]) -> dict[str, Any]:
    kind = RECORDED_AS.get(one.next_step)
    offer = next((each for each in offers if each.kind is kind and page_of(each.kind)), None)
    return {
        "title": one.title,
        "says": one.says,
        "citation": one.citation,
        "rule": one.rule,
        "is_believed": one.is_believed,
        "next": one.next_step.label,
        "url": step_url(number, offer) if offer else "",
        "url_says": offer.label if offer else "",
    }
