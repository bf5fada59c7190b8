"""Readers of the environment. A value that cannot be right stops the start and says why."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}
_SMTP_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_SMTP_SECURITY = {"smtp": "none", "smtps": "tls", "smtp+starttls": "starttls"}
_IMAP_PORTS = {"imap": 143, "imaps": 993, "imap+starttls": 143}
_IMAP_SECURITY = {"imap": "none", "imaps": "tls", "imap+starttls": "starttls"}
_DATABASE_SCHEMES = {"sqlite", "postgres", "postgresql"}


def text(name: str, default: str = "") -> str:
    """The variable as text without surrounding blanks; `default` when it is absent or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    """A yes or no. Accepts 1/0, true/false, yes/no, on/off; anything else stops the start."""
    if name not in os.environ:
        return default
    value = os.environ[name].strip().lower()
    if value not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in _TRUE


def whole_number(name: str, default: int, *, at_least: int, at_most: int) -> int:
    """A whole number within its bounds (both included)."""
    value = text(name, str(default))
    if not value.isdecimal() or not at_least <= int(value) <= at_most:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {at_least} to {at_most}, not {value!r}."
        )
    return int(value)


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """A list written with commas between its members; blanks around them do not count."""
    value = text(name)
    if not value:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def whole_numbers(name: str, default: Sequence[int], *, at_least: int) -> list[int]:
    """A list of whole numbers with commas between them; never empty."""
    found = words(name, [str(number) for number in default])
    if not found or any(not one.isdecimal() or int(one) < at_least for one in found):
        raise ImproperlyConfigured(
            f"{name} must be whole numbers of at least {at_least} with commas between them, "
            f"not {text(name)!r}."
        )
    return [int(one) for one in found]


def choice(name: str, allowed: Sequence[str], default: str) -> str:
    """One of a few words."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def file_or_none(name: str, default: Path) -> Path | None:
    """Where a file is kept, its folder made; None for the word none."""
    value = text(name, str(default))
    if value == "none":
        return None
    path = Path(value).expanduser().absolute()
    made_folder(path.parent, name)
    return path


def database(name: str, default: str) -> dict[str, Any]:
    """A database address for Django: postgres://user:password@host/name or sqlite:////folder/file.

    The address itself is never repeated in a message: it can hold a password.
    """
    url = text(name, default)
    if urlsplit(url).scheme not in _DATABASE_SCHEMES:
        raise ImproperlyConfigured(
            f"{name} must begin with postgres:// or sqlite:///, "
            "for example postgres://user:password@host:5432/priorauth."
        )
    return dict(environ.Env.db_url_config(url))


def origin(name: str, default: str) -> str:
    """The web address of the product, http(s)://host[:port], without a path."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(
            f"{name} must look like https://desk.example.org (no path), not {value!r}."
        )
    return value


@dataclass(frozen=True)
class MailTransport:
    """Where mail goes: kept as files in a folder, printed, or handed to an SMTP server."""

    kind: str
    """folder, console or smtp"""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    security: str = "none"
    """none, starttls or tls"""

    def __repr__(self) -> str:
        """Without the password: settings get printed."""
        return f"MailTransport({self.kind}, {self.host}:{self.port}, {self.security})"


def mail(name: str, default: str = "folder:") -> MailTransport:
    """The mail transport: folder:, console:, or smtp://, smtp+starttls://, smtps:// with a server.

    Example: smtp+starttls://user:password@mail.example.org:587
    """
    url = text(name, default)
    parts = urlsplit(url)
    if parts.scheme in {"folder", "console"}:
        return MailTransport(parts.scheme)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in _SMTP_PORTS or not parts.hostname or port == -1:
        raise ImproperlyConfigured(
            f"{name} must be folder:, console:, or an SMTP server such as "
            "smtp+starttls://user:password@mail.example.org:587 "
            "(smtps:// for TLS from the first byte, smtp:// for none)."
        )
    return MailTransport(
        kind="smtp",
        host=parts.hostname,
        port=port or _SMTP_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security=_SMTP_SECURITY[parts.scheme],
    )


@dataclass(frozen=True)
class ReconcilerPlace:
    """Where it can be looked up whether a mail arrived."""

    kind: str = ""
    """empty: nowhere; imap: a mailbox that gets a copy; postfix: the log of a relay"""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    security: str = "none"
    folder: str = "INBOX"
    path: Path = Path()

    def __repr__(self) -> str:
        """Without the password: settings get printed."""
        return f"ReconcilerPlace({self.kind}, {self.host}:{self.port}, {self.path})"


def reconciler(name: str) -> ReconcilerPlace:
    """none, imaps://user:password@host/FOLDER, imap+starttls://, imap://, or postfix:///FILE."""
    url = text(name, "none")
    parts = urlsplit(url)
    if url == "none":
        return ReconcilerPlace()
    if parts.scheme == "postfix" and not parts.netloc and len(parts.path) > 1:
        return ReconcilerPlace("postfix", path=Path(unquote(parts.path)))
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in _IMAP_PORTS or not parts.hostname or not parts.username or port == -1:
        raise ImproperlyConfigured(
            f"{name} must be none, a mailbox such as imaps://user:password@mail.example.org/INBOX "
            "(imap+starttls://, or imap:// without encryption), or postfix:///var/log/mail.log."
        )
    return ReconcilerPlace(
        kind="imap",
        host=parts.hostname,
        port=port or _IMAP_PORTS[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        security=_IMAP_SECURITY[parts.scheme],
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def bounce_box(name: str) -> ReconcilerPlace:
    """none, or a mailbox as for `reconciler`."""
    place = reconciler(name)
    if place.kind == "postfix":
        raise ImproperlyConfigured(f"{name} must be a mailbox: bounces do not stand in a log.")
    return place


def address(name: str) -> str:
    """One bare mail address, or empty."""
    value = text(name)
    if value and (parseaddr(value)[1] != value or "@" not in value or not value.isascii()):
        raise ImproperlyConfigured(f"{name} must look like journal@example.org, not {value!r}.")
    return value


def web_address(name: str) -> str:
    """An http(s) address, or empty. It is never repeated: it can hold a token."""
    value = text(name)
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ImproperlyConfigured(f"{name} must begin with https:// (or http://) and a host.")
    return value


def mailbox(name: str, default: str) -> str:
    """A sender such as `Deadline desk <desk@example.org>`."""
    value = text(name, default)
    if "@" not in parseaddr(value)[1] or "\n" in value or "\r" in value:
        raise ImproperlyConfigured(
            f"{name} must look like: Deadline desk <desk@example.org>, not {value!r}."
        )
    return value


def folder(name: str, default: Path) -> Path:
    """A folder of our own, made when it is not there, closed to other users of the machine."""
    return made_folder(Path(text(name, str(default))).expanduser().resolve(), name)


def made_folder(path: Path, name: str) -> Path:
    """`path` as a folder, made when it is not there; a refusal names the variable `name`."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: cannot make {path}: {error.strerror}.") from error
    return path


def kept_secret(path: Path) -> str:
    """A secret made on the first call and kept in a file that only its owner reads (mode 0600).

    Two processes that start at once get the same one: the file appears whole or not at all.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def secret_key(name: str, *, required: bool, kept_in: Path) -> str:
    """Django's signing key: from the environment, or, where that is allowed, made once and kept."""
    value = text(name)
    if value:
        return value
    if required:
        raise ImproperlyConfigured(
            f"{name} is not set. Production needs one of its own; make it with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    return kept_secret(kept_in)
