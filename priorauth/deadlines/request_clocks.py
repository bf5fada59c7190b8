"""Clocks of the request itself: sending it, the payer's decision, our answers to questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from priorauth.calendars.wording import say_day
from priorauth.deadlines.facts import Happening, Moment
from priorauth.deadlines.in_force import EventValue
from priorauth.deadlines.opened import OpenedClock, Stop, all_items
from priorauth.deadlines.timeline import Timeline, in_zone, moment, printed, receipt_of, term
from priorauth.rulebook.rule import Stage
from priorauth.terms import Channel, ClockKind, EventKind, ItemKind, ReviewTiming, Urgency

_AFTER_INFORMATION = "earlier_of_info_received_or_info_period_end"


def request_clocks(line: Timeline) -> Iterator[OpenedClock]:
    """Our sending, the payer's decision on the present submission, our answers to its questions."""
    draft = _draft(line)
    if draft is not None:
        yield draft
    decision = _decision(line)
    if decision is not None:
        yield decision
    for asked in questions_about_the_request(line):
        answer = answer_clock(line, asked, Stage.REQUEST)
        if answer is not None and (answer.stops or not _is_all_decided(line)):
            yield answer


# -------------------------------------------------------------------- our sending


def _draft(line: Timeline) -> OpenedClock | None:
    """A draft that no planned treatment dates; without a date of its own nobody would see it."""
    opened = next(line.of_kind(EventKind.REQUEST_OPENED), None)
    if opened is None or opened.when is None or line.facts.planned_start_on is not None:
        return None
    zone = line.facts.clinic_zone
    sent = next(line.of_kind(EventKind.SUBMITTED, EventKind.DETERMINED), None)
    urgency, change = line.urgency("", line.facts.urgency)
    raised_on = change.when if change and urgency is Urgency.EXPEDITED else None
    items = line.items(line.open_lines())
    return OpenedClock(
        kind=ClockKind.SUBMIT_BY,
        stage=Stage.REQUEST,
        start=opened,
        proceeding="",
        zone=zone,
        urgency=urgency,
        items=items[:1],
        starts={"request_opened": in_zone(raised_on or opened.when, zone)},
        stops=all_items(items, Stop(sent, sent.when) if sent else None),
    )


# -------------------------------------------------------------------- the payer's decision


def _decision(line: Timeline) -> OpenedClock | None:
    """None before a submission, and while the request is sent back."""
    sent = line.submission()
    received = next(line.this_round(EventKind.RECEIVED_BY_PAYER), None)
    start = received if sent is None or (received and received.when) else sent
    if start is None or line.is_sent_back():
        return None
    zone = line.facts.payer_zone
    receipt = receipt_of(sent, received) if sent else start.when
    submitted = sent.when if sent and sent.when else receipt
    urgency, change = line.urgency("", line.facts.urgency)
    if line.facts.review_timing is ReviewTiming.RETROSPECTIVE:
        # Care already given is never an urgent claim.
        urgency, change = Urgency.STANDARD, None
    items = line.items(line.open_lines())
    clock = OpenedClock(
        kind=ClockKind.PA_DECISION,
        stage=Stage.REQUEST,
        start=start,
        proceeding="",
        zone=zone,
        urgency=urgency,
        items=items,
        starts=_starts(line, submitted, receipt),
        events=_events(line),
        stops=_stops(line, items),
        printed=_printed_until(line),
        is_complex=_is_complex(line),
        channel=term(sent, "channel", Channel) if sent else None,
        sent=in_zone(submitted, zone) if submitted and receipt is None else None,
        notes=_receipt_notes(received, receipt),
    )
    if urgency is Urgency.EXPEDITED and change is not None and change.when is not None:
        clock = raised(clock, change, change.when)
    return _after_a_question(line, clock)


def _stops(line: Timeline, items: tuple[ItemKind, ...]) -> dict[ItemKind, Stop]:
    stops = {}
    for item in items:
        decided = line.decided_with(line.lines_of(item))
        if decided is not None:
            stops[item] = Stop(decided, decided.when)
    return stops


def _starts(line: Timeline, submitted: Moment | None, receipt: Moment | None) -> dict[str, Moment]:
    complete = [each.when for each in line.this_round(EventKind.PACKET_COMPLETE) if each.when]
    found = {
        "request_submitted": submitted,
        "request_received_by_payer": receipt,
        "all_information_received_by_payer": complete[-1] if complete else None,
    }
    zone = line.facts.payer_zone
    return {name: in_zone(when, zone) for name, when in found.items() if when is not None}


def _events(line: Timeline) -> dict[str, EventValue]:
    """Extension, question and answer, as far as they move the payer's clock."""
    events: dict[str, EventValue] = {}
    zone = line.facts.payer_zone
    submission = line.submission()
    if submission is not None and (ends := moment(submission, "approved_course_ends", zone)):
        events["approved_course_ends"] = in_zone(ends, zone)
    notice = _extension(line)
    noticed = (moment(notice, "sent", zone) or notice.when) if notice else None
    if notice is None or noticed is None:
        return events
    events["extension_notice_sent"] = in_zone(noticed, zone)
    if notice.kind is EventKind.INFORMATION_REQUESTED:
        answer = line.in_proceeding(notice, EventKind.INFORMATION_SENT)
        answered = answer.when if answer is not None else None
        if notice.when is not None:
            events["info_request_received_by_clinic"] = in_zone(notice.when, zone)
        events["claimant_responded"] = in_zone(answered, zone) if answered else None
        if answer_by := moment(notice, "answer_by", zone):
            events["info_period_end"] = answer_by
    return events


