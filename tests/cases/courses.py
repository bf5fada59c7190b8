"""A course of infusions in the cast's clinic, told in a few words."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from cases.demo.stories import Teller
from cases.models import InfusionSession, PriorAuthRequest
from cases.workflow import determinations, infusions
from cases.workflow.actor import Actor
from cases.workflow.infusions import SeriesAsked
from priorauth.terms import Cadence, Outcome, Role, SeriesPhase

PLACE = ZoneInfo("America/New_York")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=PLACE)


def biller(teller: Teller, now: datetime | None = None) -> Actor:
    return Actor(teller.cast.biller, Role.BILLER, now or teller.now)


def booked(teller: Teller, request: PriorAuthRequest, *days: str, goes_on: bool = False):
    infusions.plan_series(
        biller(teller),
        request,
        series=SeriesAsked(
            date.fromisoformat(f"2026-{days[0]}"), len(days), Cadence.WEEKLY, goes_on=goes_on
        ),
        sessions=[(at(f"{day}T09:00"), SeriesPhase.INDUCTION) for day in days],
    )
    return list(InfusionSession.objects.filter(request=request).order_by("planned_at"))


def approved_course(teller: Teller) -> PriorAuthRequest:
    """Six sessions of 40 minutes, approved on 17 September for September to 15 December."""
    request = teller.submitted(teller.at(9), plan=teller.cast.plans[0])
    request.lines.update(units_total=6)
    PriorAuthRequest.objects.update(planned_sessions=6)
    request.refresh_from_db()
    determinations.log_determination(
        biller(teller),
        request,
        decided=teller.moment(teller.at(1)),
        decisions=[
            determinations.LineDecision(line, Outcome.APPROVED) for line in request.lines.all()
        ],
        notice=determinations.Notice(received_on=date(2026, 9, 17)),
        granted=determinations.Granted("A-1", 6, date(2026, 9, 14), date(2026, 12, 15)),
    )
    return request
