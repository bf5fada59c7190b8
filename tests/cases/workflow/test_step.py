from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django_scopes import scope

from cases.demo.cast import Cast, make_cast
from cases.demo.stories import Teller
from cases.models import Deadline, Plan, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import notes, submission
from cases.workflow.actor import Actor
from cases.workflow.step import AlreadyRecorded
from priorauth.errors import NotAllowedNow, PriorAuthError
from priorauth.terms import (
    Channel,
    ClockKind,
    EventKind,
    Funding,
    LineOfBusiness,
    RequestStatus,
    Role,
)
from tests.cases.conftest import FRIDAY


def submit(cast: Cast, teller: Teller, number: str) -> str:
    """One biller's submission in a thread and transaction of its own; what came of it."""
    try:
        with scope(clinic=cast.clinic):
            submission.submit(
                Actor(cast.biller, Role.BILLER, FRIDAY),
                PriorAuthRequest.objects.get(number=number),
                channel=Channel.PORTAL,
                sent=teller.moment(FRIDAY - timedelta(minutes=5)),
                confirmation_number="REF1",
            )
        return "recorded"
    except PriorAuthError as refusal:
        return type(refusal).__name__
    finally:
        connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_submit_at_once_one_is_recorded_and_seven_are_told() -> None:
    from random import Random

    cast = make_cast()
    teller = Teller(cast, FRIDAY, Random(1))
    with scope(clinic=cast.clinic):
        request = teller.opened(teller.at(1))
        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(lambda _: submit(cast, teller, request.number), range(8)))

        assert sorted(told) == ["NotAllowedNow"] * 7 + ["recorded"]
        assert request.events.filter(kind=EventKind.SUBMITTED).count() == 1


def test_a_step_takes_the_status_along(teller: Teller) -> None:
    request = teller.submitted(teller.at(3))

    assert request.status == RequestStatus.SUBMITTED
    request.refresh_from_db()
    assert request.status == RequestStatus.SUBMITTED


def test_the_coverage_is_frozen_as_it_was_when_submitted(teller: Teller) -> None:
    request = teller.submitted(teller.at(3), plan=teller.cast.plans[0])
    member_id = request.coverage.member_id

    request.coverage.member_id = "SYN-NEW"
    request.coverage.save()

    request.refresh_from_db()
    assert request.coverage_snapshot["member_id"] == member_id
    assert request.coverage_snapshot["payer"] == "Northfield Health"


def test_the_same_note_form_sent_twice_writes_one_note(teller: Teller) -> None:
    request = teller.opened(teller.at(1))
    actor = Actor(teller.cast.biller, Role.BILLER, teller.now, token="form-7")
    notes.add_note(actor, request, text="Called the pharmacy.", zone=teller.zone)

    with pytest.raises(AlreadyRecorded):
        notes.add_note(actor, request, text="Called the pharmacy.", zone=teller.zone)

    assert request.notes.count() == 1


def test_an_auditor_records_nothing(teller: Teller) -> None:
    request = teller.opened(teller.at(1))

    with pytest.raises(NotAllowedNow):
        notes.add_note(
            Actor(teller.cast.lead, Role.AUDITOR, teller.now), request, text="x", zone=teller.zone
        )
    assert not request.notes.exists()


def test_a_step_counts_with_the_plan_as_it_is_and_not_as_its_page_read_it(teller: Teller) -> None:
    request = teller.submitted(teller.at(2), plan=teller.cast.plans[5])
    read_before = request.coverage.plan
    Plan.objects.filter(pk=read_before.pk).update(
        line_of_business=LineOfBusiness.EMPLOYER, funding=Funding.SELF_FUNDED
    )

    notes.add_note(
        Actor(teller.cast.biller, Role.BILLER, teller.now), request, text="x", zone=teller.zone
    )

    decision = Deadline.objects.get(LIVE, request=request, kind=ClockKind.PA_DECISION)
    assert decision.rule == "fed-erisa-pa-standard"
