"""The first screen: what is due, ours and theirs, most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.deadline_words import Dates, describe, say_due
from cases.desk.page import case_url, render_page
from cases.desk.recount_words import recount_word
from cases.queries import unsettled_reminders
from cases.queries import worklist as query
from cases.queries.worklist import COUNTED_UP_TO, Cursor, Filters, Group, Whose
from cases.workflow.sheets import MAY_IMPORT
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import ClockKind, EventKind, OwedBy, RequestStatus, Standing, Term, Urgency

GROUP_HELP: Mapping[Group, str] = {
    Group.OVERDUE: "a legal limit, or a date of our own, has passed",
    Group.BROKEN: "what a representative promised did not come: call again",
    Group.TODAY: "to do or to chase before the end of today",
    Group.WEEK: "coming up in the seven days after today",
    Group.LATER: "nothing to do yet",
}


RENEWED = frozenset({ClockKind.AUTHORIZATION_ENDS, ClockKind.UNITS_END})
"""What a renewal is the answer to: the row leads to it with one click."""


@require_safe
def worklist(request: DeskRequest) -> HttpResponse:
    """The clinic's live deadlines, a page at a time, narrowed by links."""
    now = timezone.now()
    zone = times.zone_of(request.clinic)
    filters = filters_of(request)
    found = query.read(filters, now=now, zone=zone, cursor=Cursor.read(request.GET.get("at", "")))
    context = {
        "groups": _groups(found, filters, now, zone, _new_url(request)),
        "total": _total(found, filters),
        "is_narrowed": filters != Filters(staff_id=filters.staff_id),
        "is_empty": not found.rows,
        "choices": _choices(found, filters),
        "trouble": _capped(found.trouble, query.TROUBLE_COUNTED),
        "held": _capped(unsettled_reminders.count_held(), unsettled_reminders.COUNTED_UP_TO),
        "trouble_url": _link(filters, problems="1"),
        "earlier_url": _link(filters, at=str(found.earlier)) if found.earlier else "",
        "later_url": _link(filters, at=str(found.later)) if found.later else "",
        "is_first_page": found.earlier is None,
        "as_of": times.say_at(now, zone),
        "clinic": request.clinic,
        "may_import": request.role in MAY_IMPORT,
    }
    return render_page(request, "desk/worklist.html", context, title="Worklist")


def _new_url(request: DeskRequest) -> str:
    """Where a renewal is opened, for those who may; "" for others."""
    may_open = not role_refusal(transition_of(EventKind.REQUEST_OPENED), request.role)
    return reverse("desk:new_request") if may_open else ""


# ------------------------------------------------------------------ filters are links


