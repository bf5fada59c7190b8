"""`manage.py up`, as `make run` starts it: set up once, everything running, nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.house.tracked import ROOT
from tests.house.visitor import Visitor
from tests.services import free_port, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.once]


class Product:
    """The product on a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.log = data.parent / "up.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        """An environment with nothing in it but what this product needs."""
        return {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(self.data),
            "PORT": str(self.port),
            "TICK_SECONDS": "2",
        }

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def start(self) -> None:
        """Start it and wait until it serves."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
            )
        wait_until(self.serves, "the product to serve", 120)

    def serves(self) -> bool:
        """Whether it answers; fails the test when it ended instead."""
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        with suppress(OSError):
            return Visitor(f"http://127.0.0.1:{self.port}").open("/healthz").status == 200
        return False

    def said(self) -> str:
        """What it printed so far."""
        return self.log.read_text()

    def family(self) -> list[int]:
        """Its processes: those whose environment names its data folder (Linux)."""
        mark = f"DATA_DIR={self.data}\0".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
        return found

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it and wait for it."""
        assert self.process is not None
        self.process.send_signal(how)
        assert self.process.wait(timeout=30) == 0, self.said()

    def clean(self) -> None:
        """End whatever a failed test left."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in self.family():
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product, started for the first time."""
    found = Product(tmp_path_factory.mktemp("up") / "data")
    try:
        found.start()
        yield found
    finally:
        found.clean()


def sign_in(product: Product, password: str) -> None:
    """Sign in as the demo user and see the first page."""
    page = Visitor(f"http://127.0.0.1:{product.port}").sign_in("demo", password)
    assert page.status == 200, page.url


def cases(product: Product) -> int:
    """How many requests the database holds."""
    with sqlite3.connect(f"file:{product.data}/priorauth.sqlite3?mode=ro", uri=True) as database:
        row = database.execute("SELECT count(*) FROM cases_priorauthrequest").fetchone()
        return int(row[0])


def test_the_first_run_prints_an_address_and_a_sign_in_that_works(product: Product) -> None:
    said = product.said()
    assert f"http://127.0.0.1:{product.port}/" in said
    found = re.search(r"Sign in +demo\n +Password (\S+)", said)
    assert found
    kept = product.data / "demo-password"
    assert kept.read_text().strip() == found[1]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    sign_in(product, found[1])
    assert cases(product) > 20


def test_web_worker_and_beat_are_at_work(product: Product) -> None:
    for part in ("web", "worker", "beat"):
        wait_until(
            lambda part=part: product.manage("healthcheck", part).returncode == 0,  # type: ignore[misc]
            f"{part} to be healthy",
            60,
            every=0.5,
        )


def test_a_reminder_is_sent_soon_after_the_start(product: Product) -> None:
    mails = product.data / "mail"
    wait_until(lambda: any(path.is_file() for path in mails.rglob("*")), "a first mail", 120)


def test_a_second_start_on_the_same_data_is_refused_in_words(product: Product) -> None:
    done = product.manage("up")
    assert done.returncode != 0
    assert "already runs on" in done.stderr and "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    other = Product(tmp_path / "data")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", other.port))
        taken.listen()
        done = other.manage("up")
    assert done.returncode != 0
    assert f"Cannot listen on 127.0.0.1:{other.port}" in done.stderr
    assert "PORT=" in done.stderr and "Traceback" not in done.stderr
    assert not (other.data / "priorauth.sqlite3").exists()


def test_up_is_not_for_production(tmp_path: Path) -> None:
    other = Product(tmp_path / "data")
    env = other.env | {"PRIORAUTH_MODE": "production", "SECRET_KEY": "k" * 50}
    done = subprocess.run(
        [sys.executable, "manage.py", "up", "--skip-checks"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "docker-compose.yml" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_stopping_leaves_nobody_behind_and_the_next_run_keeps_the_data(product: Product) -> None:
    assert len(product.family()) >= 4
    before = cases(product)
    password = (product.data / "demo-password").read_text().strip()
    product.stop(signal.SIGINT)
    assert product.family() == []
    assert "Stopped. All data is kept." in product.said()
    product.start()
    said = product.said()
    assert str(product.data / "demo-password") in said and password not in said
    assert cases(product) == before
    sign_in(product, password)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel does this on Linux only")
def test_a_supervisor_that_is_killed_takes_its_children_along(product: Product) -> None:
    assert product.process is not None
    product.process.kill()
    product.process.wait()
    wait_until(lambda: product.family() == [], "web, worker and beat to end", 30)
    product.start()
    product.stop()
