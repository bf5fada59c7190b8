"""Taking back a mis-logged step: by a correcting event, never by an edit."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from cases import dispatch
from cases.models import (
    Appeal,
    Authorization,
    CaseEvent,
    Determination,
    InsurerCall,
    PriorAuthRequest,
    ServiceLine,
)
from cases.models.contacts import PromiseStanding
from cases.queries.facts import decode_facts, line_keys, standing_happenings
from cases.workflow import (
    appeal_letters,
    benefits_told,
    billing,
    correcting,
    incoming,
    infusions,
)
from cases.workflow.actor import Actor
from cases.workflow.determinations import GRANTED
from cases.workflow.missing_facts import notice_of
from cases.workflow.step import lock, rebuild
from priorauth.deadlines.facts import Fact
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
        _reverse_side_rows(actor, request, event)
        rebuild(request, actor)
        transaction.on_commit(dispatch.wake)
    return correction


def _reverse_side_rows(actor: Actor, request: PriorAuthRequest, event: CaseEvent) -> None:
    """Put back the hints that the undone step had written beside its event."""
    if event.kind == EventKind.INFORMATION_SENT:
        request.information_requests.filter(answer_event=event).update(
            answer_event=None, answer_channel="", answer_confirmation="", answer_summary=""
        )
    elif event.kind == EventKind.APPEAL_DECIDED:
        request.appeals.filter(event__proceeding=event.proceeding).update(
            outcome="",
            is_final_internal=None,
            decision_reference="",
            notice_dated_on=None,
            notice_received_on=None,
        )
    elif event.kind == EventKind.EXTERNAL_REVIEW_DECIDED:
        request.external_reviews.filter(event__proceeding=event.proceeding).update(outcome="")
    elif event.kind == EventKind.PEER_TO_PEER_HELD:
        request.peer_to_peers.filter(event__proceeding=event.proceeding).update(outcome="")
    elif event.kind == EventKind.DETERMINED:
        _restore_units(request, event)
    elif event.kind == EventKind.CALL_LOGGED:
        benefits_told.take_back(actor, event)
    elif event.kind == EventKind.PROMISE_SETTLED:
        InsurerCall._base_manager.filter(pk=event.facts.get("call"), request=request).update(
            promise_standing=PromiseStanding.OPEN
        )
    elif event.kind == EventKind.REASSIGNED:
        request.assigned_to_id = int(str(_as_before(request, event, "to") or 0)) or None
        request.save(update_fields=["assigned_to"])
    elif event.kind == EventKind.AUTHORIZATION_ENTERED:
        _restore_authorization(request, event)
    elif event.kind == EventKind.LETTER_PREPARED:
        appeal_letters.not_ready(request)
    elif event.kind == EventKind.DOCUMENT_ADDED:
        incoming.take_back(actor, event)
    elif event.kind == EventKind.REQUEST_CORRECTED:
        correcting.take_back(request, event)
    elif event.kind == EventKind.SERIES_PLANNED:
        infusions.take_back_plan(request, event)
    elif event.kind == EventKind.INFUSION_RECORDED:
        infusions.take_back_record(request, event)
    elif event.kind == EventKind.INFUSIONS_BILLED:
        billing.take_back_bill(request, event)
    elif event.kind == EventKind.MISSING_FACT_SUPPLIED:
        _restore_notice(request, event)


def _as_before(request: PriorAuthRequest, event: CaseEvent, name: str, **of: str) -> Fact:
    """What the fact `name` was, when steps of the kind of `event` each tell what it became.

    It is what the latest of them that still stands made of it, else what the first one found
    ("was_..."). `of` narrows them to those about the same thing.
    """
    told = [
        (each, decode_facts(each.facts))
        for each in CaseEvent._base_manager.filter(request=request, kind=event.kind).order_by("pk")
    ]
    alike = [pair for pair in told if all(pair[1].get(key) == value for key, value in of.items())]
    undone = set(
        CaseEvent._base_manager.filter(request=request, undoes__isnull=False).values_list(
            "undoes_id", flat=True
        )
    )
    standing = [facts for each, facts in alike if each.pk not in {*undone, event.pk}]
    return standing[-1].get(name) if standing else alike[0][1].get(f"was_{name}")


def _restore_authorization(request: PriorAuthRequest, event: CaseEvent) -> None:
    """Number, sessions and days fall back, and with them the tasks and the renewal's date."""
    which = str(event.facts["authorization"])
    was = {name: _as_before(request, event, name, authorization=which) for name in GRANTED}
    was["authorization_number"] = was["authorization_number"] or ""
    Authorization._base_manager.filter(pk=which, request=request).update(
        **was, version=F("version") + 1
    )


def _restore_notice(request: PriorAuthRequest, event: CaseEvent) -> None:
    """The dates of a letter that were supplied leave the row that shows them."""
    supplied = [name for name in event.facts if name.startswith("supplied_")]
    if supplied:
        about = CaseEvent._base_manager.get(pk=event.facts["settles"], request=request)
        rows = Appeal if about.kind == EventKind.APPEAL_DECIDED else Determination
        rows._base_manager.filter(notice_of(about)).update(
            **{f"{name.removeprefix('supplied_')}_on": None for name in supplied}
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
