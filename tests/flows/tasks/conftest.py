"""The biller's hand on the desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from cases.demo.cast import Cast
from tests.flows.signing_in import sign_in
from tests.flows.tasks.hand import Hand


@pytest.fixture
def hand(page: Page, live_server, cast: Cast) -> Iterator[Hand]:
    """The biller's, signed in. A script error fails the test."""
    sign_in(page, live_server.url, cast.biller)
    faults: list[str] = []
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield Hand(page, live_server.url)
    assert faults == []
