"""Any file to a table of text: rows with the numbers that the spreadsheet shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from priorauth.errors import TooManyRows, UnreadableFile
from priorauth.spreadsheet.csv_file import read_csv
from priorauth.spreadsheet.limits import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS
from priorauth.spreadsheet.xlsx_file import read_sheets

_HEADING_WITHIN = 30

# How many cells of a row are headings we know.
Score = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Table:
    """`header_row` and the numbers in `rows` count as the spreadsheet does, the first row being 1.

    A cell with a line break is part of one row. All-blank rows and repeated headings are left
    out; cells are as they were, only blank cells at the end of a row are dropped.
    """

    header: tuple[str, ...]
    header_row: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    source: str
    other_sheets: tuple[str, ...] = ()


def read_table(data: bytes, *, score: Score, most_rows: int = MAX_ROWS) -> Table:
    """The table of a CSV, TSV or .xlsx file; its content decides, not its name.

    The heading is the row with most known headings near the top, so title lines are skipped; of
    several sheets the one with the best heading is read. Raises UnreadableFile, and TooManyRows
    for more than `most_rows`, the heading being the first.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            f"The file has {len(data) / 1e6:,.0f} MB; at most {MAX_BYTES // 1_000_000} MB can be "
            "read. Split it into several files."
        )
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("The file is empty.")
    if data.startswith(b"PK\x03\x04"):
        sheets = read_sheets(data, most_rows + _HEADING_WITHIN)
        name, rows = max(sheets, key=lambda sheet: _best(sheet[1], score)[0])
        others = tuple(other for other, content in sheets if other != name and content)
        return _table(rows, score, f"sheet {name}", others, most_rows)
    _refuse_other_kinds(data)
    rows, source = read_csv(data, score)
    return _table(rows, score, source, (), most_rows)


def _table(
    rows: list[tuple[int, list[str]]],
    score: Score,
    source: str,
    others: tuple[str, ...],
    most_rows: int,
) -> Table:
    filled = [(number, trimmed(cells)) for number, cells in rows]
    filled = [(number, cells) for number, cells in filled if cells]
    if not filled:
        raise UnreadableFile("The file holds no rows.")
    _, place = _best(filled, score)
    if len(filled) - place > most_rows:
        raise TooManyRows(len(filled), most_rows)
    for number, cells in filled:
        _check_size(number, cells)
    header_row, header = filled[place]
    body = tuple(row for row in filled[place + 1 :] if row[1] != header)
    return Table(header, header_row, body, source, others)


def _best(rows: Sequence[tuple[int, Sequence[str]]], score: Score) -> tuple[int, int]:
    """Highest score near the top, and the place of the first row that has it.

    A row with more cells than can be read is refused later: only so many are looked at here.
    """
    scores = [score(cells[:MAX_COLUMNS]) for _, cells in rows[:_HEADING_WITHIN]] or [0]
    return max(scores), scores.index(max(scores))


def trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """Without the blank cells at the end."""
    last = len(cells)
    while last and not cells[last - 1].strip():
        last -= 1
    return tuple(cells[:last])


def _check_size(number: int, cells: Sequence[str]) -> None:
    if len(cells) > MAX_COLUMNS:
        raise UnreadableFile(
            f"Row {number} has {len(cells):,} cells; at most {MAX_COLUMNS} can be read. "
            "Is the separator right, and is a line break missing?"
        )
    longest = max(map(len, cells))
    if longest > MAX_CELL:
        raise UnreadableFile(
            f"A cell of row {number} has {longest:,} characters; at most {MAX_CELL:,} can be read. "
            "Is a quotation mark missing?"
        )


def _refuse_other_kinds(data: bytes) -> None:
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    kinds = {
        b"\xd0\xcf\x11\xe0": "This is an old Excel file (.xls)",
        b"%pdf": "This is a PDF",
        b"<html": "This is a web page",
        b"<!doctype": "This is a web page",
        b"<table": "This is a web page",
        b"<?xml": "This is an XML file",
        b"{\\rtf": "This is a text document",
    }
    for start, kind in kinds.items():
        if head.startswith(start):
            raise UnreadableFile(
                f"{kind}, not a table: open it in the spreadsheet program, save it as .xlsx or as "
                "CSV and choose that file."
            )
