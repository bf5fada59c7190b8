"""What a patient's record that goes gives to the one that stays, and takes with it again."""

from __future__ import annotations

from collections.abc import Mapping

from cases.models import Patient

_ALONE = ("sex", "chart_number", "phone", "email")
_ADDRESS = ("address_1", "city", "state", "zip_code")
FILLED = (*_ALONE, *_ADDRESS)
"""Columns taken from the record that goes where the one that stays has nothing."""


def what_fills(kept: Patient, gone: Patient) -> dict[str, str]:
    """What `kept` lacks and `gone` has, by column.

    An address is one thing: parts of two would be a place where nobody ever lived. It comes whole,
    with its empty parts, and only when `kept` has no part of one. An agreement to mail stays
    behind: it was given for the address of a record that is no more. A withdrawal comes along.
    """
    filled = {
        name: getattr(gone, name)
        for name in _ALONE
        if getattr(gone, name) and not getattr(kept, name)
    }
    theirs = {name: getattr(gone, name) for name in _ADDRESS}
    if any(theirs.values()) and not any(getattr(kept, name) for name in _ADDRESS):
        filled |= theirs
    no_more = gone.mail_withdrawn_on
    if no_more and kept.mail_agreed_on and not kept.mail_withdrawn_on:
        # Kept as text, so that it stays when the two are parted again.
        filled["mail_withdrawn_on"] = max(no_more, kept.mail_agreed_on).isoformat()
    return filled


def take_out(kept: Patient, filled: Mapping[str, str]) -> None:
    """Empty what was `filled` on `kept`, unsaved. What was changed since stays, addresses whole."""
    unchanged = {name for name, value in filled.items() if getattr(kept, name) == value}
    if not unchanged.issuperset(filled.keys() & set(_ADDRESS)):
        unchanged -= set(_ADDRESS)
    if kept.mail_agreed_on is not None:
        unchanged.discard("email")  # agreed to since, for this address
    for name in unchanged:
        setattr(kept, name, "")
