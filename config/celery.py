"""The Celery app. Tasks are found in `cases/tasks.py`; settings are Django's, prefix CELERY_."""

from __future__ import annotations

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("priorauth")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _log_like_the_web(**_: Any) -> None:
    """Worker and beat write the same lines as the web process, with the same things left out."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
