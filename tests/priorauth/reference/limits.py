"""Where a rule's own time ends, before anything that happened on the way moved it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.priorauth.reference.closed_days import (
    ONE_DAY,
    IsClosed,
    is_statutory_holiday,
    is_weekend,
    new_york_public_holidays,
)
from tests.priorauth.reference.law import Law, Rule
from tests.priorauth.reference.moments import Events, Happened
from tests.priorauth.reference.walking import (
    business_days_on,
    closing,
    days_back,
    days_on,
    local,
    minutes_on,
    months_on,
    opening,
)

Amount = int | None


def count(
    rule: Rule, amount: int, unit: str, at: datetime, zone: str, closed: IsClosed
) -> datetime:
    """`amount` of `unit` from an instant; the event day itself is not counted."""
    excluded = rule.get("excluded", ())
    if unit == "hours":
        return minutes_on(at, amount, zone, excluded, closed)
    here = local(at, zone)
    if unit == "business_days":
        excluded = ("weekends", "holidays")
    if rule.get("direction") == "before":
        return closing(days_back(here.date(), amount, excluded, closed), zone)
    if unit == "months":
        return closing(months_on(here.date(), amount, rule.get("missing_day", "")), zone)
    day = days_on(here.date(), amount, excluded, closed)
    if rule.get("counting") == "same_time_of_day":
        return datetime.combine(day, here.time().replace(fold=0), ZoneInfo(zone)).astimezone(UTC)
    return closing(day, zone)


def calendar_days_end(at: datetime, days: int, zone: str) -> datetime:
    return closing(local(at, zone).date() + days * ONE_DAY, zone)


def end_of(
    law: Law,
    rule: Rule,
    at: datetime,
    zone: str,
    closed: IsClosed,
    events: Events,
    amount: Amount,
) -> datetime:
    """The end of a rule's time from an instant, on one calendar."""
    if staffed := rule.get("staffed"):
        at = _next_staffed(at, zone, staffed, closed)
    end = count(rule, amount or _amount(rule, events), rule["unit"], at, zone, closed)
    start, last = local(at, zone).date(), local(end, zone).date()
    left_out = rule.get("excludes")
    if left_out:
        since, until = events.get(left_out["from"]), events.get(left_out["until"])
        if isinstance(since, Happened) and isinstance(until, Happened):
            day, left = start, rule["amount"]
            while left > 0:
                day += ONE_DAY
                if not since.day < day <= until.day:
                    left -= 1
            end = closing(day, zone)
    if more := rule.get("plus_business_days"):
        end = closing(business_days_on(last, more, closed), zone)
    if least := rule.get("min_business_days"):
        end = max(end, closing(business_days_on(start, least, closed), zone))
    if second := rule.get("alternative"):
        other = _alternative(law, second, at, zone, closed, events)
        if other is not None:
            end = min(end, other) if second["take"] == "earlier" else max(end, other)
    if "cap_hours" in rule:
        end = min(end, minutes_on(at, rule["cap_hours"], zone, (), closed))
    if "cap_days" in rule:
        end = min(end, calendar_days_end(at, rule["cap_days"], zone))
    return roll_on(end, zone, rule["roll"], closed) if "roll" in rule else end


def _amount(rule: Rule, events: Events) -> int:
    if variant := rule.get("variant"):
        known = events.get(variant["event"])
        # Iowa: a payer that takes more time says by it that the case is complex.
        if variant["event"] == "payer_says_complex" and known is None:
            known = int(isinstance(events.get("extension_notice_sent"), Happened))
        if known == variant["equals"]:
            return int(variant["amount"])
    told = events.get(rule.get("amount_from", ""))
    return told if isinstance(told, int) else int(rule["amount"])


def _next_staffed(at: datetime, zone: str, staffed: Rule, closed: IsClosed) -> datetime:
    """What comes after the payer's staffed hours comes on its next staffed day."""
    here = local(at, zone)
    is_working = not is_weekend(here.date()) and not closed(here.date())
    until = staffed["business_days" if is_working else "other_days"][1]
    return opening(here.date() + ONE_DAY, zone) if here.time() >= until else at


def _alternative(
    law: Law, second: Rule, at: datetime, zone: str, closed: IsClosed, events: Events
) -> datetime | None:
    if "until" in second:
        known = events.get(second["until"])
        if isinstance(known, Happened):
            return known.last  # a moment is that moment, a day its end
        by_rule = law.get(second.get("by_rule", ""))
        began = events.get(by_rule["starts_on"]) if by_rule else None
        if by_rule and isinstance(began, Happened):
            return end_of(law, by_rule, began.first, zone, closed, events, None)
        return None
    if second["start"] == "clock_start":
        return count({}, second["amount"], second["unit"], at, zone, closed)
    began = events.get(second["start"])
    if not isinstance(began, Happened):
        return None
    return count({}, second["amount"], second["unit"], began.last, zone, closed)


def roll_on(end: datetime, zone: str, roll: str, closed: IsClosed) -> datetime:
    """Past a last day on which offices are closed; an end that is not moved keeps its hour."""
    first = day = local(end, zone).date()

    def is_shut() -> bool:
        if is_weekend(day):
            return True
        if roll == "next_day_not_weekend_nor_statutory_holiday":
            return is_statutory_holiday(day)
        if roll == "next_day_not_weekend_nor_state_holiday":
            return day in new_york_public_holidays(day.year)
        return closed(day)

    while is_shut():
        day += timedelta(days=1)
    return end if day == first else closing(day, zone)
