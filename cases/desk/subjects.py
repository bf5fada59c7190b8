"""What a step belongs to: which appeal, which question, which promise, which task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cases.desk.missing_fact import DATE, NO_RULE
from cases.models import CaseEvent, Deadline, Note
from cases.models.deadlines import LIVE
from cases.models.infusions import STANDING
from cases.queries.patient_mail import why_not
from cases.queries.promises import open_promises
from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_day, say_time
from priorauth.lifecycle.offers import StepOffer, named
from priorauth.lifecycle.states import CaseState
from priorauth.terms import ClockKind, EventKind, InfusionStatus, OwedBy


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing a step can belong to. `key` stands in the address, `sort` chooses the form."""

    key: str
    label: str
    record: Any
    sort: str = ""


NEW = Subject("", "A new one", None)


def proceedings(
    request: Any, state: CaseState, offers: Iterable[StepOffer], *, related: str
) -> Iterator[Subject]:
    """The proceedings for which the life cycle offers the step; `related` names their rows.

    An offer without a key begins a new one.
    """
    rows = {row.event.proceeding: row for row in getattr(request, related).select_related("event")}
    for offer in offers:
        one = state.proceeding(offer.proceeding)
        if one is None:
            yield NEW
        elif offer.proceeding in rows:
            yield Subject(offer.proceeding, _capital(named(one)), rows[offer.proceeding])


def information_requests(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """The payer's questions that wait for an answer."""
    for subject in proceedings(request, state, offers, related="information_requests"):
        words = subject.record.asked_for if subject.record else ""
        yield Subject(subject.key, f"{subject.label}: {words[:80]}", subject.record)


def peer_to_peers(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """Talks under way; a new one can begin with its appointment or its outcome."""
    found = list(proceedings(request, state, offers, related="peer_to_peers"))
    under_way = [subject for subject in found if subject.record is not None]
    return under_way or found


def appeals(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """Appeals for which the step fits."""
    return proceedings(request, state, offers, related="appeals")


def external_reviews(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """External reviews for which the step fits."""
    return proceedings(request, state, offers, related="external_reviews")


THE_REQUEST = Subject("request", "The request itself", None)


def with_an_urgency(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """What has an urgency that still counts: the request, each running appeal and review."""
    offers = list(offers)
    if any(not offer.proceeding for offer in offers):
        yield THE_REQUEST
    named = [offer for offer in offers if offer.proceeding]
    for related in ("appeals", "external_reviews"):
        if named:
            found = proceedings(request, state, named, related=related)
            yield from (subject for subject in found if subject.record is not None)


def who_may_be_written_to(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """The patient, while a mail to them may go."""
    if not why_not(request.clinic, request.patient):
        yield Subject("", "The patient", None)


def authorizations(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """Authorizations of decisions that still stand, those without a number first."""
    rows = request.authorizations.filter(event__undone_by__isnull=True)
    for row in sorted(rows, key=lambda row: (bool(row.authorization_number), -row.pk)):
        number = row.authorization_number or "number missing"
        span = f", through {say_day(row.effective_through)}" if row.effective_through else ""
        yield Subject(str(row.pk), f"{number}{span}", row)


NOT_PLANNED = Subject("new", "An infusion that is not in the plan", None)


def infusions(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """Infusions in the book, the next one first, and one that is not in the plan."""
    zone = request.clinic.time_zone
    rows = request.infusions.filter(STANDING, status=InfusionStatus.PLANNED)
    for row in rows.order_by("planned_at", "pk"):
        yield Subject(f"infusion-{row.pk}", say_time(row.planned_at, zone), row)
    yield NOT_PLANNED


def unbilled(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """The case itself, while an infusion waits for its claim."""
    waiting = request.infusions.filter(STANDING, status=InfusionStatus.DONE, billed_on=None)
    if waiting.exists():
        yield Subject("given", "Infusions given that wait for their claim", None)


def promises(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """Promises that nobody has settled."""
    for call in open_promises(request):
        when = f" on {say_day(call.called_on)}" if call.called_on else ""
        yield Subject(
            str(call.pk), f"{call.promise}, promised{when} by {call.representative_name}", call
        )


_SORTS = {DATE: "date", "desk-missing-notice": "notice", NO_RULE: "tick", "desk-by-hand": "tick"}


def task_sort(rule: str) -> str:
    """Which form supplies what the rule asks for: "date", "notice" or "tick"; "" for none."""
    return next((sort for begins, sort in _SORTS.items() if rule.startswith(begins)), "")


def tasks(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """Missing facts and dates set by hand that still stand on the worklist."""
    found = Deadline.objects.filter(
        LIVE,
        request=request,
        kind__in=[ClockKind.MISSING_FACT, ClockKind.BY_HAND],
        start_event__isnull=False,
    )
    rows = [row for row in found.select_related("start_event") if task_sort(row.rule)]
    notes: Mapping[Any, str] = {
        note.event_id: note.text
        for note in Note.objects.filter(event_id__in=[row.start_event_id for row in rows])
    }
    for row in rows:
        sort = task_sort(row.rule)
        yield Subject(f"{sort}-{row.start_event_id}", _task(row, notes), row.start_event, sort)
        if sort == "date":
            yield Subject(
                f"tick-{row.start_event_id}",
                f"{_task(row, notes)} It cannot be found out: take the task off.",
                row.start_event,
                "tick",
            )


NEED_NOT_BE: Mapping[str, str] = {
    "desk-missing-end": "No last covered day",
    "desk-no-filing-limit": "No filing limit",
}
"""Facts that need not exist: some payers name units and no last day, some claims are the
patient's to file."""


def may_pass(row: Deadline) -> bool:
    """Whether a date is the clinic's to let pass; a missing fact is supplied or ticked off."""
    is_fact = row.kind == ClockKind.MISSING_FACT and row.rule not in NEED_NOT_BE
    return row.owed_by == OwedBy.CLINIC and not is_fact


def dates_of_ours(request: Any, state: CaseState, offers: Iterable[StepOffer]) -> Any:
    """What the clinic owes and could let pass."""
    for row in filter(may_pass, Deadline.objects.filter(LIVE, request=request)):
        due = say_day(local_date(row.due_at, request.clinic.time_zone))
        what = NEED_NOT_BE.get(row.rule) or ClockKind(row.kind).label
        yield Subject(f"date-{row.pk}", f"{what}, due {due}", row)


def _task(row: Deadline, notes: Mapping[Any, str]) -> str:
    event: CaseEvent = row.start_event  # type: ignore[assignment]
    if row.rule == "desk-by-hand":
        return notes.get(event.pk, "Date set by hand")
    what = EventKind(event.kind).label
    if row.rule.startswith(NO_RULE):
        return f"No date is known for what follows: {what.lower()}."
    if row.rule == "desk-missing-notice":
        return f"Letter that had not come: {what.lower()}."
    return f"Date not known: {what.lower()}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
