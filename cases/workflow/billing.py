"""Infusions whose claims went out: by when, and with which units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from cases.models import CaseEvent, InfusionSession, PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.step import lock, step
from priorauth.calendars.local_time import local_date
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact, MissingFact
from priorauth.terms import EventKind, InfusionStatus


def mark_billed(
    actor: Actor, request: PriorAuthRequest, sessions: Sequence[InfusionSession], *, on: date
) -> None:
    """Mark infusions given as billed on that day, each with the units it used.

    Raises MissingFact for none, ImpossibleFact for a bill before the infusion.
    """
    with transaction.atomic():
        lock(request)
        for each in sessions:
            each.refresh_from_db()  # somebody may have billed it, or undone it, meanwhile
        _bill(actor, request, sessions, on)


def _bill(
    actor: Actor, request: PriorAuthRequest, sessions: Sequence[InfusionSession], on: date
) -> None:
    zone = request.clinic.time_zone
    rows = [each for each in sessions if each.status == InfusionStatus.DONE and not each.billed_on]
    if not rows:
        raise MissingFact("sessions", "Tick at least one infusion that is not billed yet.")
    for row in rows:
        given_on = local_date(row.started_at or row.planned_at, zone)
        if on < given_on:
            raise ImpossibleFact(
                "billed_on",
                f"The infusion of {given_on:%B} {given_on.day} comes after this day: correct it.",
            )
    with step(
        request,
        EventKind.INFUSIONS_BILLED,
        actor,
        happened=Moment.day(on, zone),
        facts={
            "infusions": tuple(str(row.pk) for row in rows),
            "records": tuple(str(row.recorded_event_id) for row in rows),
        },
    ):
        for row in rows:
            row.billed_on, row.billed_units = on, dict(row.units)
            row.version += 1
            row.save()


def take_back_bill(request: PriorAuthRequest, event: CaseEvent) -> None:
    """The bill was undone: its infusions wait to be billed again."""
    InfusionSession._base_manager.filter(
        request=request, pk__in=[int(key) for key in event.facts.get("infusions", ())]
    ).update(billed_on=None, billed_units={})
