"""A look at where the payer's answer stands: in the portal, on the phone, by fax."""

from __future__ import annotations

from cases.models import PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.calls import too_far_ahead
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.terms import Channel, EventKind, StatusAnswer


def check_status(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    how: Channel,
    said: StatusAnswer,
    look_again: Moment | None = None,
    reference: str = "",
) -> None:
    """Record that somebody looked just now (`actor.now`), what the payer says, and when to look.

    What is decided or cannot be found is for now: the case comes up at once, until its next step
    is recorded. Raises MissingFact for a pending one without `look_again`, ImpossibleFact for one
    too far ahead.
    """
    looked = Moment.instant(actor.now, request.clinic.time_zone)
    again = look_again if said is StatusAnswer.PENDING else looked
    if again is not None and (far := too_far_ahead(again.latest, request, actor.now)):
        raise far
    with step(
        request,
        EventKind.STATUS_CHECKED,
        actor,
        happened=looked,
        facts={
            "how": str(how),
            "said": str(said),
            "look_again": again,
            "reference": reference.strip() or None,
        },
    ):
        pass
