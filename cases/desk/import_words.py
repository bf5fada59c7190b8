"""What the import pages show of a sheet, from what its last reading or its import reported."""

from __future__ import annotations

from typing import Any

from cases.desk.page import case_url
from cases.forms.imports import SheetForm
from cases.models import ImportFile, PriorAuthRequest
from priorauth.terms import RequestStatus

SHOWN = 200
"""Rows of one kind on a page; a sheet with more is easier mended in the file."""
_ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}


def looked_at(sheet: ImportFile, form: SheetForm) -> dict[str, Any]:
    """The preview: counts, rows to mend, remarks, columns."""
    report = sheet.report
    examples = dict(zip([h.strip() for h in report["header"]], report["examples"], strict=False))
    unknown = {heading.strip() for heading in report["unknown"]}
    columns = [
        {
            "field": form[name],
            "heading": heading,
            "example": examples.get(heading, ""),
            "is_unsaid": heading in unknown or bool(form[name].errors),
        }
        for name, heading in form.columns
    ]
    return {
        "how": how_read(report["source"], report["header_row"]),
        "count": len(report["created"]),
        "already": len(report["already"]),
        "missing": report["missing"],
        "warnings": report["warnings"],
        "unsaid": [column for column in columns if column["is_unsaid"]],
        "known": [column for column in columns if not column["is_unsaid"]],
        **_rows_to_mend(report),
    }


def imported(sheet: ImportFile) -> dict[str, Any]:
    """The result: links to the new cases and to those that were here, rows to mend."""
    report = sheet.report
    return {
        "count": len(report["created"]),
        "cases": _cases(report["created"]),
        "cases_more": max(0, len(report["created"]) - SHOWN),
        "already": len(report["already"]),
        "already_cases": _cases(report["already"]),
        "already_more": max(0, len(report["already"]) - SHOWN),
        **_rows_to_mend(report),
    }


def how_read(source: str, header_row: int) -> str:
    """How it was understood: "UTF-8 text with commas between the cells; headings in row 1"."""
    encoding, _, separator = source.partition(", ")
    if separator:
        read = f"{_ENCODINGS.get(encoding, encoding)} text with {separator} between the cells"
    else:
        read = f"Excel workbook, {source}"
    return f"{read}; headings in row {header_row}"


def _rows_to_mend(report: dict[str, Any]) -> dict[str, Any]:
    """Bad rows with their reasons, and remarks on good ones."""
    bad, remarks = report["rejected"], report["remarks"]
    return {
        "bad": [
            {"row": row, "reasons": [_reason(reason) for reason in reasons]}
            for row, reasons in bad[:SHOWN]
        ],
        "bad_count": len(bad),
        "bad_more": max(0, len(bad) - SHOWN),
        "remarks": [{"row": row, **_reason(remark)} for row, remark in remarks[:SHOWN]],
        "remark_count": len(remarks),
        "remarks_more": max(0, len(remarks) - SHOWN),
    }


def _reason(reason: list[str]) -> dict[str, str]:
    column, problem, advice = reason
    return {
        "column": column,
        "problem": problem[:1].upper() + problem[1:],
        "advice": advice[:1].upper() + advice[1:],
    }


def _cases(pairs: list[list[Any]]) -> list[dict[str, Any]]:
    """Row number, and the case with its patient. One query for all of them."""
    shown = pairs[:SHOWN]
    rows = PriorAuthRequest.objects.filter(number__in=[number for _, number in shown]).values_list(
        "number", "patient__last_name", "patient__first_name", "status"
    )
    known = {number: (f"{last}, {first}", status) for number, last, first, status in rows}
    return [
        {
            "row": row,
            "number": number,
            "url": case_url(number),
            "patient": known[number][0],
            "status": RequestStatus(known[number][1]).label,
        }
        for row, number in shown
        if number in known
    ]
