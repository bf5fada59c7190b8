"""What no database can hold never gets in: one rule, where every request enters.

PostgreSQL takes no NUL in a text, not even to look for one, and no database takes half of a
surrogate pair. Neither can be typed or seen; both come along with pasted text, and from whoever
tries doors. They are taken out of what is asked and posted, so that nothing else that was typed is
lost; an address that holds one leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class StorableText:
    """Cleans `request.GET` and `request.POST`; files are read by those who know their format."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _UNSTORABLE.search(request.path_info):
            raise Http404
        if not _is_storable(request.GET):
            request.GET = _storable(request.GET)  # type: ignore[assignment]
        if request.method == "POST" and not _is_storable(_posted(request)):
            request.POST = _storable(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


def _posted(request: HttpRequest) -> QueryDict:
    """What was posted. Raises BadRequest for a form that names an encoding which is none."""
    try:
        return request.POST
    except (LookupError, UnicodeError) as error:
        raise BadRequest("The form is in no encoding of text.") from error


def _is_storable(sent: QueryDict) -> bool:
    return not any(
        _UNSTORABLE.search(text) for name, values in sent.lists() for text in (name, *values)
    )


def _storable(sent: QueryDict) -> QueryDict:
    clean = QueryDict(mutable=True, encoding=sent.encoding)
    for name, values in sent.lists():
        for text in values:
            clean.appendlist(_UNSTORABLE.sub("", name), _UNSTORABLE.sub("", text))
    clean._mutable = False
    return clean
