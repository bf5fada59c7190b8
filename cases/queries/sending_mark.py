"""Whether sending is paused, for pages and monitors."""

from __future__ import annotations

from cases.models import SendingMark


def pause() -> SendingMark | None:
    """The mark of a paused installation, with when and why; None while sending is not paused."""
    return SendingMark.objects.filter(paused_at__isnull=False).first()
