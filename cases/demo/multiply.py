"""Many cases from few: copies of told stories under new names, by bulk writes.

A copy keeps its story's dates, so its deadlines are what the engine gave for those very facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from itertools import islice
from random import Random
from typing import Any

from django.db import models, transaction

from cases.demo.names import FIRST, LAST
from cases.models import (
    Appeal,
    Authorization,
    CallAnswer,
    CaseEvent,
    Coverage,
    Deadline,
    Determination,
    Diagnosis,
    ExternalReview,
    InformationRequest,
    InsurerCall,
    LineDetermination,
    Note,
    Patient,
    PeerToPeer,
    PriorAuthRequest,
    ServiceLine,
    Submission,
)
from cases.models.requests import CROCKFORD
from priorauth.terms import EventKind, Standing

BATCH = 500
"""Cases a batch: small enough for memory, large enough that round trips do not matter."""

# Parents before children; each is copied through its foreign keys to what was copied before.
BY_REQUEST: tuple[type[models.Model], ...] = (
    ServiceLine,
    Diagnosis,
    CaseEvent,
    Submission,
    InformationRequest,
    Determination,
    Authorization,
    Appeal,
    ExternalReview,
    PeerToPeer,
    InsurerCall,
    Note,
    Deadline,
)
THROUGH_LINES = (Authorization, Appeal, ExternalReview)
POINTING_BACK = (EventKind.PROMISE_SETTLED, EventKind.AUTHORIZATION_ENTERED, EventKind.STEP_UNDONE)
"""Events that name other rows in their facts: stories that hold one are not copied."""


def multiply(requests: Sequence[PriorAuthRequest], count: int, rng: Random) -> int:
    """Write `count` copies of the stories in `requests`, in turn; returns how many were written."""
    originals = [each for each in requests if _can_be_copied(each)]
    graphs = [_graph(each) for each in originals]
    turns = (graphs[number % len(graphs)] for number in range(count))
    written = 0
    while batch := list(islice(turns, BATCH)):
        with transaction.atomic():
            _write(batch, rng)
        written += len(batch)
    return written


def _can_be_copied(request: PriorAuthRequest) -> bool:
    return not CaseEvent._base_manager.filter(request=request, kind__in=POINTING_BACK).exists()


Graph = dict[type[models.Model], list[Any]]


def _graph(request: PriorAuthRequest) -> Graph:
    """Every row of one case, by model."""
    graph: Graph = {
        Patient: [request.patient],
        Coverage: [request.coverage],
        PriorAuthRequest: [request],
    }
    for model in BY_REQUEST:
        rows = model._base_manager.filter(request=request).order_by("pk")
        if model is Deadline:
            rows = rows.exclude(standing=Standing.SUPERSEDED)
        graph[model] = list(rows)
    decided = graph[Determination]
    graph[LineDetermination] = list(
        LineDetermination._base_manager.filter(determination__in=decided).order_by("pk")
    )
    graph[CallAnswer] = list(
        CallAnswer._base_manager.filter(call__in=graph[InsurerCall]).order_by("pk")
    )
    return graph


def _write(batch: Sequence[Graph], rng: Random) -> None:
    """One bulk write a model for the whole batch."""
    keys: dict[tuple[type[models.Model], int, Any], Any] = {}
    order: tuple[type[models.Model], ...] = (
        Patient,
        Coverage,
        PriorAuthRequest,
        *BY_REQUEST,
        LineDetermination,
        CallAnswer,
    )
    for model in order:
        pairs = [
            (turn, row, _copied(row, model, turn, keys, rng))
            for turn, graph in enumerate(batch)
            for row in graph[model]
        ]
        model._base_manager.bulk_create([fresh for _, _, fresh in pairs], batch_size=1000)
        for turn, row, fresh in pairs:
            keys[model, turn, row.pk] = fresh.pk
    for model in THROUGH_LINES:
        _write_lines(model, batch, keys)


def _copied(row: Any, model: type[models.Model], turn: int, keys: dict, rng: Random) -> Any:
    fresh = copy(row)
    fresh._state = copy(row._state)
    fresh._state.adding = True
    fresh._state.fields_cache = {}
    fresh.pk = None
    for field in model._meta.concrete_fields:
        if field.is_relation:
            known = keys.get((field.related_model, turn, getattr(row, field.attname)))
            if known is not None:
                setattr(fresh, field.attname, known)
    for name, value in _new_values(row, rng):
        setattr(fresh, name, value)
    if isinstance(fresh, Deadline):
        # The natural key ends with the start event.
        before, _, start = fresh.key.rpartition("|")
        fresh.key = f"{before}|{fresh.start_event_id if start.isdigit() else start}"
    return fresh


def _new_values(row: Any, rng: Random) -> Iterator[tuple[str, Any]]:
    """What must differ from the story: names and numbers."""
    if isinstance(row, Patient):
        yield "first_name", rng.choice(FIRST)
        yield "last_name", rng.choice(LAST)
        yield "chart_number", f"C{rng.randrange(10**6):06d}"
    elif isinstance(row, Coverage):
        yield "member_id", f"SYN{rng.randrange(10**9):09d}"
    elif isinstance(row, PriorAuthRequest):
        yield "number", "PA-" + "".join(rng.choice(CROCKFORD) for _ in range(8))
    elif isinstance(row, InsurerCall):
        yield "reference_number", f"C-{rng.randrange(10**9):09d}"
    elif isinstance(row, Submission):
        yield "confirmation_number", f"REF{rng.randrange(10**9):09d}"
    elif isinstance(row, Authorization) and row.authorization_number:
        yield "authorization_number", f"A{rng.randrange(10**9):09d}"


def _write_lines(model: Any, batch: Sequence[Graph], keys: dict) -> None:
    """The many-to-many rows between a proceeding and its lines."""
    through = model.lines.through
    owner = model._meta.model_name + "_id"
    rows = []
    for turn, graph in enumerate(batch):
        for row in graph[model]:
            for line in graph[ServiceLine]:
                rows.append(
                    through(
                        **{
                            owner: keys[model, turn, row.pk],
                            "serviceline_id": keys[ServiceLine, turn, line.pk],
                        }
                    )
                )
    through._base_manager.bulk_create(rows, batch_size=1000)
