"""HCPCS Level II: drugs, supplies and services that CPT does not name (CMS).

A letter (A to V) and four digits, updated every quarter, so a code may be right on one date of
service and wrong on another: S0013 (esketamine) ended on 2025-12-31 and J0013 began on
2026-01-01. Racemic ketamine has no code of its own and goes as J3490 with a narrative; J3000,
which a web page calls ketamine, is streptomycin and is refused.

>>> validate("j0013", on=date(2026, 1, 1))
'J0013'
>>> is_valid("J0013", on=date(2025, 12, 31))
False
"""

from __future__ import annotations

import re
from datetime import date

from priorauth.codes import tables
from priorauth.errors import InvalidCode

_SHAPE = re.compile(r"[A-CEGHJ-MP-VD][0-9]{4}")


def compact(text: str) -> str:
    """The code without spaces, upper case."""
    return re.sub(r"[\s\-.]+", "", text).upper()


def validate(text: str, on: date | None = None) -> str:
    """The five characters, or InvalidCode.

    `on` is the date of service; without it only the shape is checked, and that the code is not
    one we refuse outright. The dates of a code that is not on our list are not known.
    """
    code = compact(text)
    if not _SHAPE.fullmatch(code):
        raise InvalidCode(
            text,
            f"{text.strip() or 'An empty cell'} is not a HCPCS code: "
            "that is one letter and four digits, such as J3490.",
        )
    row = tables.by_code("procedures", "procedure").get(code, {})
    if "refused_because" in row:
        raise InvalidCode(text, row["refused_because"])
    if on is not None:
        _check_dates(text, code, on)
    return code


def is_valid(text: str, on: date | None = None) -> bool:
    """Whether `validate` accepts the text."""
    try:
        validate(text, on)
    except InvalidCode:
        return False
    return True


def format(text: str) -> str:
    """HCPCS codes are written as they are stored."""
    return validate(text)


def label(text: str) -> str:
    """Our own short label, or '' for a code that is not on our list."""
    row = tables.by_code("procedures", "procedure").get(compact(text))
    return str(row["label"]) if row and row["system"] == "hcpcs" else ""


def _check_dates(text: str, code: str, on: date) -> None:
    row = tables.by_code("procedures", "procedure").get(code, {})
    begins, ends = row.get("effective_from"), row.get("effective_through")
    if begins is not None and on < begins:
        instead = f": for {on} use {row['replaces']}" if "replaces" in row else ""
        raise InvalidCode(
            text, f"{code} is valid for dates of service from {begins}, not on {on}{instead}."
        )
    if ends is not None and on > ends:
        instead = f": for {on} use {row['replaced_by']}" if "replaced_by" in row else ""
        raise InvalidCode(text, f"{code} ended on {ends}{instead}.")
