"""Two-letter codes of the states, the District of Columbia and the territories (USPS).

>>> validate(" ny")
'NY'
"""

from __future__ import annotations

from priorauth.errors import InvalidCode

# fmt: off
CODES = frozenset((
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA",
    "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM",
    "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA",
    "WV", "WI", "WY", "AS", "GU", "MP", "PR", "VI",
))
# fmt: on


def compact(text: str) -> str:
    """Without blanks and dots, upper case."""
    return "".join(text.split()).replace(".", "").upper()


def validate(text: str) -> str:
    """The two letters, or InvalidCode."""
    code = compact(text)
    if code not in CODES:
        raise InvalidCode(
            text,
            f"{text.strip() or 'Nothing'} is not a state. Use its two letters, such as NY or DC.",
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
    """States are written as they are stored."""
    return validate(text)
