"""Settings as a fresh process reads them from its environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
GOOD_SECRET = "kJ8vQ2mZ4tY7wB1nR5xC9pL3sD6fG0hA-aV_eU2iO4qT8r"
PRODUCTION = {
    "PRIORAUTH_MODE": "production",
    "SECRET_KEY": GOOD_SECRET,
    "DATABASE_URL": "postgres://desk:pw@127.0.0.1:1/desk",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SITE_URL": "https://desk.example.org",
    "MAIL_URL": "smtp+starttls://desk:pw@mail.example.org:587",
    "MAIL_FROM": "Deadline desk <desk@example.org>",
}


def run(folder: Path, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python code with Django set up, in an environment of these variables only."""
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **variables}
    env["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True
    )


def settings(folder: Path, *names: str, **variables: str) -> dict[str, Any]:
    """These settings, as a fresh process sees them."""
    code = (
        "import json; from django.conf import settings;"
        f"print(json.dumps({{n: getattr(settings, n) for n in {names!r}}}, default=str))"
    )
    done = run(folder, code, **variables)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def problems(folder: Path, **variables: str) -> str:
    """What `manage.py check` says (no database is asked)."""
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **variables},
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


def test_the_embedded_default_needs_nothing(tmp_path: Path) -> None:
    found = settings(
        tmp_path, "DEBUG", "PRIORAUTH_MODE", "DATABASES", "CELERY_BROKER_URL", "SITE_URL"
    )
    assert found["DEBUG"] is False
    assert found["PRIORAUTH_MODE"] == "embedded"
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "priorauth.sqlite3")
    assert found["CELERY_BROKER_URL"] == "filesystem://"
    assert found["SITE_URL"] == "http://127.0.0.1:8000"
    assert (tmp_path / "broker" / "queue").is_dir()


def test_sqlite_survives_a_power_cut_and_waits_for_its_lock(tmp_path: Path) -> None:
    code = (
        "import django; django.setup(); from django.db import connection as c;"
        "k = c.cursor();"
        "print([k.execute('PRAGMA ' + p).fetchone()[0]"
        " for p in ('journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout')],"
        " c.transaction_mode)"
    )
    done = run(tmp_path, code)
    assert done.stdout.strip() == "['wal', 2, 1, 20000] IMMEDIATE", done.stderr


def test_production_needs_a_secret_key_of_its_own(tmp_path: Path) -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    said = problems(tmp_path, **without)
    assert "SECRET_KEY is not set" in said
    assert not (tmp_path / "secret-key").exists()


def test_a_complete_production_has_nothing_to_mend(tmp_path: Path) -> None:
    assert "no issues" in problems(tmp_path, **PRODUCTION)


@pytest.mark.parametrize(
    ("changed", "identifier"),
    [
        ({"DEBUG": "1"}, "cases.E001"),
        ({"SECRET_KEY": "change-me"}, "cases.E002"),
        ({"SECRET_KEY": "django-insecure-" + "a1b2" * 12}, "cases.E002"),
        ({"MAIL_URL": ""}, "cases.E003"),
        ({"MAIL_URL": "console:"}, "cases.E003"),
        ({"MAIL_FROM": ""}, "cases.E004"),
        ({"MAIL_FROM": "Ketamine clinic <desk@example.org>"}, "cases.E005"),
        ({"DATABASE_URL": ""}, "cases.W001"),
        ({"SITE_URL": "http://desk.example.org"}, "cases.W002"),
        ({"MAIL_URL": "smtp://mail.example.org"}, "cases.W003"),
    ],
)
def test_a_production_that_would_harm_is_named(
    tmp_path: Path, changed: dict[str, str], identifier: str
) -> None:
    said = problems(tmp_path, **{**PRODUCTION, **changed})
    assert identifier in said
    assert said.count("(cases.") == 1


def test_the_web_door_stays_shut_on_a_bad_production(tmp_path: Path) -> None:
    done = run(tmp_path, "import config.wsgi", **{**PRODUCTION, "DEBUG": "1"})
    assert done.returncode != 0
    assert "cases.E001" in done.stderr


def test_production_over_https_sends_safe_cookies_and_redirects(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        **PRODUCTION,
    )
    assert found["SESSION_COOKIE_SECURE"] and found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_SSL_REDIRECT"] and found["SECURE_HSTS_SECONDS"] > 0
    assert found["ALLOWED_HOSTS"] == ["desk.example.org"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://desk.example.org"]


def test_redis_is_the_broker_when_it_is_named(tmp_path: Path) -> None:
    found = settings(
        tmp_path, "CELERY_BROKER_URL", "CELERY_WORKER_PREFETCH_MULTIPLIER", **PRODUCTION
    )
    assert found["CELERY_BROKER_URL"] == PRODUCTION["REDIS_URL"]
    assert found["CELERY_WORKER_PREFETCH_MULTIPLIER"] == 1
    assert not (tmp_path / "broker").exists()
