"""Links from a missing fact to the steps that record it: on the case, its date, and a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from cases.desk.missing_fact import Way, ways
from cases.desk.rights import KEEPERS
from cases.desk.steps import page_of
from cases.models import Deadline, PriorAuthRequest
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import ClockKind, Role


@dataclass(frozen=True, slots=True)
class FactLink:
    """One step by which a fact comes on file: the words of its link and where it leads."""

    words: str
    url: str


def fact_links(case: PriorAuthRequest, row: Deadline, role: Role) -> list[FactLink]:
    """Where what `row` of the case asks for is written down by that role: register, then steps."""
    found = list(_registers(case, row.rule)) if role in KEEPERS else []
    for way, slug in _open_to(row.rule, role):
        of = f"?of={way.of}-{row.start_event_id}" if way.of else ""
        found.append(FactLink(way.words, reverse("desk:step", args=[case.number, slug]) + of))
    return found


def _registers(case: PriorAuthRequest, rule: str) -> Iterator[FactLink]:
    """What is kept beside the cases and not by a step of one."""
    if rule == "desk-no-filing-limit":
        known = {
            "payer": case.coverage.plan.payer_id,
            "kind": ClockKind.TIMELY_FILING,
            "starts_on": "infusion_given",
        }
        yield FactLink(
            "Write the limit down", f"{reverse('admin:cases_payerpolicy_add')}?{urlencode(known)}"
        )
    if rule.startswith("desk-benefits-"):
        known = {"coverage": case.coverage_id}
        yield FactLink(
            "Record a check", f"{reverse('admin:cases_benefitscheck_add')}?{urlencode(known)}"
        )


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
