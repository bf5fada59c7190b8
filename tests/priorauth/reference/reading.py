"""Rule, start and events -> due, chase and legal instant, or why there is none.

    due     on the reading that the rule states, on the federal calendar (DECISIONS 9)
    chase   the earliest reading; for what nobody knows the hour of, from the day's beginning
    legal   late only after it: the later reading, by the state's calendar and statutes

What the payer owes is called late only from the end of a day whose hour is not known; what the
clinic owes counts from its beginning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.priorauth.reference.closed_days import IsClosed, calendar_of, is_observed_holiday
from tests.priorauth.reference.law import Law, Rule, binds, state_of
from tests.priorauth.reference.limits import Amount, calendar_days_end, count, end_of, roll_on
from tests.priorauth.reference.moments import Events, Happened, on
from tests.priorauth.reference.walking import ONE_DAY, closing, days_on, local

# A notice is printed on one day and received on another. Received -> printed.
PRINTED = {
    "denial_notice_received": "denial_notice_dated",
    "denial_notice_sent": "denial_notice_dated",
    "final_denial_received": "final_denial_dated",
    "reconsideration_received": "reconsideration_dated",
    "redetermination_received": "redetermination_dated",
    "ire_decision_received": "ire_decision_dated",
}
RECEIVED = {printed: received for received, printed in PRINTED.items() if "sent" not in received}


@dataclass(frozen=True, slots=True)
class Answer:
    due: datetime
    chase: datetime
    legal: datetime | None


@dataclass(frozen=True, slots=True)
class Refused:
    why: str


def happened(events: Events, *names: str) -> Happened | None:
    for name in names:
        found = events.get(name)
        if isinstance(found, Happened):
            return found
    return None


def read(law: Law, name: str, start: Happened, events: Events) -> Answer | Refused:
    rule = law[name]
    if rule["amount"] == 0:
        return Refused("nothing to count")
    if why := _not_in_force(rule, start, events):
        return Refused(why)
    if timing := rule.get("timing"):
        other = _when_timing_fails(rule, timing, start, events)
        if other is not None:
            return read(law, rule["otherwise"], other, {**events, rule["starts_on"]: None})
    if "extends" in rule:
        return _extension_rule(law, rule, start, events)
    return _answer(law, rule, _start_of(rule, start, events), start, events)


def _not_in_force(rule: Rule, start: Happened, events: Events) -> str:
    if "effective_from" in rule and start.day < rule["effective_from"]:
        return "not yet in force"
    if "effective_to" in rule and start.day > rule["effective_to"]:
        return "no longer in force"
    period = rule.get("period")
    if not period:
        return ""
    began = happened(events, period["event"])
    if began is None:
        # Some year that holds the start must fit; a year that began before a date ends with it.
        if "began_before" in period:
            last = date(
                period["began_before"].year + 1,
                period["began_before"].month,
                period["began_before"].day,
            ) - timedelta(days=2)
            return "" if start.day <= last else "no such period runs any more"
        return "" if start.day >= period["began_from"] else "no such period has begun"
    current = began.day
    while current > start.day:
        current = _year_later(current, -1)
    while _year_later(current, 1) <= start.day:
        current = _year_later(current, 1)
    if "began_before" in period:
        return "" if current < period["began_before"] else "the period began later"
    return "" if current >= period["began_from"] else "the period began before"


def _year_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def _when_timing_fails(
    rule: Rule, timing: Rule, start: Happened, events: Events
) -> Happened | None:
    """The start for the rule that governs otherwise, when the order in time is not as required."""

    def when(name: str) -> Happened | None:
        return happened(events, name) or (start if name == rule["starts_on"] else None)

    event, other = when(timing["event"]), when(timing["other"])
    if event is None or other is None:
        return None
    hours = timedelta(hours=timing["hours"])
    if timing["relation"] == "at_least_before":
        holds = event.first + hours <= other.last
        return None if holds else event
    holds = event.first <= other.last + hours
    return None if holds else other


def _start_of(rule: Rule, start: Happened, events: Events) -> Happened:
    if rule["starts_on"] == "earlier_of_info_received_or_info_period_end":
        both = [happened(events, "info_received"), happened(events, "info_period_end")]
        known = [each for each in both if each is not None]
        return min(known, key=lambda each: each.last) if known else start
    own = happened(events, rule["starts_on"])
    if own is None or (own.is_day and own.day == start.day):  # the same event, told less exactly
        return start
    return own


def _answer(law: Law, rule: Rule, start: Happened, given: Happened, events: Events) -> Answer:
    zone = start.zone
    federal, own = is_observed_holiday, calendar_of(state_of(rule))
    is_payer = rule["owed_by"] == "payer"
    start, earlier, amount = _receipt(rule, start, given, events)
    first = start.first
    last = start.last if is_payer else start.first

    # Whether a day without an hour was after the staffed hours is only the later reading.
    due = end_of(law, rule, first if "staffed" in rule else last, zone, federal, events, amount)
    legal = end_of(law, rule, last, zone, own if is_payer else federal, events, amount)
    alone = {name: value for name, value in rule.items() if name not in ("excludes", "staffed")}
    if rule.get("alternative", {}).get("take") == "later":
        del alone["alternative"]  # the first of two limits is the day to chase
    chase = [end_of(law, alone, first, zone, federal, events, amount), *earlier]
    if rule.get("direction") == "before":
        # A day counted back that the state's calendar makes earlier is the earlier reading.
        chase.append(legal)
        legal = due

    notice = happened(events, "extension_notice_sent")
    asked, answered = happened(events, "info_request_sent"), happened(events, "info_received")
    dues = []
    for end, closed in ((due, federal), (legal, own if is_payer else federal)):
        if notice and "extension" in rule and notice.first <= end:  # noticed in time
            end, narrow = _extended(rule, start.day, end, notice, events, closed)
            if closed is federal:
                chase = [end, *narrow]
        if "restart" in rule and asked and answered and asked.first <= end:  # asked in time
            again = {**rule, **rule["restart"]}
            begun = answered.last if is_payer else answered.first
            end = end_of(law, again, begun, zone, closed, {}, None)
            if closed is federal:
                chase = [end_of(law, again, answered.first, zone, federal, {}, None)]
        dues.append(end)
    due, legal = dues
    if "chase_amount" in rule:
        unit = rule.get("chase_unit", rule["unit"])
        chase.append(count(rule, rule["chase_amount"], unit, first, zone, federal))
    if "late_days" in rule:
        legal = max(legal, calendar_days_end(last, rule["late_days"], zone))
    if "late_roll" in rule:
        legal = roll_on(legal, zone, rule["late_roll"], own)
    legal = max(legal, due)
    return Answer(due, min(due, *chase), legal if binds(rule) else None)


def _receipt(
    rule: Rule, start: Happened, given: Happened, events: Events
) -> tuple[Happened, list[datetime], Amount]:
    """From what day the clock runs, what earlier readings there are, and another amount."""
    zone = start.zone
    days = rule.get("presumption_days", 0)
    names = ["proved_receipt", RECEIVED.get(rule["starts_on"], "")]
    proved = happened(events, *(name for name in names if name != rule["starts_on"]))
    if "base_amount" in rule:  # counted from the printed date, the days of the mail included
        if proved is None:
            return start, [], None
        return proved, [_days_after(start.day, rule["amount"], zone)], rule["base_amount"]
    printed_name = PRINTED.get(rule["starts_on"], "")
    printed = happened(events, "notice_dated", printed_name)
    if days:
        if printed and printed.day == start.day:  # the start shown is the printed date
            presumed = on(start.day + days * ONE_DAY, zone)
            if proved is None:
                return presumed, [], None
            return proved, [_days_after(presumed.day, rule["amount"], zone)], None
        if proved:
            return proved, [_days_after(start.day, rule["amount"], zone)], None
        if printed and printed.day < start.day:
            presumed_day = printed.day + days * ONE_DAY
            return start, [_days_after(presumed_day, rule["amount"], zone)], None
        return start, [], None
    safe = happened(events, rule["safe_start"]) if "safe_start" in rule else None
    earlier = []
    if safe:
        earlier.append(end_of({}, rule, safe.first, zone, is_observed_holiday, {}, None))
    if "safe_start" in rule and proved:
        earlier.append(end_of({}, rule, start.first, zone, is_observed_holiday, {}, None))
        return proved, earlier, None
    return start, earlier, None


def _days_after(day: date, days: int, zone: str) -> datetime:
    return closing(day + days * ONE_DAY, zone)


def _extended(
    rule: Rule,
    receipt: date,
    first_end: datetime,
    notice: Happened,
    events: Events,
    closed: IsClosed,
) -> tuple[datetime, list[datetime]]:
    zone, more = notice.zone, rule["extension"]
    end = local(first_end, zone).date()
    tolling = rule.get("tolling")
    answer_told = [name for name in ("claimant_responded", "info_received") if name in events]
    if not tolling or not answer_told:
        excluded = ("weekends", "holidays") if more["unit"] == "business_days" else ()
        return closing(days_on(end, more["amount"], excluded, closed), zone), []
    stop = stands_until(tolling, notice, events)
    left = rule["amount"] + more["amount"]
    day = receipt
    while left > 0:  # no day is spent from the sending of the notice to the answer
        day += ONE_DAY
        if not notice.day < day <= stop:
            left -= 1
    return closing(day, zone), [closing(stop + tolling["narrow_days"] * ONE_DAY, zone)]


def stands_until(tolling: Rule, notice: Happened, events: Events) -> date:
    """The day of the answer, at the latest the end of the time to answer, where that is on file.

    The regulation stops the clock "until the date on which the claimant responds"; its 45 days are
    the least that a plan may give. So they end the wait for an answer that never came, and do not
    cut off one that came later.
    """
    over = happened(events, "info_period_end")
    asked = happened(events, "info_request_received_by_clinic") or notice
    answered = happened(events, "claimant_responded", "info_received")
    if answered:
        return min(answered.day, over.day) if over else answered.day
    return over.day if over else asked.day + tolling["answer_days"] * ONE_DAY


def _extension_rule(law: Law, rule: Rule, start: Happened, events: Events) -> Answer | Refused:
    """Asked by the name of the extension: from receipt, or from the end of the first period."""
    first = law[rule["extends"][0]]
    zone = start.zone
    notice = happened(events, "extension_notice_sent")
    if notice is None and "extension_notice_sent" not in events:
        end = _days_after(start.day, rule["amount"], zone)
        return Answer(end, end, end)
    if notice is not None and notice.day < start.day:
        receipt = on(start.day - first["amount"] * ONE_DAY, zone)
        return _answer(law, first, receipt, receipt, events)
    return _answer(law, first, start, start, events)
