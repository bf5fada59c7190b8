from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cases.demo.stories import Teller
from cases.models import Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import intake, submission
from cases.workflow.actor import Actor
from cases.workflow.determinations import Granted, enter_authorization
from cases.workflow.letting_pass import let_pass
from cases.workflow.undoing import undo
from priorauth.terms import Channel, ClockKind, EventKind, Outcome, OwedBy, Role, Standing


def lead(teller: Teller) -> Actor:
    return Actor(teller.cast.lead, Role.LEAD, teller.now)


def live(request: PriorAuthRequest) -> dict[str, Deadline]:
    return {row.rule: row for row in Deadline.objects.filter(LIVE, request=request)}


def approved(teller: Teller, granted: Granted | None = None) -> PriorAuthRequest:
    request = teller.submitted(teller.at(9))
    teller.decided(request, teller.at(1), Outcome.APPROVED, granted=granted)
    return request


def enter(teller: Teller, request: PriorAuthRequest, granted: Granted) -> None:
    authorization = request.authorizations.get()
    enter_authorization(lead(teller), authorization, granted=granted, zone=teller.zone)


ENDLESS = Granted("A1234567", None, date(2026, 9, 17), None)
ENDING = Granted("A1234567", None, date(2026, 9, 17), date(2026, 12, 17))


def test_an_approval_without_its_last_day_is_a_task_of_ours_with_a_date_and_reminders(
    teller: Teller,
) -> None:
    request = approved(teller, ENDLESS)

    task = live(request)["desk-missing-end"]

    assert (task.kind, task.owed_by) == (ClockKind.MISSING_FACT, OwedBy.CLINIC)
    # Learned on Thursday 17 September: two business days on is Monday.
    monday = datetime(2026, 9, 21, 23, 59, 59, tzinfo=ZoneInfo("America/New_York"))
    assert task.due_at == monday
    assert task.next_reminder_at is not None
    assert "last covered day" in task.derivation["says"]
    assert "renew" in task.derivation["if_missed"]


def test_the_number_entered_alone_does_not_settle_the_last_day(teller: Teller) -> None:
    request = approved(teller)
    assert {"desk-missing-number", "desk-missing-end"} <= set(live(request))

    enter(teller, request, ENDLESS)

    assert set(live(request)) == {"desk-missing-end"}


def test_the_last_day_entered_alone_does_not_settle_the_number(teller: Teller) -> None:
    request = approved(teller)

    enter(teller, request, Granted("", None, None, date(2026, 12, 17)))
    assert set(live(request)) == {"desk-missing-number", "desk-authorization-ends"}

    enter(teller, request, ENDING)
    assert set(live(request)) == {"desk-authorization-ends"}


def test_the_last_day_entered_settles_it_and_starts_the_renewal_clock(teller: Teller) -> None:
    request = approved(teller, ENDLESS)

    enter(teller, request, ENDING)

    assert set(live(request)) == {"desk-authorization-ends"}
    ends = live(request)["desk-authorization-ends"]
    assert ends.due_at == datetime(2026, 12, 17, 23, 59, 59, tzinfo=ZoneInfo("America/New_York"))
    (done,) = Deadline.objects.filter(request=request, rule="desk-missing-end")
    assert done.standing == Standing.MET


def test_a_last_day_taken_back_brings_the_task_again(teller: Teller) -> None:
    request = approved(teller, ENDLESS)
    enter(teller, request, ENDING)

    undo(lead(teller), request.events.get(kind=EventKind.AUTHORIZATION_ENTERED))

    assert set(live(request)) == {"desk-missing-end"}


def test_an_approval_with_its_last_day_never_had_the_task(teller: Teller) -> None:
    request = approved(teller, ENDING)
    moved = Granted("A1234567", None, date(2026, 9, 17), date(2026, 12, 31))
    enter(teller, request, moved)

    assert not Deadline.objects.filter(request=request, rule="desk-missing-end").exists()


def test_a_refusal_has_no_last_day_to_find(teller: Teller) -> None:
    assert "desk-missing-end" not in live(teller.denied(2))


def test_a_renewal_that_was_sent_needs_the_old_last_day_no_more(teller: Teller) -> None:
    request = approved(teller, ENDLESS)
    renewal = intake.open_request(
        lead(teller),
        clinic=teller.cast.clinic,
        coverage=request.coverage,
        asked=intake.RequestAsked(
            lines=[intake.LineAsked("96365", 1, 6)],
            diagnoses=["F33.2"],
            product=request.product,
            planned_sessions=6,
        ),
        previous_request=request,
    )
    assert "desk-missing-end" in live(request)

    submission.submit(
        lead(teller),
        renewal,
        channel=Channel.PORTAL,
        sent=teller.moment(teller.now - timedelta(minutes=5)),
        confirmation_number="REF1",
        override_reason="The same clinician as before.",
    )

    assert "desk-missing-end" not in live(request)


def test_a_payer_that_names_no_last_day_is_let_pass_with_a_reason(teller: Teller) -> None:
    request = approved(teller, ENDLESS)

    let_pass(lead(teller), live(request)["desk-missing-end"], reason="Six sessions, no end date.")

    assert live(request) == {}
