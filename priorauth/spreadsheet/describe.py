"""What the importer reads, as a page for people: `make docs` writes it to `docs/importing.md`.

Nothing here is told twice: columns and words come from the tables that the reader uses, and every
example is read by the reader itself.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from priorauth.errors import UnreadableCell
from priorauth.spreadsheet import limits
from priorauth.spreadsheet.columns import REJECT_COLUMNS
from priorauth.spreadsheet.dates import read_date
from priorauth.spreadsheet.fields import FIELDS, IMPORTANT, SEVERAL, Field
from priorauth.spreadsheet.reading import SpreadsheetReading
from priorauth.spreadsheet.rows import read_rows
from priorauth.spreadsheet.words import known_words

_TODAY = date(2026, 11, 20)
"""The day on which the examples are read."""
_NAMES_SHOWN = 8

_INTRODUCTION = f"""\
# Importing a spreadsheet

Generated from `priorauth/spreadsheet/`: change the tables there, then run `make docs`.

One row is one request. *Import* in the menu shows what would become of each row before anything is
written; `python manage.py import_requests FILE --clinic SLUG` does the same from a shell, with
`--dry-run` to look only, `--assign-to` for who gets the reminders, `--columns` to say what a column
holds, and `--rejects` for where refused rows go. A row is imported as a whole or not at all, and a
row that was imported before (same patient, payer, member ID, codes, submission date and
confirmation number) is left alone.

