"""The web door, served by gunicorn. In production it stays shut while a system check fails."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

if settings.IS_PRODUCTION:
    call_command("check")
