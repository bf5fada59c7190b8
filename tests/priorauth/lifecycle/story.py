"""Tells the story of a case in tests: each step with sensible facts, recorded one after another.

`Story().opened().submitted().determined("1=denied")` checks every step as a screen would.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from priorauth.deadlines.facts import Happening, Moment
from priorauth.lifecycle.replay import apply, check, replay, starting_state
from priorauth.terms import EventKind, Role

ZONE = "America/New_York"
NOW = datetime(2026, 6, 30, 16, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 3, 2)


def on(day: date) -> Moment:
    return Moment.day(day, ZONE)


def a_happening(kind, when=None, *, key="1", proceeding="", lines=(), **facts) -> Happening:
    moment = on(when) if isinstance(when, date) and not isinstance(when, datetime) else when
    return Happening(key, kind, moment, NOW, proceeding, tuple(lines), facts)


class Story:
    """A case told step by step; `day` goes on by one with each step unless `when` is given."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines or ("1",)
        self.state = starting_state(self.lines)
        self.happenings: list[Happening] = []
        self.day = FIRST_DAY

    def again(self) -> Story:
        """The same story, to be told on without touching this one."""
        other = Story(*self.lines)
        other.state, other.happenings, other.day = self.state, list(self.happenings), self.day
        return other

    def record(self, kind, *, when=..., role=Role.BILLER, proceeding="", lines=(), **facts):
        """Check the step as a screen would, then record it."""
        happening = self.next(kind, when=when, proceeding=proceeding, lines=lines, **facts)
        check(self.state, happening, role=role, now=NOW)
        return self.force(happening)

    def next(self, kind, *, when=..., proceeding="", lines=(), **facts) -> Happening:
        """The happening as it would be recorded now."""
        if when is ...:
            when = self.day
        key = str(len(self.happenings) + 1)
        return a_happening(kind, when, key=key, proceeding=proceeding, lines=lines, **facts)

    def force(self, happening: Happening) -> Story:
        """Put it on the timeline without asking."""
        self.happenings.append(happening)
        self.state = apply(self.state, happening)
        self.day += timedelta(days=1)
        return self

    @property
    def status(self):
        assert replay(self.lines, self.happenings) == self.state
        return self.state.status

    def line(self, key):
        return self.state.line(key).status

    # ---------------------------------------------------------------- the usual steps

    def opened(self, **facts):
        return self.record(EventKind.REQUEST_OPENED, **facts)

    def submitted(self, **facts):
        return self.record(EventKind.SUBMITTED, **{"channel": "fax", **facts})

    def received(self, **facts):
        return self.record(EventKind.RECEIVED_BY_PAYER, **facts)

    def asked(self, proceeding="information-1", **facts):
        return self.record(EventKind.INFORMATION_REQUESTED, proceeding=proceeding, **facts)

    def answered(self, proceeding="information-1", **facts):
        return self.record(EventKind.INFORMATION_SENT, proceeding=proceeding, **facts)

    def determined(self, *outcomes: str, **facts):
        return self.record(EventKind.DETERMINED, **determination(*outcomes, **facts))

    def with_the_payer(self):
        return self.opened().submitted().received()

    def denied(self):
        """Every line denied, the notice still on its way."""
        return self.with_the_payer().determined(*(f"{line}=denied" for line in self.lines))

    def talk_requested(self, proceeding="peer_to_peer-1", **facts):
        return self.record(EventKind.PEER_TO_PEER_REQUESTED, proceeding=proceeding, **facts)

    def talk_held(self, outcome, proceeding="peer_to_peer-1", **facts):
        return self.record(
            EventKind.PEER_TO_PEER_HELD, proceeding=proceeding, outcome=outcome, **facts
        )

    def appealed(self, proceeding="appeal-1", level="first", urgency="standard", **facts):
        return self.record(
            EventKind.APPEAL_FILED, proceeding=proceeding, level=level, urgency=urgency, **facts
        )

    def appeal_decided(self, outcome, proceeding="appeal-1", **facts):
        facts = {"is_final_internal": False, "notice_awaited": True, **facts}
        return self.record(
            EventKind.APPEAL_DECIDED, proceeding=proceeding, outcome=outcome, **facts
        )

    def review_filed(self, proceeding="external_review-1", urgency="standard", **facts):
        return self.record(
            EventKind.EXTERNAL_REVIEW_FILED, proceeding=proceeding, urgency=urgency, **facts
        )

    def review_assigned(self, proceeding="external_review-1", **facts):
        return self.record(EventKind.EXTERNAL_REVIEW_ASSIGNED, proceeding=proceeding, **facts)

    def review_decided(self, outcome, proceeding="external_review-1", **facts):
        return self.record(
            EventKind.EXTERNAL_REVIEW_DECIDED, proceeding=proceeding, outcome=outcome, **facts
        )


def determination(*outcomes: str, **facts):
    """The facts of a determination with these outcomes, the notice awaited unless dated."""
    is_adverse = any(not text.endswith(("=approved", "=withdrawn")) for text in outcomes)
    if is_adverse and not facts.keys() & {"notice_dated", "notice_received"}:
        facts = {"notice_awaited": True, **facts}
    return {"outcomes": tuple(outcomes), "adverse": is_adverse, **facts}
