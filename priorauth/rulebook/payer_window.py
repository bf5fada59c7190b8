"""A time that a payer's own manual or contract names, as a rule like those of the rulebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from priorauth.calendars.months import MissingDay
from priorauth.rulebook.plan_types import ANY_PLAN
from priorauth.rulebook.remedies import Remedy
from priorauth.rulebook.rule import (
    Authority,
    Basis,
    Confidence,
    Counting,
    DeadlineRule,
    Decider,
    Direction,
    Limit,
    Reach,
    Roll,
    SourceKind,
    Stage,
    Unit,
)
from priorauth.terms import AppealLevel, ClockKind, ItemKind, OwedBy, ReviewTiming, Urgency

_DENIAL = ("denial_notice_dated", "denial_notice_received")
_FINAL = ("final_denial_dated", "final_denial_received")

# Each step that a manual may time, and the events its clock may start on. Only what the engine
# records as a start of that very step: on another event the time would never begin.
STARTS: Mapping[ClockKind, tuple[str, ...]] = MappingProxyType(
    {
        ClockKind.PA_DECISION: (
            "request_submitted",
            "request_received_by_payer",
            "all_information_received_by_payer",
        ),
        ClockKind.INFO_SUPPLY: ("info_request_received_by_clinic",),
        ClockKind.PEER_TO_PEER: _DENIAL,
        ClockKind.RESUBMISSION: _DENIAL,
        # From the first denial: the first appeal. From the decision on it: the second.
        ClockKind.APPEAL_FILING: (*_DENIAL, *_FINAL),
        ClockKind.APPEAL_DECISION: ("plan_appeal_filed", "appeal_received_by_payer"),
        ClockKind.EFFECTUATION: ("reversal_notice_received",),
        ClockKind.RETRO_AUTHORIZATION: ("infusion_given",),
        ClockKind.TIMELY_FILING: ("infusion_given",),
    }
)

# The same events in the words of a form.
START_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "request_submitted": "our sending of the request",
        "request_received_by_payer": "the payer's receipt of the request",
        "all_information_received_by_payer": "the payer's receipt of all information",
        "info_request_received_by_clinic": "our receipt of the payer's question",
        "denial_notice_dated": "the date printed on the denial",
        "denial_notice_received": "our receipt of the denial",
        "final_denial_dated": "the date printed on the decision on the first appeal",
        "final_denial_received": "our receipt of the decision on the first appeal",
        "plan_appeal_filed": "our filing of the appeal",
        "appeal_received_by_payer": "the payer's receipt of the appeal",
        "reversal_notice_received": "our receipt of the reversal",
        "infusion_given": "the day of the infusion",
    }
)

_IF_MISSED: Mapping[ClockKind, Remedy] = MappingProxyType(
    {
        ClockKind.INFO_SUPPLY: Remedy.DECISION_ON_RECORD,
        ClockKind.PEER_TO_PEER: Remedy.APPEAL_INSTEAD,
        ClockKind.RESUBMISSION: Remedy.APPEAL_INSTEAD,
        ClockKind.APPEAL_FILING: Remedy.MEMBER_APPEAL_REMAINS,
        ClockKind.RETRO_AUTHORIZATION: Remedy.CLAIM_REFUSED,
        ClockKind.TIMELY_FILING: Remedy.CLAIM_REFUSED,
    }
)

_THEIRS = (ClockKind.PA_DECISION, ClockKind.APPEAL_DECISION, ClockKind.EFFECTUATION)
_AT_APPEAL = (ClockKind.APPEAL_FILING, ClockKind.APPEAL_DECISION, ClockKind.EFFECTUATION)

# Printed on a letter: a day without an hour, so no hours can be counted from it.
DAYS_WITHOUT_HOUR = frozenset({"denial_notice_dated", "final_denial_dated", "infusion_given"})
# Windows that manuals give in days or months.
KINDS_OF_DAYS = frozenset(
    {
        ClockKind.APPEAL_FILING,
        ClockKind.RESUBMISSION,
        ClockKind.RETRO_AUTHORIZATION,
        ClockKind.TIMELY_FILING,
    }
)

ID_BEGINS = "payer-policy-"
"""What tells a clinic's own window from a shipped rule, by the id alone."""

MOST = 400
"""The largest amount that may be a window; more is a slip of the pen."""

_BASES = (Basis.PAYER_POLICY, Basis.CONTRACT_STANDARD)


