"""A procedure code of either system, CPT or HCPCS Level II, as a service line carries it.

>>> validate("96365 ")
'96365'
>>> system("J3490")
<System.HCPCS: 'hcpcs'>
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from priorauth.codes import cpt, hcpcs, tables
from priorauth.errors import InvalidCode
from priorauth.terms import ItemKind


class System(StrEnum):
    """Which code set a procedure code belongs to."""

    CPT = "cpt"
    HCPCS = "hcpcs"


def compact(text: str) -> str:
    """The code without spaces, upper case."""
    return cpt.compact(text)


def system(text: str) -> System:
    """CPT begins with a digit, HCPCS Level II with a letter."""
    return System.HCPCS if compact(text)[:1].isalpha() else System.CPT


def validate(text: str, on: date | None = None) -> str:
    """The code, or InvalidCode. `on` is the date of service; it matters for HCPCS only."""
    code = compact(text)
    if len(code) == 5 and system(code) is System.HCPCS:
        return hcpcs.validate(text, on)
    return cpt.validate(text)


def is_valid(text: str, on: date | None = None) -> bool:
    """Whether `validate` accepts the text."""
    try:
        validate(text, on)
    except InvalidCode:
        return False
    return True


def format(text: str) -> str:
    """Procedure codes are written as they are stored."""
    return validate(text)


def label(text: str) -> str:
    """Our own short label, or '' for a code that is not on our list."""
    return cpt.label(text) or hcpcs.label(text)


def item_kind(text: str) -> ItemKind:
    """Drug or service: J codes and S0013 are drugs, and some laws give a drug its own clock.

    G2082 and G2083 bundle a visit with the drug and are asked for as a service.
    """
    code = compact(text)
    return ItemKind.DRUG if code[:1] == "J" or code == "S0013" else ItemKind.SERVICE


def listed() -> tuple[tuple[str, str], ...]:
    """Pairs (code, our label) of the codes on our list that may be asked for, core codes first."""
    rows = [r for r in tables.rows("procedures", "procedure") if "refused_because" not in r]
    rows.sort(key=lambda r: not str(r["use"]).startswith("core"))
    return tuple((r["code"], r["label"]) for r in rows)
