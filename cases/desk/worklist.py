"""Under construction: answers "not found" until the page lands."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse


def worklist(request: HttpRequest) -> HttpResponse:
    raise Http404
