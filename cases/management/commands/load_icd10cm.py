"""`manage.py load_icd10cm FILE [FILE ...]`: the official ICD-10-CM set of another fiscal year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.queries.code_sets import icd10_sets, loaded_sets_folder
from priorauth.codes import diagnoses
from priorauth.codes.icd10cm import PACKAGED, compact, format
from priorauth.codes.icd10cm_changes import changes
from priorauth.codes.icd10cm_order_file import fiscal_year, read_order_bytes, year_in_name
from priorauth.codes.icd10cm_table import Entry, Icd10Table, write_table
from priorauth.errors import InvalidCode

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class _Set:
    """One file, read and found good. Both ends of the validity are included."""

    source: str
    year: int
    valid_from: date
    valid_through: date
    is_update: bool
    entries: Sequence[Entry]

    @property
    def name(self) -> str:
        month, year = ("April", self.year) if self.is_update else ("October", self.year - 1)
        return f"{month} {year} (FY{self.year})"

    @property
    def filename(self) -> str:
        return f"{self.valid_from:%Y-%m}.txt"


class Command(BaseCommand):
    """Check all files, then write all of them; running web and worker use them at once."""

    help = (
        "Load the official ICD-10-CM order file of a fiscal year (icd10cm_order_YYYY.txt of CMS), "
        "so that diagnoses are checked against the set of their date of service. Says what "
        "changed. No restart is needed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE ..., --year, --april."""
        parser.add_argument("files", nargs="+", type=Path, help="icd10cm_order_YYYY.txt, unpacked.")
        parser.add_argument(
            "--year", type=int, help="Fiscal year of the one FILE whose name does not say it."
        )
        parser.add_argument(
            "--april",
            action="store_true",
            help="The one FILE is the update of 1 April: valid from then, not from 1 October.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read and check every file before the first is written."""
        files: list[Path] = options["files"]
        if len(files) > 1 and (options["year"] or options["april"]):
            raise CommandError("--year and --april are for one FILE at a time.")
        sets = [_read(path, options["year"], is_update=options["april"]) for path in files]
        if len({one.filename for one in sets}) < len(sets):
            raise CommandError("Two of these files are for the same dates of service.")
        for one in sets:
            _check_needed(one)
        folder = loaded_sets_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for one in sorted(sets, key=lambda one: one.valid_from):
                self._load(one, folder)
        except OSError as error:
            raise CommandError(f"Cannot write to {folder}: {error.strerror}") from error

    def _load(self, one: _Set, folder: Path) -> None:
        before = icd10_sets().tables()[-1]
        changed = self._changed(before, one)
        billable = write_table(
            folder / one.filename,
            one.entries,
            name=one.name,
            valid_from=one.valid_from,
            valid_through=one.valid_through,
            source=f"{one.source}, CMS and NCHS (public domain)",
        )
        self.stdout.write(
            f"{one.name}: {billable:,} billable codes and {len(one.entries) - billable:,} headings "
            f"loaded, for dates of service {one.valid_from} to {one.valid_through}"
        )
        for line in changed:
            self.stdout.write(line)

    def _changed(self, before: Icd10Table, one: _Set) -> list[str]:
        found = changes(before, one.entries)
        kinds = {
            "new": found.added,
            "gone": found.gone,
            "billable now": found.opened,
            "headings now": found.headed,
            "titles changed": found.retitled,
        }
        lines = [f"against {before.name}:"]
        lines += [
            f"  {len(codes):,} {kind}{_some(codes)}" for kind, codes in kinds.items() if codes
        ]
        if len(lines) == 1:
            lines.append("  nothing changed")
        lost = {*found.gone, *found.headed} & {compact(code) for code in diagnoses.codes()}
        if lost:
            lines.append(f"  of the diagnoses offered first, no longer billable:{_some(lost)}")
        return lines


def _read(path: Path, year: int | None, *, is_update: bool) -> _Set:
    said = year_in_name(path.name)
    if year and said and year != said:
        raise CommandError(f"The name {path.name} says {said}, and --year says {year}.")
    wanted = year or said
    if wanted is None:
        raise CommandError(f"For which fiscal year is {path.name}? Say it with --year YYYY.")
    if not 2016 <= wanted <= 2100:
        raise CommandError(f"ICD-10-CM began with fiscal year 2016: {wanted} cannot be one.")
    try:
        entries = read_order_bytes(path.read_bytes())
    except OSError as error:
        raise CommandError(f"Cannot read {path}: {error.strerror}") from error
    except InvalidCode as refusal:
        raise CommandError(f"{path.name}: {refusal}") from refusal
    first, last = fiscal_year(wanted)
    is_update = is_update or "april" in path.name.lower()
    return _Set(
        source=path.name,
        year=wanted,
        valid_from=date(wanted, 4, 1) if is_update else first,
        valid_through=last,
        is_update=is_update,
        entries=entries,
    )


def _check_needed(one: _Set) -> None:
    """The packaged set holds its year's April update too: an October file would hide that."""
    for table in icd10_sets().tables():
        is_packaged = table.path.parent == PACKAGED
        if is_packaged and table.valid_from == one.valid_from:
            raise CommandError(
                f"The packaged set {table.name} is already for dates of service from "
                f"{one.valid_from}, later changes included: {one.source} is not needed."
            )


def _some(codes: Sequence[str] | set[str]) -> str:
    shown = [format(code) for code in sorted(codes)[:_SHOWN]]
    return f": {', '.join(shown)}{' ...' if len(codes) > _SHOWN else ''}"
