"""Reports as CSV and as XLSX: cells that no spreadsheet program takes for a formula."""

from __future__ import annotations

import csv
import io
from datetime import date

from priorauth.reports.table import Cell, Report, Table
from priorauth.spreadsheet.rejects import safe

LONGEST_TITLE = 31  # Excel's limit for the name of a sheet


def write_csv(report: Report, *, span: str) -> bytes:
    """All tables below one another: UTF-8 with byte order mark, commas, CR LF.

    `span` says which days are reported, in words.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([safe(report.title), safe(span)])
    for table in report.tables:
        writer.writerow([])
        writer.writerow([safe(table.title)])
        writer.writerow([safe(column.title) for column in table.columns])
        for row in table.rows or ((table.empty,),):
            writer.writerow([_cell(cell) for cell in row])
    writer.writerow([])
    for sentence in report.rests_on:
        writer.writerow([safe(sentence)])
    return file.getvalue().encode("utf-8-sig")


def write_xlsx(report: Report, *, span: str) -> bytes:
    """One sheet a table and one for what they rest on. Numbers are numbers, text is text."""
    from openpyxl import Workbook  # loaded by who asks for a sheet, not by every process

    book = Workbook()
    del book[book.sheetnames[0]]  # the empty one that every new book has
    for table in report.tables:
        _add_sheet(book, table)
    notes = book.create_sheet("What this rests on")
    for sentence in (report.title, span, *report.rests_on):
        notes.append([_typed(sentence)])
    notes.column_dimensions["A"].width = 110
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _add_sheet(book: object, table: Table) -> None:
    from openpyxl.styles import Font

    sheet = book.create_sheet(table.title[:LONGEST_TITLE])  # type: ignore[attr-defined]
    sheet.append([safe(column.title) for column in table.columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in table.rows or ((table.empty,),):
        sheet.append([_typed(cell) for cell in row])
    sheet.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[sheet.cell(1, number).column_letter].width = min(60, longest + 2)


def _cell(cell: Cell) -> str | int | float:
    """A day stands as 2026-11-25, which any program sorts and reads."""
    if isinstance(cell, date):
        return cell.isoformat()
    return safe(cell) if isinstance(cell, str) else "" if cell is None else cell


def _typed(cell: Cell) -> str | int | float:
    """A cell of a sheet: XML has no place for control characters, such as a name's vertical tab."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return _cell(ILLEGAL_CHARACTERS_RE.sub(" ", cell) if isinstance(cell, str) else cell)
