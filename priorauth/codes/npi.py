"""NPI: the National Provider Identifier of a clinician (type 1) or an organization (type 2).

Ten digits, the first 1 or 2. The last is a Luhn check digit over the number with the prefix 80840
before it (80 health, 840 United States): 45 CFR 162.406 and the CMS check-digit specification.

>>> validate("1234 567 893")
'1234567893'
>>> is_valid("1234567890")
False
"""

from __future__ import annotations

import re

from priorauth.errors import InvalidCode

_CARD_ISSUER = "80840"


def compact(text: str) -> str:
    """The number without spaces, dots and hyphens."""
    return re.sub(r"[\s\-.]+", "", text)


def validate(text: str) -> str:
    """The ten digits, or InvalidCode."""
    number = compact(text)
    if not re.fullmatch(r"[0-9]{10}", number):
        raise InvalidCode(text, f"An NPI has ten digits; {text.strip() or 'nothing'} has not.")
    if number[0] not in "12":
        raise InvalidCode(text, f"An NPI begins with 1 or 2; {number} does not.")
    if _luhn_remainder(_CARD_ISSUER + number):
        raise InvalidCode(
            text, f"{number} fails the NPI check digit: a digit is wrong or two are swapped."
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
    """NPIs are written as they are stored."""
    return validate(text)


def _luhn_remainder(number: str) -> int:
    """0 when the Luhn sum (ISO/IEC 7812-1) comes out even tens."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(int(digit) for digit in number[-1::-2]) + sum(doubled)) % 10
