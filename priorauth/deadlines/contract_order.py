"""Named events of the JSON contract that contradict each other by their order.

What a case lives through is told in few facts or many, so only events that are both given are
compared. A day may be any instant of that day, so two contradict only when no reading fits.
"""

from __future__ import annotations

from collections.abc import Iterator

from priorauth.calendars.wording import say_day, say_time
from priorauth.deadlines.facts import Moment
from priorauth.deadlines.in_force import Events
from priorauth.errors import ClockError

_SENT = ("request_submitted", "request_received_by_payer")
_DENIED = ("denial_notice_dated", "denial_notice_sent")
_DENIAL = (*_DENIED, "denial_notice_received")
_ASKED = ("info_request_sent", "info_request_received_by_clinic")
_APPEALED = ("plan_appeal_filed", "appeal_received_by_payer", "fair_hearing_requested")
_UPHELD = (
    "final_denial_dated",
    "final_denial_received",
    "appeal_resolution_notice_dated",
    "appeal_resolution_notice_sent",
    "redetermination_dated",
    "redetermination_received",
    "reconsideration_dated",
    "reconsideration_received",
    "reversal_notice_received",
)
_REVIEWING = (
    "external_request_received_by_payer",
    "external_request_received_by_iro",
    "case_received_by_ire",
    "opm_request_received",
    "iro_assigned",
    "iro_notice_received",
)
_REVIEWED = ("ire_decision_dated", "ire_decision_received", "ire_reversal_received")

# An appeal that follows a final denial is the next level, so a final denial may lie before it.
_ORDER: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("request_submitted",), ("request_received_by_payer",)),
    (
        _SENT,
        (
            *_ASKED,
            "extension_notice_sent",
            *_DENIAL,
            *_APPEALED,
            *_UPHELD,
            *_REVIEWING,
            *_REVIEWED,
        ),
    ),
    (("info_request_sent",), ("info_request_received_by_clinic", "info_period_end")),
    (_ASKED, ("claimant_responded", "info_received")),
    (_DENIED, ("denial_notice_received", *_APPEALED, *_UPHELD, *_REVIEWING, *_REVIEWED)),
    (("plan_appeal_filed",), ("appeal_received_by_payer",)),
    (("reconsideration_requested",), ("reconsideration_dated", "reconsideration_received")),
    (("final_denial_dated",), ("final_denial_received",)),
    (("redetermination_dated",), ("redetermination_received", "reconsideration_requested")),
    (("redetermination_dated",), ("reconsideration_dated", "reconsideration_received")),
    (("reconsideration_dated",), ("reconsideration_received",)),
    (("iro_assigned",), ("iro_notice_received",)),
    (_REVIEWING, _REVIEWED),
    (("ire_decision_dated",), ("ire_decision_received",)),
    (("notice_dated",), ("proved_receipt",)),
)
# A receipt that is proved is that of the notice which starts the clock, whatever its name.
_NOTICES = (
    *_DENIED,
    "final_denial_dated",
    "appeal_resolution_notice_dated",
    "appeal_resolution_notice_sent",
    "redetermination_dated",
    "reconsideration_dated",
)


def refuse_disorder(events: Events) -> None:
    """Raise ClockError for the first two of `events` that cannot both be right."""
    for earlier, later in _pairs(events):
        first, then = events.get(earlier), events.get(later)
        if not isinstance(first, Moment) or not isinstance(then, Moment):
            continue
        if then.latest < first.earliest:
            raise ClockError(
                f"events: {later} ({_said(then)}) lies before {earlier} ({_said(first)}), and "
                "cannot have: correct one of the two, or leave out the one that is not sure"
            )


def refuse_receipt_before(start: Moment, starts_on: str, events: Events) -> None:
    """As `refuse_disorder`, for a clock that starts at `start` on the event named `starts_on`."""
    refuse_disorder({**events, starts_on: start})
    if starts_on in _NOTICES:
        refuse_disorder({"notice_dated": start, "proved_receipt": events.get("proved_receipt")})


def _pairs(events: Events) -> Iterator[tuple[str, str]]:
    for earlier, later in _ORDER:
        yield from ((one, other) for one in earlier for other in later)
    notices = [name for name in _NOTICES if isinstance(events.get(name), Moment)]
    if len(notices) == 1:
        yield notices[0], "proved_receipt"


def _said(moment: Moment) -> str:
    return say_time(moment.at, moment.zone) if moment.at else say_day(moment.on)
