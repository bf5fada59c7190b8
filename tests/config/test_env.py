"""The readers of the environment: right values come through, wrong ones stop the start."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

pytestmark = pytest.mark.once


@pytest.mark.parametrize("written", ["1", "true", "Yes", " on "])
def test_a_flag_is_on_for_every_way_to_say_yes(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("DEBUG", written)
    assert env.flag("DEBUG", default=False) is True


@pytest.mark.parametrize("written", ["0", "false", "No", "off", ""])
def test_a_flag_is_off_for_every_way_to_say_no(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("DEBUG", written)
    assert env.flag("DEBUG", default=True) is False


def test_a_flag_that_is_neither_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="DEBUG must be 1 or 0"):
        env.flag("DEBUG", default=False)


@pytest.mark.parametrize("written", ["0", "70000", "8k", "-1", "8.5"])
def test_a_port_outside_its_bounds_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("PORT", written)
    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number from 1 to 65535"):
        env.whole_number("PORT", 8000, at_least=1, at_most=65535)


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert env.whole_number("PORT", 8000, at_least=1, at_most=65535) == 8000


def test_a_list_is_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "desk.example.org, 10.0.0.5 ,")
    assert env.words("ALLOWED_HOSTS") == ["desk.example.org", "10.0.0.5"]


def test_an_unknown_mode_names_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIORAUTH_MODE", "prod")
    with pytest.raises(ImproperlyConfigured, match="one of embedded, production"):
        env.choice("PRIORAUTH_MODE", ("embedded", "production"), default="embedded")


def test_a_postgres_address_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://ann:p%40ss@db:5433/desk")
    found = env.database("DATABASE_URL", "")
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"]) == ("ann", "p@ss")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db", 5433, "desk")


def test_a_wrong_database_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://ann:hunter2@db/desk")
    with pytest.raises(ImproperlyConfigured) as caught:
        env.database("DATABASE_URL", "")
    assert "hunter2" not in str(caught.value)
    assert "postgres://" in str(caught.value)


@pytest.mark.parametrize(
    "written", ["desk.example.org", "ftp://x", "https://x/path", "https:///secret"]
)
def test_a_site_address_must_be_an_origin(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("SITE_URL", written)
    with pytest.raises(ImproperlyConfigured, match="SITE_URL must look like"):
        env.origin("SITE_URL", "http://127.0.0.1:8000")


def test_a_site_address_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "https://desk.example.org/")
    assert env.origin("SITE_URL", "") == "https://desk.example.org"


@pytest.mark.parametrize(
    ("written", "port", "security"),
    [
        ("smtp://mail.example.org", 25, "none"),
        ("smtp://mail.example.org:1025", 1025, "none"),
        ("smtp+starttls://mail.example.org", 587, "starttls"),
        ("smtps://mail.example.org", 465, "tls"),
    ],
)
def test_the_scheme_of_a_mail_server_says_how_it_is_encrypted(
    monkeypatch: pytest.MonkeyPatch, written: str, port: int, security: str
) -> None:
    monkeypatch.setenv("MAIL_URL", written)
    found = env.mail("MAIL_URL")
    assert (found.kind, found.host) == ("smtp", "mail.example.org")
    assert (found.port, found.security) == (port, security)


def test_a_mail_password_is_decoded_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_URL", "smtps://ann%40example.org:p%2Fw@mail.example.org")
    found = env.mail("MAIL_URL")
    assert (found.user, found.password) == ("ann@example.org", "p/w")
    assert "p/w" not in repr(found)


@pytest.mark.parametrize("written", ["mail.example.org:25", "smtp://", "http://x", "smtp://x:port"])
def test_a_wrong_mail_address_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("MAIL_URL", written)
    with pytest.raises(ImproperlyConfigured, match="MAIL_URL must be folder:, console:, or"):
        env.mail("MAIL_URL")


@pytest.mark.parametrize("written", ["Deadline desk", "Desk <nobody>", "Desk <a@b.c>\nBcc: x@y.z"])
def test_a_sender_needs_an_address_and_no_line_break(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("MAIL_FROM", written)
    with pytest.raises(ImproperlyConfigured, match="MAIL_FROM must look like"):
        env.mailbox("MAIL_FROM", "")


def test_a_kept_secret_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    first = env.kept_secret(path)
    assert len(first) >= 50
    assert env.kept_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret-key"]


def test_processes_that_start_at_once_get_the_same_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: env.kept_secret(path), range(64)))
    assert len(found) == 1


def test_production_refuses_to_start_without_a_secret_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set"):
        env.secret_key("SECRET_KEY", required=True, kept_in=tmp_path / "secret-key")
    assert not (tmp_path / "secret-key").exists()


def test_a_folder_that_cannot_be_made_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file" / "data"))
    with pytest.raises(ImproperlyConfigured, match=r"DATA_DIR: cannot make .*file/data"):
        env.folder("DATA_DIR", tmp_path)


@pytest.mark.parametrize(
    "value",
    ["imaps://mail.example.org", "pop://u:p@h", "postfix://h/f", "imap://u:p@h:x"],
)
def test_a_reconciler_that_cannot_be_right_stops_the_start_without_repeating_it(value, monkeypatch):
    monkeypatch.setenv("RECONCILER_URL", value)
    with pytest.raises(ImproperlyConfigured, match="RECONCILER_URL must be") as refused:
        env.reconciler("RECONCILER_URL")
    assert value not in str(refused.value)


def test_a_reconciler_is_read_from_its_address(monkeypatch):
    monkeypatch.setenv("RECONCILER_URL", "imaps://desk%40x:p%2Fw@mail.example.org/Sent%20copies")
    place = env.reconciler("RECONCILER_URL")
    assert (place.kind, place.host, place.port, place.security) == (
        "imap",
        "mail.example.org",
        993,
        "tls",
    )
    assert (place.user, place.password, place.folder) == ("desk@x", "p/w", "Sent copies")
    assert "p/w" not in repr(place)


@pytest.mark.parametrize("value", ["ftp://x", "hc-ping.example/secret", "https:///secret"])
def test_a_web_address_is_never_repeated_because_it_can_hold_a_token(value, monkeypatch):
    monkeypatch.setenv("DEADMAN_URL", value)
    with pytest.raises(ImproperlyConfigured, match="DEADMAN_URL must begin") as refused:
        env.web_address("DEADMAN_URL")
    assert value not in str(refused.value)
