"""The ComputedDeadline of one clock: dates beside the printed one, standing, reasons."""

from __future__ import annotations

from datetime import datetime

from priorauth.calendars.local_time import day_closes
from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.calendars.wording import say_day, say_time
from priorauth.deadlines.deadline import ComputedDeadline, Lost
from priorauth.deadlines.opened import OpenedClock
from priorauth.deadlines.ruling import Run
from priorauth.deadlines.standing import standing
from priorauth.deadlines.working import working_moment
from priorauth.rulebook.rule import DeadlineRule, Unit
from priorauth.terms import ItemKind, OwedBy

NO_LAST_DAY = "The law names no last day here, so nothing is lost for certain: act all the same."


def answer(
    clock: OpenedClock,
    item: ItemKind,
    run: Run,
    lost: tuple[Lost, ...],
    clinic_zone: str,
    now: datetime,
    *,
    names_item: bool,
    hours: StaffedHours | None = None,
) -> ComputedDeadline:
    """Everything about one deadline at `now` (aware UTC).

    It is for every line of the case unless `names_item`. `hours` are the clinic's staffed hours,
    None when none are on file.
    """
    rule = run.rule
    due, chase, steps = run.due, run.chase, [*run.steps, *clock.notes]
    working = None
    if rule.owed_by is OwedBy.CLINIC:
        due = _driven_by(clock, run, steps)
        chase = min(chase, due)
        working = _working(clock, run, due, chase, clinic_zone, hours)
        within = "office hours" if hours is None else "in the clinic's staffed hours"
        steps.append(f"Work to {say_time(working, clinic_zone)}: before the limit, {within}.")
    elif clock.printed is not None:
        steps.append(f"The payer's letter gives {say_day(clock.printed)}.")
    stop = clock.stops.get(item)
    return ComputedDeadline(
        kind=run.kind,
        owed_by=rule.owed_by,
        rule=rule.id,
        rule_effective_from=rule.effective_from,
        item=item if names_item else None,
        start=clock.start.key,
        proceeding=clock.proceeding,
        started=run.clock.start,
        due=due,
        chase=chase,
        working=working,
        legal=run.legal,
        printed=clock.printed,
        is_believed=rule.is_believed,
        standing=standing(
            owed_by=rule.owed_by,
            limit=run.legal,
            expected=due,
            stop=stop,
            received_counts=rule.received_counts,
            stands_still_until=run.clock.stands_still_until,
            zone=clock.zone,
            now=now,
        ),
        settled_by=stop.by.key if stop else "",
        settled=stop.when if stop else None,
        citation=rule.citation,
        source=source_words(rule),
        says=rule.says,
        if_missed=NO_LAST_DAY if clock.no_limit else rule.remedy.label,
        derivation=tuple(steps),
        lost=lost,
        late_by=run.clock.late_by,
    )


def _driven_by(clock: OpenedClock, run: Run, steps: list[str]) -> datetime:
    """The date that drives the clinic's work, with the date on the letter beside the law's."""
    if clock.printed is None:
        return run.due
    printed = day_closes(clock.printed, clock.zone)
    words = f"The letter prints {say_day(clock.printed)}"
    if run.legal is None:
        steps.append(f"{words}; no law is on file, so the letter's date is worked to.")
        return printed
    if printed < run.legal:
        steps.append(f"{words}, before the law's own date: the earlier is worked to.")
        return printed
    if printed > run.legal:
        steps.append(f"{words}, later than the law's own date: the law's date is worked to.")
    return run.legal


def _working(
    clock: OpenedClock,
    run: Run,
    due: datetime,
    chase: datetime,
    zone: str,
    hours: StaffedHours | None,
) -> datetime:
    """The working moment before the earliest plausible limit."""
    proved_by_letter = run.legal is None and clock.printed is not None
    earliest = due if proved_by_letter else min(due, chase)
    in_hours = run.rule.limit.unit is Unit.HOURS and earliest == run.clock.due
    start = run.clock.start.earliest
    return working_moment(start, earliest, zone, in_hours=in_hours, hours=hours)


def source_words(rule: DeadlineRule) -> str:
    """Where the text of a rule was seen, and where its section can be read."""
    seen = rule.source or ("" if rule.text_was_seen else "text not on file")
    if rule.is_believed and rule.source:
        seen = f"text not on file; believed from: {rule.source}"
    link = f"the section: {rule.authority.link}" if rule.authority.link else ""
    return "; ".join(part for part in (seen, link) if part)
