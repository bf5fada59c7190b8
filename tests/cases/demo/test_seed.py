from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django_scopes import scope

from cases.demo.seed import FIRST_MAILS, seed
from cases.demo.stories import STORIES
from cases.models import Clinic, Deadline, Patient, PayerDemand, PayerPolicy, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow.actor import Actor
from cases.workflow.step import rebuild
from priorauth.terms import ClockKind, InfusionStatus, RequestStatus
from tests.cases.conftest import FRIDAY

pytestmark = pytest.mark.django_db


def tables(slug: str) -> list[Any]:
    """What a seeded clinic looks like, without its keys."""
    clinic = Clinic.objects.get(slug=slug)
    with scope(clinic=clinic):
        return [
            list(PriorAuthRequest.objects.order_by("pk").values_list("number", "status")),
            list(Patient.objects.order_by("pk").values_list("last_name", "birth_date")),
            list(Deadline.objects.order_by("pk").values_list("kind", "due_at", "standing")),
        ]


def test_every_state_of_the_life_cycle_is_there_and_deadlines_lie_around_now() -> None:
    cast = seed(size=len(STORIES), number=1, now=FRIDAY)

    with scope(clinic=cast.clinic):
        found = set(PriorAuthRequest.objects.values_list("status", flat=True))
        missing = {str(status) for status in RequestStatus} - found
        # A request received but undecided shows as received once a receipt is on file.
        assert not missing
        live = Deadline.objects.filter(LIVE)
        assert live.filter(act_at__lt=FRIDAY).exists()
        midnight = FRIDAY.replace(hour=23, minute=59, second=59)
        assert live.filter(act_at__range=(FRIDAY, midnight)).exists()
        assert live.filter(act_at__gt=FRIDAY).exists()
        assert live.filter(kind=ClockKind.PROMISE, due_at__lt=FRIDAY).exists()


def told_and_taken_back(number: int) -> list[Any]:
    """A clinic of that seed, looked at and rolled back."""
    with transaction.atomic():
        seed(size=12, number=number, now=FRIDAY)
        seen = tables("demo")
        transaction.set_rollback(True)
    return seen


def test_the_same_seed_makes_the_same_clinic_and_another_seed_another() -> None:
    assert told_and_taken_back(5) == told_and_taken_back(5)
    assert told_and_taken_back(5) != told_and_taken_back(6)


def test_a_newcomer_sees_a_few_reminders_at_once_and_no_flood() -> None:
    cast = seed(size=len(STORIES), number=1, now=FRIDAY)

    with scope(clinic=cast.clinic):
        at_once = Deadline.objects.filter(next_reminder_at__lte=FRIDAY).count()
    assert 1 <= at_once <= FIRST_MAILS


def test_a_copied_case_has_the_deadlines_its_facts_give() -> None:
    told = len(STORIES)
    cast = seed(size=told + 2 * told, number=2, now=FRIDAY, told=told)

    with scope(clinic=cast.clinic):
        assert PriorAuthRequest.objects.count() == 3 * told
        copies = PriorAuthRequest.objects.select_related("coverage__plan__payer").order_by("-pk")
        for request in copies[:told]:
            difference = rebuild(request, Actor(None, None, FRIDAY))
            assert not (difference.started or difference.moved), request.number


def test_the_clock_of_claims_runs_where_the_payers_manual_names_it_and_is_asked_for_elsewhere() -> (
    None
):
    cast = seed(size=60, number=1, now=FRIDAY)

    with scope(clinic=cast.clinic):
        unbilled = PriorAuthRequest.objects.filter(
            infusions__status=InfusionStatus.DONE, infusions__billed_on__isnull=True
        )
        live = Deadline.objects.filter(LIVE)  # of every case: what is billed asks for nothing
        timed = set(live.filter(kind=ClockKind.TIMELY_FILING).values_list("request_id", flat=True))
        asked = set(live.filter(rule="desk-no-filing-limit").values_list("request_id", flat=True))
        assert timed
        assert timed | asked == set(unbilled.values_list("pk", flat=True))
        assert not timed & asked
        for policy in PayerPolicy.objects.all():
            policy.full_clean()
        for demand in PayerDemand.objects.all():
            demand.full_clean()
