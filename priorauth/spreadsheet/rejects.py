"""The refused rows as a file that can be mended in a spreadsheet and fed back.

The same columns in the same order, then three of ours: row number, column at fault, what is
wrong. `read_rows` knows those three and leaves them out. The cells are as they were: a cell that
begins with = is written so, since an apostrophe before it would be a change that nobody made.
Who will open the file in a spreadsheet rather than feed it back asks for the safe form; the
apostrophes it adds are taken off again when it is read.
"""

from __future__ import annotations

import csv
import io
import unicodedata

from priorauth.spreadsheet.columns import EXTRA_CELL, REJECT_COLUMNS
from priorauth.spreadsheet.reading import SpreadsheetReading

_FORMULA = tuple("=+-@|%\t\r")


def write_rejects(reading: SpreadsheetReading, *, is_spreadsheet_safe: bool = False) -> bytes:
    """The rejects of a reading as CSV: UTF-8 with byte order mark, commas, CR LF."""
    header = list(reading.header)
    extra = max((len(row.cells) for row in reading.bad), default=0) - len(header)
    header += [f"{EXTRA_CELL} {number}" for number in range(1, extra + 1)]
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([*header, *REJECT_COLUMNS])
    for row in reading.bad:
        cells = [*row.cells, *[""] * (len(header) - len(row.cells))]
        if is_spreadsheet_safe:
            cells = [safe(cell) for cell in cells]
        columns = "; ".join(dict.fromkeys(reason.column for reason in row.reasons if reason.column))
        writer.writerow([*cells, row.row, columns, row.message])
    return file.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """A cell that no spreadsheet program runs: an apostrophe before what looks like a formula."""
    start = unicodedata.normalize("NFKC", cell.lstrip(" \n\x0b\x0c\ufeff")[:1])
    return f"'{cell}" if start.startswith(_FORMULA) else cell
