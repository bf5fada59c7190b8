"""Services for every test: see tests/services.py for how they are found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection

from tests import services
from tests.smtp_sink import SmtpSink

# The same examples on every run, so that a red run can be told from bad luck, and none is timed.
# To look further: HYPOTHESIS_PROFILE=explore .venv/bin/python -m pytest tests/priorauth
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", max_examples=2000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# Playwright's own loop runs in the main thread; the ORM is called from it all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


NEVER_A_DATABASE = ("tests/priorauth/",)
"""The domain cannot reach a database (an import contract says so): its tests run once."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what need not run again on PostgreSQL; files of slow tests start first.

    Files are handed out whole (a file's clinic is built once), so a slow one must not come last.
    """
    for item in items:
        if item.nodeid.startswith(NEVER_A_DATABASE):
            item.add_marker("once")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail where services are required, what cannot run here."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL as the database: runs in the second pass of `make test`")
    if item.get_closest_marker("redis") and not services.has_redis():
        services.missing("no Redis: redis-server is not installed")
    if item.get_closest_marker("browser") and services.chromium_path() is None:
        services.missing("no Chromium: not installed, and CHROMIUM names none")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright drives the system's Chromium, which asks nothing of the internet."""
    return {
        **browser_type_launch_args,
        "executable_path": services.chromium_path(),
        "args": services.CHROMIUM_ARGUMENTS,
    }


@pytest.fixture(scope="session")
def throwaway_redis(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[services.ThrowawayRedis]:
    """A Redis server for this process of the run. Flush it, stop it, start it as you like."""
    if not services.has_redis():
        services.missing("no Redis: redis-server is not installed")
    redis = services.ThrowawayRedis(tmp_path_factory.mktemp("redis"))
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture
def redis_url(throwaway_redis: services.ThrowawayRedis) -> str:
    """The address of a Redis server that answers and may be emptied."""
    if throwaway_redis.process is None:
        throwaway_redis.start()
    return throwaway_redis.url


@pytest.fixture
def smtp_sink(tmp_path: Path) -> Iterator[SmtpSink]:
    """A mail server that keeps what it accepts; `.url` for MAIL_URL, `.mails()` to read."""
    sink = SmtpSink(tmp_path / "mails", services.free_port())
    sink.start()
    yield sink
    sink.stop()
