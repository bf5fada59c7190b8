"""One function a story: a request in one state of its life, told through the workflow.

Each story gets a `Teller`, who knows the day it plays on and draws names and numbers from one
seeded source, so that the same seed tells the same stories.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from cases.demo.cast import Cast
from cases.demo.names import FIRST, LAST, REPRESENTATIVES
from cases.models import Appeal, Coverage, Patient, Plan, PriorAuthRequest, ServiceLine
from cases.models.contacts import CallOutcome, PromiseStanding
from cases.models.proceedings import ReviewBody
from cases.models.requests import CROCKFORD
from cases.workflow import (
    appeals,
    calls,
    closing,
    determinations,
    external_reviews,
    information_requests,
    intake,
    notes,
    peer_to_peer,
    submission,
)
from cases.workflow.actor import Actor
from cases.workflow.determinations import Granted, LineDecision, Notice
from priorauth.calendars.day_table import federal_business_days
from priorauth.deadlines.facts import Moment
from priorauth.terms import AppealLevel, AppealOutcome, Channel, Outcome, Product, Role, Urgency

DIAGNOSES = (
    ["F33.2"],
    ["F33.2", "R45.851"],
    ["F32.2"],
    ["F31.4"],
    ["F43.12", "F33.2"],
    ["G90.511"],
)

OPENS, CLOSES, FRIDAY = 9, 17, 4


@dataclass(slots=True)
class Teller:
    """Tells stories that end at `now` (an aware instant) in one clinic."""

    cast: Cast
    now: datetime
    rng: Random

    @property
    def zone(self) -> str:
        return self.cast.clinic.time_zone

    def at(self, days_ago: float) -> datetime:
        """An instant in office hours about so many calendar days back.

        Strictly later for fewer days, whatever weekends lie between: five working days of eight
        hours stand for seven, so that what a story tells stays in its order.
        """
        left = timedelta(hours=days_ago * 5 / 7 * 8)
        told = self._last_office_minute((self.now - timedelta(minutes=9)).astimezone(self._place))
        while True:
            opening = told.replace(hour=OPENS, minute=0, second=0, microsecond=0)
            if left <= told - opening:
                return (told - left).replace(second=0, microsecond=0)
            left -= told - opening
            told = self._last_office_minute(opening - timedelta(minutes=1))

    def in_office(self, days: int, *, hour: int) -> datetime:
        """The half hour after `hour`, local time, so many business days ahead."""
        on = federal_business_days().add(self.now.astimezone(self._place).date(), days)
        return datetime.combine(on, time(hour, 30), self._place)

    @property
    def _place(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @staticmethod
    def _last_office_minute(at: datetime) -> datetime:
        """`at` when the office is open, else the last closing before it."""
        if at.hour < OPENS:
            at = at.replace(hour=CLOSES, minute=0) - timedelta(days=1)
        while at.weekday() > FRIDAY:
            at = at.replace(hour=CLOSES, minute=0) - timedelta(days=1)
        return at.replace(hour=CLOSES, minute=0) if at.hour >= CLOSES else at

    def actor(self, when: datetime) -> Actor:
        """The biller at work then; learned a few minutes after it happened."""
        return Actor(self.cast.biller, Role.BILLER, min(when + timedelta(minutes=4), self.now))

    def moment(self, when: datetime) -> Moment:
        return Moment.instant(when, self.zone)

    def number(self, letters: str, digits: int) -> str:
        return letters + "".join(str(self.rng.randrange(10)) for _ in range(digits))

    def pick_plan(self, *wanted: int) -> Plan:
        plans = self.cast.plans
        return plans[self.rng.choice(wanted)] if wanted else self.rng.choice(plans)

    # ---------------------------------------------------------------- steps that many stories share

    def opened(
        self,
        when: datetime,
        *,
        plan: Plan | None = None,
        is_urgent: bool = False,
        starts_in: int | None = 21,
        minutes: int = 40,
        product: Product = Product.RACEMIC_KETAMINE,
    ) -> PriorAuthRequest:
        """A request taken in, with codes that fit the product and the minutes."""
        clinic = self.cast.clinic
        patient = Patient(
            clinic=clinic,
            first_name=self.rng.choice(FIRST),
            last_name=self.rng.choice(LAST),
            birth_date=date(self.rng.randrange(1948, 2006), self.rng.randrange(1, 13), 14),
            chart_number=self.number("C", 6),
            phone="518-555-0" + self.number("1", 2),
        )
        patient.save()
        coverage = Coverage(
            clinic=clinic,
            patient=patient,
            plan=plan or self.pick_plan(),
            member_id=self.number("SYN", 9),
            group_number=self.number("GRP-", 4),
            effective_from=date(when.year, 1, 1),
        )
        coverage.save()
        sessions = self.rng.choice((4, 6, 6, 8))
        start = self.now.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=starts_in or 0)
        return intake.open_request(
            self.actor(when),
            clinic=clinic,
            coverage=coverage,
            asked=intake.RequestAsked(
                lines=self._lines(product, minutes, sessions, when),
                diagnoses=self.rng.choice(DIAGNOSES),
                product=product,
                urgency=Urgency.EXPEDITED if is_urgent else Urgency.STANDARD,
                urgency_reason="Active suicidal ideation; waiting could seriously harm."
                if is_urgent
                else "",
                planned_sessions=sessions,
                cadence="twice_weekly",
                minutes_per_session=minutes,
                planned_start_on=start if starts_in is not None else None,
            ),
            number="PA-" + "".join(self.rng.choice(CROCKFORD) for _ in range(8)),
            requesting_clinician=self.cast.clinicians[0],
            rendering_clinician=self.rng.choice(self.cast.clinicians),
            site=self.cast.site,
            assigned_to=self.rng.choice((self.cast.biller, self.cast.biller, self.cast.lead)),
        )

    def _lines(
        self, product: Product, minutes: int, sessions: int, when: datetime
    ) -> list[intake.LineAsked]:
        if product is Product.ESKETAMINE:
            return [
                intake.LineAsked("G2083", 1, sessions),
                intake.LineAsked("J0013", 84, 84 * sessions),
            ]
        lines = [intake.LineAsked("96365", 1, sessions)]
        if minutes > 90:
            lines.append(intake.LineAsked("96366", 1, sessions))
        lines.append(
            intake.LineAsked(
                "J3490", 1, sessions, drug_narrative="Ketamine HCl 50 mg/mL, 0.5 mg/kg IV"
            )
        )
        return lines

    def submitted(
        self, when: datetime, channel: Channel = Channel.PORTAL, **opening: Any
    ) -> PriorAuthRequest:
        """A request that went out; a fax has its receipt proved by the transmission report."""
        request = self.opened(when - timedelta(hours=3), **opening)
        submission.submit(
            self.actor(when),
            request,
            channel=channel,
            sent=self.moment(when),
            confirmation_number=self.number("REF", 6),
            representative_name=self.rng.choice(REPRESENTATIVES)
            if channel is Channel.PHONE
            else "",
        )
        if channel is Channel.FAX:
            received = when + timedelta(minutes=6)
            submission.record_receipt(
                self.actor(received), request, received=self.moment(min(received, self.now))
            )
        return request

    def call(
        self,
        request: PriorAuthRequest,
        when: datetime,
        *,
        outcome: CallOutcome = CallOutcome.STILL_PENDING,
        promised_by: datetime | None = None,
    ):
        """A call about the case, with a promise when `promised_by` is given."""
        return calls.log_call(
            self.actor(when),
            calls.CallTold(
                called=self.moment(when),
                representative_name=self.rng.choice(REPRESENTATIVES),
                reference_number=self.number("C-", 6),
                outcome=outcome,
                minutes=self.rng.randrange(6, 48),
                line_called="Mental-health benefits",
                summary="Asked where the review stands.",
                promise="Decision" if promised_by else "",
                promised_by_at=promised_by,
            ),
            clinic=self.cast.clinic,
            payer=request.coverage.plan.payer,
            request=request,
        )

    def decided(
        self, request: PriorAuthRequest, when: datetime, outcome: Outcome, **parts: Any
    ) -> None:
        """One outcome for all `lines` (of all), written down when `learned`, or at once."""
        learned = parts.pop("learned", None) or when
        lines = parts.pop("lines", None)
        notice = parts.pop("notice", None) or Notice(
            dated_on=self.moment(when).on, received_on=self.moment(when).on
        )
        determinations.log_determination(
            self.actor(learned),
            request,
            decided=self.moment(when),
            decisions=[LineDecision(line, outcome) for line in lines or request.lines.all()],
            notice=notice,
            **parts,
        )

    def denied(
        self, days_ago: float, *, reason: str = "experimental_investigational", **opening: Any
    ) -> PriorAuthRequest:
        """Submitted eight days before it was denied in a letter."""
        request = self.submitted(self.at(days_ago + 8), **opening)
        self.decided(
            request,
            self.at(days_ago),
            Outcome.DENIED,
            reasons=[reason],
            reasons_verbatim="Ketamine infusion is considered experimental for this diagnosis.",
        )
        return request

    def appealed(self, days_ago: float, *, is_expedited: bool = False, **opening: Any):
        """Denied, then appealed by fax with proof of receipt."""
        request = self.denied(days_ago + 12, **opening)
        return self.appeal(request, self.at(days_ago), is_expedited=is_expedited)

    def appeal(
        self,
        request: PriorAuthRequest,
        when: datetime,
        *,
        lines: Sequence[ServiceLine] = (),
        is_expedited: bool = False,
    ) -> Appeal:
        """A first appeal of `lines` (of all) by fax, with proof of receipt."""
        return appeals.file(
            self.actor(when),
            request,
            filed=self.moment(when),
            level=AppealLevel.FIRST,
            lines=list(lines or request.lines.all()),
            channel=Channel.FAX,
            is_expedited=is_expedited,
            confirmation_number=self.number("FAX", 6),
            received_by_payer=self.moment(when),
            argument="Four adequate trials failed; see the treatment table.",
        )

    def upheld(self, days_ago: float, **opening: Any):
        """An appeal the payer refused for good."""
        appeal = self.appealed(days_ago + 20, **opening)
        when = self.at(days_ago)
        day = self.moment(when).on
        appeals.log_decision(
            self.actor(when),
            appeal,
            decided=self.moment(when),
            outcome=AppealOutcome.UPHELD,
            notice=appeals.AppealNotice(day, day, None, is_final_internal=True),
            decision_summary="The plan upholds its decision.",
        )
        return appeal


# ------------------------------------------------------------------------------- the stories


def draft(t: Teller) -> None:
    t.opened(t.at(t.rng.uniform(0, 3)), starts_in=t.rng.randrange(20, 40))


def draft_with_infusion_soon(t: Teller) -> None:
    t.opened(t.at(6), starts_in=t.rng.randrange(3, 8))


def draft_without_date(t: Teller) -> None:
    t.opened(t.at(2), starts_in=None)


def urgent_just_submitted(t: Teller) -> None:
    t.submitted(t.now - timedelta(hours=t.rng.uniform(1, 40)), is_urgent=True)


def submitted_by_portal(t: Teller) -> None:
    request = t.submitted(t.at(t.rng.uniform(0.5, 4)))
    if t.rng.random() < 0.5:
        t.call(request, t.at(0.4))


def submitted_long_ago(t: Teller) -> None:
    request = t.submitted(t.at(t.rng.uniform(14, 24)), Channel.FAX)
    t.call(request, t.at(5))


def faxed_without_receipt(t: Teller) -> None:
    request = t.opened(t.at(3))
    when = t.at(2)
    submission.submit(
        t.actor(when), request, channel=Channel.FAX, sent=t.moment(when), confirmation_number="F-1"
    )


def promise_running(t: Teller) -> None:
    request = t.submitted(t.at(4), minutes=120)
    t.call(request, t.at(1), promised_by=t.now + timedelta(hours=t.rng.uniform(3, 40)))


def promise_broken(t: Teller) -> None:
    request = t.submitted(t.at(7))
    t.call(request, t.at(4), promised_by=t.at(1))


def promise_kept(t: Teller) -> None:
    request = t.submitted(t.at(9))
    call = t.call(request, t.at(6), promised_by=t.at(3))
    later = t.at(3.2)
    calls.settle_promise(t.actor(later), call, standing=PromiseStanding.KEPT, zone=t.zone)


def pended(t: Teller) -> None:
    request = t.submitted(t.at(9))
    when = t.at(t.rng.uniform(1, 5))
    information_requests.record_request(
        t.actor(when),
        request,
        received=t.moment(when),
        asked_for="Scale scores and doses of the failed trials.",
        answer_by=(t.now + timedelta(days=t.rng.randrange(0, 12))).date(),
    )


def pended_and_answered(t: Teller) -> None:
    request = t.submitted(t.at(9))
    asked = information_requests.record_request(
        t.actor(t.at(5)), request, received=t.moment(t.at(5)), asked_for="Chart notes."
    )
    when = t.at(2)
    information_requests.answer(
        t.actor(when),
        asked,
        sent=t.moment(when),
        channel=Channel.FAX,
        confirmation=t.number("FAX", 6),
        summary="Notes of the last six visits.",
        received_by_payer=t.moment(when),
    )


def _approved(t: Teller, days_ago: float, days_left: int, number: str) -> PriorAuthRequest:
    request = t.submitted(t.at(days_ago + 6))
    today = t.now.astimezone(ZoneInfo(t.zone)).date()
    t.decided(
        request,
        t.at(days_ago),
        Outcome.APPROVED,
        granted=Granted(
            authorization_number=number,
            sessions=request.planned_sessions,
            effective_from=t.moment(t.at(days_ago)).on,
            effective_through=today + timedelta(days=days_left),
        ),
    )
    return request


def approved(t: Teller) -> None:
    _approved(t, t.rng.uniform(3, 30), t.rng.randrange(40, 80), t.number("A", 7))


def approved_ending_soon(t: Teller) -> None:
    _approved(t, t.rng.uniform(50, 70), t.rng.randrange(1, 18), t.number("A", 7))


def approved_without_number(t: Teller) -> None:
    _approved(t, t.rng.uniform(0.5, 3), 80, "")


def approved_in_part(t: Teller) -> None:
    request = t.submitted(t.at(10))
    when = t.at(t.rng.uniform(1, 4))
    lines = list(request.lines.all())
    given = [LineDecision(lines[0], Outcome.PARTLY_APPROVED, max(1, lines[0].units_total // 2))]
    given += [LineDecision(line, Outcome.DENIED) for line in lines[1:]]
    day = t.moment(when).on
    determinations.log_determination(
        t.actor(when),
        request,
        decided=t.moment(when),
        decisions=given,
        notice=Notice(dated_on=day, received_on=day),
        granted=Granted(t.number("A", 7), 3, day, day + timedelta(days=60)),
        reasons=["frequency_or_quantity"],
        reasons_verbatim="Fewer sessions than asked for are approved.",
    )


def esketamine_approved(t: Teller) -> None:
    request = t.submitted(t.at(15), product=Product.ESKETAMINE)
    t.decided(
        request,
        t.at(9),
        Outcome.APPROVED,
        granted=Granted(t.number("A", 7), request.planned_sessions, t.moment(t.at(9)).on, None),
    )


def denied_lately(t: Teller) -> None:
    request = t.denied(t.rng.uniform(0.5, 3))
    if t.rng.random() < 0.6:
        t.call(request, t.at(0.3), outcome=CallOutcome.DECISION_TOLD)


def denied_with_printed_date(t: Teller) -> None:
    request = t.submitted(t.at(60), plan=t.pick_plan(0, 1))
    when = t.at(50)
    t.decided(
        request,
        when,
        Outcome.DENIED,
        notice=Notice(
            dated_on=t.moment(when).on,
            received_on=t.moment(t.at(46)).on,
            appeal_by_on=(t.now + timedelta(days=t.rng.randrange(4, 15))).date(),
        ),
        reasons=["not_medically_necessary"],
        reasons_verbatim="The information does not show medical necessity.",
        learned=t.at(46),
    )


def appeal_window_nearly_over(t: Teller) -> None:
    t.denied(t.rng.uniform(57, 60), plan=t.pick_plan(3, 4, 5))


def appeal_window_missed(t: Teller) -> None:
    t.denied(t.rng.uniform(63, 66), plan=t.pick_plan(5))


def peer_to_peer_scheduled(t: Teller) -> None:
    request = t.denied(2)
    talk = peer_to_peer.ask(
        t.actor(t.at(1)), request, asked=t.moment(t.at(1)), phone="800-555-0122"
    )
    peer_to_peer.schedule(
        t.actor(t.at(0.5)),
        talk,
        scheduled_at=t.in_office(t.rng.randrange(1, 3), hour=t.rng.randrange(9, 16)),
        zone=t.zone,
    )


def peer_to_peer_lost(t: Teller) -> None:
    request = t.denied(6)
    talk = peer_to_peer.ask(t.actor(t.at(5)), request, asked=t.moment(t.at(5)))
    when = t.at(3)
    peer_to_peer.record(
        t.actor(when),
        talk,
        held=t.moment(when),
        outcome=AppealOutcome.UPHELD,
        reviewer_name="Dr. Lowell",
        reviewer_specialty="Anesthesiology",
        words="Says the policy leaves no room.",
        clinician=t.cast.clinicians[0],
    )


def appeal_running(t: Teller) -> None:
    t.appealed(t.rng.uniform(2, 28))


def expedited_appeal(t: Teller) -> None:
    t.appealed(t.rng.uniform(0.5, 2), is_expedited=True, is_urgent=True)


def appeal_upheld(t: Teller) -> None:
    t.upheld(t.rng.uniform(1, 40), plan=t.pick_plan(1, 2))


def external_review_running(t: Teller) -> None:
    appeal = t.upheld(14, plan=t.pick_plan(1, 2))
    when = t.at(8)
    review = external_reviews.file(
        t.actor(when),
        appeal.request,
        filed=t.moment(when),
        body=ReviewBody.FEDERAL,
        lines=list(appeal.request.lines.all()),
        channel=Channel.FAX,
        confirmation_number=t.number("FAX", 6),
        received_by_payer=t.moment(when),
    )
    if t.rng.random() < 0.7:
        later = t.at(3)
        external_reviews.assign(
            t.actor(later), review, assigned=t.moment(later), reviewer="Meridian Review"
        )


def external_review_won(t: Teller) -> None:
    appeal = t.upheld(70, plan=t.pick_plan(1, 2))
    when = t.at(60)
    review = external_reviews.file(
        t.actor(when),
        appeal.request,
        filed=t.moment(when),
        body=ReviewBody.FEDERAL,
        lines=list(appeal.request.lines.all()),
        channel=Channel.FAX,
        received_by_payer=t.moment(when),
    )
    external_reviews.assign(
        t.actor(t.at(50)), review, assigned=t.moment(t.at(50)), reviewer="Meridian Review"
    )
    external_reviews.log_decision(
        t.actor(t.at(20)), review, decided=t.moment(t.at(20)), outcome=AppealOutcome.OVERTURNED
    )


def withdrawn(t: Teller) -> None:
    request = t.submitted(t.at(20))
    closing.withdraw(
        t.actor(t.at(15)),
        request,
        withdrawn=t.moment(t.at(15)),
        reason="Patient chose another treatment.",
    )


def closed(t: Teller) -> None:
    request = t.denied(40)
    notes.add_note(t.actor(t.at(30)), request, text="Patient pays the cash price.", zone=t.zone)
    closing.close(t.actor(t.at(29)), request, closed=t.moment(t.at(29)), reason="No appeal wanted.")


STORIES: tuple[Callable[[Teller], None], ...] = (
    submitted_by_portal,
    urgent_just_submitted,
    denied_lately,
    promise_broken,
    pended,
    appeal_running,
    approved_ending_soon,
    draft_with_infusion_soon,
    appeal_window_nearly_over,
    promise_running,
    approved,
    appeal_upheld,
    draft,
    submitted_long_ago,
    approved_without_number,
    external_review_running,
    denied_with_printed_date,
    expedited_appeal,
    peer_to_peer_scheduled,
    approved_in_part,
    faxed_without_receipt,
    pended_and_answered,
    closed,
    appeal_window_missed,
    external_review_won,
    withdrawn,
    peer_to_peer_lost,
    esketamine_approved,
    promise_kept,
    draft_without_date,
)
