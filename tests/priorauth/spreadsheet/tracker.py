"""A one-row tracker whose cells a test can change."""

from __future__ import annotations

import csv
import io
from datetime import date

from priorauth.spreadsheet.reading import SpreadsheetReading
from priorauth.spreadsheet.rows import read_rows

TODAY = date(2026, 11, 22)

GOOD = {
    "Patient Name": "Weiss, Kai",
    "DOB": "9/28/1978",
    "Insurance": "Anthem",
    "Plan": "PPO",
    "Member ID": "SYN579525745",
    "Group #": "",
    "Plan Type": "commercial insured",
    "State": "NY",
    "CPT": "96365, 96366",
    "Units": "6",
    "Dx": "F332",
    "Urgent?": "N",
    "Date Submitted": "6/6/2026",
    "How Submitted": "portal",
    "Ref #": "REF624361",
    "Status": "Submitted",
    "Decision Date": "",
    "Auth #": "",
    "Sessions Approved": "",
    "Auth Start": "",
    "Auth End": "",
    "Denial Reason": "",
    "Denial Letter Date": "",
    "Last Call": "6/7/2026",
    "Rep": "Priya S.",
    "Call Ref": "C-85711",
    "Notes": "left vm",
}


def as_csv(*rows: dict[str, str], separator: str = ",") -> str:
    """Rows as CSV text with the heading of the first."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def read(*rows: dict[str, str], mapping: dict[str, str] | None = None) -> SpreadsheetReading:
    """A reading of a file of these rows."""
    return read_bytes(as_csv(*rows).encode(), mapping=mapping)


def read_bytes(
    data: bytes, *, filename: str = "tracker.csv", mapping: dict[str, str] | None = None
) -> SpreadsheetReading:
    """A reading of these bytes, today being 2026-11-22."""
    return read_rows(data, filename=filename, today=TODAY, mapping=mapping)


def changed(**cells: str) -> SpreadsheetReading:
    """A reading of the good row with some cells changed; names as headings, _ for a space."""
    headings = {heading.replace(" ", "_").strip("#?_"): heading for heading in GOOD}
    return read(GOOD | {headings[name]: text for name, text in cells.items()})
