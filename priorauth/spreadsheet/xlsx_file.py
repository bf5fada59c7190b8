"""Excel workbooks (.xlsx): each cell as the text that a CSV file of it would hold.

openpyxl is imported only when such a file is read. Formulas are not computed: a cell with one is
the text of the formula, and stays inert.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time
from typing import Any

from priorauth.errors import UnreadableFile
from priorauth.spreadsheet.limits import MAX_COLUMNS, MAX_UNPACKED_BYTES

_NOT_EXCEL = (
    "This is not an Excel workbook (.xlsx): open it in the spreadsheet program, save it as .xlsx "
    "or as CSV and choose that file."
)


def read_sheets(data: bytes, most_rows: int) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """Every visible sheet: its name and its rows with their numbers.

    Reading stops at the first row after `most_rows` filled ones. Raises UnreadableFile.
    """
    _check_package(data)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [
            (sheet.title, _rows(sheet, most_rows))
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
        book.close()
    except UnreadableFile:
        raise
    except Exception as problem:
        # A damaged file makes openpyxl raise almost anything: KeyError, ValueError, ParseError.
        raise UnreadableFile(
            "The workbook is damaged or protected by a password: open it in the spreadsheet "
            "program, save it as CSV and choose that file."
        ) from problem
    if not sheets:
        raise UnreadableFile("The workbook has no visible sheet.")
    return sheets


def _check_package(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise UnreadableFile(_NOT_EXCEL) from problem
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise UnreadableFile(_NOT_EXCEL)
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise UnreadableFile("The workbook unpacks to more than can be read: save it as CSV.")


def _rows(sheet: Any, most_rows: int) -> list[tuple[int, list[str]]]:
    # The size written in the file may be wrong either way: read what is there.
    sheet.reset_dimensions()
    rows: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        texts = [_text(cell) for cell in cells]
        if any(texts):
            rows.append((number, texts))
        if len(rows) > most_rows:
            break
    return rows


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        zeros = re.fullmatch(r"0{2,}", getattr(cell, "number_format", "") or "")
        return str(value).zfill(len(zeros[0])) if zeros else str(value)
    return str(getattr(value, "text", value)).replace("\x00", "")
