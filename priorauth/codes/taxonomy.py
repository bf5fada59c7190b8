"""Taxonomy: what kind of provider a clinician or clinic is (NUCC code set).

Ten characters: two digits, seven digits or letters, and X at the end.

>>> validate("2084p0800x")
'2084P0800X'
"""

from __future__ import annotations

import re

from priorauth.codes import tables
from priorauth.errors import InvalidCode


def compact(text: str) -> str:
    """Without spaces, upper case."""
    return re.sub(r"\s+", "", text).upper()


def validate(text: str) -> str:
    """The ten characters, or InvalidCode. Only the shape is checked."""
    code = compact(text)
    if not re.fullmatch(r"[0-9]{2}[0-9A-Z]{7}X", code):
        raise InvalidCode(
            text,
            f"{text.strip() or 'An empty cell'} is not a taxonomy code: "
            "that is ten characters ending in X, such as 2084P0800X.",
        )
    return code


def is_valid(text: str) -> bool:
    """Whether `validate` accepts the text."""
    try:
        validate(text)
    except InvalidCode:
        return False
    return True


def format(text: str) -> str:
    """Taxonomy codes are written as they are stored."""
    return validate(text)


def label(text: str) -> str:
    """Our own short label, or '' for a code that is not on our list."""
    return str(tables.by_code("taxonomies", "taxonomy").get(compact(text), {}).get("label", ""))


def listed() -> tuple[tuple[str, str], ...]:
    """Pairs (code, our label) of those that give ketamine."""
    return tuple((row["code"], row["label"]) for row in tables.rows("taxonomies", "taxonomy"))
