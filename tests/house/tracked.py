"""The files of the repository, for the rules of the house."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = {"var", ".venv", "node_modules", "__pycache__", "staticfiles"}


@cache
def files() -> tuple[Path, ...]:
    """Every tracked or new file that is not ignored; without git, every file outside caches."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
    )
    if done.returncode == 0:
        names = [name.decode() for name in done.stdout.split(b"\0") if name]
        return tuple(ROOT / name for name in names if (ROOT / name).is_file())
    return tuple(
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and not any(
            part in _NOT_OURS or part.startswith(".") for part in path.relative_to(ROOT).parts
        )
    )


def text_of(path: Path) -> str | None:
    """The file as text, or None when it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def texts() -> list[tuple[str, str]]:
    """Pairs (path from the top, text) of every text file."""
    found = []
    for path in files():
        text = text_of(path)
        if text is not None:
            found.append((path.relative_to(ROOT).as_posix(), text))
    return found
