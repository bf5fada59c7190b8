"""The lines of the worklist, printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from cases.access import DeskRequest
from cases.desk.deadline_words import Dates, describe
from cases.desk.fact_links import first_fact_link
from cases.desk.freshness_words import AWAITED, status_as_of
from cases.desk.page import case_url, may_write
from cases.desk.recount_words import recount_word
from cases.desk.status_check import BACK
from cases.desk.steps import page_of
from cases.queries.next_call import READY_FOR_A_CALL
from priorauth.calendars.local_time import local_date
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import ClockKind, EventKind, RequestStatus, Role, Standing, Urgency

RENEWED = frozenset({ClockKind.AUTHORIZATION_ENDS, ClockKind.UNITS_END})
"""What a renewal is the answer to: the row leads to it with one click."""

_EXPEDITED = Urgency.EXPEDITED.value


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
    may_write: bool = False
    role: Role = Role.AUDITOR
    today: date = date.min

    @classmethod
    def of(cls, request: DeskRequest, now: datetime, zone: str, asked: Mapping[str, str]) -> Reader:
        """`asked` are the list's filters as its address spells them."""

        def may(kind: EventKind) -> bool:
            return not role_refusal(transition_of(kind), request.role)

        page = page_of(EventKind.STATUS_CHECKED)
        back = escape(urlencode({BACK: urlencode(asked)}))
        return cls(
            now,
            zone,
            renew=reverse("desk:new_request") if may(EventKind.REQUEST_OPENED) else "",
            is_biller=may(EventKind.REASSIGNED),
            may_write=may_write(request),
            role=request.role,
            today=local_date(now, zone),
            call=f"call/?{back}" if may(EventKind.CALL_LOGGED) else "",
            check=f"{page.slug}/?{back}" if page and may(EventKind.STATUS_CHECKED) else "",
        )


def name_once(numbers: Sequence[str]) -> list[bool]:
    """Of the case numbers of one group's rows, which are the same as the one right above.

    Drug and service line of a case fall due together: its patient is then named on the first.
    """
    return [number == above for number, above in zip(numbers, ["", *numbers], strict=False)]


def print_rows(rows: Sequence[Mapping[str, Any]], reader: Reader) -> SafeString:
    """The rows of one group, as the query gives them, in the words of the desk: HTML.

    Written here and not in a template: there are fifty, and a template takes longer over them than
    everything else on the page. Cells and rows are ended by what follows them, as HTML allows.
    """
    same = name_once([row["request__number"] for row in rows])
    printed = (_line(row, reader, is_same) for row, is_same in zip(rows, same, strict=True))
    return mark_safe("\n".join(printed))  # noqa: S308 - `_line` escapes what is not its own


def _line(row: Mapping[str, Any], reader: Reader, is_same_case: bool) -> str:
    dates = Dates.of(row)
    number = escape(row["request__number"])
    url = case_url(number)
    payer_zone = row["request__coverage__plan__payer__time_zone"]
    words = describe(dates, now=reader.now, zone=reader.zone, payer_zone=payer_zone, briefly=True)
    tick = ""
    if reader.is_biller:
        box = f'<input type="checkbox" name="row" value="{row["id"]}">'
        tick = f"<label>{box}<i>{number}</i></label>"
    side = "ours" if dates.is_ours else "theirs"
    between = " · " if words.left and words.basis else ""
    return (
        f'<tr class="pa-{side} pa-t-{words.tone}">'
        f"<td>{tick}<i>{words.whose}</i> {escape(words.act)}"
        f'<td><a href="{url}">{escape(words.what)}</a>{_marks(row)}'
        f"{_links(row, dates, url, reader)}"
        f"<td>{_case(row, is_same_case)}"
        f"<td>{escape(words.due)}<small>{escape(words.left)}{between}{escape(words.basis)}</small>"
        f"<td>{RequestStatus(row['request__status']).label}{_as_of(row, reader)}"
        f"<small>{escape(_person(row)) or '<em>nobody assigned</em>'}</small>"
    )


def _marks(row: Mapping[str, Any]) -> str:
    """What else is to be known of the row at first sight."""
    marks = ' <b class="pa-urgent">Urgent</b>' if row["request__urgency"] == _EXPEDITED else ""
    recount = recount_word(row["request__recount_from"], row["request__recount_failed_at"])
    for alarm in (row["reminder_problem"], recount):
        if alarm:
            marks += f'<span class="pa-alarm">{escape(alarm)}</span>'
    return marks


def _links(row: Mapping[str, Any], dates: Dates, url: str, reader: Reader) -> str:
    """What can be done from the row: buttons, and last the plain link to answer its reminder."""
    if not reader.may_write:
        return ""
    number = escape(row["request__number"])
    links = ""
    if reader.renew and dates.kind in RENEWED:
        links = f'<a href="{reader.renew}?renews={number}">Renew<i> {number}</i></a>'
    if fact := first_fact_link(dates.rule, url, reader.role):
        links += f'<a href="{fact.url}">{fact.words}<i> of {number}</i></a>'
    if check := _check_url(row, dates, url, reader):
        links += f'<a href="{check}">Check status<i> of {number}</i></a>'
    if call := _call_url(row, dates, url, reader):
        links += f'<a href="{call}">Log call<i> about {number}</i></a>'
    if row["standing"] == Standing.RUNNING:  # no reminder of it comes while it does not run
        links += f'<a href="{url}answer/{row["id"]}/">Seen, or later<i>: {number}</i></a>'
    return f"<div>{links}</div>" if links else ""


def _case(row: Mapping[str, Any], is_same_case: bool) -> str:
    number = escape(row["request__number"])
    if is_same_case:
        return f"<small>Same case, {number}</small>"
    patient = f"{row['request__patient__last_name']}, {row['request__patient__first_name']}"
    payer = row["request__coverage__plan__payer__name"]
    return f"{escape(patient)} <span>{number}</span><small>{escape(payer)}</small>"


def _check_url(row: Mapping[str, Any], dates: Dates, url: str, reader: Reader) -> str:
    """Where a look at the payer's status is recorded, from a row that the payer owes; escaped."""
    if not reader.check or dates.is_ours or row["request__status"] not in AWAITED:
        return ""
    return f"{url}{reader.check}"


def _call_url(row: Mapping[str, Any], dates: Dates, url: str, reader: Reader) -> str:
    """Where a call is logged, from a row of the payer's that asks for one; escaped."""
    if not reader.call or dates.is_ours or row.get("group") not in READY_FOR_A_CALL:
        return ""
    return f"{url}{reader.call}"


def _as_of(row: Mapping[str, Any], reader: Reader) -> str:
    """How old the payer's status is, while an answer is awaited."""
    as_of = status_as_of(
        row["request__status"],
        row["request__verified_on"],
        row["request__verified_how"],
        row["request__fresh_through"],
        reader.today,
    )
    if as_of is None:
        return ""
    if as_of.is_stale:
        return f'<small class="pa-stale">{escape(as_of.words)}: stale</small>'
    return f"<small>{escape(as_of.words)}</small>"


def _person(row: Mapping[str, Any]) -> str:
    first, last = row["request__assigned_to__first_name"], row["request__assigned_to__last_name"]
    return f"{first or ''} {last or ''}".strip() or row["request__assigned_to__username"] or ""
