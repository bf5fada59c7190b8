"""Cells that hold several things: procedure codes with units, diagnoses; and plain numbers."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from priorauth.codes import infusion, procedure
from priorauth.codes.icd10cm import Icd10Code, Icd10Sets
from priorauth.codes.infusion import RequestedLine
from priorauth.errors import InvalidCode, UnreadableCell

_MOST = 12
_UNITS = re.compile(
    r"^\s*([0-9]{1,3})\s*[x\u00d7*]\s*(?=[0-9A-Za-z]{5})"
    r"|\(\s*[x\u00d7*]?\s*([0-9]{1,3})\s*(?:units?|u)?\s*\)"
    r"|[x\u00d7*:]\s*([0-9]{1,3})(?![0-9])(?:\s*units?)?"
    r"|\s([0-9]{1,3})\s*units?\b",
    re.IGNORECASE,
)
# What stands between codes without a separator: before the next word with four digits or more.
_NEXT_CODE = re.compile(r"(?<=[0-9A-WYZa-wyz)])\s+(?=[0-9A-Za-z]?[0-9]{4}[0-9A-Za-z]?(?!\w))")
_DASHED_CODES = re.compile(r"(?<=\d{5})\s*-\s*(?=\d{5}(?!\d))")
_SHAPED = re.compile(r"[A-V][0-9]{4}|[0-9]{4}[0-9FTUM]")
_MODIFIERS = re.compile(r"(?<=^[0-9A-Z]{5})((?:[\s\-]+[0-9A-Z]{2})+)$", re.IGNORECASE)
# A word of a description is not a code: a code has a digit after its letter.
_CODE_LIKE = re.compile(r"[A-Za-z]{1,2}[0-9][0-9A-Za-z]*(?:\.[0-9A-Za-z]*)?[-\u2013]?.*")


@lru_cache(maxsize=1024)
def read_codes(text: str, on: date) -> tuple[RequestedLine, ...]:
    """Procedure codes with the units and modifiers written beside them.

    "96365, 96366", "96365 x1; 96366 x2", "96365/96366", "96365-59 + J3490 (1)". `on` is the date
    by which a code must be valid. Raises UnreadableCell for the first that is malformed, and for
    an add-on without the code it adds to.
    """
    lines: dict[str, RequestedLine] = {}
    for part in _code_parts(text):
        line = _line(part, on)
        lines.setdefault(line.code, line)
    if not lines:
        raise UnreadableCell("procedure code missing", "give at least one, such as 96365.")
    if len(lines) > _MOST:
        raise UnreadableCell("too many procedure codes", f"{len(lines)} codes in one request.")
    for finding in infusion.check_family(list(lines)):
        problem, _, advice = finding.message.partition(": ")
        raise UnreadableCell(problem, advice)
    return tuple(lines.values())


def _code_parts(text: str) -> list[str]:
    text = _DASHED_CODES.sub("\n", _NEXT_CODE.sub("\n", text))
    parts = re.split(r"[,;/&+|\n]|\band\b", text, flags=re.IGNORECASE)
    return [part.strip() for part in parts if part.strip()]


def _line(part: str, on: date) -> RequestedLine:
    units: int | None = None
    found = _UNITS.search(part)
    code = part
    if found:
        units = int(next(group for group in found.groups() if group))
        code = part[: found.start()] + part[found.end() :]
    code = re.sub(r"\([^()]*\)", " ", code).strip()
    modifiers: tuple[str, ...] = ()
    trailing = _MODIFIERS.search(code)
    if trailing:
        modifiers = tuple(re.findall(r"[0-9A-Z]{2}", trailing[1].upper()))
        code = code[: trailing.start()]
    try:
        return RequestedLine(procedure.validate(code, on), units, None, modifiers)
    except InvalidCode as refusal:
        is_shaped = _SHAPED.fullmatch(procedure.compact(code))
        problem = "procedure code not valid" if is_shaped else "procedure code malformed"
        raise UnreadableCell(problem, str(refusal)) from refusal


def read_diagnoses(text: str, on: date, sets: Icd10Sets) -> tuple[tuple[Icd10Code, ...], list[str]]:
    """Diagnoses in the order given, each once, and the words that were left out.

    "F33.2, Z91.51", "F332", "f33.2", "F33.2 recurrent depression". A code that no set on file
    knows is refused even when `on` is outside every set. Raises UnreadableCell.
    """
    tidy = re.sub(r"\b([A-Za-z][0-9][0-9A-Za-z])(?: +\.|\. +(?=[0-9]))", r"\1.", text)
    tidy = re.sub(r"(?<=[0-9])\s*[-\u2013]\s*(?=[A-Za-z][0-9])", "-", tidy)
    words = re.split(r"[,;/|&+:()\s]+", tidy)
    likely = [word for word in words if _CODE_LIKE.fullmatch(word)]
    left_out = [word for word in words if word and word not in likely and word.strip("-.")]
    if not likely:
        problem = "diagnosis missing" if not text.strip() else "diagnosis is no code"
        raise UnreadableCell(problem, "give the ICD-10-CM code, such as F33.2.")
    if len(likely) > _MOST:
        raise UnreadableCell("too many diagnoses", f"a request carries at most {_MOST}.")
    found = [_diagnosis(word, on, sets) for word in likely]
    return tuple({one.code: one for one in found}.values()), left_out


def _diagnosis(word: str, on: date, sets: Icd10Sets) -> Icd10Code:
    try:
        known = sets.look_up(word, on)
    except InvalidCode as refusal:
        raise UnreadableCell("diagnosis does not exist", str(refusal)) from refusal
    if not known.is_billable:
        raise UnreadableCell("diagnosis needs more characters", sets.needs_more(known.code, on))
    return known


def read_count(text: str, what: str) -> int:
    """A whole number from 1 to 999, "6 sessions" and "6.0" too. Raises UnreadableCell."""
    found = re.fullmatch(
        r"([0-9]{1,3})(?:\.0+)?\s*(?:x|units?|sessions?|visits?|infusions?|treatments?)?",
        text.strip(),
        re.IGNORECASE,
    )
    if not found or int(found[1]) < 1:
        raise UnreadableCell(f"{what} is no number", f"{text.strip()[:40]}: give a whole number.")
    return int(found[1])


def read_member_id(text: str) -> str:
    """Letters and digits without spaces. Raises UnreadableCell when missing or damaged."""
    bare = re.sub(r"\s+", "", text)
    if not bare:
        raise UnreadableCell("member ID missing", "copy it from the card, letters included.")
    if re.fullmatch(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,2}", bare, re.IGNORECASE):
        raise UnreadableCell(
            "member ID damaged",
            f"the spreadsheet shortened it to {bare}: make the column text and type it again.",
        )
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z\-./*#]{1,}", bare):
        raise UnreadableCell(
            "member ID malformed", f"{bare[:40]}: it has letters, digits and hyphens only."
        )
    return bare
