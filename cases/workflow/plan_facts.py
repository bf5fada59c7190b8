"""Other facts about a plan: other law may govern every case under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cases.models import PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.rebuilding import rebuild_open_cases
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.errors import MissingFact
from priorauth.terms import EventKind, Funding


def change(actor: Actor, request: PriorAuthRequest, facts: Mapping[str, Any], *, zone: str) -> None:
    """Put `facts` (columns of Plan) on the plan of this case and compute the dates anew.

    The event stands on this case; the other open cases of the plan get their dates in the same
    transaction. Raises MissingFact when the funding is named without saying how it is known.
    """
    plan = request.coverage.plan
    is_named_anew = facts.get("funding") not in (None, Funding.UNKNOWN, plan.funding)
    if is_named_anew and not str(facts.get("funding_known_by") or "").strip():
        raise MissingFact(
            "funding_known_by",
            "Say how the funding is known: it decides which law the letters rest on.",
        )
    with step(
        request,
        EventKind.PLAN_FACTS_CHANGED,
        actor,
        happened=Moment.instant(actor.now, zone),
        facts={"changed": tuple(sorted(n for n, v in facts.items() if getattr(plan, n) != v))},
    ):
        # As it is now, with what others saved while this step waited for the case.
        plan = request.coverage.plan
        for name, value in facts.items():
            setattr(plan, name, value)
        plan.version += 1
        plan.save()
        others = PriorAuthRequest._base_manager.filter(coverage__plan=plan).exclude(pk=request.pk)
        rebuild_open_cases(actor, others)
