"""Deadlines for other programs: one JSON object in, one out.

By rule: `{"id", "rule", "clock_start", "events"}` gives
`{"id", "due", "chase", "legal", "citation", "steps"}`. Whatever cannot be answered gives
`{"id", "error"}` with a sentence that says what to mend. Moments are spelt as in `spelling.py`.

By facts: `{"id", "facts"}` gives `{"id", "deadlines", "unruled"}`: every deadline that is running
after those events, with the rules that do not govern; see `contract_facts.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from priorauth.calendars.local_time import zone_named
from priorauth.deadlines.clock import run_clock
from priorauth.deadlines.contract_facts import FACT_FIELDS, last_moment, read_facts
from priorauth.deadlines.contract_order import refuse_disorder, refuse_receipt_before
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.engine import compute, running
from priorauth.deadlines.in_force import Events, EventValue
from priorauth.deadlines.spelling import read_moment, write_moment
from priorauth.deadlines.timeline import in_zone
from priorauth.errors import ClockError, PriorAuthError
from priorauth.rulebook.event_names import event_name, misspelt
from priorauth.rulebook.rulebook import Rulebook

# Events that are numbers; all others are moments.
NUMBERS = frozenset({"appeal_levels", "payer_says_complex", "state_window"})

_LINE_FIELDS = ("id", "rule", "clock_start", "events", "facts", "zone", "now")


def answer_line(line: object, rulebook: Rulebook) -> dict[str, Any]:
    """Answer one line of the contract. Never raises for what the line says."""
    line_id = line.get("id") if isinstance(line, Mapping) else None
    try:
        if not isinstance(line, Mapping):
            raise ClockError("a JSON object is expected on each line")
        _refuse_misspelt(line, _LINE_FIELDS)
        if ("facts" in line) == ("rule" in line):
            raise ClockError("give either rule with clock_start, or facts")
        if "facts" in line:
            return {"id": line_id, **_answer_facts(line, rulebook)}
        return {"id": line_id, **_answer_rule(line, rulebook)}
    except PriorAuthError as refusal:
        return {"id": line_id, "error": str(refusal)}


def _answer_rule(line: Mapping[str, Any], rulebook: Rulebook) -> dict[str, Any]:
    rule = rulebook.rule(_text(line, "rule"))
    start = read_moment(_text(line, "clock_start"), _zone(line))
    events = read_events(line.get("events"), start.zone)
    run = run_clock(rule, start, events.known, rulebook)
    refuse_receipt_before(start, rule.limit.starts_on, events.known)
    believed = ("The text of this rule was not seen; the limit is believed.",)
    return {
        "due": write_moment(run.due, start.zone),
        "chase": write_moment(run.chase, start.zone),
        "legal": write_moment(run.legal, start.zone) if run.legal else None,
        "citation": run.rule.citation,
        "steps": [*run.steps, *events.said(), *(believed if run.rule.is_believed else ())],
    }


def _answer_facts(line: Mapping[str, Any], rulebook: Rulebook) -> dict[str, Any]:
    given = line["facts"]
    if not isinstance(given, Mapping):
        raise ClockError("facts: an object is expected")
    _refuse_misspelt(given, FACT_FIELDS)
    zone = _zone(given) or _zone(line)
    if zone is None:
        raise ClockError(
            "facts: zone is missing; write it as the IANA name, such as America/Chicago"
        )
    zone_named(zone)
    events = read_events(given.get("events"), zone)
    refuse_disorder(events.known)
    facts = read_facts(given, events.known, zone)
    told = given.get("now", line.get("now"))
    now = read_moment(told, zone).latest if isinstance(told, str) else last_moment(facts)
    computed = compute(facts, rulebook, now)
    return {
        "deadlines": [_written(each, zone) for each in running(computed.deadlines)],
        "unruled": [{"kind": each.kind.value, "why": each.why} for each in computed.unruled],
        **({"notes": list(events.said())} if events.foreign else {}),
    }


def _written(deadline: ComputedDeadline, zone: str) -> dict[str, Any]:
    moments = {
        "due": deadline.due,
        "chase": deadline.chase,
        "legal": deadline.legal,
        "working": deadline.working,
    }
    return {
        "kind": deadline.kind.value,
        "item": deadline.item.value if deadline.item else None,
        "owed_by": deadline.owed_by.value,
        "rule": deadline.rule,
        **{name: write_moment(at, zone) if at else None for name, at in moments.items()},
        "is_believed": deadline.is_believed,
        "standing": deadline.standing.value,
        "citation": deadline.citation,
        "steps": list(deadline.derivation),
        "lost": [{"rule": each.rule, "why": each.why} for each in deadline.lost],
    }


@dataclass(frozen=True, slots=True)
class ReadEvents:
    """The events of a line, and the names on it that no rule knows, as they were spelt."""

    known: Events
    foreign: tuple[str, ...] = ()

    def said(self) -> tuple[str, ...]:
        """A sentence for each name that was left aside."""
        return tuple(
            f"No rule knows the event {name!r}: it was left aside." for name in self.foreign
        )


def read_events(given: object, zone: str) -> ReadEvents:
    """The `events` object: names of the vocabulary or their synonyms, values as in the contract.

    A date is a day of `zone` (IANA), which is the clock's. Raises ClockError for a name that looks
    misspelt, one given twice with different values, or a value that cannot be read.
    """
    if given is None:
        return ReadEvents({})
    if not isinstance(given, Mapping):
        raise ClockError('events: an object is expected, such as {"proved_receipt": "2026-11-30"}')
    events: dict[str, EventValue] = {}
    foreign: list[str] = []
    for spelt, value in given.items():
        name = event_name(spelt)
        if name is None:
            if meant := misspelt(spelt):
                raise ClockError(f"events: {spelt!r} is not a known event; did you mean {meant}?")
            foreign.append(spelt)
            continue
        read = _read_value(name, value, zone)
        if name in events and events[name] != read:
            raise ClockError(f"events: {name} is given twice (once as {spelt!r}), differently")
        events[name] = read
    return ReadEvents(events, tuple(foreign))


def _read_value(name: str, value: object, zone: str) -> EventValue:
    if value is None or (isinstance(value, str) and value.strip().lower() in ("", "none", "null")):
        return None
    if name in NUMBERS:
        if isinstance(value, str) and value.strip().isdecimal():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1000:
            raise ClockError(f"events: {name}: a whole number is expected, not {value!r}")
        return value
    if not isinstance(value, str):
        raise ClockError(f"events: {name}: a date or date-time is expected, not {value!r}")
    try:
        return in_zone(read_moment(value, zone), zone)
    except ClockError as refusal:
        raise ClockError(f"events: {name}: {refusal}") from None


def _text(line: Mapping[str, Any], field: str) -> str:
    value = line.get(field)
    if not isinstance(value, str) or not value.strip():
        raise ClockError(f"{field}: a text is expected, not {value!r}")
    return value.strip()


def _zone(line: Mapping[str, Any]) -> str | None:
    return _text(line, "zone") if line.get("zone") is not None else None


def _refuse_misspelt(given: Mapping[Any, Any], known: tuple[str, ...]) -> None:
    """Fields of our own spelling only; foreign fields are left alone."""
    for field in given:
        if field in known or not isinstance(field, str):
            continue
        if near := get_close_matches(field, known, n=1, cutoff=0.75):
            raise ClockError(f"{field!r} is not a field of this line; did you mean {near[0]!r}?")
