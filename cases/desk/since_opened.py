"""What happened to a case between opening a form and sending it."""

from __future__ import annotations

import re

from cases.desk.at_case import AtCase
from cases.desk.times import say_at
from priorauth.terms import EventKind

_NUMBER = re.compile(r"[0-9]{1,18}")
"""What int() takes for sure: other digits, such as superscripts, and endless ones are left out."""


def news_since(case: AtCase, version: str, seen: str) -> list[str]:
    """Sentences about what changed since the form was opened; empty when nothing did.

    `version` and `seen` are what the form carried. A form that carries neither is taken at its
    word: it was not opened from a page.
    """
    if not _NUMBER.fullmatch(version) or int(version) == case.request.version:
        return []
    last = int(seen) if _NUMBER.fullmatch(seen) else 0
    zone = case.at_hand.zone
    told = [
        f"{EventKind(event.kind).label}: recorded by {event.recorded_by or 'an import'}, "
        f"{say_at(event.learned_at, zone)}."
        for event in case.events
        if event.pk > last
    ]
    return told or ["Details of the case were edited."]
