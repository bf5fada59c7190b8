"""What would happen is shown before it is done: the button that does it proves what was shown."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core import signing

from cases.access import DeskRequest

_SALT = "cases.desk.tried_first"
_NOT_SIGNED = frozenset({"csrfmiddlewaretoken", "shown", "do"})


def shown_at(request: DeskRequest, now: datetime) -> str:
    """What was asked and when it was shown, sealed: it comes back with the button that does it."""
    return signing.dumps([_signature(request), now.isoformat()], salt=_SALT)


def looked_at(request: DeskRequest) -> datetime | None:
    """When exactly this was shown; None when it is to be shown first."""
    if request.POST.get("do") != "1":
        return None
    try:
        asked, at = signing.loads(request.POST.get("shown", ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return datetime.fromisoformat(at) if asked == _signature(request) else None


def _signature(request: DeskRequest) -> str:
    """What was asked of this page, as one word: a change after the trial is tried anew."""
    asked = sorted(
        (name, request.POST.getlist(name)) for name in request.POST if name not in _NOT_SIGNED
    )
    return hashlib.sha256(repr((request.path, asked)).encode()).hexdigest()