@dataclass(frozen=True, slots=True)
class PayerWindow:
    """One time limit as staff read it in a manual or contract.

    `key` tells it from every other of its clinic. `urgency` and `item` None: any. `is_of_plan`
    when it is for one plan of the payer: it goes before what is for all of them. `starts_on` is
    one of `STARTS`; `amount` is from 1 to `MOST` of `unit`.
    """

    key: str
    payer: str
    kind: ClockKind
    starts_on: str
    amount: int
    unit: Unit
    basis: Basis
    source: str
    page: str
    link: str
    checked_on: date
    urgency: Urgency | None = None
    item: ItemKind | None = None
    is_of_plan: bool = False
    effective_from: date | None = None
    effective_to: date | None = None


def owed_by(kind: ClockKind) -> OwedBy:
    """Who must act within a window of that kind: the kind alone tells."""
    return OwedBy.PAYER if kind in _THEIRS else OwedBy.CLINIC


def window_rule(window: PayerWindow) -> DeadlineRule:
    """The rule of a window: layer policy, any plan, its text seen by the clinic.

    Raises ValueError for a start that its kind cannot have, and for a basis that is law.
    """
    if window.starts_on not in STARTS.get(window.kind, ()):
        raise ValueError(f"{window.kind.value} does not start on {window.starts_on!r}")
    if window.basis not in _BASES:
        raise ValueError(f"{window.basis.value} is not what a manual or contract stands on")
    where = f"{window.source}, page {window.page}"
    return DeadlineRule(
        id=f"{ID_BEGINS}{window.key}",
        authority=Authority(window.source, "policy", window.link, "payer policies"),
        kind=window.kind,
        owed_by=owed_by(window.kind),
        decider=Decider.PAYER,
        reach=_reach(window),
        limit=_limit(window),
        is_automatic=True,
        precedence=1 if window.is_of_plan else 0,
        extends=(),
        received_counts=False,
        effective_from=window.effective_from,
        effective_to=window.effective_to,
        basis=window.basis,
        confidence=Confidence.VERIFIED,
        source_kind=SourceKind.PRIMARY_TEXT,
        source=f"{where}, checked {window.checked_on.isoformat()}",
        citation=f"{window.payer}: {where}",
        remedy=_IF_MISSED.get(window.kind, Remedy.NONE),
        says=_says(window),
    )


def _says(window: PayerWindow) -> str:
    what = "contract" if window.basis is Basis.CONTRACT_STANDARD else "manual"
    unit = window.unit.value.replace("_", " ")
    return (
        f"The payer's own {what} gives {window.amount} {unit} from "
        f"{START_WORDS[window.starts_on]}. It is the payer's "
        "word, not a limit of law."
    )


def _stage(kind: ClockKind) -> Stage:
    return Stage.APPEAL if kind in _AT_APPEAL else Stage.REQUEST


def _level(window: PayerWindow) -> AppealLevel | None:
    if window.kind is not ClockKind.APPEAL_FILING:
        return None
    return AppealLevel.SECOND if window.starts_on in _FINAL else AppealLevel.FIRST


def _reach(window: PayerWindow) -> Reach:
    return Reach(
        plan_types=(ANY_PLAN,),
        stage=_stage(window.kind),
        urgency=window.urgency,
        review_timings=tuple(ReviewTiming),
        item=window.item,
        channels=(),
        level=_level(window),
        appeal_levels=None,
        is_complex=None,
        federal_external_review=None,
        grandfathered=None,
        period=None,
        timing=None,
        otherwise="",
    )


def _limit(window: PayerWindow) -> Limit:
    hours = window.unit is Unit.HOURS
    return Limit(
        starts_on=window.starts_on,
        safe_start="",
        amount=window.amount,
        unit=window.unit,
        amount_min=None,
        amount_max=None,
        amount_from="",
        chase_amount=None,
        chase_unit=None,
        chase_item=None,
        base_amount=None,
        presumption_days=None,
        counting=Counting.ELAPSED_HOURS if hours else Counting.WHOLE_DAYS,
        excluded=frozenset(),
        missing_day=MissingDay.LAST_OF_MONTH,
        roll=Roll.NONE,
        direction=Direction.AFTER,
        plus_business_days=0,
        min_business_days=0,
        cap_hours=None,
        cap_days=None,
        alternative=None,
        variant=None,
        extension=None,
        tolling=None,
        excludes_from="",
        excludes_until="",
        late_days=None,
        late_roll=Roll.NONE,
        restart=None,
        staffed=None,
    )
