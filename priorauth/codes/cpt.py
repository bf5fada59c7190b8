"""CPT: the procedure codes of the American Medical Association (HCPCS Level I).

Five characters. Category I is five digits; Category II is four digits and F (performance
measures); Category III is four digits and T (emerging services); proprietary laboratory analyses
end in U and administrative multianalyte assays in M. There is no check digit. The descriptors are
the association's copyright, so only the shape is checked, and the labels are our own.

>>> validate(" 96365 ")
'96365'
>>> is_valid("9636S")
False
"""

from __future__ import annotations

import re
from enum import StrEnum

from priorauth.codes import tables
from priorauth.errors import InvalidCode

_SHAPE = re.compile(r"[0-9]{4}[0-9FTUM]")
_LOOKALIKES = str.maketrans("OQISLBZG", "00151826")


class Category(StrEnum):
    """Which part of CPT a code belongs to."""

    ONE = "I"
    TWO = "II"
    THREE = "III"
    LABORATORY = "PLA"
    ASSAY = "MAAA"


_BY_LAST = {
    "F": Category.TWO,
    "T": Category.THREE,
    "U": Category.LABORATORY,
    "M": Category.ASSAY,
}


def compact(text: str) -> str:
    """The code without spaces, upper case."""
    return re.sub(r"[\s\-.]+", "", text).upper()


def validate(text: str) -> str:
    """The five characters, or InvalidCode. Only the shape can be checked."""
    code = compact(text)
    if not _SHAPE.fullmatch(code):
        raise InvalidCode(
            text,
            f"{text.strip() or 'An empty cell'} is not a procedure code: a CPT code is five "
            f"digits, or four digits and one of F, T, U, M.{_did_you_mean(code)}",
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
    """CPT codes are written as they are stored."""
    return validate(text)


def category(text: str) -> Category:
    """Which category the code belongs to."""
    return _BY_LAST.get(validate(text)[-1], Category.ONE)


def label(text: str) -> str:
    """Our own short label, or '' for a code that is not on our list."""
    row = tables.by_code("procedures", "procedure").get(compact(text))
    return str(row["label"]) if row and row["system"] == "cpt" else ""


def _did_you_mean(code: str) -> str:
    """A letter typed for a digit (9636S), but only where it gives a code of our list."""
    guess = code.translate(_LOOKALIKES)
    return f" Did you mean {guess}?" if guess != code and label(guess) else ""
