"""A form writes its row once, however often and however fast it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from cases.models import Clinic, RecordedForm
from priorauth.errors import PriorAuthError

KEPT = timedelta(days=14)
"""How long the name of a recorded form is remembered: nobody goes back to a page after that."""

Row = TypeVar("Row", bound=Model)


class RecordedBefore(PriorAuthError):
    """The very same form wrote `form.model` number `form.key` a moment ago."""

    def __init__(self, form: RecordedForm) -> None:
        super().__init__("This was already recorded; nothing was recorded twice.")
        self.form = form


def once(clinic: Clinic, token: str, write: Callable[[], Row]) -> Row:
    """What `write` wrote, in one transaction with the name of the form that asked for it.

    `token` "" is a form without a name: it writes each time. Raises RecordedBefore, and nothing is
    written then. Two at the same instant: the second waits until the first has written or failed.
    """
    if not token:
        return write()
    with transaction.atomic():
        form, is_first = RecordedForm._base_manager.get_or_create(
            clinic=clinic, token=token, defaults={"recorded_at": timezone.now()}
        )
        if not is_first:
            raise RecordedBefore(form)
        row = write()
        form.model, form.key = row._meta.model_name or "", str(row.pk)
        form.save(update_fields=["model", "key"])
    return row


def recorded_before(clinic: Clinic, token: str) -> RecordedForm | None:
    """What the form of that name became in the clinic, or None."""
    if not token:
        return None
    return RecordedForm._base_manager.filter(clinic=clinic, token=token).first()


def delete_old(now: datetime) -> int:
    """Forget the names of forms recorded `KEPT` before the aware instant `now`; their number."""
    return RecordedForm._base_manager.filter(recorded_at__lte=now - KEPT).delete()[0]
