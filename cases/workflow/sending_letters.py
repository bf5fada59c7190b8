"""Several signed letters went out: each is recorded as its own appeal, by one form."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial

from cases.models import AppealLetter, CaseEvent, Deadline, ServiceLine
from cases.models.deadlines import LIVE
from cases.queries.facts import line_keys, standing_happenings, zones
from cases.workflow import appeals
from cases.workflow.actor import Actor
from cases.workflow.one_of_many import Recorded, record_one
from priorauth.deadlines.facts import Moment
from priorauth.errors import NotAllowedNow
from priorauth.lifecycle import contestable
from priorauth.lifecycle.replay import replay
from priorauth.terms import AppealLevel, Channel, ClockKind, OwedBy


@dataclass(frozen=True, slots=True)
class LettersSent:
    """How they went, and when; `is_received` says that the payers had them then.

    `numbers` are the confirmation or tracking numbers by the letter's row number.
    """

    sent: Moment
    channel: Channel
    is_received: bool
    numbers: dict[int, str]


def record_sent(
    actor: Actor, letters: Sequence[AppealLetter], told: LettersSent, *, is_trial: bool
) -> list[Recorded[Deadline | None]]:
    """File an appeal with each letter, in order; of each, the deadline of the payer's answer.

    A trial writes nothing. Raises nothing for a refused row. `actor.token` names the form as a
    whole: sent twice, each letter records once. `letters` come with their request, clinic and
    payer, of the clinic in scope.
    """
    return [
        record_one(each.request.number, partial(_file, actor, each, told), is_trial=is_trial)
        for each in letters
    ]


def _file(actor: Actor, letter: AppealLetter, told: LettersSent) -> Deadline | None:
    # A step writes on the request it is given; what is told of the row is how it stood before.
    request = copy(letter.request)
    level = AppealLevel(letter.level)
    events = CaseEvent._base_manager.filter(request=request)
    lines = list(ServiceLine._base_manager.filter(request=request).order_by("position"))
    if actor.token:
        actor = replace(
            actor, token=str(uuid.uuid5(uuid.UUID(actor.token), f"letter sent:{letter.pk}"))
        )
    state = replay(line_keys(lines), standing_happenings(events))
    open_keys = {each.key for each in contestable.to_appeal(state, level)}
    is_anew = actor.token and events.filter(token=actor.token).exists()
    if not open_keys and not is_anew:
        raise NotAllowedNow(
            f"No line of this case can be taken to a {level.label.lower()} now. See the case."
        )
    appeals.file(
        actor,
        request,
        filed=told.sent,
        level=level,
        lines=[line for line in lines if line.key in open_keys],
        channel=told.channel,
        is_expedited=letter.is_expedited,
        confirmation_number=told.numbers.get(letter.pk, ""),
        received_by_payer=_at_the_payers(told.sent, zones(request)[1])
        if told.is_received
        else None,
        letter=copy(letter),
    )
    awaited = Deadline._base_manager.filter(
        LIVE, request=request, kind=ClockKind.APPEAL_DECISION, owed_by=OwedBy.PAYER
    )
    return awaited.order_by("due_at").first()


def _at_the_payers(sent: Moment, zone: str) -> Moment:
    """The same moment as the payer's calendar has it."""
    return Moment.instant(sent.at, zone) if sent.at else Moment.day(sent.on, zone)
