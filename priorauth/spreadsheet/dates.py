"""A date as people type it, in a US clinic.

4/5/2026 is April 5. 25/12/2026 can only be December 25 and is read so. Two-digit years: for a
birth the latest that is not in the future, elsewhere 20xx. What is no date, or could be two, is
refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from priorauth.errors import UnreadableCell

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_TIME = re.compile(
    r"(?:T|\s+|,\s*)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE | re.ASCII,
)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]?\s+", re.IGNORECASE)
_SERIAL_DAY_0 = date(1899, 12, 30)
_HOW = "write it as MM/DD/YYYY"
_OLDEST = 120


@dataclass(frozen=True, slots=True)
class ReadDate:
    """`is_day_first`: only day, month, year gave a date. `is_ambiguous`: both orders would."""

    value: date
    is_day_first: bool = False
    is_ambiguous: bool = False


def read_date(text: str, *, today: date, is_birth: bool = False) -> ReadDate:
    """The date in a cell. A time of day is left out.

    Understood: M/D/YYYY, M/D/YY, YYYY-MM-DD, DD-Mon-YYYY, Month D, YYYY, the same with - . or
    spaces, YYYYMMDD, MMDDYYYY, and a spreadsheet's own day number of five digits. Raises
    UnreadableCell.
    """
    bare = _WEEKDAY.sub("", _TIME.sub("", text.strip()))
    found = (
        _year_first(bare)
        or _numbers(bare, today, is_birth)
        or _with_month_name(bare, today, is_birth)
        or _digits_only(bare)
    )
    if found is None:
        raise _impossible(text, is_birth)
    _check_range(text, found.value, today, is_birth)
    return found


def _year_first(text: str) -> ReadDate | None:
    parts = re.fullmatch(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})", text)
    value = parts and _date(parts[1], parts[3], parts[4])
    return ReadDate(value) if value else None


def _numbers(text: str, today: date, is_birth: bool) -> ReadDate | None:
    parts = re.fullmatch(r"([0-9]{1,2})\s*([-/. ])\s*([0-9]{1,2})\s*\2\s*([0-9]{4}|[0-9]{2})", text)
    if not parts:
        return None
    one, separator, two, year = parts[1], parts[2], parts[3], parts[4]
    month_first = _dated(year, one, two, today, is_birth)
    if month_first:
        is_ambiguous = int(two) <= 12 and one != two
        return ReadDate(month_first, is_ambiguous=is_ambiguous)
    if len(year) == 2 and separator == "-" and _date(f"20{one:>02}", two, year):
        raise UnreadableCell(
            f"{'date of birth' if is_birth else 'date'} could be read in two ways",
            f"{text}: {_HOW}.",
        )
    day_first = _dated(year, two, one, today, is_birth)
    return ReadDate(day_first, is_day_first=True) if day_first else None


def _with_month_name(text: str, today: date, is_birth: bool) -> ReadDate | None:
    day_first = re.fullmatch(
        r"([0-9]{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]{3,9})\.?[-/., ]*'?([0-9]{4}|[0-9]{2})",
        text,
        re.IGNORECASE,
    )
    month_first = re.fullmatch(
        r"([a-z]{3,9})\.?[-/. ]*([0-9]{1,2})(?:st|nd|rd|th)?(?:[-/., ]+)'?([0-9]{4}|[0-9]{2})",
        text,
        re.IGNORECASE,
    )
    if day_first:
        day, name, year = day_first.groups()
    elif month_first:
        name, day, year = month_first.groups()
    else:
        return None
    month = _month(name)
    value = _dated(year, str(month), day, today, is_birth) if month else None
    return ReadDate(value) if value else None


def _digits_only(text: str) -> ReadDate | None:
    if re.fullmatch(r"[0-9]{8}", text):
        value = _date(text[:4], text[4:6], text[6:]) if text[:2] in ("19", "20") else None
        value = value or _date(text[4:], text[:2], text[2:4])
        return ReadDate(value) if value else None
    # Below five digits it could as well be a year.
    if re.fullmatch(r"[1-7][0-9]{4}(?:\.[0-9]+)?", text):
        return ReadDate(_SERIAL_DAY_0 + timedelta(days=int(text.partition(".")[0])))
    return None


def _dated(year: str, month: str, day: str, today: date, is_birth: bool) -> date | None:
    if len(year) == 4:
        return _date(year, month, day)
    value = _date(f"20{year}", month, day)
    if is_birth and (value is None or value > today):
        return _date(f"19{year}", month, day)
    return value


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _month(name: str) -> int | None:
    """January, jan and sept, but not janet."""
    for number, full in enumerate(_MONTHS, start=1):
        if full.startswith(name.lower()):
            return number
    return None


def _check_range(text: str, value: date, today: date, is_birth: bool) -> None:
    if is_birth and value > today:
        raise UnreadableCell("date of birth in the future", f"{text.strip()}: {_HOW}.")
    if is_birth and value.year < today.year - _OLDEST:
        raise _impossible(text, is_birth)
    if not is_birth and not 2000 <= value.year <= today.year + 20:
        raise UnreadableCell(
            "impossible date", f"{text.strip()} is in the year {value.year}: {_HOW}."
        )


def _impossible(text: str, is_birth: bool) -> UnreadableCell:
    shown = text.strip()[:40]
    if shown.startswith("="):
        return UnreadableCell(
            "formula in place of a date", f"{shown}: put the date itself, as MM/DD/YYYY."
        )
    kind = "impossible date of birth" if is_birth else "impossible date"
    return UnreadableCell(kind, f"{shown} is no date: {_HOW}.")
