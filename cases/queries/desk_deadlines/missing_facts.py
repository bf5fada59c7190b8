"""What somebody has to find out: dates, letters, rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.models import PriorAuthRequest
from cases.queries.desk_deadlines.shaping import business_days, own_deadline
from cases.queries.facts import zones
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.engine import Unruled
from priorauth.deadlines.facts import Happening, Moment
from priorauth.terms import ClockKind, OwedBy

SUPPLY_BUSINESS_DAYS = 2
"""A fact that an import or a decision left open is to be found out within two business days."""
NOTICE_BUSINESS_DAYS = 5
"""A written notice is owed promptly; after a week it is time to ask for it."""


def missing_facts(
    request: PriorAuthRequest, happenings: Sequence[Happening], settled: dict[str, Happening]
) -> Iterator[ComputedDeadline]:
    """An event whose date is unknown: find the date, undo the event, record it with its date."""
    zone = zones(request)[0]
    for told in happenings:
        if told.facts.get("notice_awaited") is True:
            yield _notice_awaited(told, zone)
        if told.when is not None:
            continue
        learned = Moment.instant(told.learned_at, zone)
        yield own_deadline(
            f"desk-missing-date-{told.kind}",
            ClockKind.MISSING_FACT,
            OwedBy.CLINIC,
            told.key,
            learned,
            business_days(learned.on, zone, SUPPLY_BUSINESS_DAYS),
            f'The date of "{told.kind.label}" is not known, so its clock cannot run. Find the '
            "date and enter it.",
            settled=settled.get(told.key),
            if_missed="A deadline may be running that nobody sees.",
        )


def _notice_awaited(told: Happening, zone: str) -> ComputedDeadline:
    learned = Moment.instant(told.learned_at, zone)
    return own_deadline(
        "desk-missing-notice",
        ClockKind.MISSING_FACT,
        OwedBy.CLINIC,
        told.key,
        learned,
        business_days(learned.on, zone, NOTICE_BUSINESS_DAYS),
        "A refusal was told but its notice is not on file. Ask for it and enter its dates: the "
        "time to appeal runs from them.",
        if_missed="The appeal window may be running without a date on this screen.",
    )


def missing_rules(
    request: PriorAuthRequest,
    happenings: Sequence[Happening],
    settled: dict[str, Happening],
    unruled: Sequence[Unruled],
) -> Iterator[ComputedDeadline]:
    """A step that neither law on file nor habit gives a date: no date may be missing in silence."""
    known = {told.key: told for told in happenings}
    zone = zones(request)[0]
    # Of two such steps that one event opens, one task is enough: its words name the first.
    undated = {each.start: each for each in reversed(unruled) if not each.has_expectation}
    for key, step in undated.items():
        if key not in known or known[key].when is None:
            continue  # its own date is the task
        learned = Moment.instant(known[key].learned_at, zone)
        ticked = settled.get(key)
        yield own_deadline(
            f"desk-no-rule-{step.kind}",
            ClockKind.MISSING_FACT,
            OwedBy.CLINIC,
            key,
            learned,
            business_days(learned.on, zone, SUPPLY_BUSINESS_DAYS),
            f'No date could be worked out for "{step.kind.label}": {step.why}. Ask the payer or '
            "read its letter, set the date by hand, and take this task off.",
            settled=ticked if ticked and "happened" not in ticked.facts else None,
            if_missed="A deadline may be running that nobody sees.",
        )
