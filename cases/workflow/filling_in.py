"""What a patient's record that goes gives to the one that stays, and takes with it again."""

from __future__ import annotations

from collections.abc import Mapping

from cases.models import Patient

_ALONE = ("sex", "chart_number", "phone")
_ADDRESS = ("address_1", "city", "state", "zip_code")
FILLED = (*_ALONE, *_ADDRESS)
"""Columns taken from the record that goes where the one that stays has nothing."""


def what_fills(kept: Patient, gone: Patient) -> dict[str, str]:
    """What `kept` lacks and `gone` has, by column.

    An address is one thing: parts of two would be a place where nobody ever lived. It comes whole,
    with its empty parts, and only when `kept` has no part of one.
    """
    filled = {
        name: getattr(gone, name)
        for name in _ALONE
        if getattr(gone, name) and not getattr(kept, name)
    }
    theirs = {name: getattr(gone, name) for name in _ADDRESS}
    if any(theirs.values()) and not any(getattr(kept, name) for name in _ADDRESS):
        filled |= theirs
    return filled


def take_out(kept: Patient, filled: Mapping[str, str]) -> None:
    """Empty what was `filled` on `kept`, unsaved. What was changed since stays, addresses whole."""
    unchanged = {name for name, value in filled.items() if getattr(kept, name) == value}
    if not unchanged.issuperset(filled.keys() & set(_ADDRESS)):
        unchanged -= set(_ADDRESS)
    for name in unchanged:
        setattr(kept, name, "")
