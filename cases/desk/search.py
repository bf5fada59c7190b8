"""The search box. What was typed is posted: names and numbers never stand in an address."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.at_case import now_of
from cases.desk.freshness_words import status_as_of
from cases.desk.page import case_url, render_page
from cases.queries import search as query
from cases.queries.search import Hit
from priorauth.calendars.local_time import local_date
from priorauth.terms import RequestStatus


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: DeskRequest) -> HttpResponse:
    """What was found; a number that only one case has goes straight to the case."""
    asked = request.POST.get("q", "").strip()[: query.LONGEST]
    number = query.exact_case(asked)
    if number:
        return redirect("desk:case", number=number)
    numbers = query.by_number(asked)
    begun, more_begun = query.by_member_beginning(asked)
    known = {hit.number for hit in numbers}
    numbers += [hit for hit in begun if hit.number not in known]
    names, more = query.by_name(asked)
    if not names and len({hit.number for hit in numbers}) == 1:
        return redirect("desk:case", number=numbers[0].number)
    today = local_date(now_of(request), times.zone_of(request.clinic))
    context = {
        "asked": asked,
        "numbers": [_row(hit, today) for hit in numbers],
        "names": [_row(hit, today) for hit in names],
        "more": more,
        "more_numbers": more_begun,
        "beginning": query.BEGINNING,
        "shown": query.SHOWN,
    }
    return render_page(request, "desk/search.html", context, title="Search")


def _row(hit: Hit, today: date) -> dict[str, Any]:
    """`today` is the clinic's date."""
    return {
        "url": case_url(hit.number) if hit.number else "",
        "number": hit.number,
        "patient": hit.patient,
        "born": times.say_born(hit.birth_date),
        "payer": hit.payer,
        "status": RequestStatus(hit.status).label if hit.status else "no request yet",
        "as_of": status_as_of(
            hit.status, hit.verified_on, hit.verified_how, hit.fresh_through, today
        ),
        "found_by": hit.found_by,
    }
