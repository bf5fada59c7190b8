"""Names are found however they are typed."""

from __future__ import annotations

import pytest

from cases.models.folded import FoldedField, LastPartField, fold, fold_last_part


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


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("O'Brien", "brien"),
        ("O\u2019BRIEN", "brien"),
        ("Smith-Lee", "lee"),
        ("Nuñez García", "garcia"),
        ("Nun\u0303ez", None),
        ("de la Cruz", "cruz"),
        ("McDonald", "donald"),
        ("King Jr.", None),
        ("Smith-Lee III", "lee"),
        ("MCDONALD", None),
        ("Quill", None),
        ("Quill -", None),
        ("", None),
    ],
)
def test_the_last_part_of_a_name_of_several_is_known(name: str, part: str | None) -> None:
    assert fold_last_part(name) == part


def test_a_column_of_last_parts_follows_its_source_in_every_write() -> None:
    class Named:
        last_name = "Smith-Lee"

    field = LastPartField(of="last_name")
    field.set_attributes_from_name("last_name_part")
    row = Named()
    assert field.pre_save(row, True) == "lee"  # type: ignore[arg-type]
    assert row.last_name_part == "lee"  # type: ignore[attr-defined]
    row.last_name = "Lee"
    assert field.pre_save(row, False) is None  # type: ignore[arg-type]
