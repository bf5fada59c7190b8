"""Remarks on a case."""

from __future__ import annotations

from cases.models import Note, PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.errors import MissingFact
from priorauth.terms import EventKind


def add_note(actor: Actor, request: PriorAuthRequest, *, text: str, zone: str) -> Note:
    """Put `text` on the timeline."""
    if not text.strip():
        raise MissingFact("text", "Write something, or leave the page.")
    with step(
        request, EventKind.NOTE_ADDED, actor, happened=Moment.instant(actor.now, zone)
    ) as taken:
        note = Note(
            clinic_id=request.clinic_id, request=request, event=taken.event, text=text.strip()
        )
        note.save()
    return note
