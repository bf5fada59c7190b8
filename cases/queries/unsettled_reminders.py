"""Reminders of the clinic in scope that may not have arrived: held for a person, or in doubt."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.fields import BooleanField

from cases.models import Membership, Reminder
from priorauth.reminders import ReminderState

COUNTED_UP_TO = 200
SHOWN = 100


def unsettled() -> QuerySet:
    """Held and uncertain ones, those held the longest first, with what the page says of each.

    `is_living` tells whether the recipient still works in the clinic.
    """
    here = Membership.objects.filter(
        staff_id=OuterRef("recipient_id"), is_active=True, staff__is_active=True
    )
    return (
        in_doubt()
        .annotate(is_living=Exists(here))
        .select_related("deadline__request", "recipient")
        .defer("deadline__derivation", "deadline__request__coverage_snapshot")
        .order_by("state", "armed_at", "pk")
    )


def count_held() -> int:
    """How many wait for a person; counted up to one more than 200."""
    held = in_doubt().filter(state=ReminderState.HELD).order_by()
    return held[: COUNTED_UP_TO + 1].count()


def in_doubt() -> QuerySet:
    """The condition is spelled out: SQLite uses a partial index only for a literal condition."""
    is_unsettled = RawSQL(
        "cases_reminder.state IN ('uncertain', 'held')", (), output_field=BooleanField()
    )
    return Reminder.objects.filter(is_unsettled)
