"""What a call told of eligibility and benefits is a benefits check, written by the same save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cases.models import BenefitsCheck, CaseEvent, Coverage, InsurerCall, PriorAuthRequest
from cases.models.benefits_checks import BenefitLine, CheckedHow, Network
from cases.models.contacts import SaidWhat
from cases.queries.script_answers import BENEFIT_ROUTE, line_told
from cases.workflow import recounting
from cases.workflow.actor import Actor
from cases.workflow.answered import Answered

_SAID = {SaidWhat.SAID_YES: True, SaidWhat.SAID_NO: False}


def write_check(
    actor: Actor, call: InsurerCall, answers: Sequence[Answered], request: PriorAuthRequest
) -> BenefitsCheck | None:
    """The check that `answers` on `call` make of the coverage of `request`; None without any.

    Other cases of that coverage are recounted: their task to check again may move.
    """
    coverage = request.coverage
    told: dict[str, Any] = {}
    for each in answers:
        told |= _told(each)
    if not told or call.called_on is None:
        return None
    check = BenefitsCheck(
        clinic_id=call.clinic_id,
        coverage=coverage,
        plan_id=coverage.plan_id,
        checked_on=call.called_on,
        checked_by=call.made_by,
        call=call,
        channel=CheckedHow.PHONE,
        reference=call.reference_number,
        **told,
    )
    check.save()
    _recount_others(actor, request.pk, coverage)
    return check


def take_back(actor: Actor, event: CaseEvent) -> None:
    """The check that the call of `event` wrote goes with it, unless somebody put it right since."""
    written = BenefitsCheck._base_manager.filter(call__event=event, version=0)
    check = written.select_related("coverage").first()
    if check is not None:
        check.delete()
        _recount_others(actor, event.request_id, check.coverage)


def _recount_others(actor: Actor, request_id: int, coverage: Coverage) -> None:
    others = PriorAuthRequest._base_manager.filter(coverage=coverage).exclude(pk=request_id)
    recounting.mark(others, actor.now)


def _told(answered: Answered) -> dict[str, Any]:
    """What one answer tells of benefits, by the fields of a check."""
    said = _SAID.get(answered.answer)
    if answered.question == "prior_authorization_needed" and said is not None:
        return {"prior_auth_needed": said}
    if answered.question == "in_network" and said is not None:
        return {"network": Network.IN if said else Network.OUT}
    if answered.question == BENEFIT_ROUTE:
        line = line_told(answered.answer, answered.choice)
        return {"benefit_line": BenefitLine(line)} if line else {}
    return {f"{key}_left": dollars for key, dollars in answered.amounts.items()}
