"""What happened on a case, newest first, each event with what its rows say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cases.desk import times
from cases.desk.event_details import rows_by_event, tell_facts, tell_row
from cases.models import CaseEvent, Document, PriorAuthRequest, StaffMember
from priorauth.calendars.local_time import local_date
from priorauth.lifecycle.states import ProceedingKind
from priorauth.terms import EventKind, Role, Term

SHOWN = 50
"""Events shown at first; the page offers the rest."""


class Sort(Term):
    """What the timeline can be narrowed to."""

    STEPS = "steps", "Steps"
    CALLS = "calls", "Calls"
    NOTES = "notes", "Notes"
    DOCUMENTS = "documents", "Documents"


NEVER_UNDONE = (
    EventKind.REQUEST_OPENED,
    EventKind.STEP_UNDONE,
    EventKind.PLAN_FACTS_CHANGED,
    EventKind.LETTER_SIGNED,
)

_SORTS: Mapping[EventKind, Sort] = {
    EventKind.CALL_LOGGED: Sort.CALLS,
    EventKind.PROMISE_SETTLED: Sort.CALLS,
    EventKind.NOTE_ADDED: Sort.NOTES,
    EventKind.DOCUMENT_ADDED: Sort.DOCUMENTS,
    EventKind.LETTER_PREPARED: Sort.DOCUMENTS,
    EventKind.LETTER_SIGNED: Sort.DOCUMENTS,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, ready to print. Texts typed by people are escaped by the template."""

    id: int
    kind: EventKind
    sort: Sort
    title: str
    when: str
    learned: str
    """When it was written down, "" when that was the same day."""
    who: str
    proceeding: str
    details: list[tuple[str, str]] = field(default_factory=list)
    undone: str = ""
    """Who took it back and when, "" while it stands."""
    can_undo: bool = False
    document_id: int | None = None


def sort_of(kind: EventKind) -> Sort:
    """Which part of the timeline an event belongs to."""
    return _SORTS.get(kind, Sort.STEPS)


def entries(
    request: PriorAuthRequest,
    *,
    zone: str,
    now: datetime,
    staff: Mapping[str, str],
    reader: StaffMember,
    role: Role | None,
) -> list[Entry]:
    """All events of `request`, newest first. Its related rows must have been fetched before.

    `now` is an aware instant: a promise whose time has passed is told as broken.
    An undoing is told where it belongs: on the event that it took back.
    """
    events = list(request.events.all())
    undoings = {event.undoes_id: event for event in events if event.undoes_id is not None}
    rows = rows_by_event(request)
    papers = {str(one.pk): one.title for one in request.documents.all()}
    shown = []
    for event in reversed(events):
        if event.kind == EventKind.STEP_UNDONE:
            continue
        kind = EventKind(event.kind)
        undoing = undoings.get(event.pk)
        shown.append(
            Entry(
                id=event.pk,
                kind=kind,
                sort=sort_of(kind),
                title=kind.label,
                when=say_when(event, zone),
                learned=_learned(event, zone),
                who=str(event.recorded_by) if event.recorded_by else "imported",
                proceeding=say_proceeding(event.proceeding),
                details=[
                    *tell_facts(event, staff, zone, papers),
                    *(pair for row in rows[event.pk] for pair in tell_row(row, zone, now)),
                ],
                undone=_undone(undoing, zone) if undoing else "",
                can_undo=undoing is None and may_undo(event, reader, role),
                document_id=next(
                    (row.pk for row in rows[event.pk] if isinstance(row, Document) and row.file),
                    None,
                ),
            )
        )
    return shown


def may_undo(event: CaseEvent, reader: StaffMember, role: Role | None) -> bool:
    """Whether the button is worth showing; the life cycle has the last word."""
    if event.kind in NEVER_UNDONE:
        return False
    if role in (Role.OWNER, Role.LEAD):
        return True
    return role not in (None, Role.AUDITOR) and event.recorded_by_id == reader.pk


def say_when(event: CaseEvent, zone: str) -> str:
    """When it happened, as exactly as it is known."""
    if event.happened_at is not None:
        return times.say_at(event.happened_at, zone)
    if event.happened_on is not None:
        return times.say_on(event.happened_on)
    return "date unknown"


def say_proceeding(key: str) -> str:
    """ "appeal-2" as "Appeal 2"."""
    kind = ProceedingKind.of(key)
    return f"{kind.label} {key.rpartition('-')[2]}" if kind else ""


def _learned(event: CaseEvent, zone: str) -> str:
    on = event.happened_on
    if event.happened_at is not None:
        on = local_date(event.happened_at, zone)
    learned_on = local_date(event.learned_at, zone)
    return "" if on == learned_on else times.say_at(event.learned_at, zone)


def _undone(undoing: CaseEvent, zone: str) -> str:
    who = str(undoing.recorded_by) if undoing.recorded_by else "the installation"
    return f"Undone by {who}, {times.say_at(undoing.learned_at, zone)}"
