"""What must be true of the settings before the product serves a clinic.

Management commands run these checks, and so does the web door in production.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connections

from cases.models import guarded_moves
from priorauth.errors import RulebookError
from priorauth.rulebook.loader import shipped_rulebook

_SHORTEST_SECRET = 40
_PLACEHOLDERS = ("change", "example", "insecure", "secret", "default", "only-for-tests")
_TELLTALES = ("ketamine", "esketamine", "infusion", "depression", "psych", "mental")
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


@checks.register(checks.Tags.security)
def production_settings(app_configs: Any = None, **_: Any) -> Iterable[checks.CheckMessage]:
    """Errors and warnings about a production start; nothing for the embedded default."""
    if not settings.IS_PRODUCTION:
        return []
    return [*_debug(), *_secret(), *_production_mail(), *_database(), *_site()]


@checks.register(checks.Tags.security)
def neutral_sender(app_configs: Any = None, **_: Any) -> Iterable[checks.CheckMessage]:
    """The sender's display name must not tell a reader of the mail list what the clinic treats."""
    name = parseaddr(settings.MAIL_FROM)[0].lower()
    if any(word in name for word in _TELLTALES):
        yield checks.Error(
            "The display name in MAIL_FROM gives the treatment away.",
            hint="Choose a neutral one, such as: Deadline desk <desk@example.org>",
            id="cases.E005",
        )


@checks.register()
def patient_leases(app_configs: Any = None, **_: Any) -> Iterable[checks.CheckMessage]:
    """A lease shorter than a slow server's answer would call mails uncertain that are under way."""
    if settings.REMINDER_ARMED_LEASE < 2 * settings.MAIL_TIMEOUT:
        yield checks.Error(
            "REMINDER_ARMED_LEASE is less than twice MAIL_TIMEOUT: mails would be sent twice.",
            hint="Leave it at 900 seconds, or make MAIL_TIMEOUT shorter.",
            id="cases.E006",
        )


@checks.register()
def sound_rules(app_configs: Any = None, **_: Any) -> Iterable[checks.CheckMessage]:
    """Every rule of law on file can be read, and no two claim or leave out the same days.

    A wrong rule would give wrong dates to every case under it, so nothing starts with one.
    """
    try:
        shipped_rulebook()
    except RulebookError as error:
        yield checks.Error(
            f"The rules of law cannot be used: {error}.",
            hint="Mend that field in the file under priorauth/rulebook/authorities/.",
            id="cases.E007",
        )


@checks.register(checks.Tags.database)
def guarded_tables(
    app_configs: Any = None, databases: Iterable[str] | None = None, **_: Any
) -> Iterable[checks.CheckMessage]:
    """The triggers that refuse impossible moves are there (`check --database default`, `migrate`).

    A warning, so that the migration that puts them back is not kept from running.
    """
    for alias in databases or ():
        for table in guarded_moves.unguarded(connections[alias]):
            yield checks.Warning(
                f"The database does not guard the moves in {table}.",
                hint="Run: python manage.py migrate",
                id="cases.W004",
            )


def _debug() -> Iterable[checks.CheckMessage]:
    if settings.DEBUG:
        yield checks.Error(
            "DEBUG is on in production: error pages would show patient data.",
            hint="Take DEBUG out of the environment.",
            id="cases.E001",
        )


def _secret() -> Iterable[checks.CheckMessage]:
    secret = settings.SECRET_KEY
    if len(secret) < _SHORTEST_SECRET or any(word in secret.lower() for word in _PLACEHOLDERS):
        yield checks.Error(
            "SECRET_KEY is a placeholder or too short: sessions could be forged.",
            hint="Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
            id="cases.E002",
        )


def _production_mail() -> Iterable[checks.CheckMessage]:
    if settings.MAIL.kind != "smtp":
        yield checks.Error(
            f"Mail goes to the {settings.MAIL.kind}: no reminder would reach anybody.",
            hint="Set MAIL_URL, for example smtp+starttls://user:password@mail.example.org:587",
            id="cases.E003",
        )
        return
    if settings.IS_MAIL_FROM_DEFAULT:
        yield checks.Error(
            "MAIL_FROM is not set: mail servers refuse a sender at localhost.",
            hint="Set it to an address of yours: Deadline desk <desk@example.org>",
            id="cases.E004",
        )
    if settings.MAIL.security == "none" and settings.MAIL.host not in _LOCAL_HOSTS:
        yield checks.Warning(
            "Mail leaves this machine without encryption.",
            hint="Use smtp+starttls:// or smtps:// in MAIL_URL.",
            id="cases.W003",
        )


def _database() -> Iterable[checks.CheckMessage]:
    if settings.IS_SQLITE:
        yield checks.Warning(
            "Production runs on SQLite: one machine only, and backups are yours to make.",
            hint="Set DATABASE_URL to a PostgreSQL database, or read docs/running.md on backups.",
            id="cases.W001",
        )


def _site() -> Iterable[checks.CheckMessage]:
    if not settings.IS_HTTPS:
        yield checks.Warning(
            "SITE_URL is plain http: passwords and patient data cross the network readable.",
            hint="Put a proxy with TLS in front and set SITE_URL=https://...",
            id="cases.W002",
        )
