"""A call is logged and the next one begun: the call form of the next case of the same list."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.urls import reverse

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.at_case import now_of
from cases.desk.status_check import BACK, LONGEST_BACK
from cases.desk.worklist_filters import asked_for, filters_of
from cases.queries.next_call import next_to_call

GO_ON = "_go_on"
"""Name of the button that logs the call and opens the next."""


def next_call_url(request: DeskRequest) -> str:
    """The call form of the next case that is ready for a call; "" when the list has none.

    The list is the one the form was opened from, with its filters; they go along.
    """
    asked = dict(parse_qsl(request.GET.get(BACK, "")[:LONGEST_BACK]))
    filters = filters_of(asked, request.user.pk)
    number = next_to_call(filters, now=now_of(request), zone=times.zone_of(request.clinic))
    if not number:
        return ""
    back = urlencode({BACK: urlencode(asked_for(filters))})
    return f"{reverse('desk:step', args=[number, 'call'])}?{back}"
