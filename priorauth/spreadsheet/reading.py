"""What comes out of a spreadsheet."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from priorauth.codes.infusion import RequestedLine
from priorauth.spreadsheet.words import TrackerStatus
from priorauth.terms import Channel, Funding, LineOfBusiness, Urgency


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one cell. `column` is the heading as the file has it, or '' for the row.

    `problem` says it in a few words, without the cell's text: it may be printed and logged.
    `advice` says what to do and may quote the cell.
    """

    column: str
    problem: str
    advice: str

    def __str__(self) -> str:
        said = self.problem[:1].upper() + self.problem[1:]
        return f"{said}: {self.advice}" if self.advice else f"{said.rstrip('.')}."


@dataclass(frozen=True)
class RequestRow:
    """One row that can become a case. None means the row does not say.

    `row` counts as the spreadsheet does; `raw` holds its cells as they were, in order of the
    heading. Dates are the clinic's local days, both ends of the approval included.
    """

    row: int
    raw: tuple[str, ...]
    last: str
    first: str
    dob: date
    payer: str
    member_id: str
    codes: tuple[str, ...]
    diagnoses: tuple[str, ...]
    status: TrackerStatus
    urgency: Urgency
    plan: str = ""
    plan_type: str = ""
    line_of_business: LineOfBusiness = LineOfBusiness.UNKNOWN
    funding: Funding = Funding.UNKNOWN
    state: str = ""
    group: str = ""
    # The codes with the units and modifiers that stood beside them, if any.
    lines: tuple[RequestedLine, ...] = ()
    units: int | None = None
    submitted: date | None = None
    channel: Channel | None = None
    confirmation: str | None = None
    decided: date | None = None
    authorization_number: str | None = None
    sessions_approved: int | None = None
    effective_from: date | None = None
    effective_through: date | None = None
    denial_reason: str | None = None
    letter_dated: date | None = None
    appeal_by: date | None = None
    appeal_filed: date | None = None
    information_requested: date | None = None
    information_due: date | None = None
    call_on: date | None = None
    rep: str | None = None
    call_reference: str | None = None
    note: str | None = None
    warnings: tuple[Remark, ...] = field(default=(), compare=False)

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same request, however its cells are typed: 32 hexadecimal digits.

        Made of patient, payer, member ID, codes, submission date and confirmation number, so
        that a request imported once is known again when its status or notes have changed.
        """
        identity = [
            " ".join(self.last.casefold().split()),
            " ".join(self.first.casefold().split()),
            self.dob.isoformat(),
            " ".join(self.payer.casefold().split()),
            self.member_id.upper(),
            sorted(self.codes),
            self.submitted.isoformat() if self.submitted else "",
            (self.confirmation or "").casefold(),
        ]
        text = json.dumps(identity, ensure_ascii=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    @property
    def service_on(self) -> date | None:
        """The date by which the row's codes must be valid; None when it gives none."""
        return self.effective_from or self.submitted

    @property
    def missing_facts(self) -> tuple[str, ...]:
        """Fields that the status calls for and the row does not give: each is a task, no error."""
        wanted = _WANTED.get(self.status, ())
        return tuple(name for name in wanted if getattr(self, name) is None)


_SENT = ("submitted", "channel", "confirmation")
_APPROVAL = (
    "decided",
    "authorization_number",
    "sessions_approved",
    "effective_from",
    "effective_through",
)
_REFUSAL = ("decided", "denial_reason", "letter_dated")
_WANTED: dict[TrackerStatus, tuple[str, ...]] = {
    TrackerStatus.SUBMITTED: _SENT,
    TrackerStatus.PENDED: (*_SENT, "information_requested", "information_due"),
    TrackerStatus.APPROVED: (*_SENT, *_APPROVAL),
    TrackerStatus.PARTLY_APPROVED: (*_SENT, *_APPROVAL, "denial_reason", "letter_dated"),
    TrackerStatus.DENIED: (*_SENT, *_REFUSAL),
    TrackerStatus.APPEALING: (*_SENT, *_REFUSAL, "appeal_filed"),
}


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One row that was refused, with every reason; the first is the main one."""

    row: int
    cells: tuple[str, ...]
    reasons: tuple[Remark, ...]

    @property
    def column(self) -> str:
        """Heading of the column at fault; '' when it is the row as a whole."""
        return self.reasons[0].column

    @property
    def reason(self) -> str:
        """The main reason in a few words, such as "impossible date of birth"."""
        return self.reasons[0].problem

    @property
    def message(self) -> str:
        """All reasons as sentences."""
        return " ".join(str(reason) for reason in self.reasons)


@dataclass(frozen=True)
class SpreadsheetReading:
    """All of a file. When `missing_columns` is not empty nothing was read: they are asked for.

    `columns` tells which field was found under which headings. `header` is the heading row as it
    stands in the file, `source` how the file was read ("utf-8-sig, commas"). `examples` holds for
    each column of `header` its first cell that is not blank.
    """

    header: tuple[str, ...]
    header_row: int
    source: str
    columns: dict[str, tuple[str, ...]]
    good: list[RequestRow] = field(default_factory=list)
    bad: list[RejectedRow] = field(default_factory=list)
    unknown_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    missing_fields: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
