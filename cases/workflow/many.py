"""The same act on many rows of the worklist, tried first and then done, row by row."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime

from cases.models import Acknowledgement, CaseEvent, Deadline, PriorAuthRequest, StaffMember
from cases.models.deadlines import LIVE
from cases.workflow.actor import Actor
from cases.workflow.answering import put_off
from cases.workflow.assignment import reassign
from cases.workflow.letting_pass import let_pass
from cases.workflow.one_of_many import DoneBefore, record_one
from cases.workflow.status_checks import check_status
from cases.workflow.step import lock
from priorauth.deadlines.facts import Moment
from priorauth.errors import NotAllowedNow
from priorauth.terms import Channel, ClockKind, OwedBy, StatusAnswer, Term


class ManyAct(Term):
    """What can be done with many rows at once."""

    ASSIGN = "assign", "Assign those that nobody has"
    HAND_OVER = "hand_over", "Hand over"
    PUT_OFF = "put_off", "Put reminders off"
    STATUS_CHECK = "status_check", "Status checked: still pending"
    LET_PASS = "let_pass", "Let missed peer-to-peers go"


OF_EACH_ROW = (ManyAct.PUT_OFF, ManyAct.LET_PASS)
"""What is done with every row of a case; the others are done once for all of them."""


@dataclass(frozen=True, slots=True)
class ManyTold:
    """The act with what it needs: a person, an aware instant and a reason, or a look and a day.

    `looked_at` is the aware instant when what would happen was shown: answers given to a reminder
    since are not written over. None: nobody looked yet.
    """

    act: ManyAct
    to: StaffMember | None = None
    until: datetime | None = None
    reason: str = ""
    how: Channel = Channel.PORTAL
    look_again: Moment | None = None
    looked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row, or would: done, or `why` not. `act_at` is when it comes up then.

    `repeats` a row above: acts on a case are done once for all its rows.
    """

    deadline: Deadline
    is_done: bool
    why: str = ""
    act_at: datetime | None = None
    repeats: bool = False


def do_many(
    actor: Actor, rows: Sequence[Deadline], told: ManyTold, *, is_trial: bool
) -> list[RowResult]:
    """Do `told` with every row, in order; a trial writes nothing. Raises nothing for a refused row.

    `actor.token` names the form as a whole: sent twice, each case records once. `rows` come with
    their request, of the clinic in scope.
    """
    results: list[RowResult] = []
    seen: set[int] = set()
    for row in rows:
        if told.act not in OF_EACH_ROW and row.request_id in seen:
            results.append(RowResult(row, is_done=False, repeats=True))
            continue
        seen.add(row.request_id)
        results.append(_do_one(actor, row, told, is_trial=is_trial))
    return results


def _do_one(actor: Actor, row: Deadline, told: ManyTold, *, is_trial: bool) -> RowResult:
    def act() -> datetime | None:
        _act(_for_row(actor, row, told), row, told)
        return _comes_up(row)

    done = record_one(row.request.number, act, is_trial=is_trial)
    return RowResult(row, done.is_done, done.why, done.told)


def _for_row(actor: Actor, row: Deadline, told: ManyTold) -> Actor:
    """The same person with a token that is this case's own, or this row's."""
    if not actor.token:
        return actor
    own = row.key if told.act is ManyAct.LET_PASS else ""
    token = uuid.uuid5(uuid.UUID(actor.token), f"{told.act}:{row.request_id}{own}")
    return replace(actor, token=str(token))


def _act(actor: Actor, row: Deadline, told: ManyTold) -> None:
    # A step writes on the request it is given; what is told of the row is how it stood before.
    request = copy(row.request)
    if told.act is ManyAct.PUT_OFF:
        _put_off(actor, row, told)
    elif told.act is ManyAct.LET_PASS:
        _let_pass(actor, row, told)
    elif told.act is ManyAct.STATUS_CHECK:
        check_status(
            actor,
            request,
            how=told.how,
            said=StatusAnswer.PENDING,
            look_again=told.look_again,
        )
    else:
        _give(actor, request, told)


def _put_off(actor: Actor, row: Deadline, told: ManyTold) -> None:
    if told.looked_at is not None:
        # Locked before it is asked who answered, as answering itself does.
        PriorAuthRequest._base_manager.select_for_update().get(pk=row.request_id)
        answers = Acknowledgement._base_manager.select_related("answered_by")
        newest = answers.filter(deadline=row, answered_at__gte=told.looked_at).first()
        ours = (actor.staff, told.until, told.reason)
        if newest and (newest.answered_by, newest.until, newest.reason) == ours:
            raise DoneBefore
        if newest:
            raise NotAllowedNow(
                f"{newest.answered_by} answered this after you looked, and that answer stands. "
                "To put it off all the same, start again from the worklist."
            )
    put_off(actor, row, until=told.until, reason=told.reason)


def _let_pass(actor: Actor, row: Deadline, told: ManyTold) -> None:
    """Only a window that passed and that no law sets: all else is worth a look at its case."""
    if row.kind != ClockKind.PEER_TO_PEER or row.owed_by != OwedBy.CLINIC:
        raise NotAllowedNow("This is no peer-to-peer of ours. Look at its case.")
    if row.legal_at is not None:
        raise NotAllowedNow("A limit of law stands behind this date. Let it pass on its own case.")
    if row.due_at >= actor.now:
        raise NotAllowedNow("This date has not passed yet. Let it pass on its own case.")
    let_pass(actor, row, reason=told.reason)


def _give(actor: Actor, request: PriorAuthRequest, told: ManyTold) -> None:
    # Locked before it is asked who has it: two leads at once must not both find nobody.
    lock(request)
    if request.assigned_to_id is not None and not _is_recorded(actor, request):
        if told.to is not None and request.assigned_to_id == told.to.pk:
            raise NotAllowedNow("This person looks after the case already. Leave it out.")
        if told.act is ManyAct.ASSIGN:
            raise NotAllowedNow("Somebody looks after this case already. Hand it over instead.")
    reassign(actor, request, to=told.to, zone=request.clinic.time_zone)


def _is_recorded(actor: Actor, request: PriorAuthRequest) -> bool:
    """The very same form was done with this case before: the step says so itself."""
    events = CaseEvent._base_manager.filter(request=request, token=actor.token)
    return bool(actor.token) and events.exists()


def _comes_up(row: Deadline) -> datetime | None:
    """When what this row stood for is to be acted on now; None when it left the worklist."""
    live = Deadline._base_manager.filter(LIVE, request=row.request_id, key=row.key)
    return live.values_list("act_at", flat=True).first()
