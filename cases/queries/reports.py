"""The facts of the reports, read in a number of queries that does not depend on the cases.

Only standing events count: a step that was undone never happened. No patient is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, QuerySet, Sum

from cases.models import (
    Authorization,
    CaseEvent,
    Deadline,
    Determination,
    ExpectedPayment,
    InsurerCall,
    LineDetermination,
    PayerBreach,
    ServiceLine,
)
from cases.queries.contests import Held, contests
from priorauth.calendars.local_time import day_closes, day_zone, local_date
from priorauth.reports.facts import (
    REFUSING,
    DecidedCase,
    DecidedLine,
    EndedAuthorization,
    MissedLimit,
)
from priorauth.terms import (
    OPEN_STATUSES,
    ClockKind,
    EventKind,
    LineStatus,
    Outcome,
    OwedBy,
    Standing,
)

AT_ONCE = 500
"""Cases whose lines, calls and contests are read together: below SQLite's limit of variables."""
SOON = timedelta(days=30)

_STANDS = Q(event__undone_by__isnull=True)
_SENT = (EventKind.SUBMITTED, EventKind.RECEIVED_BY_PAYER)


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are reported, both ends included, in the clinic's zone."""

    first: date
    last: date
    zone: str

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def instants(self) -> tuple[datetime, datetime]:
        """From the start of the first day up to, not including, the end of the last one."""
        before = self.first - timedelta(days=1)
        return (
            day_closes(before, self.zone) + timedelta(seconds=1),
            day_closes(self.last, self.zone) + timedelta(seconds=1),
        )


def decided_cases(span: Span, *, payer: int | None = None) -> list[DecidedCase]:
    """Cases of the clinic in scope whose first standing decision fell into `span`.

    `payer` narrows them to one payer's row number.
    """
    firsts = list(_first_decisions(span, payer))
    prices = Prices.read()
    found: list[DecidedCase] = []
    for start in range(0, len(firsts), AT_ONCE):
        found += _read(firsts[start : start + AT_ONCE], span.zone, prices)
    return found


def ended_authorizations(
    span: Span, *, today: date, payer: int | None = None
) -> list[EndedAuthorization]:
    """Each line of approvals whose last day is in `span`, or from `today` within 30 days."""
    ends = Q(effective_through__gte=span.first, effective_through__lte=span.last) | Q(
        effective_through__gte=today, effective_through__lte=today + SOON
    )
    rows: Any = Authorization.objects.filter(ends & _STANDS, lines__units_approved__isnull=False)
    if payer is not None:
        rows = rows.filter(request__coverage__plan__payer=payer)
    prices = Prices.read()
    return [
        EndedAuthorization(
            number, name, ends_on, code, approved, used, prices.cents(key, code, ends_on)
        )
        for number, name, key, ends_on, code, approved, used in rows.order_by(
            "effective_through", "pk", "lines__position"
        ).values_list(
            "request__number",
            "request__coverage__plan__payer__name",
            "request__coverage__plan__payer",
            "effective_through",
            "lines__code",
            "lines__units_approved",
            "lines__units_used",
        )
    ]


