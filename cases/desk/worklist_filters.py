"""The worklist's filters: what an address asks for, and the links that ask for something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from cases.queries.worklist import Filters, Whose
from cases.queries.worklist_shelves import Group
from priorauth.terms import OwedBy, RequestStatus, Term

EVERYTHING = urlencode({"whose": Whose.EVERYBODY})
"""The list without any filter, as its address says it."""


def filters_of(asked: Mapping[str, Any], staff_id: int | None) -> Filters:
    """What the address asks for; anything that makes no sense is left out.

    `asked` maps names to texts; `staff_id` is the reader.
    """
    return Filters(
        staff_id=staff_id,
        whose=_term(Whose, asked.get("whose")) or Whose.EVERYBODY,
        side=_term(OwedBy, asked.get("side")),
        status=_term(RequestStatus, asked.get("status")),
        payer_id=_number(asked.get("payer")),
        group=_term(Group, asked.get("group")),
        only_trouble=asked.get("problems") == "1",
    )


def _term(term: type[Term], text: str | None) -> Any:
    return term(text) if text in set(term) else None


def _number(text: str | None) -> int | None:
    is_number = bool(text) and str(text).isascii() and str(text).isdigit() and len(str(text)) < 19
    return int(str(text)) if is_number else None


def asked_for(filters: Filters) -> dict[str, str]:
    """The filters as an address spells them, those that are off left out."""
    asked = {
        "whose": "" if filters.whose is Whose.EVERYBODY else str(filters.whose),
        "side": str(filters.side or ""),
        "status": str(filters.status or ""),
        "payer": str(filters.payer_id or ""),
        "group": str(filters.group or ""),
        "problems": "1" if filters.only_trouble else "",
    }
    return {name: value for name, value in asked.items() if value}


def link(filters: Filters, **changes: str) -> str:
    """The address of the list with these filters and changes; "" takes a filter off.

    Without any filter it says so: the bare address opens on whose cases the reader chose last.
    """
    asked = asked_for(filters) | changes
    return "?" + (urlencode({name: value for name, value in asked.items() if value}) or EVERYTHING)


@dataclass(frozen=True, slots=True)
class Choices:
    """The rows of filter links, printed; `on` names the filters that are on, in words."""

    html: SafeString
    on: tuple[str, ...]


def choices(payers: Sequence[tuple[int, str]], filters: Filters) -> Choices:
    """What the list can be narrowed to besides groups. `payers` are the clinic's: key and name."""
    return _choices(tuple(payers), replace(filters, staff_id=None))  # whoever reads, it is the same


@lru_cache(maxsize=200)
def _choices(payers: tuple[tuple[int, str], ...], filters: Filters) -> Choices:
    sides = [("", "Ours and theirs"), ("clinic", "Ours"), ("payer", "Theirs")]
    statuses = [("", "Any status"), *RequestStatus.choices()]
    of_payers = [("", "Any payer"), *((str(key), name) for key, name in payers)]
    asked = asked_for(filters)
    printed, said = [], []
    for name, title, options, is_folded in (
        ("whose", "Whose cases", Whose.choices(), False),
        ("side", "Who owes it", sides, False),
        ("status", "Status", statuses, True),
        ("payer", "Payer", of_payers, True),
    ):
        now = asked.get(name, str(Whose.EVERYBODY) if name == "whose" else "")
        on = next((label for key, label in options if key == now), "one payer")
        links = [
            link_to(link(filters, **{name: key}), label, is_on=key == now) for key, label in options
        ]
        printed.append((_folded if is_folded else _in_a_row)(title, on, links, is_on=name in asked))
        said += [on] if name in asked else []
    return Choices(format_html_join("\n", "{}", ((each,) for each in printed)), tuple(said))


def link_to(url: str, label: str, *, is_on: bool) -> SafeString:
    """A link of a filter, told apart when it is the one that is on."""
    here = mark_safe(' aria-current="true"') if is_on else ""
    return format_html('<a href="{}"{}>{}</a>', url, here, label)


def _in_a_row(title: str, on: str, links: list[SafeString], *, is_on: bool) -> SafeString:
    inside = format_html_join("", "{}", ((each,) for each in links))
    return format_html('<nav aria-label="{}" class="pa-switch">{}</nav>', title, inside)


def _folded(title: str, on: str, links: list[SafeString], *, is_on: bool) -> SafeString:
    return format_html(
        '<details class="pa-menu"><summary{}>{}: {}</summary><ul>{}</ul></details>',
        mark_safe(' class="pa-on"') if is_on else "",
        title,
        on,
        format_html_join("", "<li>{}</li>", ((each,) for each in links)),
    )