Read are `.xlsx` workbooks (the sheet with the headings) and CSV or other delimited text in UTF-8,
UTF-16 or Windows-1252: at most {limits.MAX_BYTES // 1_000_000} MB, {limits.MAX_ROWS:,} rows and
{limits.MAX_COLUMNS} columns; the page in the browser takes fewer rows at once and says how many.
The order of columns does not matter, and rows above the headings are passed over. `-`, `n/a`,
`none` or `null` is an empty cell. A date that a row does not give is never invented: it becomes a
task on the case.
"""

_COLUMNS = """\
## Columns

A heading is compared without capitals, marks and the order of its words, and `#` or `no.` is
"number". **Needed**: without the column nothing is read. **Clocks**: a row can be read without it,
but its deadlines cannot be right. What is not recognised is asked for; *Name* is what `--columns`
calls it (`{"Ins Co": "payer"}`, or `"ignore"`).

| Column | Name | | Holds | Also called |
|---|---|---|---|---|
"""

_A_DATE, _A_COUNT = "a date", "a whole number"
_HOLDS: Mapping[str, str] = {
    "name": "Last, First or First Last; suffix and middle names too",
    "last": "the last name, when it has a column of its own",
    "first": "the first name, likewise",
    "member_id": "as on the card; spaces are taken out",
    "state": "two letters or the name of a US state",
    "codes": "CPT and HCPCS codes with units: `96365, 96366 x2`",
    "diagnoses": "ICD-10-CM codes, with or without the dot; words beside them are left out",
    "units": _A_COUNT,
    "sessions_approved": _A_COUNT,
}
_DATES = (
    "dob", "submitted", "decided", "effective_from", "effective_through", "letter_dated",
    "appeal_by", "appeal_filed", "information_requested", "information_due", "call_on",
)  # fmt: skip

_GOOD_ROW = {
    "name": "Weiss, Kai", "dob": "9/28/1978", "payer": "Northfield Health", "plan": "Choice PPO",
    "plan_type": "commercial insured", "state": "NY", "member_id": "SYN579525745",
    "codes": "96365, 96366", "units": "6", "diagnoses": "F33.2", "urgency": "N",
    "submitted": "6/6/2026", "channel": "portal", "confirmation": "REF624361",
    "status": "Submitted",
}  # fmt: skip
_REFUSED: tuple[Mapping[str, str], ...] = (
    {"name": "Weiss"},
    {"dob": ""},
    {"dob": "13/45/1978"},
    {"dob": "1/2/2031"},
    {"payer": ""},
    {"member_id": ""},
    {"member_id": "1.23457E+11"},
    {"state": "Ontario"},
    {"codes": "9636"},
    {"codes": "96366"},
    {"diagnoses": "F33.99"},
    {"diagnoses": "depression"},
    {"units": "a few"},
    {"urgency": "soon"},
    {"status": "Rejected"},
    {"submitted": "last week"},
    {"submitted": "6/6/2027"},
    {"decided": "7/1/2026"},
    {"status": "Denied", "decided": "5/1/2026"},
    {"status": "Draft"},
)
_REMARKED: tuple[Mapping[str, str], ...] = (
    {"submitted": "25/6/2026"},
    {"status": "Pending"},
    {"status": ""},
    {"plan_type": "PPO gold"},
    {"channel": "pigeon"},
    {"diagnoses": "F33.2 severe depression"},
    {"dob": "9/28/2020"},
    {"status": "Approved", "decided": "7/1/2026", "denial_reason": "not necessary"},
)
_DATES_READ = (
    "4/5/2026", "04-05-26", "2026-04-05", "5-Apr-2026", "April 5, 2026", "20260405", "46117",
    "4/5/2026 3:15 PM", "25/12/2025", "4/2026", "13/13/2026", "next week",
)  # fmt: skip


def describe() -> str:
    """`docs/importing.md` as Markdown, ending in a newline."""
    parts = [
        _INTRODUCTION,
        _COLUMNS + "".join(_column(field) for field in FIELDS.values()),
        _dates(),
        *(_words(name, table) for name, table in known_words().items()),
        _rejects(),
    ]
    return "\n".join(parts)


def _column(field: Field) -> str:
    need = "**needed**" if field.is_required else "clocks" if field in IMPORTANT else ""
    names = [name for name in field.synonyms if name != field.label.lower()][:_NAMES_SHOWN]
    cells = [field.label, f"`{field.id}`", need, holds(field), ", ".join(names)]
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |\n"


def holds(field: Field) -> str:
    """What a cell of the field holds, in a few words. Raises KeyError for nothing."""
    if field.id in _DATES:
        words = _A_DATE
    elif field.id in known_words():
        words = "one of the words below"
    else:
        words = _HOLDS.get(field.id, f"text, at most {field.longest:,} characters")
    return f"{words}; may have several columns" if field.id in SEVERAL else words


def _dates() -> str:
    lines = [
        "## Dates\n",
        "Month first, as in the US; a date that can only be day first is read so and remarked on.",
        "A time of day is left out. Of two digits for the year a birth takes the latest that is",
        "not in the future, any other date 20xx.\n",
        "| Cell | Is read as |",
        "|---|---|",
    ]
    for text in _DATES_READ:
        try:
            read = f"{read_date(text, today=_TODAY).value}"
        except UnreadableCell as refusal:
            read = f"refused: {refusal}"
        lines.append(f"| `{text}` | {_escaped(read)} |")
    return "\n".join(lines) + "\n"


def _words(name: str, table: Mapping[str, Iterable[str]]) -> str:
    lines = [f"## {FIELDS[name].label}\n", "| Means | Written |", "|---|---|"]
    lines += [f"| {label} | {', '.join(spelled)} |" for label, spelled in table.items()]
    return "\n".join(lines) + "\n"


def _rejects() -> str:
    columns = ", ".join(f"*{name}*" for name in REJECT_COLUMNS)
    lines = [
        "## What a reject says\n",
        "A refused row is written to a file with the same columns in the same order and three more",
        f"({columns}). Mend the cells and import that file: the three are known and left out, and",
        "rows that went in are known again. Every reason against a row is named at once.\n",
        "| Cell | What is wrong |",
        "|---|---|",
        *_lines(_REFUSED, is_refused=True),
        "\n## What is only remarked on\n",
        "The row is imported; the remark stands in the preview and in the command's output.\n",
        "| Cell | Remark |",
        "|---|---|",
        *_lines(_REMARKED, is_refused=False),
    ]
    return "\n".join(lines) + "\n"


def _lines(changes: Iterable[Mapping[str, str]], *, is_refused: bool) -> Iterator[str]:
    for change in changes:
        reading = _read(change)
        if is_refused:
            said = reading.bad[0].message
        else:
            said = " ".join(str(remark) for remark in reading.good[0].warnings)
        cells = ", ".join(f"{FIELDS[name].label}: {f'`{text}`' if text else 'empty'}"
                          for name, text in change.items())  # fmt: skip
        yield f"| {_escaped(cells)} | {_escaped(said)} |"


def _read(change: Mapping[str, str]) -> SpreadsheetReading:
    row = _GOOD_ROW | {"decided": "", "denial_reason": ""} | dict(change)
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([FIELDS[name].label for name in row])
    writer.writerow(row.values())
    return read_rows(file.getvalue().encode(), filename="example.csv", today=_TODAY)


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
