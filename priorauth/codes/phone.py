"""Phone and fax numbers of the United States (North American Numbering Plan).

Ten digits; the area code and the exchange begin with 2 to 9. A leading 1 is dropped. An
extension ("x12", "ext. 12", "#12") is kept: compact form 5555550100x12.

>>> format("+1 555.555.0100 ext 12")
'(555) 555-0100 ext. 12'
"""

from __future__ import annotations

import re

from priorauth.errors import InvalidCode

_EXTENSION = re.compile(r"(?:extension|ext|x|#)[\s.:]*([0-9]{1,8})\s*$", re.IGNORECASE)


def compact(text: str) -> str:
    """Ten digits, then x and the extension where there is one; what does not fit stays visible."""
    found = _EXTENSION.search(text)
    main = text[: found.start()] if found else text
    number = re.sub(r"[\s().\-+/,;\u2010-\u2015]+", "", main)
    if len(number) == 11 and number.startswith("1"):
        number = number[1:]
    return f"{number}x{found[1]}" if found else number


def validate(text: str) -> str:
    """The compact form, or InvalidCode."""
    number = compact(text)
    if not re.fullmatch(r"[0-9]{10}(x[0-9]{1,8})?", number):
        raise InvalidCode(
            text,
            f"{text.strip() or 'An empty cell'} is not a phone number: give ten digits with the "
            "area code, and x with an extension if there is one.",
        )
    if number[0] in "01" or number[3] in "01":
        raise InvalidCode(
            text,
            f"{text.strip()} is not a phone number: the area code and the three digits after it "
            "never begin with 0 or 1.",
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
    """As it is read aloud: (555) 555-0100 ext. 12."""
    number, _, extension = validate(text).partition("x")
    shown = f"({number[:3]}) {number[3:6]}-{number[6:]}"
    return f"{shown} ext. {extension}" if extension else shown
