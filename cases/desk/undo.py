"""Under construction: answers "not found" until the page lands."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse


def undo(request: HttpRequest, number: str, event: int) -> HttpResponse:
    raise Http404
