"""A case chosen from a list that a search refills, with those that a letter names kept below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.queries import search
from cases.queries.incoming import Named
from cases.queries.search import Hit
from priorauth.calendars.wording import say_day
from priorauth.terms import RequestStatus

SHOWN = 8


class FoundCasesWidget(forms.RadioSelect):
    """`stays`: the numbers of cases that a new search does not take off the list."""

    template_name = "desk/forms/found_cases.html"
    lists_itself = True
    stays: frozenset[str] = frozenset()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["stays"] = self.stays
        return context

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


def offered_cases(
    typed: str, chosen: str, named: Iterable[Named]
) -> tuple[list[tuple[str, Any]], frozenset[str]]:
    """The choices of the list, and the numbers among them that a new search leaves there."""
    stays: dict[str, Any] = {
        each.hit.number: format_html(
            '{} <q class="step-said">{}</q>', label_of(each.hit), each.found.snippet
        )
        for each in named
    }
    if chosen and chosen not in stays:
        stays |= {hit.number: label_of(hit) for hit in search.by_case_numbers([chosen])}
    found = {hit.number: label_of(hit) for hit in find_cases(typed) if hit.number not in stays}
    return [*found.items(), *stays.items()], frozenset(stays)


def find_cases(typed: str) -> list[Hit]:
    """As the desk's search box finds them, cases only: exact numbers first."""
    asked = typed.strip()[: search.LONGEST]
    if not asked:
        return []
    number = search.exact_case(asked)
    if number:
        return search.by_case_numbers([number])
    hits: dict[str, Hit] = {}
    for ways in (
        search.by_number(asked),
        search.by_member_beginning(asked)[0],
        search.by_name(asked)[0],
    ):
        for hit in ways:
            hits.setdefault(hit.number, hit)
    return [hit for number, hit in hits.items() if number][:SHOWN]


def label_of(hit: Hit) -> str:
    """A case as a person tells it from others. Names a patient: for signed-in pages only."""
    born = say_day(hit.birth_date).partition(" ")[2]
    status = RequestStatus(hit.status).label
    return f"{hit.patient}, born {born} · {hit.payer} · {hit.number}, {status.lower()}"
