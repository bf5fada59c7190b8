"""What changed from one ICD-10-CM set to another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from priorauth.codes.icd10cm_table import Entry


@dataclass(frozen=True, slots=True)
class Changes:
    """Codes without dots, in order. `opened` may be billed now, `headed` no longer may."""

    added: tuple[str, ...]
    gone: tuple[str, ...]
    opened: tuple[str, ...]
    headed: tuple[str, ...]
    retitled: tuple[str, ...]


def changes(old: Iterable[Entry], new: Iterable[Entry]) -> Changes:
    """From `old` to `new`. Titles are compared without case and spacing."""
    before = {entry.code: entry for entry in old}
    after = {entry.code: entry for entry in new}
    both = sorted(before.keys() & after.keys())
    return Changes(
        added=tuple(sorted(after.keys() - before.keys())),
        gone=tuple(sorted(before.keys() - after.keys())),
        opened=tuple(c for c in both if after[c].is_billable and not before[c].is_billable),
        headed=tuple(c for c in both if before[c].is_billable and not after[c].is_billable),
        retitled=tuple(c for c in both if _title(before[c]) != _title(after[c])),
    )


def _title(entry: Entry) -> str:
    return " ".join(entry.title.casefold().split())
