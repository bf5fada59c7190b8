"""Taking back a mis-logged step from the timeline."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases.access import DeskRequest, case_or_404
from cases.models import CaseEvent
from cases.workflow import undoing
from cases.workflow.actor import Actor
from priorauth.errors import PriorAuthError
from priorauth.terms import EventKind


@require_POST
def undo(request: DeskRequest, number: str, event: int) -> HttpResponse:
    """Undo one event of the case; a refusal says what to undo first."""
    found = case_or_404(request, number)
    recorded = (
        CaseEvent.objects.filter(request=found, pk=event)
        .select_related("request__clinic", "request__coverage__plan__payer")
        .first()
    )
    if recorded is None:
        raise Http404
    label = EventKind(recorded.kind).label
    try:
        undoing.undo(Actor(request.user, request.role, timezone.now()), recorded)
    except PriorAuthError as refusal:
        messages.error(request, f"Nothing was undone. {refusal}")
    else:
        messages.success(
            request,
            f"“{label}” is taken back, and the clocks are counted again. "
            "It stays on the timeline, struck through.",
        )
    return redirect("desk:case", number=found.number)
