"""Opening papers in a child process: page count and text, one page as a picture, all as one PDF."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from priorauth.errors import ImpossibleFact, PriorAuthError

_CHILD = Path(__file__).with_name("child.py")
LOOK_SECONDS = 20
PAGE_SECONDS = 15
_AT_ONCE = threading.BoundedSemaphore(2)
"""Children of one web process at a time: each may take half a gigabyte."""
WAIT_SECONDS = 2
"""For a turn: whoever waits holds a thread of the web process that others need."""

_WHY = {
    3: "The file cannot be opened: it is damaged, or not what it says it is. Scan or print it to "
    "a PDF again.",
    5: "The file has more than 200 pages, or a page larger than we look at. Split it, or scan it "
    "at 300 dpi.",
}
_LOCKED = 4


@dataclass(frozen=True, slots=True)
class Read:
    """What is known of a paper. `pages` is 0 when it is locked with a password."""

    pages: int
    text: str
    is_locked: bool = False


class CannotShow(Exception):
    """This page cannot be drawn."""


class Busy(PriorAuthError):
    """Other papers are being opened, and none was done within `WAIT_SECONDS`."""

    def __init__(self) -> None:
        super().__init__(
            "Other papers are being opened just now. Nothing is wrong with this one: try again in "
            "a moment."
        )


def look(content: bytes, content_type: str) -> Read:
    """How many pages, and the text as far as it can be read (by Tesseract where it is installed).

    Pages of text are apart by a form feed. Raises ImpossibleFact("file") for a file that cannot be
    opened within the limits, and Busy.
    """
    tesseract = shutil.which("tesseract") or ""
    code, said = _run(["look", _kind(content_type), tesseract], content, LOOK_SECONDS)
    told = [json.loads(line) for line in said.splitlines(keepends=True) if line.endswith(b"\n")]
    if not told:
        if code == _LOCKED:
            return Read(0, "", is_locked=True)
        raise ImpossibleFact("file", _WHY.get(code, _WHY[3]))
    return Read(int(told[0]["pages"]), "\f".join(str(page["text"]) for page in told[1:]))


def draw(content: bytes, content_type: str, number: int) -> bytes:
    """Page `number`, the first being 1, as a JPEG. Raises CannotShow and Busy."""
    code, picture = _run(["page", _kind(content_type), str(number)], content, PAGE_SECONDS)
    if code != 0 or not picture.startswith(b"\xff\xd8\xff"):
        raise CannotShow
    return picture


def count(content: bytes, content_type: str) -> int:
    """How many pages, nothing being read.

    Raises ImpossibleFact("file") when nobody can tell, and Busy.
    """
    code, said = _run(["count", _kind(content_type)], content, PAGE_SECONDS)
    if code != 0:
        raise ImpossibleFact("file", _WHY.get(code, _WHY[3]))
    return int(json.loads(said)["pages"])


def bind(papers: Sequence[tuple[bytes, str]]) -> bytes:
    """One PDF of these papers (content and content type) in their order.

    Raises ImpossibleFact("enclosed") when one of them cannot be opened within the limits, and Busy.
    """
    parts = [f"{_kind(content_type)}:{len(content)}" for content, content_type in papers]
    content = b"".join(content for content, _ in papers)
    code, bound = _run(["bind", *parts], content, LOOK_SECONDS)
    if code != 0 or not bound.startswith(b"%PDF-"):
        raise ImpossibleFact(
            "enclosed",
            "These papers cannot be put into one PDF: one is damaged, locked with a password or "
            "too large. Leave it out here and add it to the fax by hand.",
        )
    return bound


def _kind(content_type: str) -> str:
    return "pdf" if content_type == "application/pdf" else "image"


def _run(job: list[str], content: bytes, seconds: int) -> tuple[int, bytes]:
    """The child's exit code and what it said; what it said before it was stopped counts too.

    Raises Busy when no turn comes within `WAIT_SECONDS`.
    """
    if not _AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(_CHILD), *job],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env=_environment(),
        )
    except subprocess.TimeoutExpired as late:
        return -1, late.stdout or b""
    finally:
        _AT_ONCE.release()
    return done.returncode, done.stdout


def _environment() -> dict[str, str]:
    """Nothing of ours: no database address, no secret."""
    kept = ("PATH", "SYSTEMROOT", "TESSDATA_PREFIX")
    return {"OMP_THREAD_LIMIT": "1"} | {
        name: os.environ[name] for name in kept if name in os.environ
    }
