"""The names of forms recorded lately, so that a browser drops the drafts it kept of them."""

from __future__ import annotations

from django.http import HttpRequest

_KEY = "saved_tokens"
_KEPT = 20


def remember_saved(request: HttpRequest, token: str) -> None:
    """Note in the session that the form of this name was recorded."""
    saved = [*request.session.get(_KEY, ()), token]
    request.session[_KEY] = saved[-_KEPT:]


def saved_tokens(request: HttpRequest) -> str:
    """The names noted in this session, apart by spaces."""
    return " ".join(request.session.get(_KEY, ()))
