"""EIN: the Employer Identification Number (TIN of a clinic), issued by the IRS.

Nine digits, written NN-NNNNNNN, with no check digit. The first two tell which campus issued it;
the IRS publishes the list of those in use and adds to it, so an unlisted prefix is a warning.

>>> format("123456789")
'12-3456789'
"""

from __future__ import annotations

import re

from priorauth.errors import InvalidCode

# Prefixes never issued, from the IRS page "How EINs are assigned and valid EIN prefixes".
_UNUSED_PREFIXES = frozenset(
    [
        "00",
        "07",
        "08",
        "09",
        "17",
        "18",
        "19",
        "28",
        "29",
        "49",
        "69",
        "70",
        "78",
        "79",
        "89",
        "96",
        "97",
    ]
)


def compact(text: str) -> str:
    """The number without spaces and hyphens."""
    return re.sub(r"[\s\-]+", "", text)


def validate(text: str) -> str:
    """The nine digits, or InvalidCode."""
    number = compact(text)
    if not re.fullmatch(r"[0-9]{9}", number):
        raise InvalidCode(
            text,
            f"A tax number (EIN) has nine digits, NN-NNNNNNN; {text.strip() or 'nothing'} has not.",
        )
    return number


def is_valid(text: str) -> bool:
    """Whether `validate` accepts the text."""
    try:
        validate(text)
    except InvalidCode:
        return False
    return True


def format(text: str) -> str:
    """With its hyphen."""
    number = validate(text)
    return f"{number[:2]}-{number[2:]}"


def warning(text: str) -> str:
    """A sentence when the prefix is not one the IRS issues, else ''. Raises like `validate`."""
    prefix = validate(text)[:2]
    if prefix not in _UNUSED_PREFIXES:
        return ""
    return f"No tax number (EIN) is known to begin with {prefix}: compare it with the IRS letter."
