"""The data files of this folder, each read once, when first asked for."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def rows(name: str, table: str) -> tuple[dict[str, Any], ...]:
    """The `[[table]]` entries of `data/<name>.toml`, in the order of the file."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tuple(tomllib.load(file)[table])


@cache
def by_code(name: str, table: str) -> dict[str, dict[str, Any]]:
    """The same entries by their code. Treat as read-only: it is shared."""
    return {row["code"]: row for row in rows(name, table)}
