"""Mails of the clinic in scope that may not have arrived: held for a person, or in doubt.

And digests and mails to patients that were not sent: a reminder that was not says so beside its
deadline.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields import BooleanField

from cases.models import Digest, Membership, PatientMail, Reminder
from cases.models.outbox import OUTBOX, Mail
from cases.queries.kept_selects import KeptSelect, in_scope, keep
from cases.queries.limited import Filled, counts
from priorauth.reminders import ReminderState

COUNTED_UP_TO = 200
SHOWN = 100
WEEK = timedelta(days=7)
UNSENT = (ReminderState.FAILED, ReminderState.BOUNCED, ReminderState.EXPIRED)


def unsettled() -> QuerySet:
    """Held and uncertain reminders, those held the longest first, with what the page says of each.

    `is_living` tells whether the recipient still works in the clinic.
    """
    return (
        in_doubt()
        .annotate(is_living=_works_here())
        .select_related("deadline__request", "recipient")
        .defer("deadline__derivation", "deadline__request__coverage_snapshot")
        .order_by("state", "armed_at", "pk")
    )


def unsettled_digests() -> QuerySet:
    """The same of digests."""
    found = in_doubt(Digest).annotate(is_living=_works_here()).select_related("recipient")
    return found.order_by("state", "armed_at", "pk")


def unsettled_patient_mails() -> QuerySet:
    """The same of mails to patients, none of whom works here."""
    found = in_doubt(PatientMail).annotate(is_living=Value(True))
    return found.select_related("clinic", "request__patient").order_by("state", "armed_at", "pk")


def unsent_patient_mails(now: datetime) -> QuerySet:
    """Mails of the seven days before `now` (aware) that no patient got, the newest first.

    Those too that were held until they were of no use: nobody knows of them. What was never tried
    came due a week before it expired.
    """
    refused = Q(state__in=(ReminderState.FAILED, ReminderState.BOUNCED), not_before__gte=now - WEEK)
    expired = Q(state=ReminderState.EXPIRED, expires_at__gte=now - WEEK)
    lapsed = Q(state=ReminderState.CANCELLED, settled_at__gte=now - WEEK, settled_by=None)
    return (
        PatientMail.objects.filter(refused | expired | lapsed)
        .select_related("request")
        .order_by("-due_at", "pk")
    )


def unsent_digests(now: datetime) -> QuerySet:
    """Digests of the seven days before `now` (aware) that nobody got, the newest first."""
    return (
        Digest.objects.filter(
            state__in=UNSENT,
            not_before__gte=now - WEEK,
        )
        .select_related("recipient")
        .order_by("-due_at", "pk")
    )


def count_held() -> int:
    """How many wait for a person; counted up to one more than 200."""
    return min(sum(counts(held())), COUNTED_UP_TO + 1)


def held() -> list[Filled]:
    """What `count_held` counts, a select for each kind of mail and each up to one more than 200."""
    return [_held(model).filled(in_scope()) for model in OUTBOX]


@cache
def _held(model: type[Mail]) -> KeptSelect:
    def build() -> QuerySet:
        rows = in_doubt(model).filter(state=ReminderState.HELD)
        return rows.order_by().values_list("pk")[: COUNTED_UP_TO + 1]

    return keep(build)


def in_doubt(model: type[Mail] = Reminder) -> QuerySet:
    """The condition is spelled out: SQLite uses a partial index only for a literal condition."""
    table = model._meta.db_table
    is_unsettled = RawSQL(  # noqa: S611 - a name of our own
        f"{table}.state IN ('uncertain', 'held')", (), output_field=BooleanField()
    )
    return model.objects.filter(is_unsettled)


def _works_here() -> Exists:
    return Exists(
        Membership.objects.filter(
            staff_id=OuterRef("recipient_id"), is_active=True, staff__is_active=True
        )
    )
