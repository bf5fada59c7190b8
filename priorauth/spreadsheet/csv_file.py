"""Text files: comma, semicolon, tab or bar between the cells, found out by looking."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence

from priorauth.errors import UnreadableFile
from priorauth.spreadsheet.encoding import decode

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SAMPLE = 1 << 16
_SAMPLE_ROWS = 40


def read_csv(
    data: bytes, score: Callable[[Sequence[str]], int]
) -> tuple[list[tuple[int, list[str]]], str]:
    """Rows with their numbers, and how the file was read ("utf-8, commas").

    `score` tells how many cells of a row are known headings: the separator that gives most is
    taken, else the one that cuts the rows most evenly. Raises UnreadableFile.
    """
    text, encoding = decode(data)
    text, separator = _stated(text)
    separator = separator or _sniffed(text, score)
    rows: list[tuple[int, list[str]]] = []
    try:
        # Strict: else a quotation mark too many would swallow the rows that follow it.
        for number, cells in enumerate(_records(text, separator, strict=True), start=1):
            rows.append((number, cells))
    except csv.Error as problem:
        raise _refusal(len(rows) + 1, str(problem)) from problem
    return rows, f"{encoding}, {SEPARATORS.get(separator, repr(separator))}"


def _records(text: str, separator: str, *, strict: bool = False) -> Iterator[list[str]]:
    return csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=strict
    )


def _stated(text: str) -> tuple[str, str]:
    """Excel's own first line `sep=;`, which is not a row."""
    found = re.match(r"sep=([^\r\n\"])\r?\n", text, re.IGNORECASE)
    return (text[found.end() :], found[1]) if found else (text, "")


def _sniffed(text: str, score: Callable[[Sequence[str]], int]) -> str:
    def merit(separator: str) -> tuple[int, float]:
        rows = _first_rows(text, separator)
        known = max((score(cells) for cells in rows), default=0)
        widths = [len(cells) for cells in rows if len(cells) > 1]
        usual = max(widths, key=widths.count) if widths else 1
        return known, (widths.count(usual) / len(rows)) * (usual > 1) if rows else 0.0

    return max(SEPARATORS, key=merit)


def _first_rows(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for cells in _records(text[:_SAMPLE], separator):
            rows.append(cells)
            if len(rows) == _SAMPLE_ROWS:
                return rows
    except csv.Error:
        return rows
    # The sample may have cut the last row.
    return rows[:-1] if len(text) > _SAMPLE else rows


def _refusal(row: int, problem: str) -> UnreadableFile:
    if "field larger" in problem:
        return UnreadableFile(
            f"A cell of row {row} is longer than {csv.field_size_limit():,} characters. "
            "Is a quotation mark or a line break missing?"
        )
    if "unexpected end" in problem:
        return UnreadableFile(
            f"A quotation mark that opens in row {row} is never closed, so the rest of the file "
            "would be one cell. Close it or take it out."
        )
    return UnreadableFile(
        f"A quotation mark in row {row} stands where none can be: inside a cell in quotation marks "
        "it must be doubled. Mend it, or save the file again from the spreadsheet program."
    )
