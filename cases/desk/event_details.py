"""What the rows behind an event say of it, as pairs of a name and a text.

Texts that people typed are passed on as they are: the template escapes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.desk import times
from cases.desk.patient_mail_words import say_state
from cases.desk.promise_words import say_standing
from cases.models import (
    Appeal,
    CaseEvent,
    Determination,
    ExternalReview,
    InformationRequest,
    InsurerCall,
    PatientMail,
    PeerToPeer,
    PriorAuthRequest,
    Submission,
)
from cases.models.contacts import CallOutcome, Direction, DocumentKind
from cases.models.determinations import ToldBy
from cases.models.proceedings import ReviewBody
from cases.queries.facts import decode_facts
from cases.queries.script_answers import say_answer
from cases.workflow.correcting import CORRECTED
from priorauth.calls.script import script
from priorauth.codes.denial_reasons import reasons
from priorauth.deadlines.facts import Moment
from priorauth.patient_mail import Wording
from priorauth.series.stops import StopKind
from priorauth.terms import (
    AppealLevel,
    AppealOutcome,
    Channel,
    EventKind,
    InfusionStatus,
    Outcome,
    OwedBy,
    StatusAnswer,
    Term,
    Urgency,
)

Details = Iterator[tuple[str, str]]


def rows_by_event(request: PriorAuthRequest) -> dict[int, list[Any]]:
    """The rows that each event wrote or ended, from what was fetched with the request."""
    rows: dict[int, list[Any]] = defaultdict(list)
    fetched: tuple[Any, ...] = (
        *request.submissions.all(),
        *request.information_requests.all(),
        *request.determinations.all(),
        *request.authorizations.all(),
        *request.peer_to_peers.all(),
        *request.appeals.all(),
        *request.external_reviews.all(),
        *request.calls.all(),
        *request.notes.all(),
        *request.documents.all(),
        *request.patient_mails.all(),
    )
    for row in fetched:
        if row.event_id is not None:
            rows[row.event_id].append(row)
    key_of = {event.pk: event.proceeding for event in request.events.all()}
    contests: tuple[Any, ...] = (
        *request.appeals.all(),
        *request.external_reviews.all(),
        *request.peer_to_peers.all(),
    )
    opened = {key_of.get(row.event_id): row for row in contests}
    for event in request.events.all():
        if event.kind in _ANSWERS and event.proceeding in opened:
            rows[event.pk].append(_Answer(opened[event.proceeding]))
    for row in request.information_requests.all():
        if row.answer_event_id is not None:
            rows[row.answer_event_id].append(_Answer(row))
    return rows


_ANSWERS = (
    EventKind.APPEAL_DECIDED,
    EventKind.EXTERNAL_REVIEW_DECIDED,
    EventKind.PEER_TO_PEER_HELD,
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A proceeding as its later event tells it."""

    row: Any


def tell_row(row: Any, zone: str, now: datetime) -> Details:
    if isinstance(row, InsurerCall):
        told = call_details(row, zone, now)
    elif isinstance(row, _Answer):
        teller = _ANSWER_TELLERS.get(row.row._meta.model_name)
        told = teller(row.row, zone) if teller else iter(())
    else:
        teller = _TELLERS.get(row._meta.model_name)
        told = teller(row, zone) if teller else iter(())
    return ((name, text) for name, text in told if text)


def _label(term: type[Term], value: Any) -> str:
    return term(value).label if value in set(term) else ""


def _day(on: Any) -> str:
    return times.say_on(on) if on else ""


def _submission(row: Submission, zone: str) -> Details:
    yield "Sent by", _label(Channel, row.channel)
    yield "To", row.sent_to
    yield "Confirmation number", row.confirmation_number
    yield "No confirmation number", row.no_confirmation_reason
    yield "Pages", str(row.pages or "")
    yield "Representative", row.representative_name
    yield "Why it went out all the same", row.override_reason


def _information(row: InformationRequest, zone: str) -> Details:
    yield "Asked for", row.asked_for
    yield "Answer by, as printed", _day(row.answer_by_on)


def _information_sent(row: InformationRequest, zone: str) -> Details:
    yield "Sent by", _label(Channel, row.answer_channel)
    yield "Confirmation number", row.answer_confirmation
    yield "What was sent", row.answer_summary


