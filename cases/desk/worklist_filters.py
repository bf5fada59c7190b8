"""The worklist's filters: what an address asks for, and the links that ask for something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cases.queries.worklist import Filters, Whose, Worklist
from cases.queries.worklist_shelves import Group
from priorauth.terms import OwedBy, RequestStatus, Term


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
    """The address of the list with these filters and changes; "" takes a filter off."""
    asked = asked_for(filters) | changes
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def choices(found: Worklist, filters: Filters) -> list[dict[str, Any]]:
    """The rows of filter links, each with the one that is on."""
    sides = [("", "Ours and theirs"), ("clinic", "Ours"), ("payer", "Theirs")]
    statuses = [("", "Any status"), *RequestStatus.choices()]
    payers = [("", "Any payer"), *((str(key), name) for key, name in found.payers)]
    whose = [("" if key == Whose.EVERYBODY else key, label) for key, label in Whose.choices()]
    on = asked_for(filters)
    rows = [("whose", "Whose cases", whose), ("side", "Who owes it", sides)]
    folded = [("status", "Status", statuses), ("payer", "Payer", payers)]
    return [
        {
            "name": title,
            "is_folded": (name, title, options) in folded,
            "on": next((label for key, label in options if key == on.get(name, "")), "one payer"),
            "is_on": name in on,
            "links": [
                {
                    "url": link(filters, **{name: key}),
                    "label": label,
                    "is_on": key == on.get(name, ""),
                }
                for key, label in options
            ],
        }
        for name, title, options in rows + folded
    ]
