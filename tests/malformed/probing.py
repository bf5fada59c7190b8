"""One person's browser that sends malformed requests and looks at what they do."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from django.apps import apps
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client
from django_scopes import scopes_disabled

from tests.malformed.forms_on_page import forms_on
from tests.malformed.spoiling import VALUES, Sent, encoded, spoiled

URLENCODED = "application/x-www-form-urlencoded"


class Prober:
    """Sends requests, each taken back afterwards; `faults` says in words what went wrong."""

    def __init__(self, person: Any, seed: int) -> None:
        self.client = Client(raise_request_exception=False)
        self.client.force_login(person)
        self.rng = Random(seed)
        self.faults: list[str] = []
        self.sent = 0
        self._raised = ""

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While this is open, exceptions of views are kept for the faults."""

        def keep(sender: Any, request: Any, **kwargs: Any) -> None:
            self._raised = traceback.format_exc(limit=-4)

        got_request_exception.connect(keep)
        try:
            yield
        finally:
            got_request_exception.disconnect(keep)

    def look(self, address: str) -> str:
        """The page, "" when there is none."""
        response = self._send("get", address)
        is_page = response.status_code == 200 and "html" in response.headers["Content-Type"]
        return response.content.decode() if is_page else ""

    def ask(self, address: str, parameters: list[str]) -> list[tuple[str, str]]:
        """Malformed questions of one address: (address, query)."""
        return [(address, encoded({name: [value]})) for name in parameters for value in VALUES]

    def answers_to(self, address: str) -> list[tuple[str, str, Sent]]:
        """Malformed answers to every form of the page: (address, what was done, what to send)."""
        made = []
        for form in forms_on(self.look(address)):
            if form.method == "post" and "logout" not in form.action:
                target = form.action if form.action.startswith("/") else address
                for words, sent in spoiled(form.filled(self.rng), self.rng):
                    made.append((target, words, sent))
        return made

    def get(self, address: str, query: str) -> None:
        """Ask, and look at the answer."""
        self._send("get", f"{address}?{query}")

    def post(self, address: str, words: str, sent: Sent) -> None:
        """Send, look at the answer and at what was written, and take it back."""
        before = _written()
        with transaction.atomic():
            response = self._send("post", address, words, sent)
            was_refused = response.status_code != 302
            if was_refused and _written() != before:
                self.faults.append(f"POST {address} ({words}): refused, yet something is written")
            transaction.set_rollback(True)

    def _send(self, how: str, address: str, words: str = "", sent: Sent | None = None) -> Any:
        self.sent += 1
        self._raised = ""
        if how == "post":
            data = encoded(sent or {})
            response = self.client.post(address, data, content_type=URLENCODED)
        else:
            response = self.client.get(address)
        if response.status_code >= 500 or self._raised:
            said = f"{how.upper()} {address[:200]} {words}: {response.status_code}"
            self.faults.append(f"{said}\n{self._raised}")
        return response


def _written() -> dict[str, int]:
    """How many rows each table of the app has."""
    with scopes_disabled():
        return {
            model.__name__: model._base_manager.count()
            for model in apps.get_app_config("cases").get_models(include_auto_created=True)
        }
