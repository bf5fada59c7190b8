from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection
from django_scopes import scope

from cases.demo.cast import Cast, make_cast
from cases.demo.stories import Teller
from cases.models import CaseEvent, Coverage, Patient, PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.intake import LineAsked, RequestAsked, open_request
from cases.workflow.step import AlreadyRecorded
from priorauth.errors import ImpossibleFact, InvalidCode, MissingFact, NotAllowedNow
from priorauth.terms import ItemKind, RequestStatus, Role, Urgency
from tests.cases.conftest import FRIDAY


@pytest.fixture
def coverage(cast: Cast) -> Coverage:
    patient = Patient(
        clinic=cast.clinic, first_name="Kai", last_name="Weiss", birth_date=date(1980, 1, 2)
    )
    patient.save()
    row = Coverage(clinic=cast.clinic, patient=patient, plan=cast.plans[0], member_id="SYN1")
    row.save()
    return row


def biller(cast: Cast, token: str = "") -> Actor:
    return Actor(cast.biller, Role.BILLER, FRIDAY, token)


def asked(*codes: str, diagnoses: tuple[str, ...] = ("F33.2",), **more: object) -> RequestAsked:
    return RequestAsked(lines=[LineAsked(code) for code in codes], diagnoses=diagnoses, **more)


def test_a_request_is_opened_with_its_codes_put_straight(cast: Cast, coverage: Coverage) -> None:
    request = open_request(
        biller(cast),
        clinic=cast.clinic,
        coverage=coverage,
        asked=asked(" 96365", "96366", "j3490", diagnoses=("f332", "R45.851")),
    )

    assert [line.code for line in request.lines.all()] == ["96365", "96366", "J3490"]
    assert [line.item for line in request.lines.all()] == [
        ItemKind.SERVICE,
        ItemKind.SERVICE,
        ItemKind.DRUG,
    ]
    assert [each.code for each in request.diagnoses.all()] == ["F33.2", "R45.851"]
    assert request.diagnoses.first().title
    assert request.status == RequestStatus.DRAFT
    assert request.number.startswith("PA-")
    assert request.patient == coverage.patient


@pytest.mark.parametrize(
    ("codes", "diagnoses", "refusal", "word"),
    [
        (("96366",), ("F33.2",), ImpossibleFact, "96366"),
        (("9636S",), ("F33.2",), InvalidCode, "9636S"),
        (("J3000",), ("F33.2",), InvalidCode, "J3000"),
        (("S0013",), ("F33.2",), InvalidCode, "J0013"),
        (("96365",), ("F33",), InvalidCode, "F33.2"),
        (("96365",), ("F33.X9Q",), InvalidCode, "F33.X9Q"),
        (("96365",), ("F33.2", "f332"), ImpossibleFact, "twice"),
        ((), ("F33.2",), MissingFact, "96365"),
        (("96365",), (), MissingFact, "F33.2"),
    ],
)
def test_codes_that_cannot_be_right_are_refused_and_nothing_is_written(
    cast: Cast,
    coverage: Coverage,
    codes: tuple[str, ...],
    diagnoses: tuple[str, ...],
    refusal: type[Exception],
    word: str,
) -> None:
    with pytest.raises(refusal, match=word):
        open_request(
            biller(cast),
            clinic=cast.clinic,
            coverage=coverage,
            asked=asked(*codes, diagnoses=diagnoses),
        )

    assert not PriorAuthRequest.objects.exists()


def test_an_urgent_request_needs_the_clinicians_reason(cast: Cast, coverage: Coverage) -> None:
    with pytest.raises(MissingFact) as refused:
        open_request(
            biller(cast),
            clinic=cast.clinic,
            coverage=coverage,
            asked=asked("96365", urgency=Urgency.EXPEDITED),
        )

    assert refused.value.field == "urgency_reason"


def test_an_auditor_cannot_open_a_request(cast: Cast, coverage: Coverage) -> None:
    with pytest.raises(NotAllowedNow):
        open_request(
            Actor(cast.lead, Role.AUDITOR, FRIDAY),
            clinic=cast.clinic,
            coverage=coverage,
            asked=asked("96365"),
        )


def test_the_same_form_sent_twice_opens_one_request(cast: Cast, coverage: Coverage) -> None:
    first = open_request(
        biller(cast, "form-1"), clinic=cast.clinic, coverage=coverage, asked=asked("96365")
    )
    with pytest.raises(AlreadyRecorded) as twice:
        open_request(
            biller(cast, "form-1"), clinic=cast.clinic, coverage=coverage, asked=asked("96365")
        )

    assert twice.value.event.request == first
    assert PriorAuthRequest.objects.count() == 1


def test_an_event_is_never_changed_nor_deleted(teller: Teller) -> None:
    event = CaseEvent.objects.get(request=teller.opened(teller.at(1)))

    with pytest.raises(TypeError, match="undo"):
        event.save()
    with pytest.raises(TypeError, match="undo"):
        event.delete()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_form_posted_twice_at_the_same_instant_opens_one_case() -> None:
    cast = make_cast()
    together = Barrier(4)
    with scope(clinic=cast.clinic):
        patient = Patient(
            clinic=cast.clinic, first_name="Kai", last_name="Weiss", birth_date=date(1980, 1, 2)
        )
        patient.save()
        row = Coverage(clinic=cast.clinic, patient=patient, plan=cast.plans[0], member_id="SYN1")
        row.save()

        def post(_: int) -> str:
            try:
                with scope(clinic=cast.clinic):
                    together.wait(10)
                    open_request(
                        biller(cast, "form-1"),
                        clinic=cast.clinic,
                        coverage=row,
                        asked=asked("96365"),
                    )
            except AlreadyRecorded:
                return "known"
            finally:
                connection.close()
            return "opened"

        with ThreadPoolExecutor(4) as pool:
            told = sorted(pool.map(post, range(4)))

        assert told == ["known", "known", "known", "opened"]
        assert PriorAuthRequest.objects.count() == 1
