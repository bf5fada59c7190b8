"""docker-compose.yml: no default secret, and its very commands carry a case to its reminder."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from django.db import connection

from tests.house import compose
from tests.house.tracked import ROOT
from tests.house.visitor import Visitor
from tests.services import ThrowawayRedis, free_port, wait_until
from tests.smtp_sink import SmtpSink

GIVEN = {
    "SECRET_KEY": "kJ8vQ2mZ4tY7wB1nR5xC9pL3sD6fG0hA-aV_eU2iO4qT8r",
    "POSTGRES_PASSWORD": "b7d1f0a4c3e29586",
    "SITE_URL": "http://desk.example.org",
    "MAIL_URL": "smtp://127.0.0.1:25",
    "MAIL_FROM": "Deadline desk <desk@example.org>",
}
OURS = ("web", "worker", "beat")


# ------------------------------------------------------------------ what the file says


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_nothing_secret_or_local_has_a_default(name: str) -> None:
    without = {key: value for key, value in GIVEN.items() if key != name}
    with pytest.raises(compose.MissingVariable, match=name):
        compose.read(without)


def test_no_secret_is_written_into_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    values = re.findall(r"(?im)^\s*\w*(?:SECRET|PASSWORD|TOKEN|_KEY)\w*:\s*(.+)$", text)
    assert values
    assert [value for value in values if not value.startswith("${")] == []
    assert re.findall(r"://[^$\s{}:]+:[^$\s{}@]+@(?!mail\.example)", text) == []


def test_every_service_of_ours_is_restarted_and_asked_for_its_health() -> None:
    services = compose.read(GIVEN)["services"]
    for name in OURS:
        assert services[name]["restart"] == "unless-stopped"
        assert services[name]["healthcheck"]["test"][1:] == [
            "python", "manage.py", "healthcheck", name,
        ]  # fmt: skip
        assert services[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def test_every_volume_that_is_used_is_named() -> None:
    found = compose.read(GIVEN)
    used = {
        mount.split(":")[0]
        for service in found["services"].values()
        for mount in service.get("volumes", [])
    }
    assert used == set(found["volumes"])


def test_every_variable_of_the_file_is_explained() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    explained = (ROOT / "docs" / "running.md").read_text()
    asked = set(re.findall(r"\$\{(\w+)", text)) - {"PUBLISH"}
    set_here = set(yaml.safe_load(text)["x-app"]["environment"])
    assert [name for name in sorted(asked | set_here) if name not in explained] == []


def test_the_image_collects_static_files_and_does_not_run_as_root() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "manage.py collectstatic --noinput" in text
    assert re.search(r"(?m)^USER app$", text)
    assert "SECRET_KEY" not in text


# ------------------------------------------------------------------ what its commands do


@pytest.fixture
def database() -> Iterator[str]:
    """A new, empty database on the run's PostgreSQL server, as an address."""
    import psycopg

    at = connection.settings_dict
    password = f":{quote(at['PASSWORD'], safe='')}" if at["PASSWORD"] else ""
    server = f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT'] or 5432}"
    name = f"compose_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[ThrowawayRedis]:
    """Redis, started with the command of the file."""
    program, *arguments = compose.read(GIVEN)["services"]["redis"]["command"]
    assert program == "redis-server"
    (tmp_path / "redis").mkdir()
    server = ThrowawayRedis(tmp_path / "redis", arguments)
    server.start()
    yield server
    server.stop()


Services = dict[str, compose.Service]


@pytest.fixture
def services(
    database: str, redis: ThrowawayRedis, smtp_sink: SmtpSink, tmp_path: Path
) -> Iterator[Services]:
    """Web, worker, beat and migrate, ready to start; killed at the end."""
    env = {**GIVEN, "MAIL_URL": smtp_sink.url}
    found = compose.read(env)["services"]
    port = str(free_port())
    changes = {
        f"postgres://priorauth:{GIVEN['POSTGRES_PASSWORD']}@postgres:5432/priorauth": database,
        "redis://redis:6379/0": redis.url,
        "/data": str(tmp_path / "data"),
        "0.0.0.0": "127.0.0.1",
        "8000": port,
    }
    ready = {
        name: compose.Service(name, found[name], changes, tmp_path / f"{name}.log")
        for name in ("migrate", *OURS)
    }
    schedule = ready["beat"].command.index("/data/beat-schedule")
    ready["beat"].command[schedule] = str(tmp_path / "beat-schedule")
    for service in ready.values():
        service.env["STATIC_DIR"] = str(tmp_path / "static")  # the image's, see Dockerfile
        service.env["TICK_SECONDS"] = "2"
    yield ready
    for service in ready.values():
        service.kill()
        if service.log.exists():
            print(f"--- {service.name}\n{service.log.read_text()[-4000:]}")


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.smtp
@pytest.mark.slow
def test_the_commands_of_the_file_carry_a_case_to_its_reminder(
    services: Services, smtp_sink: SmtpSink, redis: ThrowawayRedis
) -> None:
    web, worker, beat = (services[name] for name in OURS)
    assert not web.is_healthy()

    migrated = services["migrate"].run()
    assert migrated.returncode == 0, migrated.stderr
    collected = web.run(["python", "manage.py", "collectstatic", "--noinput"])
    assert collected.returncode == 0, collected.stderr
    assert not worker.is_healthy() and not beat.is_healthy()

    for service in (web, worker, beat):
        service.start()
    for service in (web, worker, beat):
        wait_until(service.is_healthy, f"{service.name} to be healthy", 90, every=0.5)

    visitor = Visitor(f"http://127.0.0.1:{web.env['PORT']}", host="desk.example.org")
    door = visitor.open("/")
    assert door.status == 200
    assets = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', door.text)
    assert assets
    for asset in assets:
        found = visitor.open(asset)
        assert (found.status, found.kind.split("/")[0]) == (200, "text"), asset
    lost = visitor.open("/no-such-page/at/all")
    assert lost.status in {200, 404} and "DEBUG" not in lost.text and "urlpatterns" not in lost.text

    told = web.run(["python", "-m", "tests.house.compose_story"])
    assert told.returncode == 0, told.stderr
    number, username, password, address = told.stdout.split()
    assert visitor.sign_in(username, password).status == 200
    case = visitor.open(f"/case/{number}/")
    assert case.status == 200 and number in case.text
    wait_until(
        lambda: any(
            number in str(mail.message["Subject"]) and address in mail.recipients
            for mail in smtp_sink.mails()
        ),
        "the reminder mail to arrive",
        60,
    )

    for service, seconds in ((beat, 15), (worker, 60), (web, 15)):
        assert service.stop(seconds) == 0, service.name
