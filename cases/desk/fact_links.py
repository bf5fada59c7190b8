"""Links from a missing fact to the steps that record it: on the case, its date, and a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from cases.desk.missing_fact import Way, ways
from cases.desk.steps import page_of
from cases.models import Deadline
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import Role


@dataclass(frozen=True, slots=True)
class FactLink:
    """One step by which a fact comes on file: the words of its link and where it leads."""

    words: str
    url: str


def fact_links(number: str, row: Deadline, role: Role) -> list[FactLink]:
    """The steps that bring on file what `row` of the case `number` asks for, for that role."""
    found = []
    for way, slug in _open_to(row.rule, role):
        of = f"?of={way.of}-{row.start_event_id}" if way.of else ""
        found.append(FactLink(way.words, reverse("desk:step", args=[number, slug]) + of))
    return found


def first_fact_link(rule: str, case_url: str, role: Role) -> FactLink | None:
    """The most natural of them, for a row of a list, which does not know what it counts from.

    `case_url` is the address of the case. The step's page finds the fact by its sort.
    """
    for way, slug in _open_to(rule, role)[:1]:
        return FactLink(way.words, f"{case_url}{slug}/" + (f"?of={way.of}" if way.of else ""))
    return None


@lru_cache(maxsize=512)
def _open_to(rule: str, role: Role) -> tuple[tuple[Way, str], ...]:
    return tuple(_allowed(rule, role))


def _allowed(rule: str, role: Role) -> Iterator[tuple[Way, str]]:
    for way in ways(rule):
        page = page_of(way.kind)
        if page is not None and not role_refusal(transition_of(way.kind), role):
            yield way, page.slug
