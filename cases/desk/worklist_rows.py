"""One line of the worklist, ready to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.deadline_words import Dates, describe, say_due
from cases.desk.freshness_words import say_as_of
from cases.desk.page import case_url
from cases.desk.recount_words import recount_word
from cases.desk.status_check import BACK
from cases.desk.steps import page_of
from cases.queries.next_call import READY_FOR_A_CALL
from priorauth.calendars.local_time import local_date
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import ClockKind, EventKind, RequestStatus, Standing, Urgency

RENEWED = frozenset({ClockKind.AUTHORIZATION_ENDS, ClockKind.UNITS_END})
"""What a renewal is the answer to: the row leads to it with one click."""

AWAITED = frozenset(
    {
        RequestStatus.SUBMITTED,
        RequestStatus.RECEIVED,
        RequestStatus.PENDED,
        RequestStatus.UNDER_APPEAL,
        RequestStatus.UNDER_EXTERNAL_REVIEW,
    }
)
"""The payer still owes an answer: there is a status to look up."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom lines are printed, and when: what leads where depends on both.

    `now` is an aware instant, `zone` the clinic's. `renew`, `check` and `call` are "" for whom may
    not; the last two end with how to come back to this very list. `is_biller` may act on many rows
    at once.
    """

    now: datetime
    zone: str
    renew: str = ""
    check: str = ""
    call: str = ""
    is_biller: bool = False

    @classmethod
    def of(cls, request: DeskRequest, now: datetime, zone: str, asked: Mapping[str, str]) -> Reader:
        """`asked` are the list's filters as its address spells them."""

        def may(kind: EventKind) -> bool:
            return not role_refusal(transition_of(kind), request.role)

        page = page_of(EventKind.STATUS_CHECKED)
        back = urlencode({BACK: urlencode(asked)})
        return cls(
            now,
            zone,
            renew=reverse("desk:new_request") if may(EventKind.REQUEST_OPENED) else "",
            is_biller=may(EventKind.REASSIGNED),
            call=f"call/?{back}" if may(EventKind.CALL_LOGGED) else "",
            check=f"{page.slug}/?{back}" if page and may(EventKind.STATUS_CHECKED) else "",
        )


def name_once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of one group, each told whether the row right above it is of the same case.

    Drug and service line of a case fall due together: its patient is then named on the first.
    """
    above = ""
    for row in rows:
        row["is_same_case"] = row["number"] == above
        above = row["number"]
    return rows


def print_row(row: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """`row` as the query gives it, in the words of the desk."""
    dates = Dates.of(row)
    now, zone, number = reader.now, reader.zone, row["request__number"]
    payer_zone = row["request__coverage__plan__payer__time_zone"]
    words = describe(dates, now=now, zone=zone, payer_zone=payer_zone)
    return {
        "pk": row["id"],
        "url": case_url(number),
        "number": number,
        "renew_url": f"{reader.renew}?renews={number}"
        if reader.renew and dates.kind in RENEWED
        else "",
        "check_url": _check_url(row, dates, reader),
        "call_url": _call_url(row, dates, reader),
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
        "as_of": _as_of(row, reader),
        "is_urgent": row["request__urgency"] == Urgency.EXPEDITED,
        "assigned": _person(row),
        "alarm": row["reminder_problem"],
        "answer_url": _answer_url(row),
        "recount": recount_word(row["request__recount_from"], row["request__recount_failed_at"]),
    }


def _check_url(row: Mapping[str, Any], dates: Dates, reader: Reader) -> str:
    """Where a look at the payer's status is recorded, from a row that the payer owes."""
    if not reader.check or dates.is_ours or row["request__status"] not in AWAITED:
        return ""
    return f"{case_url(row['request__number'])}{reader.check}"


def _call_url(row: Mapping[str, Any], dates: Dates, reader: Reader) -> str:
    """Where a call is logged, from a row of the payer's that asks for one."""
    if not reader.call or dates.is_ours or row.get("group") not in READY_FOR_A_CALL:
        return ""
    return f"{case_url(row['request__number'])}{reader.call}"


def _as_of(row: Mapping[str, Any], reader: Reader) -> Any:
    """How old the payer's status is, while an answer is awaited."""
    if row["request__status"] not in AWAITED:
        return None
    return say_as_of(
        row["request__verified_on"],
        row["request__verified_how"],
        row["request__fresh_through"],
        local_date(reader.now, reader.zone),
    )


def _person(row: Mapping[str, Any]) -> str:
    first, last = row["request__assigned_to__first_name"], row["request__assigned_to__last_name"]
    return f"{first or ''} {last or ''}".strip() or row["request__assigned_to__username"] or ""


def _answer_url(row: Mapping[str, Any]) -> str:
    """Where its reminders are answered, while any can come."""
    runs = row["standing"] == Standing.RUNNING
    return f"{case_url(row['request__number'])}answer/{row['id']}/" if runs else ""
