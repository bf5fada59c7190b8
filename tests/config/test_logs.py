"""Log lines hold no query string and no text of an exception."""

from __future__ import annotations

import json
import logging
import sys

from config.logs import JsonLines


def line(message: str, *values: object, error: BaseException | None = None) -> dict[str, object]:
    """What one record becomes."""
    exc_info = None
    if error is not None:
        try:
            raise error
        except BaseException:
            exc_info = sys.exc_info()
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, message, values, exc_info)
    written = JsonLines().format(record)
    assert "\n" not in written
    found: dict[str, object] = json.loads(written)
    return found


def test_a_line_says_when_where_and_what() -> None:
    found = line("Not Found: %s", "/admin/x/")
    assert found["level"] == "error"
    assert found["logger"] == "django.request"
    assert found["message"] == "Not Found: /admin/x/"
    assert str(found["at"]).endswith("+00:00")


def test_a_query_string_is_cut_off() -> None:
    found = line('"GET /admin/cases/patient/?q=Zqxname HTTP/1.1" 200')
    assert "Zqxname" not in str(found)
    assert found["message"] == '"GET /admin/cases/patient/ HTTP/1.1" 200'


def test_an_exception_is_told_by_type_and_place_only() -> None:
    error = ValueError("Key (member_id)=(ZQX-123) already exists")
    found = line("Internal Server Error: %s", "/admin/", error=error)
    assert "ZQX-123" not in json.dumps(found)
    assert found["error"] == "ValueError"
    assert "test_logs.py" in str(found["where"])


def test_a_message_that_quotes_its_exception_loses_the_quote() -> None:
    error = RuntimeError("patient Zqxname")
    found = line("Task raised unexpected: %r", error, error=error)
    assert "Zqxname" not in json.dumps(found)
    assert "[text withheld]" in str(found["message"])
