"""The facts of the JSON contract as CaseFacts: plan words, and events as happenings.

Events are named by what rules start on (`event_names.py`). A later step implies the earlier ones:
who gives only the final denial is past the appeal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from priorauth.deadlines.facts import (
    CaseFacts,
    Fact,
    Happening,
    LineFacts,
    Moment,
    PlanFacts,
)
from priorauth.deadlines.in_force import Events
from priorauth.errors import ClockError
from priorauth.terms import (
    AppealLevel,
    AppealOutcome,
    Channel,
    EventKind,
    Funding,
    ItemKind,
    LineOfBusiness,
    ReviewTiming,
    Urgency,
)

FACT_FIELDS = (
    "line_of_business",
    "funding",
    "state",
    "urgency",
    "item",
    "events",
    "zone",
    "review_timing",
    "grandfathered",
    "federal_external_review",
    "appeal_levels",
    "channel",
    "now",
)

_PLANS: dict[str, tuple[LineOfBusiness, Funding | None]] = {
    **{each.value: (each, None) for each in LineOfBusiness},
    "aca": (LineOfBusiness.INDIVIDUAL, None),
    "aca_individual": (LineOfBusiness.INDIVIDUAL, None),
    "commercial": (LineOfBusiness.EMPLOYER, None),
    "d_snp": (LineOfBusiness.DSNP, None),
    "dsnp": (LineOfBusiness.DSNP, None),
    "employer_group": (LineOfBusiness.EMPLOYER, None),
    "employer_insured": (LineOfBusiness.EMPLOYER, Funding.INSURED),
    "employer_plan": (LineOfBusiness.EMPLOYER, None),
    "employer_self_funded": (LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED),
    "erisa": (LineOfBusiness.EMPLOYER, None),
    "erisa_insured": (LineOfBusiness.EMPLOYER, Funding.INSURED),
    "erisa_self_funded": (LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED),
    "exchange_plan": (LineOfBusiness.EXCHANGE, None),
    "ffs_medicaid": (LineOfBusiness.MEDICAID_FFS, None),
    "fully_insured": (LineOfBusiness.EMPLOYER, Funding.INSURED),
    "group": (LineOfBusiness.EMPLOYER, None),
    "individual_aca": (LineOfBusiness.INDIVIDUAL, None),
    "individual_market": (LineOfBusiness.INDIVIDUAL, None),
    "insured": (LineOfBusiness.EMPLOYER, Funding.INSURED),
    "large_group": (LineOfBusiness.EMPLOYER, None),
    "ma": (LineOfBusiness.MEDICARE_ADVANTAGE, None),
    "mapd": (LineOfBusiness.MEDICARE_ADVANTAGE, None),
    "marketplace": (LineOfBusiness.EXCHANGE, None),
    "mco": (LineOfBusiness.MEDICAID_MANAGED_CARE, None),
    "medicaid_fee_for_service": (LineOfBusiness.MEDICAID_FFS, None),
    "medicaid_mco": (LineOfBusiness.MEDICAID_MANAGED_CARE, None),
    "medicare_ffs": (LineOfBusiness.ORIGINAL_MEDICARE, None),
    "medicare_part_c": (LineOfBusiness.MEDICARE_ADVANTAGE, None),
    "medicare_part_d": (LineOfBusiness.PART_D, None),
    "non_federal_government": (LineOfBusiness.NONFEDERAL_GOVERNMENT, None),
    "nonfederal_government": (LineOfBusiness.NONFEDERAL_GOVERNMENT, None),
    "part_c": (LineOfBusiness.MEDICARE_ADVANTAGE, None),
    "qhp": (LineOfBusiness.EXCHANGE, None),
    "qhp_ffe": (LineOfBusiness.EXCHANGE, None),
    "self_funded": (LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED),
    "self_funded_employer": (LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED),
    "self_insured": (LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED),
    "small_group": (LineOfBusiness.EMPLOYER, None),
    "state_regulated": (LineOfBusiness.EMPLOYER, Funding.INSURED),
    "traditional_medicare": (LineOfBusiness.ORIGINAL_MEDICARE, None),
    "va": (LineOfBusiness.VA_COMMUNITY_CARE, None),
    "workers_comp": (LineOfBusiness.WORKERS_COMPENSATION, None),
}
_TOO_WIDE = {
    "medicaid": "medicaid_managed_care or medicaid_ffs",
    "medicare": "medicare_advantage, original_medicare or part_d",
    "government": "nonfed_gov, fehb or tricare",
}
_FUNDINGS = {
    **{each.value: each for each in Funding},
    "aso": Funding.SELF_FUNDED,
    "fully_insured": Funding.INSURED,
    "self_insured": Funding.SELF_FUNDED,
    # A public program is neither, and nothing hinges on it there.
    **dict.fromkeys(("government", "none", "not_applicable", "public"), Funding.UNKNOWN),
}
_URGENCIES = {
    "complex": (Urgency.STANDARD, None),
    "concurrent": (Urgency.EXPEDITED, ReviewTiming.CONCURRENT),
    "emergency": (Urgency.EXPEDITED, None),
    "expedited": (Urgency.EXPEDITED, None),
    "non_urgent": (Urgency.STANDARD, None),
    "post_service": (Urgency.STANDARD, ReviewTiming.RETROSPECTIVE),
    "retrospective": (Urgency.STANDARD, ReviewTiming.RETROSPECTIVE),
    "routine": (Urgency.STANDARD, None),
    "standard": (Urgency.STANDARD, None),
    "urgent": (Urgency.EXPEDITED, None),
}

# What a case may have lived through, in the order in which a case lives through it.
_USABLE = frozenset(
    {
        "action_effective",
        "all_information_received_by_payer",
        "appeal_levels",
        "appeal_received_by_payer",
        "appeal_resolution_notice_dated",
        "appeal_resolution_notice_sent",
        "approved_course_ends",
        "case_received_by_ire",
        "claimant_responded",
        "denial_notice_dated",
        "denial_notice_received",
        "denial_notice_sent",
        "external_review_notice_received",
        "extension_notice_sent",
        "external_request_received_by_iro",
        "external_request_received_by_payer",
        "fair_hearing_requested",
        "final_denial_dated",
        "final_denial_received",
        "info_period_end",
        "info_received",
        "info_request_received_by_clinic",
        "info_request_sent",
        "ire_decision_dated",
        "ire_decision_received",
        "ire_reversal_received",
        "iro_assigned",
        "iro_notice_received",
        "notice_dated",
        "payer_says_complex",
        "opm_request_received",
        "peer_to_peer_requested",
        "plan_appeal_filed",
        "plan_issued_or_renewed",
        "proved_receipt",
        "rating_period_start",
        "reconsideration_dated",
        "reconsideration_received",
        "reconsideration_requested",
        "redetermination_dated",
        "redetermination_received",
        "request_opened",
        "request_received_by_payer",
        "request_submitted",
        "reversal_notice_received",
        "state_window",
    }
)


def read_facts(given: Mapping[str, Any], events: Events, zone: str) -> CaseFacts:
    """CaseFacts from the `facts` object. Raises ClockError for words it does not know."""
    for name, value in events.items():
        if name not in _USABLE and value is not None:
            raise ClockError(f"events: {name} does not go with facts; ask by rule instead")
    line_of_business, funding = _plan(given)
    urgency, timing = _urgency(given)
    period = events.get("rating_period_start")
    renewed = events.get("plan_issued_or_renewed")
    return CaseFacts(
        plan=PlanFacts(
            line_of_business=line_of_business,
            funding=funding,
            issue_state=_state(given),
            is_grandfathered=_yes_no(given, "grandfathered"),
            federal_external_review=_yes_no(given, "federal_external_review"),
            rating_period_start=period.on if isinstance(period, Moment) else None,
            appeal_levels=_whole(given.get("appeal_levels"), events.get("appeal_levels")),
            hearing_window_days=_whole(events.get("state_window")),
            issued_or_renewed=renewed.on if isinstance(renewed, Moment) else None,
        ),
        lines=tuple(
            LineFacts(str(number), item) for number, item in enumerate(_items(given), start=1)
        ),
        urgency=urgency,
        review_timing=timing,
        happenings=tuple(_Story(events, zone, urgency, _channel(given), line_of_business).told()),
        clinic_zone=zone,
        payer_zone=zone,
        is_complex=_is_said_complex(given, events),
    )


def last_moment(facts: CaseFacts) -> datetime:
    """The moment (UTC) of the latest event: the time at which the case is looked at."""
    told = ("sent", "received_by_payer", "notice_received")
    known = [each.when.latest for each in facts.happenings if each.when is not None]
    for each in facts.happenings:
        values = (each.facts.get(name) for name in told)
        known += [value.latest for value in values if isinstance(value, Moment)]
    return max(known, default=datetime(2020, 1, 1, tzinfo=UTC))


# -------------------------------------------------------------------- words


def _word(given: Mapping[str, Any], field: str, default: str) -> str:
    value = given.get(field)
    if value is None:
        return default
    if not isinstance(value, str):
        raise ClockError(f"facts: {field}: a text is expected, not {value!r}")
    return value.strip().lower().replace("-", "_").replace(" ", "_") or default


def _plan(given: Mapping[str, Any]) -> tuple[LineOfBusiness, Funding]:
    word = _word(given, "line_of_business", "unknown")
    if word in _TOO_WIDE:
        raise ClockError(f"facts: line_of_business: {word!r} is too wide; say {_TOO_WIDE[word]}")
    if word not in _PLANS:
        known = ", ".join(each.value for each in LineOfBusiness)
        raise ClockError(f"facts: line_of_business: {word!r} is not known; use one of {known}")
    line_of_business, implied = _PLANS[word]
    said = _word(given, "funding", implied.value if implied else "unknown")
    if said not in _FUNDINGS:
        known = ", ".join(each.value for each in Funding)
        raise ClockError(f"facts: funding: {said!r} is not known; use one of {known}")
    funding = _FUNDINGS[said]
    if implied is not None and funding is Funding.UNKNOWN:
        funding = implied
    if implied is not None and funding is not implied:
        raise ClockError(f"facts: funding {said!r} contradicts line_of_business {word!r}")
    return line_of_business, funding


def _urgency(given: Mapping[str, Any]) -> tuple[Urgency, ReviewTiming]:
    word = _word(given, "urgency", "standard")
    if word not in _URGENCIES:
        known = ", ".join(sorted(_URGENCIES))
        raise ClockError(f"facts: urgency: {word!r} is not known; use one of {known}")
    urgency, implied = _URGENCIES[word]
    default = implied or ReviewTiming.PROSPECTIVE
    said = _word(given, "review_timing", default.value)
    if said not in set(ReviewTiming):
        known = ", ".join(ReviewTiming)
        raise ClockError(f"facts: review_timing: {said!r} is not known; use one of {known}")
    return urgency, ReviewTiming(said)


def _is_said_complex(given: Mapping[str, Any], events: Events) -> bool:
    """Whether the payer calls the request complex: said as its urgency, or as an event (1)."""
    is_word = _word(given, "urgency", "standard") == "complex"
    return is_word or _whole(events.get("payer_says_complex")) == 1


def _items(given: Mapping[str, Any]) -> list[ItemKind]:
    value = given.get("item") or ItemKind.SERVICE.value
    words = value if isinstance(value, list) else [value]
    for word in words:
        if word not in set(ItemKind):
            raise ClockError(f"facts: item: {word!r} is not known; use drug or service")
    return [ItemKind(word) for word in words]


def _channel(given: Mapping[str, Any]) -> Channel | None:
    word = _word(given, "channel", "")
    if word and word not in set(Channel):
        raise ClockError(f"facts: channel: {word!r} is not known; use one of {', '.join(Channel)}")
    return Channel(word) if word else None


def _state(given: Mapping[str, Any]) -> str:
    state = _word(given, "state", "").upper().removeprefix("US_")
    if state and not (len(state) == 2 and state.isalpha()):
        raise ClockError(f"facts: state: {given['state']!r} is not a state; write two letters")
    return state


def _yes_no(given: Mapping[str, Any], field: str) -> bool | None:
    value = given.get(field)
    if value is not None and not isinstance(value, bool):
        raise ClockError(f"facts: {field}: true, false or null is expected, not {value!r}")
    return value


def _whole(*values: object) -> int | None:
    for value in values:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None:
            raise ClockError(f"facts: a whole number is expected, not {value!r}")
    return None


# -------------------------------------------------------------------- events as happenings

# What says that an appeal was decided against us, whatever the program calls its decision.
_APPEAL_DECIDED = (
    "external_review_notice_received",
    "final_denial_dated",
    "final_denial_received",
    "appeal_resolution_notice_dated",
    "appeal_resolution_notice_sent",
    "redetermination_dated",
    "redetermination_received",
    "reconsideration_dated",
    "reconsideration_received",
)


def _apart(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the first decision, and those of the reconsideration that follows it."""
    later = tuple(name for name in names if name.startswith("reconsideration"))
    return tuple(name for name in names if name not in later), later


