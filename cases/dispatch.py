"""Wake the workers. The database is the queue: a lost or late bell costs nothing but a minute."""

from __future__ import annotations

import logging

from celery import current_app
from django.conf import settings
from django.db import transaction

TICK = "cases.tick"
LIFE_OF_A_BELL = 55
"""Seconds after which an unread bell is thrown away: beat rings again each minute."""

logger = logging.getLogger(__name__)


def wake() -> None:
    """Ring for a tick once what was written is committed.

    Never raises: a broker that is down must not break a save. The task is named, not imported.
    """
    transaction.on_commit(_ring)


def _ring() -> None:
    if not settings.WAKE_WORKERS:
        return
    try:
        current_app.send_task(TICK, expires=LIFE_OF_A_BELL, retry=False, ignore_result=True)
    except Exception as error:
        # Whatever the broker's library raises. Its text can hold an address with a password.
        logger.warning("The broker could not be reached (%s).", type(error).__name__)
