"""Under construction: answers "not found" until the page lands."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse


def why(request: HttpRequest, number: str, deadline: int) -> HttpResponse:
    raise Http404
