"""`manage.py up`: everything on one machine, in one terminal."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from cases.management import supervise
from cases.models import Clinic

DEMO_USER = "demo"


class Command(BaseCommand):
    """Set up what is missing, then hand over to the supervisor."""

    help = (
        "Migrate, make the demo clinic on the first run, then run web server, worker and beat "
        "until Ctrl-C. Address from BIND and PORT, data in DATA_DIR."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare and become the supervisor: this process never returns."""
        if settings.IS_PRODUCTION:
            raise CommandError(
                "`up` is for one machine with the embedded default. In production run web, worker "
                "and beat as docker-compose.yml does (docs/running.md)."
            )
        lock = _take_lock(settings.DATA_DIR / "up.lock")
        _check_port(settings.BIND, settings.PORT)
        self.stdout.write(f"Preparing {settings.DATA_DIR} ...")
        self.stdout.flush()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        is_first_run = self._make_demo_clinic()
        self._greet(is_first_run)
        arguments = [sys.executable, supervise.__file__, str(lock)]
        arguments += [f"{name}={json.dumps(command)}" for name, command in commands().items()]
        os.chdir(settings.BASE_DIR)
        # Trying it out as root, as in a container, is fine: no lecture on every start.
        os.environ.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser")
        os.execv(sys.executable, arguments)  # noqa: S606

    def _make_demo_clinic(self) -> bool:
        """On the first run only, make the demo clinic; whether this was the first run."""
        if Clinic.objects.exists():
            return False
        with transaction.atomic():  # a demo clinic that nobody can enter would never be mended
            call_command("seed_demo", verbosity=0)
            demo = get_user_model().objects.get(username=DEMO_USER)
            demo.set_password(_kept_demo_password(settings.DEMO_PASSWORD_FILE))
            demo.save(update_fields=["password"])
        return True

    def _greet(self, is_first_run: bool) -> None:
        lines = ["", f"  Open     {settings.SITE_URL}/"]
        if settings.DEMO_PASSWORD_FILE.exists():
            shown = (
                settings.DEMO_PASSWORD_FILE.read_text().strip()
                if is_first_run
                else f"the one in {settings.DEMO_PASSWORD_FILE}"
            )
            lines += [f"  Sign in  {DEMO_USER}", f"  Password {shown}"]
        if settings.MAIL.kind == "folder":
            lines.append(f"  Mails    {settings.SITE_URL}{reverse('desk:mailbox')}")
        lines += ["  Stop     Ctrl-C (all data is kept)", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def commands() -> dict[str, list[str]]:
    """The processes of the embedded default: name to command line."""
    here = Path(sys.executable).parent
    web = str(settings.BASE_DIR / "config" / "gunicorn_conf.py")
    celery = [str(here / "celery"), "-q", "-A", "config"]
    schedule = str(settings.DATA_DIR / "beat-schedule")
    quiet = ["--without-gossip", "--without-mingle", "-l", "warning"]
    return {
        "web": [str(here / "gunicorn"), "-c", web],
        "worker": [*celery, "worker", "-P", "threads", "-c", "2", *quiet],
        "beat": [*celery, "beat", "-s", schedule, "--pidfile=", "-l", "warning"],
    }


def _take_lock(path: Path) -> int:
    """An open file, locked, that survives exec and is inherited by every child."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(
            f"The product already runs on {path.parent} (or is still stopping). "
            "Use the one that runs, stop it first, or set DATA_DIR to another folder."
        ) from None
    os.set_inheritable(lock, True)
    return lock


def _check_port(host: str, port: int) -> None:
    """Refuse with a clear sentence when somebody else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error.strerror}). "
                f"Choose another port, for example: PORT={port + 10} make run"
            ) from None


def _kept_demo_password(path: Path) -> str:
    """A password made now and kept in a file that only its owner reads (mode 0600)."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(password + "\n")
    return password