def filters_of(request: DeskRequest) -> Filters:
    """What the address asks for; anything that makes no sense is left out."""
    asked = request.GET
    return Filters(
        staff_id=request.user.pk,
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


def _link(filters: Filters, **changes: str) -> str:
    """The address of the list with these filters and changes; "" takes a filter off."""
    asked = {
        "whose": "" if filters.whose is Whose.EVERYBODY else str(filters.whose),
        "side": str(filters.side or ""),
        "status": str(filters.status or ""),
        "payer": str(filters.payer_id or ""),
        "group": str(filters.group or ""),
        "problems": "1" if filters.only_trouble else "",
    }
    return "?" + urlencode({name: value for name, value in (asked | changes).items() if value})


def _choices(found: query.Worklist, filters: Filters) -> list[dict[str, Any]]:
    """The rows of filter links, each with the one that is on."""
    sides = [("", "Ours and theirs"), ("clinic", "Ours"), ("payer", "Theirs")]
    statuses = [("", "Any status"), *RequestStatus.choices()]
    payers = [("", "Any payer"), *((str(key), name) for key, name in found.payers)]
    whose = [("" if key == Whose.EVERYBODY else key, label) for key, label in Whose.choices()]
    on = {
        "whose": "" if filters.whose is Whose.EVERYBODY else str(filters.whose),
        "side": str(filters.side or ""),
        "status": str(filters.status or ""),
        "payer": str(filters.payer_id or ""),
    }
    rows = [("whose", "Whose cases", whose), ("side", "Who owes it", sides)]
    folded = [("status", "Status", statuses), ("payer", "Payer", payers)]
    return [
        {
            "name": title,
            "is_folded": (name, title, options) in folded,
            "on": next((label for key, label in options if key == on[name]), "one payer"),
            "is_on": bool(on[name]),
            "links": [
                {"url": _link(filters, **{name: key}), "label": label, "is_on": key == on[name]}
                for key, label in options
            ],
        }
        for name, title, options in rows + folded
    ]


# ------------------------------------------------------------------ groups and rows


def _groups(
    found: query.Worklist, filters: Filters, now: datetime, zone: str, new_url: str
) -> list[dict[str, Any]]:
    """Every group with its count; those on this page with their rows."""
    by_group: dict[Group, list[dict[str, Any]]] = {}
    for row in found.rows:
        by_group.setdefault(row["group"], []).append(_row(row, now, zone, new_url))
    return [
        {
            "key": str(group),
            "name": group.label,
            "help": GROUP_HELP[group],
            "count": _capped(found.counts[group], COUNTED_UP_TO),
            "url": _link(filters, group=str(group)),
            "is_on": filters.group is group,
            "rows": name_once(by_group.get(group, [])),
        }
        for group in Group
    ]


def name_once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of one group, each told whether the row right above it is of the same case.

    Drug and service line of a case fall due together: its patient is then named on the first.
    """
    above = ""
    for row in rows:
        row["is_same_case"] = row["number"] == above
        above = row["number"]
    return rows


def _total(found: query.Worklist, filters: Filters) -> str:
    wanted = [filters.group] if filters.group else list(Group)
    return _capped(sum(found.counts[group] for group in wanted), COUNTED_UP_TO)


def _capped(count: int, limit: int) -> str:
    return f"{limit:,}+" if count > limit else f"{count:,}"


def _row(row: Mapping[str, Any], now: datetime, zone: str, new_url: str) -> dict[str, Any]:
    """One line of the list, ready to print."""
    dates = Dates.of(row)
    payer_zone = row["request__coverage__plan__payer__time_zone"]
    words = describe(dates, now=now, zone=zone, payer_zone=payer_zone)
    return {
        "url": case_url(row["request__number"]),
        "number": row["request__number"],
        "renew_url": f"{new_url}?renews={row['request__number']}"
        if new_url and dates.kind in RENEWED
        else "",
        "what": words.what,
        "whose": words.whose,
        "side": "ours" if dates.is_ours else "theirs",
        "tone": str(words.tone),
        "act": words.act,
        "due": say_due(dates, times.say_by_briefly(now, dates.due_at, zone, payer_zone)),
        "left": words.left,
        "basis": words.basis,
        "patient": f"{row['request__patient__last_name']}, {row['request__patient__first_name']}",
        "payer": row["request__coverage__plan__payer__name"],
        "status": RequestStatus(row["request__status"]).label,
        "is_urgent": row["request__urgency"] == Urgency.EXPEDITED,
        "assigned": _person(row),
        "alarm": row["reminder_problem"],
        "answer_url": _answer_url(row),
        "recount": recount_word(row["request__recount_from"], row["request__recount_failed_at"]),
    }


def _person(row: Mapping[str, Any]) -> str:
    first, last = row["request__assigned_to__first_name"], row["request__assigned_to__last_name"]
    return f"{first or ''} {last or ''}".strip() or row["request__assigned_to__username"] or ""


def _answer_url(row: Mapping[str, Any]) -> str:
    """Where its reminders are answered, while any can come."""
    runs = row["standing"] == Standing.RUNNING
    return f"{case_url(row['request__number'])}answer/{row['id']}/" if runs else ""
