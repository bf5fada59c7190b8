"""Where it can be looked up whether a mail arrived, on installations that have such a place."""

from __future__ import annotations

from django.conf import settings

from cases.mail.doubt import ASKING_TIME, Doubt, Reconciler
from cases.mail.journal import ImapJournal
from cases.mail.relay_log import RelayLog


class Nowhere:
    """No such place: SMTP alone keeps no record that could be asked."""

    def lookup(self, doubt: Doubt) -> bool | None:
        """Nobody can tell."""
        return None

    def close(self) -> None:
        """Nothing is kept open."""


def open_reconciler() -> Reconciler:
    """The one that RECONCILER_URL names. Nothing is connected until the first question."""
    place = settings.RECONCILER
    if place.kind == "imap":
        return ImapJournal(place, timeout=min(settings.MAIL_TIMEOUT, ASKING_TIME))
    if place.kind == "postfix":
        return RelayLog(place.path)
    return Nowhere()


def has_reconciler() -> bool:
    """Whether this installation has somewhere to look."""
    return bool(settings.RECONCILER.kind)
