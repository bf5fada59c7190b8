"""Reader of the official code file of CMS, `icd10cm_order_YYYY.txt`.

Fixed width, one line a code: order number (columns 1-5), code without dot (7-13), header flag
(15: 0 a heading that may not be billed, 1 a billable code), short title (17-76), long title (78
on). Published each June for the fiscal year that begins on 1 October, and again for 1 April.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from priorauth.codes.icd10cm_table import Entry
from priorauth.errors import InvalidCode

_CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}")


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


def fiscal_year(year: int) -> tuple[date, date]:
    """First and last date of service of a fiscal year: 2027 runs 2026-10-01 to 2027-09-30."""
    return date(year - 1, 10, 1), date(year, 9, 30)
