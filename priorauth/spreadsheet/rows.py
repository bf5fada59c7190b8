"""A clinic's spreadsheet to request rows: `read_rows`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from priorauth.codes.icd10cm import Icd10Sets, packaged_sets
from priorauth.errors import TooManyRows, UnreadableFile
from priorauth.spreadsheet.columns import map_columns, own_width, score
from priorauth.spreadsheet.fields import IMPORTANT
from priorauth.spreadsheet.limits import MAX_ROWS
from priorauth.spreadsheet.reading import RejectedRow, Remark, RequestRow, SpreadsheetReading
from priorauth.spreadsheet.row_reader import RowReader
from priorauth.spreadsheet.table import Table, read_table, trimmed


def read_rows(
    data: bytes,
    *,
    filename: str,
    today: date,
    mapping: Mapping[str, str] | None = None,
    icd10: Icd10Sets | None = None,
    most_rows: int = MAX_ROWS,
) -> SpreadsheetReading:
    """Every row of a file, good or with the reasons against it.

    `today` is the clinic's local date. `mapping` (heading to field id of `fields.FIELDS`, or
    "ignore") goes before what the headings say. `icd10` are the sets to check diagnoses with, the
    packaged ones by default. Raises UnreadableFile when the file is no table or is too large, and
    TooManyRows when it has more than `most_rows`, the heading being the first.
    """
    wanted = set(mapping or {})
    try:
        table = read_table(
            data,
            score=lambda cells: score(cells) + sum(cell in wanted for cell in cells),
            most_rows=most_rows,
        )
        header = table.header[: own_width(table.header)]
        found = map_columns(header, mapping)
    except TooManyRows:
        raise
    except UnreadableFile as problem:
        raise UnreadableFile(f"{filename}: {problem}") from problem
    columns = {
        field: tuple(header[place].strip() for place in places)
        for field, places in found.places.items()
    }
    examples = _examples(table, len(header))
    reading = SpreadsheetReading(
        header=header,
        header_row=table.header_row,
        source=table.source,
        columns=columns,
        unknown_columns=found.unknown,
        missing_columns=tuple(field.label for field in found.missing),
        missing_fields=tuple(field.id for field in found.missing),
        warnings=(
            *(f"Sheet {name!r} was not read." for name in table.other_sheets),
            *_nameless(header, examples),
            *_not_there(columns),
        ),
        examples=examples,
    )
    if found.missing:
        return reading
    return _fill(reading, table, found.places, today, icd10 or packaged_sets())


def _examples(table: Table, width: int) -> tuple[str, ...]:
    """The first cell of each column that is not blank."""
    found = [""] * width
    for _, cells in table.rows:
        for place, cell in enumerate(cells[:width]):
            found[place] = found[place] or cell.strip()
    return tuple(found)


def _nameless(header: Sequence[str], examples: Sequence[str]) -> list[str]:
    """Columns that hold something and have no heading to know them by."""
    return [
        f"Column {_letters(place)} has no heading and was not read: give it one."
        for place, (heading, example) in enumerate(zip(header, examples, strict=True))
        if example and not heading.strip()
    ]


def _letters(place: int) -> str:
    """A column's name in the spreadsheet program: 0 is A, 26 is AA."""
    before, last = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _not_there(columns: Mapping[str, tuple[str, ...]]) -> list[str]:
    absent = [field.label for field in IMPORTANT if field.id not in columns]
    if not absent:
        return []
    return [
        f"The file has no column for {', '.join(absent)}: the cases start without, and urgency "
        "counts as standard. If a column has it under another name, say which."
    ]


def _fill(
    reading: SpreadsheetReading,
    table: Table,
    places: Mapping[str, tuple[int, ...]],
    today: date,
    sets: Icd10Sets,
) -> SpreadsheetReading:
    seen: dict[tuple[str, ...], int] = {}
    known: dict[str, int] = {}
    day_first: set[str] = set()
    either_way: set[str] = set()
    previous = 0
    ours = slice(len(reading.header), len(table.header))
    for number, all_cells in table.rows:
        cells = trimmed(all_cells[: ours.start] + all_cells[ours.stop :])
        if not cells:
            continue
        reader = RowReader(number, cells, reading.header, places, today=today, sets=sets)
        row = reader.read()
        reasons = [*_repeats(cells, row, seen, known, previous), *reader.reasons]
        seen.setdefault(cells, number)
        if row is None or reasons:
            reading.bad.append(RejectedRow(number, cells, tuple(reasons)))
        else:
            known[row.fingerprint] = number
            reading.good.append(row)
        previous = number
        day_first |= reader.day_first
        either_way |= reader.either_way
    return _with_date_warnings(reading, day_first & either_way)


def _repeats(
    cells: tuple[str, ...],
    row: RequestRow | None,
    seen: Mapping[tuple[str, ...], int],
    known: Mapping[str, int],
    previous: int,
) -> list[Remark]:
    """That the row repeats another one, letter by letter or in what it asks for."""
    if cells in seen:
        where = "the row above" if seen[cells] == previous else f"row {seen[cells]}"
        return [Remark("", f"exact duplicate of {where}", "delete one of the two.")]
    if row is not None and row.fingerprint in known:
        return [
            Remark(
                "",
                f"same request as row {known[row.fingerprint]}",
                "patient, payer, codes, submission date and number are the same: keep one.",
            )
        ]
    return []


def _with_date_warnings(reading: SpreadsheetReading, fields: set[str]) -> SpreadsheetReading:
    said = [
        f"Column {heading!r} holds dates that can only be day, month, year and others that were "
        "read as month, day, year: compare them with the file."
        for field in reading.columns
        if field in fields
        for heading in reading.columns[field]
    ]
    return replace(reading, warnings=(*reading.warnings, *said))
