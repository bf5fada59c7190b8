"""Modifiers: two characters behind a procedure code that alter it (CPT Appendix A, HCPCS).

Two digits, two letters, or a letter and a digit either way. Not all can be listed; ours have
labels.

>>> validate("jz")
'JZ'
"""

from __future__ import annotations

import re

from priorauth.codes import tables
from priorauth.errors import InvalidCode


def compact(text: str) -> str:
    """Without spaces and a leading hyphen, upper case."""
    return re.sub(r"[\s\-]+", "", text).upper()


def validate(text: str) -> str:
    """The two characters, or InvalidCode. Only the shape can be checked."""
    modifier = compact(text)
    if not re.fullmatch(r"[0-9A-Z]{2}", modifier):
        raise InvalidCode(
            text,
            f"{text.strip() or 'An empty cell'} is not a modifier: "
            "that is two letters or digits, such as 25 or JZ.",
        )
    return modifier


def is_valid(text: str) -> bool:
    """Whether `validate` accepts the text."""
    try:
        validate(text)
    except InvalidCode:
        return False
    return True


def format(text: str) -> str:
    """Modifiers are written as they are stored."""
    return validate(text)


def label(text: str) -> str:
    """Our own short label, or '' for a modifier that is not on our list."""
    return str(tables.by_code("modifiers", "modifier").get(compact(text), {}).get("label", ""))
