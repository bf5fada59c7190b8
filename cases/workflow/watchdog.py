"""Somebody outside hears each minute that reminders go out; when they do not, the silence tells.

A ping goes to DEADMAN_URL at the end of a tick in which every part worked and nothing waits longer
than OVERDUE. Whoever watches there raises the alarm after five minutes without one: ten minutes of
waiting and five of silence are the fifteen within which somebody knows.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.request import Request, urlopen

from django.conf import settings
from django.db.models import QuerySet

from cases.models import Clinic, Deadline, Heartbeat, PatientMail
from cases.models.outbox import OUTBOX, Mail
from cases.queries.staffed_hours import hours_of
from priorauth.patient_mail import may_go_at
from priorauth.reminders import ReminderState

OVERDUE = timedelta(minutes=10)
DEADMAN = "deadman"
SELDOM = timedelta(seconds=45)
"""A tick that a save rang for need not ping as well."""
TIMEOUT = 5  # seconds

logger = logging.getLogger(__name__)


def is_overdue(now: datetime) -> bool:
    """Whether mail waits for more than ten minutes, or deadlines and clinics to be looked at do.

    A mail that is tried again and again counts only when no other has left meanwhile: one address
    that is told "later" is not a mail server that is down. One to a patient counts in its hours.
    """
    before = now - OVERDUE
    if Deadline._base_manager.filter(next_reminder_at__lte=before).exists():
        return True
    unplanned = Clinic.objects.filter(is_active=True, sends_digest=True, next_digest_at__lte=before)
    if unplanned.exists():
        return True
    waiting = {
        model: model._base_manager.filter(
            clinic__is_active=True, expires_at__gt=now, state=ReminderState.PLANNED
        )
        for model in OUTBOX
    }
    if any(rows.filter(not_before__lte=before).exists() for rows in waiting.values()):
        return True
    soon = now + timedelta(seconds=max(settings.REMINDER_BACKOFF))
    tried = {"attempts__gt": 0, "planned_at__lte": before, "not_before__lte": soon}
    if not any(_could_go(model, rows.filter(**tried), now) for model, rows in waiting.items()):
        return False
    return not any(model._base_manager.filter(sent_at__gt=before).exists() for model in OUTBOX)


def _could_go(model: type[Mail], rows: QuerySet[Any], now: datetime) -> bool:
    """Whether one of them might have left all the while: mail to patients has its hours.

    One that waits for the morning says nothing of the mail server, nor what was tried yesterday.
    """
    if model is not PatientMail:
        return rows.exists()
    zones = dict(rows.order_by().values_list("clinic_id", "clinic__time_zone").distinct())
    return any(
        all(may_go_at(hours, at) == at for at in (now - OVERDUE, now))
        for hours in hours_of(zones).values()
    )


def report(now: datetime) -> bool:
    """Ping, when an address is set and all is well; whether it was heard. Never raises for it."""
    url = settings.DEADMAN_URL
    if not url or is_overdue(now) or not _is_time(now):
        return False
    try:
        with urlopen(Request(url, method="GET"), timeout=TIMEOUT) as answer:  # noqa: S310
            is_heard = bool(200 <= answer.status < 300)
    except (OSError, HTTPException, ValueError) as error:
        # The address can hold a token, and so can the text of the error.
        logger.warning("The dead-man address could not be reached (%s).", type(error).__name__)
        return False
    if is_heard:
        Heartbeat.objects.update_or_create(name=DEADMAN, defaults={"beat_at": now})
    return is_heard


def _is_time(now: datetime) -> bool:
    last = Heartbeat.objects.filter(name=DEADMAN).values_list("beat_at", flat=True).first()
    return last is None or abs(now - last) >= SELDOM
