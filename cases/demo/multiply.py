"""Many cases from few: copies of told stories under new names, by bulk writes.

A copy keeps its story's dates, so its deadlines are what the engine gave for those very facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

from django.db import models, transaction

from cases.demo.names import FIRST, LAST
from cases.demo.rows import Table
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
    PayerBreach,
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
    PayerBreach,
)
ORDER: tuple[type[models.Model], ...] = (
    Patient,
    Coverage,
    PriorAuthRequest,
    *BY_REQUEST,
    LineDetermination,
    CallAnswer,
)
THROUGH_LINES = (Authorization, Appeal, ExternalReview)
POINTING_BACK = (
    EventKind.PROMISE_SETTLED,
    EventKind.AUTHORIZATION_ENTERED,
    EventKind.SERIES_PLANNED,
    EventKind.INFUSION_RECORDED,
    EventKind.STEP_UNDONE,
)
"""Events that name other rows in their facts: stories that hold one are not copied."""


Tables = Mapping[type[models.Model], Table]
Key = tuple[type[models.Model], int]
"""A row of a story: its model and its primary key there."""


@dataclass(frozen=True, slots=True)
class Original:
    """A row to be copied. `links` are the places whose values are keys of rows of the story."""

    row: Any
    values: Sequence[Any]
    links: Sequence[tuple[int, Key]]


Graph = Mapping[type[models.Model], Sequence[Original]]


def multiply(requests: Sequence[PriorAuthRequest], count: int, rng: Random) -> int:
    """Write `count` copies of the stories in `requests`, in turn; returns how many were written."""
    tables = {model: Table(model) for model in ORDER}
    originals = [each for each in requests if _can_be_copied(each)]
    graphs = [_graph(each, tables) for each in originals]
    turns = (graphs[number % len(graphs)] for number in range(count))
    written = 0
    while batch := list(islice(turns, BATCH)):
        with transaction.atomic():
            _write(batch, tables, rng)
        written += len(batch)
    return written


def _can_be_copied(request: PriorAuthRequest) -> bool:
    return not CaseEvent._base_manager.filter(request=request, kind__in=POINTING_BACK).exists()


def _graph(request: PriorAuthRequest, tables: Tables) -> Graph:
    """Every row of one case, by model."""
    rows: dict[type[models.Model], list[Any]] = {
        Patient: [request.patient],
        Coverage: [request.coverage],
        PriorAuthRequest: [request],
    }
    for model in BY_REQUEST:
        found = model._base_manager.filter(request=request).order_by("pk")
        if model is Deadline:
            found = found.exclude(standing=Standing.SUPERSEDED)
        rows[model] = list(found)
    rows[LineDetermination] = list(
        LineDetermination._base_manager.filter(determination__in=rows[Determination]).order_by("pk")
    )
    rows[CallAnswer] = list(
        CallAnswer._base_manager.filter(call__in=rows[InsurerCall]).order_by("pk")
    )
    inside = {(model, row.pk) for model in ORDER for row in rows[model]}
    return {
        model: [_original(row, tables[model], inside) for row in rows[model]] for model in ORDER
    }


def _original(row: Any, table: Table, inside: set[Key]) -> Original:
    links = [
        (place, (related, key))
        for place, related in table.links
        if (related, key := getattr(row, table.fields[place].attname)) in inside
    ]
    return Original(row, table.values(row), links)


def _write(batch: Sequence[Graph], tables: Tables, rng: Random) -> None:
    """One bulk write a model for the whole batch."""
    known: list[dict[Key, int]] = [{} for _ in batch]
    for model in ORDER:
        turns = [
            (each, keys) for graph, keys in zip(batch, known, strict=True) for each in graph[model]
        ]
        fresh = tables[model].reserve(len(turns))
        for (each, keys), key in zip(turns, fresh, strict=True):
            keys[model, each.row.pk] = key
        tables[model].write(
            _copied(each, tables[model], key, keys, rng)
            for (each, keys), key in zip(turns, fresh, strict=True)
        )
    for model in THROUGH_LINES:
        _write_lines(model, batch, known)


def _copied(
    original: Original, table: Table, key: int, keys: Mapping[Key, int], rng: Random
) -> Sequence[Any]:
    values = list(original.values)
    values[table.place["id"]] = key
    for place, linked in original.links:
        values[place] = keys.get(linked, values[place])
    for name, value in _new_values(original.row, rng):
        values[table.place[name]] = value
    table.fold(values)
    if isinstance(original.row, Deadline):
        # The natural key ends with the start event.
        before, _, start = original.row.key.rpartition("|")
        if start.isdigit():
            values[table.place["key"]] = f"{before}|{values[table.place['start_event_id']]}"
    elif isinstance(original.row, PayerBreach):
        before, _, start = original.row.key.rpartition("|")
        if start.isdigit():
            values[table.place["key"]] = f"{before}|{keys[CaseEvent, int(start)]}"
    return values


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


def _write_lines(model: Any, batch: Sequence[Graph], known: Sequence[Mapping[Key, int]]) -> None:
    """The many-to-many rows between a proceeding and its lines."""
    through = model.lines.through
    owner = model._meta.model_name + "_id"
    rows = [
        through(
            **{owner: keys[model, each.row.pk], "serviceline_id": keys[ServiceLine, line.row.pk]}
        )
        for graph, keys in zip(batch, known, strict=True)
        for each in graph[model]
        for line in graph[ServiceLine]
    ]
    through._base_manager.bulk_create(rows, batch_size=1000)
