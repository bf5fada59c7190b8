"""Cases for the engine's tests, told in a few words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.engine import Computation, compute
from priorauth.deadlines.facts import CaseFacts, Fact, Happening, LineFacts, Moment, PlanFacts
from priorauth.deadlines.spelling import read_moment, write_moment
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.rulebook import Rulebook
from priorauth.terms import (
    ClockKind,
    EventKind,
    Funding,
    ItemKind,
    LineOfBusiness,
    ReviewTiming,
    Urgency,
)

ZONE = "America/New_York"

SELF_FUNDED = PlanFacts(LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED)
# South Dakota: none of its law is on file, so the federal floor stands alone.
INSURED = PlanFacts(LineOfBusiness.EMPLOYER, Funding.INSURED, "SD")
UNFUNDED = PlanFacts(LineOfBusiness.EMPLOYER)
MEDICARE = PlanFacts(LineOfBusiness.MEDICARE_ADVANTAGE)
MEDICAID = PlanFacts(LineOfBusiness.MEDICAID_MANAGED_CARE, rating_period_start=date(2026, 7, 1))
UNKNOWN = PlanFacts()

SERVICE = (LineFacts("1", ItemKind.SERVICE),)
DRUG_AND_SERVICE = (LineFacts("1", ItemKind.SERVICE), LineFacts("2", ItemKind.DRUG))


def at(text: str) -> Moment:
    """A moment on the wall of New York."""
    return read_moment(text, ZONE)


@dataclass
class Case:
    """A case that grows event by event; learned in the order told."""

    plan: PlanFacts = SELF_FUNDED
    lines: tuple[LineFacts, ...] = SERVICE
    urgency: Urgency = Urgency.STANDARD
    timing: ReviewTiming = ReviewTiming.PROSPECTIVE
    happenings: list[Happening] = field(default_factory=list)
    clinic_zone: str = ZONE
    planned_start_on: date | None = None

    def tell(
        self,
        kind: EventKind,
        when: str | None,
        proceeding: str = "",
        lines: tuple[str, ...] = (),
        **facts: Fact,
    ) -> Case:
        number = len(self.happenings) + 1
        learned = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        moment = at(when) if when else None
        self.happenings.append(
            Happening(str(number), kind, moment, learned, proceeding, lines, facts)
        )
        return self

    def submitted(self, when: str | None, channel: str = "portal", **facts: Fact) -> Case:
        return self.tell(EventKind.SUBMITTED, when, channel=channel, **facts)

    def denied(self, when: str | None, lines: tuple[str, ...] = (), **facts: Fact) -> Case:
        return self.tell(EventKind.DETERMINED, when, lines=lines, adverse=True, **facts)

    def approved(self, when: str | None, lines: tuple[str, ...] = ()) -> Case:
        return self.tell(EventKind.DETERMINED, when, lines=lines, adverse=False)

    def asked(self, when: str | None, proceeding: str = "information-1", **facts: Fact) -> Case:
        return self.tell(EventKind.INFORMATION_REQUESTED, when, proceeding, **facts)

    def answered(self, when: str | None, proceeding: str = "information-1", **facts: Fact) -> Case:
        return self.tell(EventKind.INFORMATION_SENT, when, proceeding, **facts)

    def appealed(
        self, when: str | None, proceeding: str = "appeal-1", level: str = "first", **facts: Fact
    ) -> Case:
        told = {"urgency": "standard", "channel": "fax", **facts}
        return self.tell(EventKind.APPEAL_FILED, when, proceeding, level=level, **told)

    def appeal_received(self, when: str, proceeding: str = "appeal-1") -> Case:
        return self.tell(EventKind.APPEAL_RECEIVED, when, proceeding)

    def upheld(self, when: str | None, proceeding: str = "appeal-1", **facts: Fact) -> Case:
        return self.tell(EventKind.APPEAL_DECIDED, when, proceeding, outcome="upheld", **facts)

    def facts(self) -> CaseFacts:
        return CaseFacts(
            plan=self.plan,
            lines=self.lines,
            urgency=self.urgency,
            review_timing=self.timing,
            happenings=tuple(self.happenings),
            clinic_zone=self.clinic_zone,
            payer_zone=ZONE,
            planned_start_on=self.planned_start_on,
        )

    def computed(self, now: str = "2026-11-20", rulebook: Rulebook | None = None) -> Computation:
        return compute(self.facts(), rulebook or shipped_rulebook(), at(now).latest)

    def kinds(self, now: str = "2026-11-20") -> set[str]:
        return {each.kind.value for each in self.computed(now).deadlines}

    def one(
        self, kind: ClockKind, now: str = "2026-11-20", rulebook: Rulebook | None = None
    ) -> ComputedDeadline:
        """The only deadline of that kind."""
        found = [each for each in self.computed(now, rulebook).deadlines if each.kind is kind]
        assert len(found) == 1, [(each.kind, each.rule, each.item) for each in found]
        return found[0]


def written(moment: datetime | None) -> str | None:
    """An instant on the wall of New York to the minute, without offset."""
    return write_moment(moment, ZONE)[:16] if moment else None
