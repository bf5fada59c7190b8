"""Names are found however they are typed."""

from __future__ import annotations

import pytest

from cases.models.folded import FoldedField, fold


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("O'Brien", "obrien"),
        ("O’BRIEN", "obrien"),
        ("Müller", "muller"),
        ("Nuñez-García", "nunezgarcia"),
        ("de la Cruz", "delacruz"),
        ("Łukasz", "lukasz"),
        ("Strauß", "strauss"),
        ("Ångström", "angstrom"),
        ("Nguyễn", "nguyen"),
        ("  ", ""),
        ("--", ""),
        ("Ivy 3rd", "ivy3rd"),
    ],
)
def test_accents_capitals_and_marks_do_not_count(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_letters_of_another_script_keep_names_apart() -> None:
    assert fold("Жуков") != fold("Шуков")
    assert fold("Жуков").isascii()


def test_a_folded_column_follows_its_source_in_every_write() -> None:
    class Named:
        last_name = "O'Brien"

    field = FoldedField(of="last_name")
    field.set_attributes_from_name("last_name_folded")
    row = Named()
    assert field.pre_save(row, True) == "obrien"  # type: ignore[arg-type]
    assert row.last_name_folded == "obrien"  # type: ignore[attr-defined]