def missed_limits(span: Span, *, now: datetime, payer: int | None = None) -> list[MissedLimit]:
    """The ledger's limits whose day was in `span` and is past `now`, an aware instant."""
    first, end = span.instants()
    day = timedelta(days=1)  # the payer's clock may be that far from the clinic's
    rows = PayerBreach.objects.filter(limit_at__gte=first - day, limit_at__lt=min(end + day, now))
    if payer is not None:
        rows = rows.filter(payer=payer)
    found = (
        MissedLimit(
            number=row.request.number,
            payer=row.payer.name,
            what=ClockKind(row.kind).label,
            limit_on=local_date(
                row.limit_at, day_zone(row.limit_at, span.zone, row.payer.time_zone)
            ),
            days_late=max(1, -((row.limit_at - (row.answered_at or now)) // timedelta(days=1))),
            is_answered=row.answered_at is not None,
            citation=row.citation,
            is_believed=row.is_believed,
        )
        for row in rows.select_related("request", "payer")
    )
    return [limit for limit in found if limit.limit_on in span]


class Prices:
    """The clinic's expected payments: a payer's own amount before the one of any payer."""

    def __init__(self, rows: Iterable[tuple[str, int | None, date, int]]) -> None:
        self._by: Mapping[tuple[str, int | None], list[tuple[date, int]]] = defaultdict(list)
        for code, payer, since, cents in sorted(rows, key=lambda row: row[2], reverse=True):
            self._by[code, payer].append((since, cents))

    @classmethod
    def read(cls) -> Prices:
        rows = ExpectedPayment.objects.all()
        return cls((row.code, row.payer_id, row.effective_from, row.cents) for row in rows)

    def cents(self, payer: int, code: str, on: date) -> int | None:
        """Cents for a unit on that day; None when no amount is on file for it."""
        for key in ((code, payer), (code, None)):
            for since, cents in self._by.get(key, ()):
                if since <= on:
                    return cents
        return None


@dataclass(frozen=True, slots=True)
class _First:
    """A case's first decision: its event, its day and whose it was."""

    request: int
    event: int
    on: date
    number: str
    payer: int
    payer_name: str
    status: str


def _standing(kinds: Sequence[EventKind]) -> QuerySet:
    return CaseEvent.objects.filter(kind__in=kinds, undone_by__isnull=True)


def _first_decisions(span: Span, payer: int | None) -> Iterator[_First]:
    """The first standing decision of each case; those outside `span` are passed over.

    Which decision came first is told by the order of recording: a later one on other lines of the
    case never opens a second row.
    """
    firsts = _standing([EventKind.DETERMINED]).values("request").annotate(first=Min("pk"))
    first, end = span.instants()
    inside = Q(happened_on__gte=span.first, happened_on__lte=span.last) | Q(
        happened_on__isnull=True, happened_at__gte=first, happened_at__lt=end
    )
    rows: Any = CaseEvent.objects.filter(inside, pk__in=firsts.values("first")).order_by("pk")
    if payer is not None:
        rows = rows.filter(request__coverage__plan__payer=payer)
    for key, event, on, at, zone, number, whose, name, status in rows.values_list(
        "request",
        "pk",
        "happened_on",
        "happened_at",
        "zone",
        "request__number",
        "request__coverage__plan__payer",
        "request__coverage__plan__payer__name",
        "request__status",
    ).iterator(chunk_size=AT_ONCE):
        day = on or at.astimezone(ZoneInfo(zone)).date()
        yield _First(key, event, day, number, whose, name, status)


def _read(firsts: Sequence[_First], zone: str, prices: Prices) -> list[DecidedCase]:
    keys = [one.request for one in firsts]
    events = [one.event for one in firsts]
    outcomes = _outcomes(events)
    lines = _grouped(
        ServiceLine.objects.filter(request__in=keys)
        .order_by("position")
        .values_list(
            "request", "pk", "code", "units_total", "units_approved", "units_used", "status"
        )
    )
    reasons = dict(Determination.objects.filter(event__in=events).values_list("request", "reasons"))
    sent = _sent_on(keys)
    held = contests(keys)
    limited = set(
        Deadline.objects.filter(
            request__in=keys,
            kind=ClockKind.PA_DECISION,
            owed_by=OwedBy.PAYER,
            legal_at__isnull=False,
        )
        .exclude(standing=Standing.SUPERSEDED)
        .values_list("request", flat=True)
    )
    late = set(
        PayerBreach.objects.filter(
            request__in=keys, kind__in=[ClockKind.PA_DECISION, ClockKind.EXTENSION]
        ).values_list("request", flat=True)
    )
    calls = {
        key: (count, minutes or 0, hold or 0)
        for key, count, minutes, hold in InsurerCall.objects.filter(
            _call_stands(), request__in=keys
        )
        .values_list("request")
        .annotate(count=Count("pk"), total=Sum("minutes"), hold=Sum("hold_minutes"))
    }
    found = []
    for one in firsts:
        started = sent.get(one.request)
        count, minutes, hold = calls.get(one.request, (0, 0, 0))
        found.append(
            DecidedCase(
                number=one.number,
                payer=one.payer_name,
                decided_on=one.on,
                days=(one.on - started).days if started and started <= one.on else None,
                had_limit=one.request in limited or one.request in late,
                was_late=one.request in late,
                is_live=one.status in OPEN_STATUSES,
                lines=tuple(
                    _line(row, outcomes[one.event, row[0]], one, prices, held[one.request])
                    for row in lines.get(one.request, ())
                    if (one.event, row[0]) in outcomes
                ),
                undecided=tuple(
                    row[1]
                    for row in lines.get(one.request, ())
                    if (one.event, row[0]) not in outcomes
                ),
                reasons=tuple(reasons.get(one.request) or ()),
                contests=tuple(each.contest for each in held[one.request]),
                calls=count,
                call_minutes=minutes,
                hold_minutes=hold,
            )
        )
    return found


def _call_stands() -> Q:
    return Q(event__isnull=True) | _STANDS


def _line(
    row: tuple, outcome: Any, first: _First, prices: Prices, held: Sequence[Held]
) -> DecidedLine:
    key, code, asked, approved_now, used, status = row
    said, given = outcome
    at_first = given if given is not None else asked if said == Outcome.APPROVED else 0
    now = approved_now or 0
    if status == LineStatus.APPROVED and (not now or (said in REFUSING and now <= at_first)):
        now = asked  # a reversal in full names no units: those of the first decision still stand
    return DecidedLine(
        code=code,
        asked=asked,
        first_outcome=said,
        first_approved=at_first,
        approved_now=now,
        used=used,
        unit_cents=prices.cents(first.payer, code, first.on),
        contests=tuple(
            mine for each in held if (mine := each.of_line(key, status, said)) is not None
        ),
    )


def _outcomes(events: Sequence[int]) -> dict[tuple[int, int], tuple[Outcome, int | None]]:
    """By decision's event and line: the outcome and the units it gave."""
    rows = LineDetermination.objects.filter(determination__event__in=events)
    return {
        (event, line): (Outcome(outcome), units)
        for event, line, outcome, units in rows.values_list(
            "determination__event", "line", "outcome", "units_approved"
        )
        if outcome != Outcome.WITHDRAWN
    }


def _sent_on(keys: Sequence[int]) -> dict[int, date]:
    """The day the payer had each request, else the first day we sent it."""
    found: dict[int, tuple[bool, date]] = {}
    for key, kind, on, at, zone in (
        _standing(_SENT)
        .filter(request__in=keys)
        .order_by("pk")
        .values_list("request", "kind", "happened_on", "happened_at", "zone")
    ):
        day = on or (at.astimezone(ZoneInfo(zone)).date() if at else None)
        if day is None:
            continue
        rank = kind != EventKind.RECEIVED_BY_PAYER
        found[key] = min(found.get(key, (True, date.max)), (rank, day))
    return {key: day for key, (_, day) in found.items()}


def _grouped(rows: Iterable[tuple]) -> dict[int, list[tuple]]:
    found: dict[int, list[tuple]] = defaultdict(list)
    for key, *rest in rows:
        found[key].append(tuple(rest))
    return found
