"""CaseFacts: all that the engine may know about a case.

Built from recorded events by `cases/queries/facts.py`; nothing here reads a database or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from priorauth.calendars.local_time import day_closes, day_opens
from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.terms import EventKind, Funding, ItemKind, LineOfBusiness, ReviewTiming, Urgency


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, as exactly as it is known.

    `at` is an aware UTC instant, or None when only the local day `on` is known. `zone` is the IANA
    zone in which `on` is a date (the recipient's: the payer's intake for payer clocks).
    """

    on: date
    at: datetime | None
    zone: str

    @classmethod
    def instant(cls, at: datetime, zone: str) -> Moment:
        """From an aware datetime. Raises ValueError when `at` has no zone."""
        if at.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return cls(at.astimezone(ZoneInfo(zone)).date(), at.astimezone(UTC), zone)

    @classmethod
    def day(cls, on: date, zone: str) -> Moment:
        """A whole local day: the hour is not known."""
        return cls(on, None, zone)

    @property
    def earliest(self) -> datetime:
        """The first instant (UTC) it can have been."""
        return self.at or day_opens(self.on, self.zone)

    @property
    def latest(self) -> datetime:
        """The last instant (UTC, whole second) it can have been."""
        return self.at or day_closes(self.on, self.zone)


# What a happening may carry beside its time, by name (see the table in docs/clocks.md).
Fact = Moment | date | int | str | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One recorded event that was not undone.

    `key` identifies the event row; `when` is None for "date unknown", which starts no clock.
    `proceeding` ties an answer to its question ("information-3", "appeal-1"). `lines` are the
    service lines it concerns; empty means all.

    Names used in `facts`, by kind:
    REQUEST_CORRECTED        urgency ("standard" | "expedited"), when it was corrected
    SUBMITTED                channel, approved_course_ends (Moment; of a course asked to go on)
    INFORMATION_REQUESTED    sent (Moment), answer_by (date as printed), is_extension (bool)
    INFORMATION_SENT         received_by_payer (Moment)
    EXTENSION_NOTICED        sent (Moment), until (date as printed)
    URGENCY_CHANGED          urgency ("standard" | "expedited")
    DETERMINED               adverse (bool), outcomes (tuple "line=outcome"), notice_dated (date),
                             notice_received (Moment or date), appeal_by (date as printed),
                             peer_to_peer_by (date as printed), action_effective (Moment; of a
                             cut in care already authorized)
    APPEAL_FILED             level, urgency, channel, received_by_payer (Moment)
    APPEAL_DECIDED           outcome, is_final_internal (bool), notice_dated (date),
                             notice_received (Moment or date), next_by (date as printed)
    EXTERNAL_REVIEW_FILED    urgency, channel, received_by_payer (Moment)
    EXTERNAL_REVIEW_DECIDED  outcome, notice_dated (date), notice_received (Moment or date)
    """

    key: str
    kind: EventKind
    when: Moment | None
    learned_at: datetime
    proceeding: str = ""
    lines: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """Which law can reach the plan. None means nobody has said.

    `hearing_window_days` is the number of days that the state gives to ask for a fair hearing;
    `issued_or_renewed` any day on which the plan was issued or renewed (it renews every year).
    """

    line_of_business: LineOfBusiness = LineOfBusiness.UNKNOWN
    funding: Funding = Funding.UNKNOWN
    issue_state: str = ""
    is_grandfathered: bool | None = None
    federal_external_review: bool | None = None
    rating_period_start: date | None = None
    appeal_levels: int | None = None
    hearing_window_days: int | None = None
    issued_or_renewed: date | None = None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One requested service line, as far as clocks care."""

    key: str
    item: ItemKind


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything the engine sees of one case.

    `happenings` are in order of recording: what follows in the life cycle follows here, also when
    both were learned at the same instant. Zones are IANA names:
    `clinic_zone` for what the clinic owes when the receiving body's is unknown, `payer_zone` for
    what the payer owes. `planned_start_on` is the first treatment day planned, None when not set.
    """

    plan: PlanFacts
    lines: tuple[LineFacts, ...]
    urgency: Urgency
    review_timing: ReviewTiming
    happenings: tuple[Happening, ...]
    clinic_zone: str
    payer_zone: str
    planned_start_on: date | None = None
    is_complex: bool = False  # the payer has said so of the request
    clinic_hours: StaffedHours | None = None  # None: no hours and no closures are on file
