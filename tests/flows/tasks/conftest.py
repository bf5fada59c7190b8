"""A clinic told up to now, its biller signed in, and their hand on the desk."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Page

from cases.demo.cast import Cast, make_cast
from cases.demo.stories import Teller
from tests.flows.tasks.hand import Hand


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with scope(clinic=made.clinic):
        yield made


@pytest.fixture
def teller(cast: Cast) -> Teller:
    return Teller(cast, timezone.now(), Random(7))


@pytest.fixture
def hand(page: Page, live_server, cast: Cast) -> Iterator[Hand]:
    """The biller's, signed in. A script error fails the test."""
    session = SessionStore()
    session[SESSION_KEY] = str(cast.biller.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = cast.biller.get_session_auth_hash()
    session.save()
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": str(session.session_key), "url": live_server.url}]
    )
    faults: list[str] = []
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield Hand(page, live_server.url)
    assert faults == []
