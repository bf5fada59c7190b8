"""A page of ours inside the admin's skin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse


def page(
    request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any
) -> TemplateResponse:
    """Render `template`, which extends "admin/base_site.html", with what the skin needs.

    `title` becomes the page's title and heading: never a patient's name. Templates find the
    current `clinic`, `role` and `memberships` in the context.
    """
    request.current_app = admin.site.name
    everything = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, template, everything, status=status)
