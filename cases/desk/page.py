"""A page of the desk: rendered inside the admin's skin, never kept by a browser or a proxy."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib import admin
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import get_script_prefix, reverse
from django.utils.cache import add_never_cache_headers

from cases.access import DeskRequest
from priorauth.terms import Role

_PLACE = "PA-00000000"


def render_page(
    request: DeskRequest, template: str, context: dict[str, Any], *, title: str, status: int = 200
) -> HttpResponse:
    """`template` with the skin's own context. `title` must not name a patient: browsers keep it."""
    response = TemplateResponse(
        request,
        template,
        {
            **admin.site.each_context(request),
            "title": title,
            "may_write": may_write(request),
            **context,
        },
        status=status,
    )
    add_never_cache_headers(response)
    return response


def may_write(request: DeskRequest) -> bool:
    """Whether this person records anything at all: an auditor looks only."""
    return request.role is not Role.AUDITOR


def case_url(number: str) -> str:
    """The address of a case, without asking the resolver once a row."""
    return _case_pattern(get_script_prefix()).replace(_PLACE, number)


@cache
def _case_pattern(prefix: str) -> str:
    """`prefix` is the path under which the whole desk stands: it is part of every address."""
    return reverse("desk:case", args=[_PLACE])
