"""The names of forms recorded lately, so that a browser drops the drafts it kept of them."""

from __future__ import annotations

import uuid

from django.http import HttpRequest

_KEY = "saved_tokens"
_KEPT = 20


def token_of(request: HttpRequest, field: str = "form_token") -> str:
    """The name of the form that was sent, "" when it has none that could be one."""
    try:
        return str(uuid.UUID(request.POST.get(field, "")))
    except ValueError:
        return ""


def token_for(request: HttpRequest, field: str = "form_token") -> str:
    """The name that a page gives its form: the one it had when it comes back refused."""
    return token_of(request, field) or str(uuid.uuid4())


def remember_saved(request: HttpRequest, token: str) -> None:
    """Note in the session that the form of this name was recorded."""
    saved = [*request.session.get(_KEY, ()), token]
    request.session[_KEY] = saved[-_KEPT:]


def saved_tokens(request: HttpRequest) -> str:
    """The names noted in this session, apart by spaces."""
    return " ".join(request.session.get(_KEY, ()))
