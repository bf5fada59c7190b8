"""What this clinic's field knows of diagnoses beyond the official set.

How well a diagnosis carries a request for ketamine in the policies that payers publish, and which
diagnoses exclude each other. A hint warns the biller of a weak file; it is never a reason to pick
a code that the chart does not support.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from priorauth.codes import tables
from priorauth.terms import Term


class Fit(Term):
    """How a diagnosis fares in published payer policies for ketamine."""

    STRONG = "strong", "Strong"
    USABLE = "usable", "Usable"
    WEAK = "weak", "Weak: severity or current illness is not shown"
    CONTRA = "contra", "Usually excluded by policy"


@dataclass(frozen=True, slots=True)
class DiagnosisHint:
    """`code` is dotted; `group` is one of depression, bipolar, ptsd, anxiety_ocd, suicidality,
    pain, crps, migraine; `label` is our own short one."""

    code: str
    group: str
    label: str
    fit: Fit


def hint(code: str) -> DiagnosisHint | None:
    """Our hint for a code in any spelling, or None when it is not on our list."""
    return _hints().get(_bare(code))


def codes() -> tuple[str, ...]:
    """The dotted codes of our list, in its order."""
    return tuple(found.code for found in _hints().values())


def excludes(one: str, other: str) -> bool:
    """Whether an Excludes1 note keeps the two codes apart, either way round."""
    left, right = _bare(one), _bare(other)
    return _is_excluded(left, right) or _is_excluded(right, left)


def matching(words: list[str]) -> list[str]:
    """Dotted codes of our list whose label or group has a word beginning with each lower-case
    word, in order of the list."""
    return [
        found.code
        for found in _hints().values()
        if all(
            re.search(rf"(?<![^\W_]){re.escape(word)}", f"{found.label} {found.group}".lower())
            for word in words
        )
    ]


@cache
def _hints() -> dict[str, DiagnosisHint]:
    return {
        _bare(row["code"]): DiagnosisHint(row["code"], row["group"], row["label"], Fit(row["fit"]))
        for row in tables.rows("diagnoses", "diagnosis")
    }


@cache
def _pairs() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (_bare(row["left"]), tuple(map(_bare, row["right"])))
        for row in tables.rows("excludes1", "pair")
    )


def _is_excluded(one: str, other: str) -> bool:
    return any(one.startswith(left) and other.startswith(rights) for left, rights in _pairs())


def _bare(code: str) -> str:
    return re.sub(r"[\s.]+", "", code).upper()