def _determination(row: Determination, zone: str) -> Details:
    for each in row.line_determinations.all():
        outcome = _label(Outcome, each.outcome)
        units = f", {each.units_approved} units" if each.units_approved is not None else ""
        yield f"Line {each.line.position}, {each.line.code}", f"{outcome}{units}"
    known = reasons()
    yield "Reasons", "; ".join(known[key].label if key in known else key for key in row.reasons)
    yield "In the payer's words", row.reasons_verbatim
    yield "Codes as printed", row.codes_verbatim
    yield "Decision reference", row.decision_reference
    yield "Told by", _label(ToldBy, row.told_by)
    yield "Date on the notice", _day(row.notice_dated_on)
    yield "Notice reached us", _day(row.notice_received_on)
    yield "Appeal by, as printed", _day(row.appeal_by_on)
    yield "Peer-to-peer by, as printed", _day(row.peer_to_peer_by_on)


def _authorization(row: Any, zone: str) -> Details:
    yield "Authorization number", row.authorization_number or "not on file yet"
    yield "Sessions", str(row.sessions or "")
    if row.effective_from or row.effective_through:
        first, last = _day(row.effective_from) or "?", _day(row.effective_through) or "?"
        yield "Covers", f"{first} through {last}"


def _peer_to_peer(row: PeerToPeer, zone: str) -> Details:
    yield "Our clinician", str(row.clinician or "")
    yield "Phone", row.phone
    if row.scheduled_at:
        yield "Scheduled for", times.say_at(row.scheduled_at, zone)


def _peer_to_peer_held(row: PeerToPeer, zone: str) -> Details:
    yield "Outcome", _label(AppealOutcome, row.outcome)
    reviewer = (row.reviewer_name, row.reviewer_specialty)
    yield "Reviewer", ", ".join(part for part in reviewer if part)
    yield "Reference number", row.reference_number
    yield "What was said", row.words


def _appeal(row: Appeal, zone: str) -> Details:
    yield "Level", _label(AppealLevel, row.level)
    yield "Urgency", "Urgent (expedited)" if row.is_expedited else ""
    yield "Sent by", _label(Channel, row.channel)
    yield "Confirmation number", row.confirmation_number
    yield "What we argue", row.argument


def _appeal_decided(row: Appeal, zone: str) -> Details:
    yield "Outcome", _label(AppealOutcome, row.outcome)
    yield "In the payer's words", row.decision_summary
    yield "Decision reference", row.decision_reference
    yield "Date on the notice", _day(row.notice_dated_on)
    yield "Notice reached us", _day(row.notice_received_on)
    yield "Next step by, as printed", _day(row.next_by_on)
    if row.is_final_internal is not None:
        yield "Last internal level", "yes" if row.is_final_internal else "no"


def _external_review(row: ExternalReview, zone: str) -> Details:
    yield "Process", _label(ReviewBody, row.body)
    yield "Urgency", "Urgent (expedited)" if row.is_expedited else ""
    yield "Review organization", row.reviewer
    yield "Sent by", _label(Channel, row.channel)
    yield "Confirmation number", row.confirmation_number


def _external_review_decided(row: ExternalReview, zone: str) -> Details:
    yield "Outcome", _label(AppealOutcome, row.outcome)
    yield "In the reviewer's words", row.decision_summary


def call_details(row: InsurerCall, zone: str, now: datetime) -> Details:
    """A call in full: who, under which reference, what was said and promised.

    `now` is an aware instant: a promise whose time has passed is broken.
    """
    yield "Call", _label(Direction, row.direction)
    yield "Representative", row.representative_name
    yield "Call reference", row.reference_number
    yield "No reference given", row.no_reference_reason
    yield "Outcome", _label(CallOutcome, row.outcome)
    yield "Line called", row.line_called
    hold = f", of them {row.hold_minutes} on hold" if row.hold_minutes else ""
    yield "Minutes, with hold", f"{row.minutes}{hold}" if row.minutes else ""
    if row.promise and row.promised_by_at:
        yield "Promised", f"{row.promise}, {times.say_by(row.promised_by_at, zone)}"
        yield "Promise", say_standing(row, now, zone)
    asked = {question.id: question.ask for question in script()}
    for answer in row.answers.all():
        words = f": {answer.words}" if answer.words else ""
        yield asked.get(answer.question, answer.question), f"{say_answer(answer)}{words}"
    yield "What was said", row.summary


def _note(row: Any, zone: str) -> Details:
    yield "", row.text


def _document(row: Any, zone: str) -> Details:
    yield _label(DocumentKind, row.kind), row.title


def _patient_mail(row: PatientMail, zone: str) -> Details:
    yield "Mail to the patient", f"“{Wording(row.wording).label}” {say_state(row, zone)}"


Teller = Callable[[Any, str], Details]

_TELLERS: Mapping[str, Teller] = {
    "submission": _submission,
    "informationrequest": _information,
    "determination": _determination,
    "authorization": _authorization,
    "peertopeer": _peer_to_peer,
    "appeal": _appeal,
    "externalreview": _external_review,
    "note": _note,
    "document": _document,
    "patientmail": _patient_mail,
}
_ANSWER_TELLERS: Mapping[str, Teller] = {
    "informationrequest": _information_sent,
    "peertopeer": _peer_to_peer_held,
    "appeal": _appeal_decided,
    "externalreview": _external_review_decided,
}


