"""Ways in which a request can be malformed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from urllib.parse import quote_plus

VALUES = (
    "\0",
    "a\0b",
    "x" * 10_000,
    "9" * 10_000,
    "\ud800",
    "\udfff!",
    "-1",
    "0",
    "99999999999999999999999",
    "-99999999999999999999999",
    "9223372036854775808",
    "2147483648",
    "1e400",
    "NaN",
    "Infinity",
    "٣",
    "²",
    "2026-02-30",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "99999-01-01",
    "02/30/2026",
    "24:61",
    "T",
    "None",
    "True",
    "[]",
    "{}",
    "%",
    "%s %(x)s {0}",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "../../../etc/passwd",
    "\u202e\u0000\ufeff",
    "\r\n\r\nX: y",
    " ",
)
MANAGEMENT = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS")

Sent = dict[str, list[str]]


def spoiled(sent: Sent, rng: Random) -> Iterator[tuple[str, Sent]]:
    """Many spoiled versions of what a form would send, each with what was done to it."""
    open_names = [name for name in sent if name not in ("csrfmiddlewaretoken", "_clinic")]
    for value in VALUES:
        yield (
            f"{value[:12]!r} everywhere",
            {name: [value] if name in open_names else sent[name] for name in sent},
        )
    for name in open_names:
        value = rng.choice(VALUES)
        yield f"{name}={value[:12]!r}", {**sent, name: [value]}
        yield f"{name} missing", {key: sent[key] for key in sent if key != name}
        yield f"{name} twice", {**sent, name: [rng.choice(VALUES), *sent[name]]}
        if name.endswith(MANAGEMENT):
            for value in ("", "\0", "abc", "-1", "99999999999999999999", "5000"):
                yield f"{name}={value!r}", {**sent, name: [value]}
    yield "as it stands", sent
    yield "nothing", {}


def encoded(sent: Sent) -> str:
    """As a browser would send it, and as none would: half a surrogate pair in UTF-8."""
    return "&".join(
        f"{_quoted(name)}={_quoted(value)}" for name, values in sent.items() for value in values
    )


def _quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))
