"""The first screen: what is due, ours and theirs, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.page import render_page
from cases.desk.saved_filters import saved_links
from cases.desk.worklist_filters import asked_for, choices, filters_of, link
from cases.desk.worklist_rows import Reader, print_rows
from cases.mail.digest_mail import FROM_MAIL
from cases.queries import call_drafts, incoming, unsent_letters, unsettled_reminders
from cases.queries import worklist as query
from cases.queries.worklist import COUNTED_UP_TO, Cursor, Filters, Whose
from cases.queries.worklist_shelves import Group
from cases.workflow.many import ManyAct
from cases.workflow.remembered_choice import remember_whose
from cases.workflow.sheets import MAY_IMPORT

GROUP_HELP: Mapping[Group, str] = {
    Group.BOOKED: "in the book, and no approval covers it: get one, move it, or tell the patient",
    Group.LIMIT: "ours, and the law's last moment comes by the end of the next business day",
    Group.OVERDUE: "a legal limit, or a date of our own, has passed",
    Group.BROKEN: "what a representative promised did not come: call again",
    Group.TODAY: "to do before the end of today",
    Group.CHASE: "an answer is awaited and it is time to call, or to look at the status",
    Group.ENDING: "an authorization ends or its units run out: begin the renewal",
    Group.PASSED: "no law on file ends it: ask for it all the same, or let it pass",
    Group.WEEK: "coming up in the seven days after today",
    Group.LATER: "nothing to do yet",
}


@require_safe
def worklist(request: DeskRequest) -> HttpResponse:
    """The clinic's live deadlines, a page at a time, narrowed by links."""
    now = timezone.now()
    zone = times.zone_of(request.clinic)
    filters = filters_of(request.GET, request.user.pk)
    is_as_left = not request.GET
    if is_as_left:
        filters = filters_of({"whose": request.membership.worklist_whose}, request.user.pk)
    elif "whose" in request.GET and FROM_MAIL not in request.GET:
        remember_whose(request.membership, str(filters.whose))
    found = query.read(
        filters,
        now=now,
        zone=zone,
        cursor=Cursor.read(request.GET.get("at", "")),
        beside=[
            call_drafts.begun_keys(request.user),
            incoming.waiting_keys(),
            unsent_letters.unsent_keys(),
            *unsettled_reminders.held(),
        ],
    )
    begun, waiting, unsent, *held = found.beside
    reader = Reader.of(request, now, zone, asked_for(filters))
    chosen = choices(found.payers, filters)
    context = {
        "groups": _groups(found, filters, reader),
        "total": _total(found, filters),
        "as_left": filters.whose.label
        if is_as_left and filters.whose is not Whose.EVERYBODY
        else "",
        "everything": link(Filters()),
        "is_narrowed": filters != Filters(staff_id=filters.staff_id),
        "is_empty": not found.rows,
        "choices": chosen.html,
        "order": _order(),
        "acts": ManyAct.choices() if reader.is_biller else [],
        "saved": saved_links(request, filters),
        "query": urlencode(asked_for(filters)),
        "on": ", ".join(_said(chosen.on, filters)),
        "trouble": _capped(found.trouble, query.TROUBLE_COUNTED),
        "held": _capped(sum(held), unsettled_reminders.COUNTED_UP_TO),
        "waiting": _capped(waiting, incoming.COUNTED_UP_TO),
        "unsent": _capped(unsent, unsent_letters.COUNTED_UP_TO),
        "begun": begun,
        "trouble_url": link(filters, problems="1"),
        "earlier_url": link(filters, at=str(found.earlier)) if found.earlier else "",
        "later_url": link(filters, at=str(found.later)) if found.later else "",
        "is_first_page": found.earlier is None,
        "as_of": times.say_at(now, zone),
        "clinic": request.clinic,
        "may_import": request.role in MAY_IMPORT,
    }
    return render_page(request, "desk/worklist.html", context, title="Worklist")


def _groups(found: query.Worklist, filters: Filters, reader: Reader) -> list[dict[str, Any]]:
    """Every group with its count; those on this page with their rows."""
    by_group: dict[Group, list[Mapping[str, Any]]] = {}
    for row in found.rows:
        by_group.setdefault(row["group"], []).append(row)
    return [
        {
            "key": str(group),
            "name": group.label,
            "help": GROUP_HELP[group],
            "count": _capped(found.counts[group], COUNTED_UP_TO),
            "url": link(filters, group=str(group)),
            "is_on": filters.group is group,
            "rows": print_rows(by_group.get(group, []), reader),
        }
        for group in Group
    ]


@cache
def _order() -> SafeString:
    """The groups in their order, and what each is for."""
    return format_html_join(
        "", "<li><b>{}</b>: {}.</li>", ((group.label, GROUP_HELP[group]) for group in Group)
    )


def _said(chosen: Sequence[str], filters: Filters) -> Iterator[str]:
    """The filters that are on, in words: what a folded row of filters must not hide."""
    if filters.group:
        yield filters.group.label
    yield from chosen
    if filters.only_trouble:
        yield "reminders that do not arrive"


def _total(found: query.Worklist, filters: Filters) -> str:
    wanted = [filters.group] if filters.group else list(Group)
    return _capped(sum(found.counts[group] for group in wanted), COUNTED_UP_TO)


def _capped(count: int, limit: int) -> str:
    return f"{limit:,}+" if count > limit else f"{count:,}"
