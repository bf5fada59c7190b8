"""Reader of the official code file of CMS, `icd10cm_order_YYYY.txt`.

Fixed width, one line a code: order number (columns 1-5), code without dot (7-13), header flag
(15: 0 a heading that may not be billed, 1 a billable code), short title (17-76), long title (78
on). Published each June for the fiscal year that begins on 1 October, and again for 1 April.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from priorauth.codes.icd10cm_table import Entry
from priorauth.errors import InvalidCode

_CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}")
FEWEST_BILLABLE = 65_000
"""The set of April 2026 has 74,719; a year adds or takes away some hundreds."""


def read_order_bytes(data: bytes) -> list[Entry]:
    """All entries of a whole order file, checked for what a damaged or wrong file lacks.

    Raises InvalidCode when a line does not fit, a code stands twice or below no heading, or there
    are fewer codes than a full set has.
    """
    if data.startswith(b"PK\x03\x04"):
        raise InvalidCode("", "This is a zip file: unpack it and give icd10cm_order_YYYY.txt.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    entries = list(read_order_file(text.splitlines()))
    times = Counter(entry.code for entry in entries)
    twice = next((code for code, count in times.items() if count > 1), None)
    if twice is not None:
        raise InvalidCode(twice, f"{twice} stands in the file twice: it is not the official one.")
    orphan = next((entry.code for entry in entries if entry.code[:3] not in times), None)
    if orphan is not None:
        raise InvalidCode(orphan, f"{orphan} stands in the file without its category {orphan[:3]}.")
    billable = sum(entry.is_billable for entry in entries)
    if billable < FEWEST_BILLABLE:
        raise InvalidCode(
            "",
            f"The file holds {billable:,} billable codes and a full set more than "
            f"{FEWEST_BILLABLE:,}: it is cut off, or only an addendum.",
        )
    return entries


def read_order_file(lines: Iterable[str]) -> Iterator[Entry]:
    """The entries, with the long title. Raises InvalidCode naming the line that does not fit."""
    for number, line in enumerate(lines, start=1):
        if not line.strip("\ufeff\x1a \r\n"):
            continue
        code, flag = line[6:13].strip(), line[14:15]
        title = line[77:].strip() or line[16:76].strip()
        if not _CODE.fullmatch(code) or flag not in ("0", "1") or not title:
            raise InvalidCode(
                line[:80].strip(),
                f"Line {number} is not a line of an ICD-10-CM order file (order number, code, "
                "0 or 1, short title, long title). Give the file icd10cm_order_YYYY.txt of CMS.",
            )
        yield Entry(code, flag == "1", title)


def year_in_name(name: str) -> int | None:
    """The fiscal year that a file's name says: icd10cm_order_2027.txt, icd10cm-order-2027.txt."""
    found = re.search(r"(?<![0-9])(20[0-9]{2})(?![0-9])", name)
    return int(found[1]) if found else None


def fiscal_year_name(on: date) -> str:
    """What the set for a date of service is called: "FY2027" from 1 October 2026 on."""
    return f"FY{on.year + (on.month >= 10)}"


def fiscal_year(year: int) -> tuple[date, date]:
    """First and last date of service of a fiscal year: 2027 runs 2026-10-01 to 2027-09-30."""
    return date(year - 1, 10, 1), date(year, 9, 30)
