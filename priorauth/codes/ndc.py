"""NDC: the National Drug Code of a package (FDA), in the 11 digits that claims carry.

On a label it has ten digits in three parts, 4-4-2, 5-3-2 or 5-4-1; a claim wants 5-4-2, so the
short part gets a leading zero. Ten digits without hyphens could be any of the three and are
refused. On a claim it follows the qualifier N4, with a unit of measure.

>>> validate("0143-9509-01")
'00143950901'
>>> format("00143950901")
'00143-9509-01'
"""

from __future__ import annotations

import re

from priorauth.errors import InvalidCode

UNITS = {
    "ML": "Millilitre",
    "UN": "Unit",
    "GR": "Gram",
    "ME": "Milligram",
    "F2": "International unit",
}
_PARTS = {(4, 4, 2), (5, 3, 2), (5, 4, 1), (5, 4, 2)}


def compact(text: str) -> str:
    """Eleven digits where the text allows it, else the digits and hyphens that were given."""
    bare = re.sub(r"\s+", "", text).upper().removeprefix("NDC").lstrip(":").removeprefix("N4")
    parts = bare.split("-")
    if len(parts) == 3 and tuple(map(len, parts)) in _PARTS:
        return parts[0].zfill(5) + parts[1].zfill(4) + parts[2].zfill(2)
    return bare


def validate(text: str) -> str:
    """The eleven digits, or InvalidCode."""
    number = compact(text)
    if re.fullmatch(r"[0-9]{11}", number):
        return number
    if re.fullmatch(r"[0-9]{10}", number):
        raise InvalidCode(
            text,
            f"{text.strip()} has ten digits and could be read in three ways: "
            "type the NDC with its hyphens, as on the vial.",
        )
    raise InvalidCode(
        text,
        f"{text.strip() or 'An empty cell'} is not an NDC: type it with its hyphens, as on the "
        "vial (such as 12345-678-90), or all eleven digits.",
    )


def is_valid(text: str) -> bool:
    """Whether `validate` accepts the text."""
    try:
        validate(text)
    except InvalidCode:
        return False
    return True


def format(text: str) -> str:
    """In its three parts, 5-4-2."""
    number = validate(text)
    return f"{number[:5]}-{number[5:9]}-{number[9:]}"
