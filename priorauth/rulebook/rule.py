"""One dated rule of law or practice, typed so that nobody has to read its prose to run it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from priorauth.calendars.months import MissingDay
from priorauth.rulebook.remedies import Remedy
from priorauth.terms import (
    AppealLevel,
    Channel,
    ClockKind,
    ItemKind,
    OwedBy,
    ReviewTiming,
    Urgency,
)


class Unit(StrEnum):
    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"


class Counting(StrEnum):
    """Where a limit ends on its last day."""

    ELAPSED_HOURS = "elapsed_hours"  # real hours on the UTC line
    WHOLE_DAYS = "whole_days"  # 23:59:59 local on the last day; the event day is not counted
    SAME_TIME_OF_DAY = "same_time_of_day"  # whole days, to the local time at which they began


class Excluded(StrEnum):
    """Days on which a clock of hours or calendar days stands still."""

    WEEKENDS = "weekends"
    HOLIDAYS = "holidays"


class Roll(StrEnum):
    """What becomes of a last day on which offices are closed."""

    NONE = "none"
    NEXT_DAY_NOT_A_HOLIDAY_ITSELF = "next_day_not_weekend_nor_statutory_holiday"
    NEXT_DAY_NOT_A_STATE_HOLIDAY = "next_day_not_weekend_nor_state_holiday"
    NEXT_BUSINESS_DAY = "next_business_day"


class Direction(StrEnum):
    AFTER = "after"
    BEFORE = "before"  # the amount counts back from the event


class Take(StrEnum):
    EARLIER = "earlier"
    LATER = "later"


class Stage(StrEnum):
    """Which part of a case a rule is about; two rules of one kind at different stages both hold."""

    REQUEST = "request"
    TALK = "talk"  # the payer makes the peer-to-peer that was asked for possible
    APPEAL = "appeal"
    SCREENING = "screening"  # the payer checks whether an external review is open to the patient
    SCREENING_NOTICE = "screening_notice"
    CASE_FILE = "case_file"  # the payer hands its file to the reviewer
    REVIEW = "review"  # the reviewer decides, or asks
    HEARING = "hearing"


class Decider(StrEnum):
    """Who decides when it is not the payer."""

    PAYER = "payer"
    IRO = "iro"
    IRE = "ire"
    OPM = "opm"
    STATE = "state"


class Basis(StrEnum):
    """What stands behind a rule. Only the first is law as it binds everybody it names."""

    LAW = "law"
    EXPECTATION = "expectation"
    PAYER_POLICY = "payer_policy"
    CONTRACT_STANDARD = "contract_standard"
    CEILING = "ceiling"
    MINIMUM = "minimum"
    ANNOUNCED = "announced_not_confirmed"
    SPECIAL_RELIEF = "special_relief"


class Confidence(StrEnum):
    VERIFIED = "verified"
    FROM_KNOWLEDGE = "from_knowledge"


class SourceKind(StrEnum):
    """How the text behind a rule was seen."""

    PRIMARY_TEXT = "primary_text"
    QUOTED_COPY = "quoted_copy"
    SECONDARY = "secondary"
    NOT_SEEN = "not_seen"


class Layer(StrEnum):
    """Whose rule it is. Federal and state law both bind a payer; the shorter limit wins."""

    BASELINE = "baseline"
    FEDERAL = "federal"
    STATE = "state"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Authority:
    """The section of law, or other source, that a file of rules is about."""

    title: str
    jurisdiction: str  # "baseline", "US", "US-CA" or "policy"
    link: str  # where the section can be read today; not what was read for the rules
    file: str
    # Since when plans of this state that are not grandfathered go through the federal external
    # review; None where the state has a process of its own or nobody has said.
    federal_review_from: date | None = None
    # Read off the jurisdiction once: selection asks for both of every rule, many times a case.
    layer: Layer = field(init=False)  # baseline, federal, state or payer policy
    state: str = field(init=False)  # the two letters of a state's law, else empty

    def __post_init__(self) -> None:
        layer, state = Layer.STATE, ""
        if self.jurisdiction in ("baseline", "policy"):
            layer = Layer(self.jurisdiction)
        elif self.jurisdiction == "US":
            layer = Layer.FEDERAL
        else:
            state = self.jurisdiction[3:]
        object.__setattr__(self, "layer", layer)
        object.__setattr__(self, "state", state)


@dataclass(frozen=True, slots=True)
class Extension:
    """More time for the payer, once, if noticed before the first period ends.

    `not_for` names the kind of line that can never be extended.
    """

    amount: int
    unit: Unit
    not_for: ItemKind | None = None


@dataclass(frozen=True, slots=True)
class Tolling:
    """The clock stands still from the extension notice until the claimant answers.

    Without an answer it goes on when the time to answer is over: at least `answer_days` from the
    notice. `narrow_days` is the narrower reading of what the payer has left after the answer.
    """

    answer_days: int
    narrow_days: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """A second limit; the earlier or later of the two governs.

    Either an `amount` of `unit` from the event `start` ("clock_start" for the rule's own start),
    or the event `until` (of a day without hour its end). `by_rule` computes that event from its own
    start.
    """

    take: Take
    amount: int | None = None
    unit: Unit | None = None
    start: str = ""
    until: str = ""
    by_rule: str = ""


@dataclass(frozen=True, slots=True)
class Restart:
    """The time that the payer has anew from our answer, when it asked within its first period."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Staffed:
    """The hours in which a payer must be staffed; what arrives outside counts from the next."""

    business_days: tuple[time, time]
    other_days: tuple[time, time]


@dataclass(frozen=True, slots=True)
class Variant:
    """Another amount when a fact has a certain value."""

    event: str
    equals: int
    amount: int


@dataclass(frozen=True, slots=True)
class Period:
    """The rule governs only in plan periods that began from a date on, or before it.

    `event` gives the start of the plan's period (a Medicaid rating period, a plan's renewal);
    periods repeat every `months`.
    """

    event: str
    boundary: date
    is_before: bool
    months: int

    @property
    def words(self) -> str:
        """The condition as the end of a sentence: "on or after 2026-01-01"."""
        return f"{'before' if self.is_before else 'on or after'} {self.boundary.isoformat()}"


@dataclass(frozen=True, slots=True)
class Timing:
    """The rule governs only when `event` came `hours` before `other`, or within them after it."""

    event: str
    relation: str  # "at_least_before" or "at_most_after"
    hours: int
    other: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Which cases a rule is for."""

    plan_types: tuple[str, ...]
    stage: Stage | None  # None: every stage
    urgency: Urgency | None  # None: both
    review_timings: tuple[ReviewTiming, ...]
    item: ItemKind | None
    channels: tuple[Channel, ...]  # how the request was sent; empty: however it was
    level: AppealLevel | None
    appeal_levels: int | None  # how many levels of internal appeal the plan has
    is_complex: bool | None
    federal_external_review: bool | None
    grandfathered: bool | None
    period: Period | None
    timing: Timing | None
    otherwise: str  # the rule that governs when `timing` fails


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a clock runs, from what, counted how."""

    starts_on: str
    safe_start: str
    amount: int
    unit: Unit
    amount_min: int | None
    amount_max: int | None
    amount_from: str  # the event whose number, within amount_min and amount_max, is the amount
    chase_amount: int | None
    chase_unit: Unit | None
    chase_item: ItemKind | None  # the only kind of line that the shorter window is for
    base_amount: int | None
    presumption_days: int | None
    counting: Counting
    excluded: frozenset[Excluded]
    missing_day: MissingDay
    roll: Roll
    direction: Direction
    plus_business_days: int
    min_business_days: int
    cap_hours: int | None
    cap_days: int | None
    alternative: Alternative | None
    variant: Variant | None
    extension: Extension | None
    tolling: Tolling | None
    excludes_from: str  # days from this event ...
    excludes_until: str  # ... to this one are left out of the count
    late_days: int | None  # calendar days that another reading gives: late only after them
    late_roll: Roll  # what a statute may do to the last day: late is only who is late after it
    restart: Restart | None
    staffed: Staffed | None


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One rule in one period of validity. Built and checked by `loader`."""

    id: str
    authority: Authority
    kind: ClockKind
    owed_by: OwedBy
    decider: Decider
    reach: Reach
    limit: Limit
    is_automatic: bool  # False: runs only when a person asks for it by name
    precedence: int
    extends: tuple[str, ...]
    received_counts: bool  # a filing counts when the payer has it, not when it was sent
    effective_from: date | None
    effective_to: date | None
    basis: Basis
    confidence: Confidence
    source_kind: SourceKind
    source: str
    citation: str
    remedy: Remedy
    says: str

    @property
    def is_consequence(self) -> bool:
        """Whether the rule says what follows, without any time to count."""
        return self.limit.amount == 0

    @property
    def is_limit(self) -> bool:
        """Whether its date is law: an expectation or a payer's own window gives none."""
        return (
            self.authority.layer not in (Layer.BASELINE, Layer.POLICY)
            and self.basis not in (Basis.EXPECTATION, Basis.SPECIAL_RELIEF, Basis.ANNOUNCED)
            and not self.is_consequence
        )

    @property
    def text_was_seen(self) -> bool:
        """Whether its wording was read, in the original or quoted."""
        return self.source_kind in (SourceKind.PRIMARY_TEXT, SourceKind.QUOTED_COPY)

    @property
    def is_believed(self) -> bool:
        """A limit whose text was not seen."""
        return self.is_limit and not self.text_was_seen

    def is_in_force(self, on: date) -> bool:
        """Whether a clock that starts on `on` falls into the rule's period of validity."""
        return (self.effective_from is None or on >= self.effective_from) and (
            self.effective_to is None or on <= self.effective_to
        )
