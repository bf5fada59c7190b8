"""Where a status check leads: to the decision, to a call, or back to where it was begun."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from django.urls import reverse

from cases.desk.at_case import AtCase
from cases.forms.step_form import StepForm
from priorauth.terms import EventKind, StatusAnswer

BACK = "back"
LONGEST_BACK = 500

_DECISIONS = (
    EventKind.APPEAL_DECIDED,
    EventKind.EXTERNAL_REVIEW_DECIDED,
    EventKind.DETERMINED,
)


def kind_after_check(case: AtCase, form: StepForm) -> EventKind | None:
    """The step that what the payer says asks for next; None while it is pending."""
    said = form.cleaned_data.get("said")
    if said == StatusAnswer.NOT_FOUND:
        return EventKind.CALL_LOGGED
    if said == StatusAnswer.DECIDED:
        offered = {offer.kind for offer in case.offers}
        return next((kind for kind in _DECISIONS if kind in offered), None)
    return None


def back_to_worklist(request: HttpRequest) -> str:
    """The worklist as it was when a step was opened from it; "" for a step of the case page.

    The address carries the list's own filters; they are spelled anew and checked by the list.
    """
    asked = request.GET.get(BACK)
    if asked is None:
        return ""
    query = urlencode(parse_qsl(asked[:LONGEST_BACK]))
    return reverse("desk:worklist") + (f"?{query}" if query else "")
