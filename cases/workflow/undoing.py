"""Taking back a mis-logged step: by a correcting event, never by an edit."""

from __future__ import annotations

from django.db import transaction

from cases import dispatch
from cases.models import CaseEvent, InsurerCall, PriorAuthRequest, ServiceLine
from cases.models.contacts import PromiseStanding
from cases.queries.facts import line_keys, standing_happenings
from cases.workflow.actor import Actor
from cases.workflow.step import lock, rebuild
from priorauth.errors import NotAllowedNow
from priorauth.lifecycle.undo import check_undo
from priorauth.terms import EventKind


def undo(actor: Actor, event: CaseEvent) -> CaseEvent:
    """Undo one recorded step and recompute everything derived from it.

    Allowed to the person who recorded it and to leads and owners; refused with NotAllowedNow,
    naming what must be undone first, when later steps stand on it.
    """
    request = event.request
    with transaction.atomic():
        lock(request)
        events = list(CaseEvent._base_manager.filter(request=request))
        if event.kind == EventKind.STEP_UNDONE or any(e.undoes_id == event.pk for e in events):
            raise NotAllowedNow("This step was already undone.")
        keys = line_keys(ServiceLine._base_manager.filter(request=request))
        check_undo(
            keys,
            standing_happenings(events),
            event.key,
            role=actor.role,
            is_recorder=actor.staff is not None and actor.staff.pk == event.recorded_by_id,
        )
        correction = CaseEvent(
            clinic_id=request.clinic_id,
            request=request,
            kind=EventKind.STEP_UNDONE,
            happened_at=actor.now,
            zone=request.clinic.time_zone,
            learned_at=actor.now,
            recorded_by=actor.staff,
            proceeding=event.proceeding,
            undoes=event,
            token=actor.token,
        )
        correction.save(force_insert=True)
        _reverse_side_rows(request, event)
        rebuild(request, actor)
        transaction.on_commit(dispatch.wake)
    return correction


def _reverse_side_rows(request: PriorAuthRequest, event: CaseEvent) -> None:
    """Put back the hints that the undone step had written beside its event."""
    if event.kind == EventKind.INFORMATION_SENT:
        request.information_requests.filter(answer_event=event).update(
            answer_event=None, answer_channel="", answer_confirmation="", answer_summary=""
        )
    elif event.kind == EventKind.APPEAL_DECIDED:
        request.appeals.filter(event__proceeding=event.proceeding).update(
            outcome="", is_final_internal=None, notice_dated_on=None, notice_received_on=None
        )
    elif event.kind == EventKind.EXTERNAL_REVIEW_DECIDED:
        request.external_reviews.filter(event__proceeding=event.proceeding).update(outcome="")
    elif event.kind == EventKind.PEER_TO_PEER_HELD:
        request.peer_to_peers.filter(event__proceeding=event.proceeding).update(outcome="")
    elif event.kind == EventKind.DETERMINED:
        _restore_units(request, event)
    elif event.kind == EventKind.PROMISE_SETTLED:
        InsurerCall._base_manager.filter(pk=event.facts.get("call"), request=request).update(
            promise_standing=PromiseStanding.OPEN
        )


def _restore_units(request: PriorAuthRequest, event: CaseEvent) -> None:
    """Units approved fall back on the latest decision that still stands."""
    for line in request.lines.all():
        last = (
            line.determinations.filter(determination__event__undone_by__isnull=True)
            .exclude(determination__event=event)
            .order_by("-determination__event_id")
            .first()
        )
        ServiceLine._base_manager.filter(pk=line.pk).update(
            units_approved=last.units_approved if last else None
        )