def _is_later(one: Moment | None, than: Moment | None) -> bool:
    return one is not None and than is not None and one.earliest > than.latest


class _Story:
    """The happenings that amount to a set of named events."""

    def __init__(
        self,
        events: Events,
        zone: str,
        urgency: Urgency,
        channel: Channel | None,
        line_of_business: LineOfBusiness,
    ) -> None:
        self.events = events
        self.zone = zone
        self.urgency = urgency
        self.channel = channel
        self.line_of_business = line_of_business
        self.happenings: list[Happening] = []

    def told(self) -> list[Happening]:
        """All happenings, in the order in which a case lives through them."""
        contested = self._at(
            "external_request_received_by_payer", "appeal_received_by_payer", "plan_appeal_filed"
        )
        asked = self._at("info_request_received_by_clinic", "info_request_sent")
        is_about_the_contest = _is_later(asked, contested)
        self._request()
        if not is_about_the_contest:
            self._questions()
        self._denial()
        self._appeal()
        self._review()
        if is_about_the_contest:
            self._questions()
        return self.happenings

    def _add(
        self, kind: EventKind, when: Moment | None, proceeding: str = "", **facts: Fact
    ) -> None:
        number = len(self.happenings) + 1
        known = {name: value for name, value in facts.items() if value is not None}
        learned = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
        key = f"event-{number}"
        self.happenings.append(Happening(key, kind, when, learned, proceeding, (), known))

    def _at(self, *names: str) -> Moment | None:
        for name in names:
            value = self.events.get(name)
            if isinstance(value, Moment):
                return value
        return None

    def _request(self) -> None:
        if opened := self._at("request_opened"):
            self._add(EventKind.REQUEST_OPENED, opened)
        sent, received = self._at("request_submitted"), self._at("request_received_by_payer")
        course = self._at("approved_course_ends")
        channel = str(self.channel) if self.channel else None
        if sent or (received and (course or channel)):
            when = sent or received
            self._add(EventKind.SUBMITTED, when, channel=channel, approved_course_ends=course)
        if received:
            self._add(EventKind.RECEIVED_BY_PAYER, received)
        complete = self._at("all_information_received_by_payer")
        if complete and not sent and not received and not self._is_past_the_request():
            # It was sent by then; when the payer had it is not said.
            self._add(EventKind.SUBMITTED, complete, approved_course_ends=course)

    def _questions(self) -> None:
        notice = self._at("extension_notice_sent")
        asked = self._at("info_request_received_by_clinic", "info_request_sent")
        answered = self._at("claimant_responded", "info_received")
        if asked or "claimant_responded" in self.events or answered:
            self._add(
                EventKind.INFORMATION_REQUESTED,
                asked or notice,
                "information-1",
                sent=notice or self._at("info_request_sent"),
                is_extension=notice is not None,
                answer_by=self._at("info_period_end"),
            )
            if answered:
                received = self._at("info_received")
                self._add(
                    EventKind.INFORMATION_SENT,
                    answered,
                    "information-1",
                    received_by_payer=received,
                )
        elif notice:
            self._add(EventKind.EXTENSION_NOTICED, notice, sent=notice)
        complete = self._at("all_information_received_by_payer")
        if complete and not self._is_past_the_request():
            self._add(EventKind.PACKET_COMPLETE, complete)

    def _is_past_the_request(self) -> bool:
        """Whether an appeal is told of without the request: what is complete is the appeal."""
        asked = self._at("request_submitted", "request_received_by_payer")
        return (
            asked is None and self._at("appeal_received_by_payer", "plan_appeal_filed") is not None
        )

    def _dates(self, dated: str, received: str) -> tuple[date | None, Moment | None]:
        printed = self._at(dated, f"{dated.removesuffix('_dated')}_sent", "notice_dated")
        return (printed.on if printed else None), self._at(received, "proved_receipt")

    def _denial(self) -> None:
        first = self._at("denial_notice_dated", "denial_notice_received", "denial_notice_sent")
        general = self._at("notice_dated", "proved_receipt")
        later = (*_APPEAL_DECIDED, "ire_decision_received")
        if first or (general and not self._at(*later)):
            dated, received = self._dates("denial_notice_dated", "denial_notice_received")
            self._add(
                EventKind.DETERMINED,
                first or general,
                adverse=True,
                notice_dated=dated,
                notice_received=received,
                action_effective=self._at("action_effective"),
            )
        if asked := self._at("peer_to_peer_requested"):
            self._add(EventKind.PEER_TO_PEER_REQUESTED, asked, "peer-to-peer-1")

    def _appeal(self) -> None:
        filed = self._at("plan_appeal_filed", "reconsideration_requested", "fair_hearing_requested")
        received = self._at("appeal_received_by_payer")
        first: tuple[str, ...] = _APPEAL_DECIDED
        second: tuple[str, ...] = ()
        is_second = self.line_of_business is LineOfBusiness.ORIGINAL_MEDICARE
        if is_second or any(name.startswith("redetermination") for name in self.events):
            # Medicare decides twice: the redetermination, then the reconsideration.
            first, second = _apart(_APPEAL_DECIDED)
        final = self._at(*(name for name in first if not name.endswith("_received")))
        reached = self._at(*(name for name in first if name.endswith("_received")))
        reversed_ = self._at("reversal_notice_received")
        # An appeal that came after the answer to the first one is the next level.
        is_next = _is_later(received or filed, final or reached)
        told = (None, None) if is_next else (filed, received)
        if filed or received or final or reached or reversed_:
            self._file("appeal-1", AppealLevel.FIRST, *told)
        complete = self._at("all_information_received_by_payer")
        if complete and self._is_past_the_request():
            self._add(EventKind.PACKET_COMPLETE, complete, "appeal-1")
        if final or reached:
            self._add(
                EventKind.APPEAL_DECIDED,
                final or reached,
                "appeal-1",
                outcome=str(AppealOutcome.UPHELD),
                is_final_internal=True,
                notice_dated=final.on if final else None,
                notice_received=reached,
            )
        elif reversed_:
            outcome = str(AppealOutcome.OVERTURNED)
            self._add(EventKind.APPEAL_DECIDED, reversed_, "appeal-1", outcome=outcome)
        self._second_appeal(second, *((filed, received) if is_next else (None, None)))

    def _file(
        self, proceeding: str, level: AppealLevel, filed: Moment | None, received: Moment | None
    ) -> None:
        self._add(
            EventKind.APPEAL_FILED,
            filed or received,
            proceeding,
            level=str(level),
            urgency=str(self.urgency),
            received_by_payer=received,
        )

    def _second_appeal(
        self, decided: tuple[str, ...], filed: Moment | None, received: Moment | None
    ) -> None:
        final = self._at(*(name for name in decided if name.endswith("_dated")))
        reached = self._at(*(name for name in decided if name.endswith("_received")))
        if final or reached or filed or received:
            self._file("appeal-2", AppealLevel.SECOND, filed or final or reached, received)
        if not (final or reached):
            return
        self._add(
            EventKind.APPEAL_DECIDED,
            final or reached,
            "appeal-2",
            outcome=str(AppealOutcome.UPHELD),
            is_final_internal=True,
            notice_dated=final.on if final else None,
            notice_received=reached,
        )

    def _review(self) -> None:
        received = self._at("external_request_received_by_payer")
        names = (
            "external_request_received_by_iro",
            "iro_assigned",
            "case_received_by_ire",
            "opm_request_received",
        )
        assigned = self._at(*names, "iro_notice_received")
        upheld = self._at("ire_decision_received", "ire_decision_dated")
        reversed_ = self._at("ire_reversal_received")
        if received or assigned or upheld or reversed_:
            self._add(
                EventKind.EXTERNAL_REVIEW_FILED,
                received,
                "external-review-1",
                urgency=str(self.urgency),
                received_by_payer=received,
            )
        if assigned:
            self._add(EventKind.EXTERNAL_REVIEW_ASSIGNED, assigned, "external-review-1")
        if asked := self._at("iro_notice_received"):
            self._add(EventKind.INFORMATION_REQUESTED, asked, "information-2")
        if upheld or reversed_:
            dated = self._at("ire_decision_dated")
            outcome = AppealOutcome.OVERTURNED if reversed_ else AppealOutcome.UPHELD
            self._add(
                EventKind.EXTERNAL_REVIEW_DECIDED,
                reversed_ or upheld,
                "external-review-1",
                outcome=str(outcome),
                notice_dated=dated.on if dated else None,
                notice_received=self._at("ire_decision_received"),
            )
