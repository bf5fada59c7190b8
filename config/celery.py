"""The Celery app. Tasks are found in `cases/tasks.py`; settings are Django's, prefix CELERY_."""

from __future__ import annotations

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import (
    after_task_publish,
    beat_init,
    setup_logging,
    task_success,
    worker_ready,
    worker_shutting_down,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("priorauth")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

logger = logging.getLogger("cases.celery")


@setup_logging.connect
def _log_like_the_web(**_: Any) -> None:
    """Worker and beat write the same lines as the web process, with the same things left out."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@worker_ready.connect
def _look_at_once(**_: Any) -> None:
    """What came due while no worker was there does not wait for the next tick."""
    from config.schedule import BEAT_SCHEDULE

    row = BEAT_SCHEDULE["tick"]
    app.send_task(row["task"], retry=False, **row["options"])


@task_success.connect
def _worker_shows_life(**_: Any) -> None:
    """A worker lives when it brings a task to its end, not when its process is there."""
    from cases.workflow.heartbeats import WORKER

    _show_life(WORKER)


@worker_shutting_down.connect
def _end_the_mail_in_hand(**_: Any) -> None:
    """A long tick must not outlast the patience of whoever stops us, and be killed in a mail."""
    from cases.workflow import stopping

    stopping.ask_all()


@beat_init.connect
def _watch_beat(**_: Any) -> None:
    """In the process of beat only: a tick that the broker took is its sign of life."""
    after_task_publish.connect(_beat_shows_life)


def _beat_shows_life(**_: Any) -> None:
    from cases.workflow.heartbeats import BEAT

    _show_life(BEAT)


def _show_life(name: str) -> None:
    """Never raises: a database that is away for a moment must not end worker or beat."""
    from django.db import close_old_connections
    from django.utils import timezone

    from cases.workflow.heartbeats import show_life

    close_old_connections()
    try:
        show_life(name, timezone.now())
    except Exception as error:
        logger.warning("The heartbeat of %s was not written (%s).", name, type(error).__name__)
    finally:
        close_old_connections()
