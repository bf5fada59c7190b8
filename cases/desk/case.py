"""Under construction: answers "not found" until the page lands."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse


def case(request: HttpRequest, number: str) -> HttpResponse:
    raise Http404
