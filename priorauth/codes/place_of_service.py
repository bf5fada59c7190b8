"""Place of service: the two-digit code of the setting on a professional claim (CMS code set).

>>> validate("2")
'02'
>>> warning("10")
'Telehealth at home does not fit an infusion: an office is 11.'
"""

from __future__ import annotations

import re

from priorauth.codes import tables
from priorauth.errors import InvalidCode

USUAL = "11"


def compact(text: str) -> str:
    """Two digits: spreadsheets drop the leading zero."""
    digits = re.sub(r"\s+", "", text)
    return digits.zfill(2) if digits.isdigit() and digits.isascii() else digits


def validate(text: str) -> str:
    """The two digits, or InvalidCode. A code that is not on our list is accepted by its shape."""
    code = compact(text)
    if not re.fullmatch(r"[0-9]{2}", code) or code == "00":
        raise InvalidCode(
            text,
            f"{text.strip() or 'An empty cell'} is not a place of service: "
            "that is two digits, 11 for an office.",
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
    """Places of service are written as they are stored."""
    return validate(text)


def label(text: str) -> str:
    """Our own short label, or '' for a code that is not on our list."""
    row = tables.by_code("places_of_service", "place").get(compact(text), {})
    return str(row.get("label", ""))


def warning(text: str) -> str:
    """A sentence when nobody can be infused in that setting, else ''. Raises like `validate`."""
    row = tables.by_code("places_of_service", "place").get(validate(text), {})
    if row.get("fits_infusion", True):
        return ""
    return f"{row['label']} does not fit an infusion: an office is 11."


def listed() -> tuple[tuple[str, str], ...]:
    """Pairs (code, our label), the usual one first."""
    places = sorted(tables.rows("places_of_service", "place"), key=lambda p: not p["is_typical"])
    return tuple((place["code"], place["label"]) for place in places)
