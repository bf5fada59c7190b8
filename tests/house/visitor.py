"""A person with a browser, as far as addresses, cookies and forms go."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    url: str
    kind: str
    """the content type without its parameters"""
    text: str


class Visitor:
    """Opens pages of one product, keeps its cookies, signs in."""

    def __init__(self, origin: str, host: str | None = None) -> None:
        self.origin = origin
        self.headers = {"Host": host} if host else {}
        self.cookies = http.cookiejar.CookieJar()
        self._browser = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def open(self, path: str, fields: dict[str, str] | None = None) -> Page:
        """A page by its path; with `fields`, the answer to a form. Follows redirects."""
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(self.origin + path, data, self.headers)
        try:
            answer = self._browser.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            kind = (answer.headers["Content-Type"] or "").split(";")[0]
            text = answer.read().decode(errors="replace")
            return Page(answer.status or 0, answer.url, kind, text)

    def sign_in(self, username: str, password: str) -> Page:
        """The page after signing in; fails the test when the door stays shut."""
        door = self.open("/")
        token = _TOKEN.search(door.text)
        assert door.status == 200 and token, (door.status, door.url)
        parts = urllib.parse.urlsplit(door.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        fields = {"csrfmiddlewaretoken": token[1], "username": username, "password": password}
        page = self.open(path, fields)
        names = {cookie.name for cookie in self.cookies}
        assert "priorauth_session" in names, f"not signed in: {page.status} {page.url}"
        return page
