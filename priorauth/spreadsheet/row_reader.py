"""One row of text to a RequestRow, or to the reasons why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from priorauth.codes.icd10cm import Icd10Sets, excluded_pairs
from priorauth.errors import UnreadableCell
from priorauth.spreadsheet import cells, contradictions, names, words
from priorauth.spreadsheet.columns import EXTRA_CELL
from priorauth.spreadsheet.dates import ReadDate, read_date
from priorauth.spreadsheet.fields import FIELDS
from priorauth.spreadsheet.reading import Remark, RequestRow
from priorauth.spreadsheet.words import TrackerStatus
from priorauth.terms import Funding, LineOfBusiness, Urgency

Value = TypeVar("Value")

_BLANK = frozenset({"", "-", "--", "---", "\u2013", "\u2014", "n/a", "#n/a", "na", "none", "null"})
_DATES = (
    "submitted",
    "decided",
    "effective_from",
    "effective_through",
    "letter_dated",
    "appeal_by",
    "appeal_filed",
    "information_requested",
    "information_due",
    "call_on",
)
_TEXTS = (
    "confirmation",
    "authorization_number",
    "denial_reason",
    "rep",
    "call_reference",
    "note",
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SAFE_FORMULA = tuple(f"'{start}" for start in "=+-@|%\t")
# A dash or "none" in these is what somebody wrote, not an empty cell.
_VERBATIM = frozenset({"note", "name", "last", "first"})


class RowReader:
    """Reads the cells of one row; collects every reason against it instead of stopping."""

    def __init__(
        self,
        row: int,
        raw: tuple[str, ...],
        header: Sequence[str],
        places: Mapping[str, tuple[int, ...]],
        *,
        today: date,
        sets: Icd10Sets,
    ) -> None:
        self.row, self.raw = row, raw
        self._header, self._places = header, places
        self._today, self._sets = today, sets
        # Behind these stand, in our rejects file, the cells that were too many before.
        self._own_width = next(
            (place for place, name in enumerate(header) if name.startswith(EXTRA_CELL)), len(header)
        )
        self.reasons: list[Remark] = []
        self.warnings: list[Remark] = []
        # Fields whose dates were understood only as day first, or could be read either way.
        self.day_first: set[str] = set()
        self.either_way: set[str] = set()

    def read(self) -> RequestRow | None:
        """The row, or None when there are reasons against it."""
        self._check_width()
        found: dict[str, Any] = {}
        found["last"], found["first"] = self._name()
        found["dob"] = self._date("dob", is_birth=True)
        found["payer"] = self._required_text("payer")
        found["plan"] = self._text("plan") or ""
        found |= self._plan_type()
        found["state"] = self._state()
        found["member_id"] = self._member_id()
        found["group"] = self._text("group") or ""
        found |= {name: self._date(name) for name in _DATES}
        found |= {name: self._text(name) for name in _TEXTS}
        # The same date as RequestRow.service_on: intake checks the codes again, by that date.
        found |= self._coded(found["effective_from"] or found["submitted"] or self._today)
        for name in ("units", "sessions_approved"):
            found[name] = self._count(name)
        found["urgency"] = self._urgency()
        found["channel"] = self._channel()
        found["status"] = self._status(found)
        for field, problem, advice in contradictions.refusals(found, self._today):
            self._refuse(field, problem, advice)
        for field, problem, advice in contradictions.doubts(found, self._today):
            self._warn(field, problem, advice)
        if self.reasons:
            return None
        return RequestRow(row=self.row, raw=self.raw, warnings=tuple(self.warnings), **found)

    # ------------------------------------------------------------------ cells

    def _cell(self, field: str) -> str:
        """The text of a field, '' when blank; several columns are put together or the first."""
        texts = []
        for place in self._places.get(field, ()):
            text = _tidy(self.raw[place]) if place < len(self.raw) else ""
            if text and (field in _VERBATIM or text.lower() not in _BLANK):
                texts.append(text)
        return texts[0] if texts and field == "decided" else "\n".join(texts)

    def _column(self, field: str) -> str:
        for place in self._places.get(field, ()):
            if len(self._places[field]) == 1 or (place < len(self.raw) and self.raw[place].strip()):
                return self._header[place].strip()
        return ""

    def _refuse(self, field: str, problem: str, advice: str) -> None:
        self.reasons.append(Remark(self._column(field), problem, advice))

    def _warn(self, field: str, problem: str, advice: str) -> None:
        self.warnings.append(Remark(self._column(field), problem, advice))

    def _try(self, field: str, reader: Callable[[], Value]) -> Value | None:
        try:
            return reader()
        except UnreadableCell as refusal:
            self._refuse(field, refusal.problem, refusal.advice)
            return None

    def _check_width(self) -> None:
        extra = [cell for cell in self.raw[self._own_width :] if cell.strip()]
        if extra:
            self.reasons.append(
                Remark(
                    "",
                    "row longer than the heading",
                    f"{len(extra)} cells stand behind the last column: is a separator too many, "
                    "or a quotation mark missing?",
                )
            )

    # ------------------------------------------------------------------ fields

    def _name(self) -> tuple[str, str]:
        if "name" not in self._places:
            return self._one_name("last"), self._one_name("first")
        text = self._cell("name")
        if not text and "last" in self._places and "first" in self._places:
            return self._one_name("last"), self._one_name("first")
        last, first = self._try("name", lambda: names.read_name(text)) or ("", "")
        for field, part in (("last", last), ("first", first)):
            if len(part) > FIELDS[field].longest:
                self._too_long("name", len(part), FIELDS[field].longest)
        return last, first

    def _one_name(self, field: str) -> str:
        name = names.clean_name(self._cell(field))
        if not name:
            self._refuse(field, "patient name missing", f"give the {field} name.")
        else:
            self._try(field, lambda: names.check_name(name))
        if len(name) > FIELDS[field].longest:
            self._too_long(field, len(name), FIELDS[field].longest)
        return name

    def _date(self, field: str, is_birth: bool = False) -> date | None:
        text = self._cell(field)
        if not text:
            if is_birth:
                self._refuse(field, "date of birth missing", "write it as MM/DD/YYYY.")
            return None
        read: ReadDate | None = self._try(
            field, lambda: read_date(text, today=self._today, is_birth=is_birth)
        )
        if read is None:
            return None
        if read.is_day_first:
            self.day_first.add(field)
            self._warn(field, "date read as day, month, year", f"{text} is {read.value}.")
        if read.is_ambiguous:
            self.either_way.add(field)
        return read.value

    def _text(self, field: str) -> str | None:
        text = self._cell(field)
        if len(text) > FIELDS[field].longest:
            self._too_long(field, len(text), FIELDS[field].longest)
        return text or None

    def _required_text(self, field: str) -> str:
        text = " ".join((self._text(field) or "").split())
        if not text:
            label = FIELDS[field].label
            self._refuse(field, f"{label.lower()} missing", "every request needs one.")
        return text

    def _too_long(self, field: str, length: int, longest: int) -> None:
        self._refuse(field, "text too long", f"{length} characters; at most {longest} are kept.")

    def _member_id(self) -> str:
        text = self._cell("member_id")
        found = self._try("member_id", lambda: cells.read_member_id(text)) or ""
        if len(found) > FIELDS["member_id"].longest:
            self._too_long("member_id", len(found), FIELDS["member_id"].longest)
        return found

    def _plan_type(self) -> dict[str, Any]:
        text = " ".join(self._cell("plan_type").split())
        read = words.read_plan_type(text)
        if read is None:
            problem = "plan type not understood" if text else "plan type missing"
            if "plan_type" in self._places:
                self._warn(
                    "plan_type", problem, "the payer's legal limits are not known until it is set."
                )
            read = (LineOfBusiness.UNKNOWN, Funding.UNKNOWN)
        return {"plan_type": text, "line_of_business": read[0], "funding": read[1]}

    def _state(self) -> str:
        text = self._cell("state")
        found = words.read_state(text) if text else ""
        if found is None:
            self._refuse("state", "state is no US state", f"{text[:40]}: give two letters.")
        return found or ""

    def _coded(self, on: date) -> dict[str, Any]:
        lines = self._try("codes", lambda: cells.read_codes(self._cell("codes"), on)) or ()
        read = self._try(
            "diagnoses", lambda: cells.read_diagnoses(self._cell("diagnoses"), on, self._sets)
        )
        known, left_out = read or ((), [])
        if left_out:
            self._warn("diagnoses", "words left out", f"no code: {' '.join(left_out)[:200]}.")
        for warning in dict.fromkeys(one.warning for one in known if one.warning):
            self._warn("diagnoses", "diagnosis not fully checked", warning)
        diagnoses = tuple(one.code for one in known)
        for one, other in excluded_pairs(diagnoses):
            self._warn(
                "diagnoses",
                "diagnoses exclude each other",
                f"the tabular list says never to report {one} and {other} together.",
            )
        return {
            "codes": tuple(line.code for line in lines),
            "lines": lines,
            "diagnoses": diagnoses,
        }

    def _count(self, field: str) -> int | None:
        text, label = self._cell(field), FIELDS[field].label.lower()
        return self._try(field, lambda: cells.read_count(text, label)) if text else None

    def _urgency(self) -> Urgency | None:
        text = self._cell("urgency")
        found = words.read_urgency(text)
        if found is None:
            self._refuse("urgency", "urgency not understood", f"{text[:40]}: write Y or N.")
        return found

    def _channel(self) -> Any:
        text = self._cell("channel")
        found = words.read_channel(text)
        if text and found is None:
            self._warn("channel", "way of submission not understood", f"{text[:40]} was left out.")
        return found

    def _status(self, found: Mapping[str, Any]) -> TrackerStatus | None:
        text = self._cell("status")
        status = words.read_status(text)
        if status and words.plain(text) in words.VAGUE_STATUS:
            self._warn("status", "status is vague", f"{text} was read as {status.label}.")
        if text and status is None:
            known = ", ".join(one.label for one in TrackerStatus)
            self._refuse("status", "status not understood", f"{text[:40]}: write one of {known}.")
        if not text:
            if any(found[name] for name in ("decided", "authorization_number", "denial_reason")):
                self._refuse("status", "status missing", "write Approved, Denied or Appealing.")
                return None
            status = TrackerStatus.SUBMITTED if found["submitted"] else TrackerStatus.DRAFT
            self._warn("status", "status missing", f"read as {status.label} from the dates.")
        return status


def _tidy(text: str) -> str:
    """Without control characters; line breaks are kept as one kind, formulas as they are.

    An apostrophe that a safe export put before a formula is taken off again.
    """
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
        text = _CONTROL.sub("", text)
    text = text.strip()
    return text[1:] if text.startswith(_SAFE_FORMULA) else text
