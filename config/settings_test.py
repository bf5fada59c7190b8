"""Settings of the tests: nothing from the developer's environment but the database to test on."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_NOT_OURS = [
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "BIND",
    "BROKER_URL",
    "CSRF_TRUSTED_ORIGINS",
    "DEADMAN_URL",
    "DEBUG",
    "DOCUMENTS_DIR",
    "MAIL_DIR",
    "MAIL_FROM",
    "MAIL_JOURNAL",
    "MAIL_TIMEOUT",
    "MAIL_URL",
    "PORT",
    "BOUNCES_URL",
    "RECONCILER_URL",
    "REDIS_URL",
    "SENDING_MARK_FILE",
    "SITE_URL",
    "STATIC_DIR",
    "TICK_SECONDS",
]
for _name in _NOT_OURS:
    os.environ.pop(_name, None)
os.environ["PRIORAUTH_MODE"] = "embedded"
os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 50
os.environ["DATA_DIR"] = str(Path(__file__).resolve().parent.parent / "var" / "test")

from config.settings import *  # noqa: E402, F403
from config.settings import _SQLITE_OPTIONS, DATABASES, IS_SQLITE  # noqa: E402

if IS_SQLITE:
    # A file of its own for each process: a database in memory has one connection, which all threads
    # of a served page would share, and two requests at once break each other's transactions.
    _folder = tempfile.mkdtemp(prefix="priorauth-test-")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    _quick = _SQLITE_OPTIONS["init_command"].replace("synchronous=FULL", "synchronous=OFF")  # type: ignore[attr-defined]
    DATABASES["default"]["OPTIONS"] = {**_SQLITE_OPTIONS, "init_command": _quick}
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/test.sqlite3"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
SENDING_MARK_FILE = None
WAKE_WORKERS = False
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
WHITENOISE_AUTOREFRESH = True
