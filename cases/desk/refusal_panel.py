"""What a refusal that still stands calls for, reason by reason, on the case page."""

from __future__ import annotations

from typing import Any

from cases.access import DeskRequest
from cases.desk.after_saving import confirmed
from cases.desk.page import may_write
from cases.desk.steps import page_of, step_url
from cases.models import PriorAuthRequest
from cases.queries.case_page import Beside
from priorauth.codes.denial_reasons import DenialAction, DenialReason
from priorauth.lifecycle.offers import StepOffer, steps_offered
from priorauth.terms import EventKind

ASKED, ANSWERS = 4, 3
"""Questions and arguments shown of each reason."""
_STEPS = {
    DenialAction.APPEAL: EventKind.APPEAL_FILED,
    DenialAction.CORRECT_AND_RESUBMIT: EventKind.SUBMITTED,
    DenialAction.RESUBMIT_WITH_RECORDS: EventKind.SUBMITTED,
    DenialAction.EXCEPTION_REQUEST: EventKind.CALL_LOGGED,
    DenialAction.VERIFY_THEN_DECIDE: EventKind.CALL_LOGGED,
}
"""The step with which each action is recorded, where there is one."""


def refusal_rows(
    request: DeskRequest, found: PriorAuthRequest, more: Beside
) -> list[dict[str, Any]]:
    """A row for each confirmed reason of the last decision, while a refused line stands."""
    if not more.state.adverse:
        return []
    undone = {event.undoes_id for event in found.events.all() if event.undoes_id}
    standing = [row for row in found.determinations.all() if row.event_id not in undone]
    if not standing:
        return []
    offers = steps_offered(more.state, request.role) if may_write(request) else ()
    return [_row(found.number, one, offers) for one in confirmed(standing[-1])]


def _row(number: str, one: DenialReason, offers: tuple[StepOffer, ...]) -> dict[str, Any]:
    offer = _offered(_STEPS.get(one.action), offers)
    talk = _offered(EventKind.PEER_TO_PEER_REQUESTED, offers) if one.allows_peer_to_peer else None
    return {
        "label": one.label,
        "kind": one.kind.label,
        "action": one.action.label,
        "url": step_url(number, offer) if offer else "",
        "url_says": offer.label if offer else "",
        "ask_first": one.ask_first[:ASKED],
        "arguments": one.arguments[:ANSWERS],
        "attach": ", ".join(one.attach),
        "may_talk": one.allows_peer_to_peer,
        "talk_url": step_url(number, talk) if talk else "",
    }


def _offered(kind: EventKind | None, offers: tuple[StepOffer, ...]) -> StepOffer | None:
    return next((each for each in offers if each.kind is kind and page_of(each.kind)), None)
