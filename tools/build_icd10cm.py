"""Builds the packaged ICD-10-CM set from the simple-icd-10-cm package (a build-time need only).

    pip install simple-icd-10-cm==1.5.0
    python tools/build_icd10cm.py

That release holds April 2026 (fiscal year 2026). A code may be billed when it is a category or
subcategory without children; block ranges such as C00-C96 are left out. The package lists five
categories twice that are a block of their own (B20, F99, P84, R99, Z66): counted once, 74,719
codes may be billed, which is the number CMS gives for the year.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import simple_icd_10_cm as icd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from priorauth.codes.icd10cm import PACKAGED
from priorauth.codes.icd10cm_table import Entry, write_table


def entries() -> list[Entry]:
    """Every category and subcategory, billable or not, seventh characters included."""
    return [
        Entry(code.replace(".", ""), bool(icd.is_leaf(code)), icd.get_description(code))
        for code in icd.get_all_codes(True)
        if icd.is_valid_item(code) and icd.is_category_or_subcategory(code)
    ]


def main() -> None:
    path = PACKAGED / "2026-04.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    billable = write_table(
        path,
        entries(),
        name="April 2026 (FY2026)",
        valid_from=date(2025, 10, 1),
        valid_through=date(2026, 9, 30),
        source="ICD-10-CM tabular list, April 1 2026 update, NCHS and CMS (public domain)",
    )
    print(f"{path.name}: {billable:,} billable codes")


if __name__ == "__main__":
    main()
