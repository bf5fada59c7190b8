"""Logging: one JSON object a line on standard error, without query strings and without data.

An exception is told by its type and the places it passed through. Its text stays out, since a
database error quotes the row it was about. DEBUG=1 shows the text in the browser, on your machine.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime

_QUERY = re.compile(r"\?[^\s\"']*")
_WITHHELD = "[text withheld]"


class JsonLines(logging.Formatter):
    """A log record as one line of JSON: time (UTC), level, logger, message and where it broke."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; query strings and exception texts are cut out."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = type(error).__name__
            line["where"] = _places(error)
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    message = record.getMessage()
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        for said in (repr(error), str(error)):
            if said:
                message = message.replace(said, _WITHHELD)
        message = message.splitlines()[0] if message else message
    return _QUERY.sub("", message)


def _places(error: BaseException) -> list[str]:
    """The last frames as file:line function, without the values in them."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Django mails and prints by itself unless told otherwise: one handler, ours.
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "cases": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "celery": {"level": "WARNING"},
        # The folder broker has no host name; it is warned about on each connection.
        "kombu.connection": {"level": "ERROR"},
        # A database error is logged where it is handled; this one would quote the query.
        "django.db.backends": {"handlers": [], "level": "ERROR", "propagate": False},
    },
}
