"""A browser made of paper: it reads the forms of a page as a browser would and sends them back."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse


class PaperForm(HTMLParser):
    """The values that a browser would send for the step form of a page, as they stand there."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, list[str]] = {}
        self.offered: dict[str, list[str]] = {}
        self.names: set[str] = set()
        self._inside = False
        self._select: str | None = None
        self._first: str | None = None
        self._area: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "step-form" in given.get("class", "")
        if not self._inside:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._select, self._first = name, None
            self.names.add(name)
        elif tag == "option" and self._select is not None:
            value = given.get("value", "")
            self.offered.setdefault(self._select, []).append(value)
            if self._first is None:
                self._first = value
            if "selected" in given:
                self.values[self._select] = [value]
        elif tag == "textarea":
            self._area = name
            self.names.add(name)
            self.values[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select" and self._select is not None:
            if self._first is not None:
                self.values.setdefault(self._select, [self._first])
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            # A browser leaves out the line break after the opening tag.
            typed = self.values[self._area][0] + data
            self.values[self._area] = [typed.removeprefix("\n")]

    def _input(self, name: str, given: dict[str, str]) -> None:
        self.names.add(name)
        sort = given.get("type", "text")
        if sort in ("submit", "button", "file"):
            return
        if sort in ("radio", "checkbox"):
            value = given.get("value", "on")
            self.offered.setdefault(name, []).append(value)
            if "checked" in given:
                self.values.setdefault(name, []).append(value)
            return
        self.values[name] = [given.get("value", "")]


class Desk:
    """A signed-in person in front of the desk."""

    def __init__(self, person: Any) -> None:
        self.client = Client()
        self.client.force_login(person)

    def open(self, address: str, *, status: int = 200) -> Any:
        """The page at an address."""
        answer = self.client.get(address)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer

    def step(self, case: Any, slug: str, of: str = "") -> str:
        """The address of a step page."""
        address = reverse("desk:step", args=[case.number, slug])
        return f"{address}?of={of}" if of else address

    def form(self, address: str) -> dict[str, list[str]]:
        """What a browser would send from that page, untouched."""
        return PaperForm(self.open(address).content.decode()).values

    def send(self, address: str, form: dict[str, list[str]], **typed: Any) -> Any:
        """Send a form back with some fields typed over; None empties a tick or a radio."""
        values = dict(form)
        for name, value in typed.items():
            if value is None:
                values.pop(name, None)
            else:
                values[name] = value if isinstance(value, list) else [value]
        return self.client.post(address, values)

    def record(self, case: Any, slug: str, *, of: str = "", **typed: Any) -> Any:
        """Open the step page, fill it in and send it."""
        address = self.step(case, slug, of)
        return self.send(address, self.form(address), **typed)


def said(answer: Any) -> str:
    """The message that follows a recorded step."""
    return " ".join(str(message) for message in answer.wsgi_request._messages)


def shown(answer: Any) -> dict[str, list[str]]:
    """What stands in the form of a page that came back."""
    return PaperForm(answer.content.decode()).values