# ------------------------------------------------------------------ what the event itself says


def tell_facts(
    event: CaseEvent, staff: Mapping[str, str], zone: str, papers: Mapping[str, str]
) -> Details:
    """Facts that no row shows. `staff` and `papers` name people and documents by their numbers."""
    facts = decode_facts(event.facts)
    kind = event.kind
    if kind == EventKind.SUBMITTED and facts.get("overrode"):
        yield "Was not ready", ", ".join(facts["overrode"])  # type: ignore[arg-type]
    if kind == EventKind.APPEAL_FILED and facts.get("appeal_letter"):
        yield "Letter", papers.get(str(facts["appeal_letter"]), "a letter no longer here")
    if kind in (EventKind.LETTER_PREPARED, EventKind.LETTER_SIGNED):
        yield "Version", str(facts.get("letter") or "")
    if kind in (EventKind.SUBMITTED, EventKind.APPEAL_FILED) and facts.get("enclosed"):
        sent = [papers.get(key, "a paper no longer here") for key in facts["enclosed"]]  # type: ignore[union-attr]
        yield "Sent with it", ", ".join(sent)
    if kind == EventKind.INFORMATION_REQUESTED and facts.get("needs_patient"):
        yield "Who can give it", "only the patient"
    if kind == EventKind.URGENCY_CHANGED:
        yield "Now", _label(Urgency, facts.get("urgency"))
        yield "Changed by", f"the {facts['by']}" if facts.get("by") else ""
    if kind == EventKind.REQUEST_CORRECTED:
        for name in facts.get("changed") or ():  # type: ignore[union-attr]
            was, now = facts.get(f"was_{name}") or "not set", facts.get(f"now_{name}") or "not set"
            yield CORRECTED.get(str(name), str(name)), f"{now} (was: {was})"
    if kind == EventKind.REASSIGNED:
        yield "To", staff.get(str(facts.get("to")), "nobody")
    if kind == EventKind.STATUS_CHECKED:
        yield "Looked up by", _label(Channel, facts.get("how"))
        yield "The payer says", _label(StatusAnswer, facts.get("said"))
        yield "Reference", str(facts.get("reference") or "")
    if kind == EventKind.SERIES_PLANNED:
        first, last = _say(facts.get("first_on"), zone), _say(facts.get("last_on"), zone)
        yield "Infusions", f"{facts.get('sessions')}, {first} to {last}"
    if kind == EventKind.INFUSION_RECORDED:
        yield from _infusion(facts, zone)
    if kind == EventKind.INFUSIONS_BILLED:
        yield "Infusions", str(len(facts.get("infusions") or ()))  # type: ignore[arg-type]
    if kind == EventKind.DATE_SET_BY_HAND:
        owed_by = _label(OwedBy, facts.get("owed_by"))
        yield "Due", f"{_say(facts.get('due'), zone)} ({owed_by.lower()})"
    named = {
        "received_by_payer": "Payer had it",
        "sent": "Payer sent it",
        "until": "Extended until, as printed",
        "scheduled_for": "Agreed for",
        "look_again": "Look again",
    }
    for name, label in named.items():
        if text := _say(facts.get(name), zone):
            yield label, text
    if event.lines and kind in (EventKind.WITHDRAWN, EventKind.APPEAL_FILED):
        yield "Lines", ", ".join(str(line) for line in event.lines)


def _infusion(facts: Mapping[str, Any], zone: str) -> Details:
    """What became of one infusion, and what stood against it."""
    status = InfusionStatus(str(facts.get("status")))
    if status is InfusionStatus.PLANNED:
        yield "Booked for", _say(facts.get("planned_for"), zone)
    else:
        yield "What became of it", status.label
        yield "Planned for", _say(facts.get("was_planned_for"), zone)
    if facts.get("minutes"):
        pauses = facts.get("paused_minutes")
        yield "Minutes", f"{facts['minutes']}{f', pauses of {pauses} left out' if pauses else ''}"
    outside = [StopKind(each).label for each in facts.get("outside") or ()]
    if outside:
        yield "Outside the approval", "; ".join(outside)


def _say(value: Any, zone: str) -> str:
    if isinstance(value, Moment):
        return times.say_at(value.at, zone) if value.at else times.say_on(value.on)
    if isinstance(value, datetime) or value is None or isinstance(value, bool):
        return ""
    return times.say_on(value) if hasattr(value, "weekday") else ""
