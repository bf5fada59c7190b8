"""Made-up cases: every rule again and again, with the awkward days first.

A case is a rule, a start and what else happened, drawn from the events that the rule listens to.
Days on which clocks change, leap days, month and year ends, holidays, weekends, and the days on
which a rule begins or ends are drawn far more often than they come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.priorauth.reference.closed_days import MON, ONE_DAY, SUN, nth, observed_holidays
from tests.priorauth.reference.law import Law, Rule, counted
from tests.priorauth.reference.moments import Events, Happened, at, on
from tests.priorauth.reference.reading import PRINTED, RECEIVED

YEARS = range(2024, 2031)
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
ZONES = [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Indiana/Indianapolis",
    "America/Detroit",
    "America/Adak",
]
HOURS = [time(0, 0), time(1, 30), time(2, 0), time(9, 0), time(16, 30), time(17, 59), time(23, 59)]


@dataclass(frozen=True, slots=True)
class Case:
    rule: str
    start: Happened
    events: Events

    def line(self) -> dict[str, Any]:
        """As one line of the JSON contract."""
        events = {
            name: value.written() if isinstance(value, Happened) else value
            for name, value in self.events.items()
        }
        return {"rule": self.rule, "clock_start": self.start.written(), "events": events}


def awkward_days() -> list[date]:
    """Days near which dates go wrong, of all the years."""
    near: set[date] = set()
    for year in YEARS:
        sharp = {
            nth(year, 3, SUN, 2),  # clocks go forward
            nth(year, 11, SUN, 1),  # clocks go back
            nth(year, 11, MON, 1) + ONE_DAY,  # election day
            date(year, 2, 28),
            date(year, 12, 31),
            *observed_holidays(year),
        }
        for day in sharp:
            near |= {day + n * ONE_DAY for n in range(-4, 3)}
        near |= {date(year, month, 1) - n * ONE_DAY for month in range(1, 13) for n in (0, 1, 2, 3)}
    return sorted(day for day in near if FIRST <= day <= LAST)


AWKWARD = awkward_days()


def invent(law: Law, cases: int, seed: int) -> list[Case]:
    """`cases` cases in turn over all counted rules, the same ones for the same seed."""
    random = Random(seed)
    names = counted(law)
    return [invent_one(law, names[n % len(names)], random) for n in range(cases)]


def invent_one(law: Law, name: str, random: Random) -> Case:
    """One case of a rule."""
    rule = law[name]
    zone = random.choice(ZONES)
    start = _moment(_start_day(rule, random), zone, random, 0.15)
    return Case(name, start, _events(law, rule, start, random))


def _start_day(rule: Rule, random: Random) -> date:
    drawn = random.random()
    edges = [rule[name] for name in ("effective_from", "effective_to") if name in rule]
    edges = [edge for edge in edges if FIRST < edge < LAST]
    if edges and drawn < 0.15:
        return random.choice(edges) + random.randint(-2, 2) * ONE_DAY
    low = max(FIRST, rule.get("effective_from", FIRST))
    high = min(LAST, rule.get("effective_to", LAST))
    if drawn < 0.75:
        fitting = [day for day in AWKWARD if low <= day <= high]
        if fitting:
            return random.choice(fitting)
    return low + random.randint(0, (high - low).days) * ONE_DAY


def _moment(day: date, zone: str, random: Random, whole_day: float = 0.4) -> Happened:
    """A moment on that local day: a whole day, or an instant that exists on the clock there."""
    if random.random() < whole_day:
        return on(day, zone)
    hour = random.choice(HOURS) if random.random() < 0.5 else _any_time(random)
    wall = datetime.combine(day, hour, ZoneInfo(zone)).replace(fold=random.randint(0, 1))
    return at(wall.astimezone(UTC), zone)  # a skipped hour comes out as the one after it


def _any_time(random: Random) -> time:
    seconds = random.randint(0, 59) if random.random() < 0.2 else 0
    return time(random.randint(0, 23), random.randint(0, 59), seconds)


def _after(start: Happened, days: int, random: Random, whole_day: float = 0.5) -> Happened:
    found = _moment(start.day + days * ONE_DAY, start.zone, random, whole_day)
    return found if found.last >= start.last else on(start.day + ONE_DAY, start.zone)


def _events(law: Law, rule: Rule, start: Happened, random: Random) -> Events:
    """What else happened, of the kinds that this rule listens to; mostly something, not always."""
    events: Events = {}
    if random.random() < 0.2:
        return _period(rule, start, random)
    events |= _period(rule, start, random)
    if "extension" in rule:
        events |= _extension(rule, start, random)
    if "extends" in rule:
        first = law[rule["extends"][0]]
        events |= _extension(first, start, random)
    if "restart" in rule:
        asked = _after(start, random.randint(0, 3), random)
        answered = _after(asked, random.randint(0, 20), random)
        events["info_request_sent"] = asked
        if random.random() < 0.9:
            events["info_received"] = answered
    events |= _receipt(rule, start, random)
    if second := rule.get("alternative"):
        events |= _second(law, second, start, random)
    if left_out := rule.get("excludes"):
        since = _after(start, random.randint(5, 60), random)
        until = _after(since, random.randint(0, 60), random)
        events |= {left_out["from"]: since, left_out["until"]: until}
    if "amount_from" in rule:
        events[rule["amount_from"]] = random.randint(rule["amount_min"], rule["amount_max"])
    if "variant" in rule:
        events[rule["variant"]["event"]] = random.choice([None, 1, 2])
        if rule["variant"]["event"] == "payer_says_complex" and random.random() < 0.5:
            events["extension_notice_sent"] = _after(start, random.randint(0, 12), random)
    if "timing" in rule:
        events |= _timing(rule, start, random)
    if rule["starts_on"] == "all_information_received_by_payer" and random.random() < 0.4:
        complete = _after(start, random.randint(0, 12), random)
        events["all_information_received_by_payer"] = complete
    return events


def _period(rule: Rule, start: Happened, random: Random) -> Events:
    if "period" not in rule or random.random() < 0.3:
        return {}
    began = start.day - random.randint(0, 500) * ONE_DAY
    return {rule["period"]["event"]: on(began, start.zone)}


def _extension(rule: Rule, start: Happened, random: Random) -> Events:
    span = rule["amount"] // 24 if rule["unit"] == "hours" else rule["amount"]
    notice = _after(start, random.randint(0, span + 3), random)
    events: Events = {"extension_notice_sent": notice}
    drawn = random.random()
    if drawn < 0.1:
        return {"extension_notice_sent": None}
    if "tolling" not in rule or drawn < 0.3:
        return events
    events["claimant_responded"] = (
        None if drawn < 0.45 else _after(notice, random.randint(0, 70), random)
    )
    if drawn > 0.85:
        events["info_period_end"] = on(notice.day + random.randint(45, 60) * ONE_DAY, start.zone)
    return events


def _receipt(rule: Rule, start: Happened, random: Random) -> Events:
    events: Events = {}
    starts_on = rule["starts_on"]
    if "base_amount" in rule:
        name = random.choice(["proved_receipt", RECEIVED.get(starts_on, "proved_receipt")])
        if random.random() < 0.6:
            events[name] = _after(start, random.randint(0, 20), random)
    elif "presumption_days" in rule:
        printed = random.choice(["notice_dated", PRINTED[starts_on]])
        drawn = random.random()
        if drawn < 0.7:
            events[printed] = on(start.day, start.zone)
        elif drawn < 0.85:
            events[printed] = on(start.day - random.randint(1, 9) * ONE_DAY, start.zone)
        if random.random() < 0.5 and drawn < 0.7:
            events["proved_receipt"] = _after(start, random.randint(0, 12), random)
    elif "safe_start" in rule and random.random() < 0.7:
        events[rule["safe_start"]] = on(start.day - random.randint(0, 9) * ONE_DAY, start.zone)
        if random.random() < 0.3:
            events["proved_receipt"] = _after(start, random.randint(0, 9), random)
    return events


def _second(law: Law, second: Rule, start: Happened, random: Random) -> Events:
    if second.get("start") == "clock_start":
        return {}
    name = second.get("start") or second["until"]
    if "by_rule" in second and random.random() < 0.5:
        began = start.day - random.randint(0, 125) * ONE_DAY
        return {law[second["by_rule"]]["starts_on"]: on(began, start.zone)}
    return {name: _after(start, random.randint(0, 30), random)}


def _timing(rule: Rule, start: Happened, random: Random) -> Events:
    timing = rule["timing"]
    if timing["relation"] == "at_least_before":
        return {
            timing["other"]: at(
                start.first + timedelta(minutes=random.randint(0, 2880)), start.zone
            )
        }
    received = at(start.first - timedelta(minutes=random.randint(2880, 6000)), start.zone)
    asked = at(received.first + timedelta(minutes=random.randint(0, 2880)), start.zone)
    ends = at(asked.first + timedelta(hours=48), start.zone)
    return {
        timing["other"]: received,
        timing["event"]: asked,
        "info_period_end": ends,
        "info_received": random.choice(
            [None, at(asked.first + timedelta(minutes=random.randint(1, 4000)), start.zone)]
        ),
    }