def _extension(line: Timeline) -> Happening | None:
    """The notice that the payer takes more time on the request: there is one extension, the first.

    Of two notices of one day the one that also asks tells more.
    """
    zone = line.facts.payer_zone
    kinds = (EventKind.EXTENSION_NOTICED, EventKind.INFORMATION_REQUESTED)
    notices = [
        each
        for each in line.this_round(*kinds)
        if is_about_the_request(line, each)
        and (each.kind is EventKind.EXTENSION_NOTICED or each.facts.get("is_extension") is True)
    ]

    def by_day(notice: Happening) -> tuple[date, bool]:
        noticed = moment(notice, "sent", zone) or notice.when
        return noticed.on if noticed else date.max, notice.kind is EventKind.EXTENSION_NOTICED

    return min(notices, key=by_day, default=None)


def _printed_until(line: Timeline) -> date | None:
    """The extended date as the payer's notice prints it."""
    notice = _extension(line)
    return printed(notice, "until") if notice is not None else None


def _is_complex(line: Timeline) -> bool:
    """More than the simple case of the consumer guide: said so, asked about, extended, or late."""
    return (
        line.facts.is_complex
        or line.facts.review_timing is ReviewTiming.RETROSPECTIVE
        or _extension(line) is not None
        or bool(questions_about_the_request(line))
    )


def _receipt_notes(received: Happening | None, receipt: Moment | None) -> tuple[str, ...]:
    if receipt is None:
        return (
            "Receipt by the payer is not proved (fax or mail): there is no legal date yet. "
            "Record the receipt when the payer confirms it.",
        )
    if received is None or received.when is None:
        return ("By portal or telephone the payer has the request at once.",)
    return ()


def raised(clock: OpenedClock, change: Happening, when: Moment) -> OpenedClock:
    """The urgent clock of what became urgent later, by `change`; the standard one binds as well."""
    later = in_zone(when, clock.zone)
    starts = {
        name: later if later.latest > start.latest else start
        for name, start in clock.starts.items()
    }
    return replace(
        clock,
        start=change,
        starts=starts,
        rival=replace(clock, urgency=Urgency.STANDARD),
        notes=(*clock.notes, f"Urgent since {say_day(later.on)}: the urgent time counts from it."),
    )


def _after_a_question(line: Timeline, clock: OpenedClock) -> OpenedClock:
    """What a clock needs to know of the payer's question and our answer.

    A standard clock that was extended knows them by the notice of the extension.
    """
    asked = next((each for each in questions_about_the_request(line) if each.when), None)
    if asked is None or asked.when is None:
        return clock
    zone = clock.zone
    events = dict(clock.events)
    sent = in_zone(moment(asked, "sent", zone) or asked.when, zone)
    is_urgent = clock.urgency is Urgency.EXPEDITED
    if is_urgent or "extension_notice_sent" not in events:
        events["info_request_sent"] = sent
        answer = line.in_proceeding(asked, EventKind.INFORMATION_SENT)
        arrived = (moment(answer, "received_by_payer", zone) or answer.when) if answer else None
        if arrived is not None:
            events["info_received"] = in_zone(arrived, zone)
    starts = {**clock.starts, "info_request_sent": sent}
    if not is_urgent:
        return replace(clock, starts=starts, events=events)
    if answer_by := moment(asked, "answer_by", zone):
        events["info_period_end"] = answer_by
    return replace(
        clock,
        starts={**starts, _AFTER_INFORMATION: in_zone(asked.when, zone)},
        events=events,
        answer=answer_clock(line, asked, Stage.REQUEST),
    )


# -------------------------------------------------------------------- our answers


def is_about_the_request(line: Timeline, happening: Happening) -> bool:
    """Recorded while the payer had a line of the request left to decide.

    Where no decision is on the timeline at all, an appeal or review that was filed before tells.
    """
    decided = line.decided_with(frozenset(each.key for each in line.facts.lines))
    if decided is not None:
        return line.precedes(happening, decided)
    if any(line.this_round(EventKind.DETERMINED)):
        return True
    filed = line.of_kind(EventKind.APPEAL_FILED, EventKind.EXTERNAL_REVIEW_FILED)
    return not any(line.precedes(each, happening) for each in filed)


def _is_all_decided(line: Timeline) -> bool:
    return line.decided_with(frozenset(each.key for each in line.facts.lines)) is not None


def questions_about_the_request(line: Timeline) -> list[Happening]:
    """The payer's questions in this round that concern the request, not an appeal."""
    asked = line.this_round(EventKind.INFORMATION_REQUESTED)
    return [each for each in asked if is_about_the_request(line, each)]


def answer_clock(
    line: Timeline, asked: Happening, stage: Stage, urgency: Urgency | None = None
) -> OpenedClock | None:
    """Our answer to one question; None when it is not known when the question came.

    `urgency` is that of what it was asked about, None for the request's.
    """
    zone = line.facts.payer_zone
    came = asked.when or moment(asked, "sent", zone)
    if came is None:
        return None
    # A date is a day where the question arrived; its limit closes where the answer must arrive.
    start = Moment(came.on, came.at, zone)
    answer = line.in_proceeding(asked, EventKind.INFORMATION_SENT)
    items = line.items(line.open_lines())
    notes: tuple[str, ...] = ()
    if stage is Stage.REQUEST and asked.facts.get("is_extension") is not True:
        notes = ("The payer took no extension with this question: its own time runs on.",)
    return OpenedClock(
        kind=ClockKind.INFO_SUPPLY,
        stage=stage,
        start=asked,
        proceeding=asked.proceeding,
        zone=zone,
        urgency=urgency or line.urgency("", line.facts.urgency)[0],
        items=items[:1],
        starts={"info_request_received_by_clinic": start, "iro_notice_received": start},
        stops=all_items(items, Stop(answer, answer.when) if answer else None),
        printed=printed(asked, "answer_by"),
        notes=notes,
    )
