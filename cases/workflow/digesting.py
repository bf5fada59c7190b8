"""Write the morning digests into the outbox when the day's staffed hours of a clinic begin.

Each member gets a row of their own; what it lists is read when it is sent, and a digest with
nothing to list is not sent. Two planners at once are harmless: a row is unique by clinic, day and
recipient. A digest touches no reminder: it neither replaces nor delays one.
"""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from cases.mail.digest_mail import message_id
from cases.models import Clinic, Digest, Membership
from cases.queries.staffed_hours import hours_of
from cases.workflow.pausing import mark_repeats
from cases.workflow.recipients import answering_for, teams
from priorauth.calendars.local_time import local_date
from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.terms import Role

BATCH = 100
READERS = frozenset(Role) - {Role.AUDITOR}
"""An auditor looks only: nothing is theirs to do."""
LOOK_AGAIN = timedelta(hours=1)
"""A clinic's hint is never further ahead, so that new hours count without anybody telling."""

Span = tuple[datetime, datetime]

logger = logging.getLogger(__name__)


def plan_digests(now: datetime, batch: int = BATCH) -> Counter[str]:
    """Write the digests of all clinics whose day has begun at `now` (aware) and is not over.

    Returns counts: "planned". Closed days and days of absence have none. A clinic's digests are
    written once a day, all in one transaction.
    """
    counts: Counter[str] = Counter()
    due = Clinic.objects.filter(is_active=True, sends_digest=True, next_digest_at__lte=now)
    while due.exists():
        with transaction.atomic():
            locked = due.order_by("next_digest_at", "pk").select_for_update(skip_locked=True)
            clinics = list(locked[:batch])
            counts["planned"] += _write(clinics, now)
        if len(clinics) < batch:
            break  # other planners have the rest in hand
    return +counts


def _write(clinics: Sequence[Clinic], now: datetime) -> int:
    keys = [clinic.pk for clinic in clinics]
    hours = hours_of({clinic.pk: clinic.time_zone for clinic in clinics})
    team = teams(keys, now)
    near = (now - timedelta(days=1)).date()
    written = set(
        Digest._base_manager.filter(clinic_id__in=keys, day__gte=near)
        .order_by()
        .values_list("clinic_id", "day")
        .distinct()
    )
    wanted = set(
        Membership._base_manager.filter(
            clinic_id__in=keys, wants_digest=True, role__in=READERS
        ).values_list("clinic_id", "staff_id")
    )
    rows: list[Digest] = []
    for clinic in clinics:
        try:
            span, hint = _day(hours[clinic.pk], clinic.time_zone, now)
        except Exception as error:
            # One clinic whose calendar cannot be read must not stop the others.
            logger.error("Digests of clinic %s: %s", clinic.pk, type(error).__name__)
            span, hint = None, now + LOOK_AGAIN
        if span is not None and (clinic.pk, local_date(now, clinic.time_zone)) not in written:
            rows += [
                _row(clinic, staff_id, span, now)
                for staff_id in answering_for(team.get(clinic.pk, ()))
                if (clinic.pk, staff_id) in wanted
            ]
        Clinic.objects.filter(pk=clinic.pk, next_digest_at__lte=now).update(next_digest_at=hint)
    Digest._base_manager.bulk_create(rows, ignore_conflicts=True)
    if rows:
        mark_repeats(row.pk for row in rows)
    return len(rows)


def _day(hours: StaffedHours, zone: str, now: datetime) -> tuple[Span | None, datetime]:
    """From when until when digests go out today, None while none do; and when to look again."""
    today = local_date(now, zone)
    spans, tomorrow = hours.spans(today), hours.spans(today + timedelta(days=1))
    openings = [some[0][0] for some in (spans, tomorrow) if some]
    hint = min([now + LOOK_AGAIN, *(opens for opens in openings if opens > now)])
    is_open = bool(spans) and spans[0][0] <= now < spans[-1][1]
    return (spans[0][0], spans[-1][1]) if is_open else None, hint


def _row(clinic: Clinic, staff_id: int, span: Span, now: datetime) -> Digest:
    key = uuid.uuid4()
    return Digest(
        id=key,
        clinic_id=clinic.pk,
        recipient_id=staff_id,
        day=local_date(now, clinic.time_zone),
        due_at=span[0],
        expires_at=span[1],
        not_before=now,
        planned_at=now,
        message_id=message_id(key),
    )
