"""Two records of one patient become one, and two again: everything moves, nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django_scopes import scopes_disabled

from cases.demo.stories import Teller
from cases.models import (
    Agreement,
    CaseEvent,
    Coverage,
    Patient,
    PatientMerge,
    PriorAuthRequest,
    Representative,
)
from cases.queries.doubles import doubles
from cases.workflow.actor import Actor
from cases.workflow.joining_patients import join, links, take_back
from priorauth.errors import ImpossibleFact, NotAllowedNow
from priorauth.terms import Role
from tests.cases.one_case import a_case, a_clinic


@pytest.fixture
def lead(teller: Teller) -> Actor:
    return Actor(teller.cast.lead, Role.LEAD, teller.now)


@pytest.fixture
def cases(teller: Teller) -> tuple[PriorAuthRequest, PriorAuthRequest]:
    """Two cases of one person who was written down twice."""
    first = teller.submitted(teller.at(9), plan=teller.cast.plans[0])
    second = teller.denied(5, plan=teller.cast.plans[1])
    second.patient.phone, first.patient.phone = "(212) 555-0142", ""
    for one in (first.patient, second.patient):
        one.first_name, one.last_name, one.birth_date = "Zoé", "O'Brien", date(1980, 2, 3)
        one.chart_number = ""
        one.save()
    return first, second


def whole() -> dict[str, list[Any]]:
    """Every row that hangs on a patient, and the patients, without versions."""
    found = {"patient": list(Patient._base_manager.order_by("pk").values())}
    for model, name in links():
        if model is not PatientMerge:
            found[model.__name__] = list(model._base_manager.order_by("pk").values("pk", name))
    for rows in found.values():
        for row in rows:
            row.pop("version", None)
    return found


def test_everything_of_the_record_that_goes_is_under_the_one_that_stays(
    teller: Teller, lead: Actor, cases: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    first, second = cases
    kept, gone = first.patient, second.patient
    Representative.objects.create(
        clinic=kept.clinic, patient=gone, name="The clinic", signed_on=date(2026, 9, 1)
    )
    Agreement.objects.create(
        clinic=kept.clinic, kind="single_case", payer=second.coverage.plan.payer, patient=gone,
        effective_from=date(2026, 9, 1),
    )  # fmt: skip
    events = list(CaseEvent.objects.order_by("pk").values())

    merge = join(lead, kept, gone)

    for model in (PriorAuthRequest, Coverage, Representative, Agreement):
        assert not model.objects.filter(patient=gone.pk).exists(), model
    assert PriorAuthRequest.objects.filter(patient=kept).count() == 2
    assert not Patient.objects.filter(pk=gone.pk).exists()
    kept.refresh_from_db()
    assert kept.phone == "(212) 555-0142"
    assert list(CaseEvent.objects.order_by("pk").values()) == events
    assert (merge.merged_by, merge.merged_at, merge.gone_id) == (lead.staff, lead.now, gone.pk)
    assert merge.moved["priorauthrequest.patient"] == [second.pk]
    assert merge.gone["fields"]["last_name"] == "O'Brien"


def test_taken_back_all_is_as_it_was(
    teller: Teller, lead: Actor, cases: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    first, second = cases
    before = whole()
    merge = join(lead, first.patient, second.patient)
    assert whole() != before
    take_back(lead, merge)
    assert whole() == before
    merge.refresh_from_db()
    assert (merge.undone_by, merge.undone_at) == (lead.staff, lead.now)
    with pytest.raises(NotAllowedNow, match="taken back already"):
        take_back(lead, merge)


def test_what_was_written_since_stays_where_it_is(
    teller: Teller, lead: Actor, cases: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    first, second = cases
    merge = join(lead, first.patient, second.patient)
    kept = Patient.objects.get(pk=first.patient.pk)
    kept.phone = "(212) 555-0199"
    kept.save()
    consent = Representative.objects.create(
        clinic=kept.clinic, patient=kept, name="A sister", signed_on=date(2026, 9, 1)
    )
    take_back(lead, merge)
    consent.refresh_from_db()
    kept.refresh_from_db()
    assert (consent.patient_id, kept.phone) == (kept.pk, "(212) 555-0199")


@pytest.mark.parametrize(
    ("said_on", "recorded_later", "known"),
    [
        (date(2026, 9, 20), False, date(2026, 9, 20)),
        (date(2026, 9, 10), True, date(2026, 9, 12)),
        (date(2026, 9, 10), False, None),
    ],
)
def test_mail_withdrawn_while_they_were_one_stays_withdrawn_for_both(
    teller: Teller,
    lead: Actor,
    cases: tuple[PriorAuthRequest, PriorAuthRequest],
    said_on: date,
    recorded_later: bool,
    known: date | None,
) -> None:
    first, second = cases
    for one, day in ((first.patient, 1), (second.patient, 12)):
        one.email, one.mail_agreed_by = "kim@mail.example", "phone"
        one.mail_agreed_on = date(2026, 9, day)
        one.save()
    merge = join(lead, first.patient, second.patient)
    recorded_at = teller.now + timedelta(days=1) if recorded_later else None
    Patient.objects.filter(pk=first.patient_id).update(
        mail_withdrawn_on=said_on, mail_recorded_at=recorded_at
    )
    gone = take_back(lead, merge)
    gone.refresh_from_db()
    assert gone.mail_withdrawn_on == known
    assert Patient.objects.get(pk=first.patient_id).mail_withdrawn_on == said_on


def test_it_is_not_taken_back_while_a_new_case_stands_between_the_two(
    teller: Teller, lead: Actor, cases: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    first, second = cases
    merge = join(lead, first.patient, second.patient)
    between = PriorAuthRequest.objects.create(
        clinic=first.clinic,
        patient_id=first.patient_id,
        coverage=second.coverage,
        opened_at=teller.now,
    )
    with pytest.raises(NotAllowedNow, match=between.number):
        take_back(lead, merge)
    assert not Patient.objects.filter(pk=merge.gone_id).exists()


def test_a_record_joined_twice_over_is_taken_back_step_by_step(
    teller: Teller, lead: Actor, cases: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    first, second = cases
    third = teller.submitted(teller.at(3), plan=teller.cast.plans[0])
    before = whole()
    inner = join(lead, second.patient, first.patient)
    outer = join(lead, third.patient, Patient.objects.get(pk=second.patient_id))
    assert PriorAuthRequest.objects.filter(patient=third.patient).count() == 3
    take_back(lead, outer)
    inner.refresh_from_db()
    take_back(lead, inner)
    assert whole() == before


def test_a_joining_that_newer_ones_moved_along_is_taken_back_after_them_newest_first(
    teller: Teller, lead: Actor, cases: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    first, second = cases
    third, fourth = (teller.submitted(teller.at(3), plan=teller.cast.plans[0]) for _ in range(2))
    for one in (third.patient, fourth.patient):
        one.phone = second.patient.phone  # their own, though the same
        one.save()
    before = whole()

    inner = join(lead, first.patient, second.patient)
    middle = join(lead, third.patient, Patient.objects.get(pk=first.patient_id))
    outer = join(lead, fourth.patient, Patient.objects.get(pk=third.patient_id))
    joined = whole()
    newest = f"Patient {third.patient_id} was joined into patient {fourth.patient_id} since"
    for older in (inner, middle):
        with pytest.raises(NotAllowedNow, match=f"{newest}.* take that newer one back first"):
            take_back(lead, older)
    assert whole() == joined

    for one in (outer, middle, inner):
        take_back(lead, one)
    assert whole() == before


NOTHING = ("", "", "", "")
HOME = ("12 Elm Street", "Albany", "NY", "12207")


def lives_at(one: Patient, address: tuple[str, str, str, str]) -> None:
    one.address_1, one.city, one.state, one.zip_code = address
    one.save()


def address_of(one: Patient) -> tuple[str, str, str, str]:
    one.refresh_from_db()
    return one.address_1, one.city, one.state, one.zip_code


@pytest.mark.parametrize(
    ("ours", "theirs", "joined"),
    [
        (NOTHING, HOME, HOME),
        (NOTHING, ("12 Elm Street", "", "", ""), ("12 Elm Street", "", "", "")),
        (("", "", "", "10001"), HOME, ("", "", "", "10001")),
        (("", "Boston", "MA", ""), HOME, ("", "Boston", "MA", "")),
        (HOME, ("9 Oak Road", "Boston", "MA", "02108"), HOME),
    ],
)
def test_an_address_is_taken_over_whole_or_not_at_all(
    lead: Actor,
    cases: tuple[PriorAuthRequest, PriorAuthRequest],
    ours: tuple[str, str, str, str],
    theirs: tuple[str, str, str, str],
    joined: tuple[str, str, str, str],
) -> None:
    kept, gone = cases[0].patient, cases[1].patient
    lives_at(kept, ours)
    lives_at(gone, theirs)
    merge = join(lead, kept, gone)
    assert address_of(kept) == joined
    take_back(lead, merge)
    assert address_of(kept) == ours


def test_an_address_corrected_since_stays_whole_when_the_joining_is_taken_back(
    lead: Actor, cases: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    kept, gone = cases[0].patient, cases[1].patient
    lives_at(kept, NOTHING)
    lives_at(gone, ("12 Elm Street", "Albany", "NY", ""))
    merge = join(lead, kept, gone)
    kept.refresh_from_db()
    lives_at(kept, HOME)  # the ZIP code was asked for
    take_back(lead, merge)
    assert address_of(kept) == HOME


@pytest.mark.parametrize("role", [Role.BILLER, Role.CLINICIAN, Role.AUDITOR])
def test_only_a_lead_or_an_owner_joins(
    teller: Teller, cases: tuple[PriorAuthRequest, PriorAuthRequest], role: Role
) -> None:
    first, second = cases
    with pytest.raises(NotAllowedNow, match="owner or a lead"):
        join(Actor(teller.cast.biller, role, teller.now), first.patient, second.patient)
    assert Patient.objects.filter(pk=second.patient.pk).exists()


def test_a_record_that_was_changed_since_it_was_compared_is_compared_again(
    teller: Teller, lead: Actor, cases: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    first, second = cases
    seen = (first.patient.version, second.patient.version)
    Patient.objects.filter(pk=second.patient.pk).update(version=5)
    with pytest.raises(NotAllowedNow, match="Compare them again"):
        join(lead, first.patient, second.patient, seen=seen)


def test_never_with_itself_nor_across_clinics(
    teller: Teller, lead: Actor, cases: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    first, _ = cases
    with scopes_disabled():
        elsewhere = a_case(a_clinic()).patient
    for other in (first.patient, elsewhere):
        with pytest.raises(ImpossibleFact, match="another record of this clinic"):
            join(lead, first.patient, other)
    assert Patient._base_manager.filter(pk=elsewhere.pk).exists()


# ------------------------------------------------------------------ finding them


def test_the_same_name_however_written_and_birth_date_are_found(
    cases: tuple[PriorAuthRequest, PriorAuthRequest],
) -> None:
    first, second = cases
    second.patient.first_name, second.patient.last_name = "ZOE", "Obrien"
    second.patient.save()
    (group,) = doubles()
    assert group.why == "Same name and date of birth"
    assert [one.pk for one in group.patients] == sorted([first.patient_id, second.patient_id])


def test_another_birth_date_is_another_person(
    cases: tuple[PriorAuthRequest, PriorAuthRequest],
) -> None:
    cases[1].patient.birth_date = date(1981, 2, 3)
    cases[1].patient.save()
    assert doubles() == []


def test_the_same_member_id_however_spaced_is_found_and_said_to_be_a_family_maybe(
    cases: tuple[PriorAuthRequest, PriorAuthRequest],
) -> None:
    first, second = cases
    second.patient.first_name = "Max"
    second.patient.save()
    for one, member in ((first, "XJ 100-200"), (second, "xj100200")):
        one.coverage.member_id = member
        one.coverage.save()
    (group,) = doubles()
    assert "family" in group.why
    assert len(group.patients) == 2


def test_who_shares_both_is_listed_once(cases: tuple[PriorAuthRequest, PriorAuthRequest]) -> None:
    for one in cases:
        one.coverage.member_id = "XJ1"
        one.coverage.save()
    assert len(doubles()) == 1


def test_the_other_clinics_patients_are_not_looked_at(
    cases: tuple[PriorAuthRequest, PriorAuthRequest],
) -> None:
    with scopes_disabled():
        elsewhere = a_case(a_clinic()).patient
        elsewhere.first_name, elsewhere.last_name = "Zoé", "O'Brien"
        elsewhere.birth_date = date(1980, 2, 3)
        elsewhere.save()
    (group,) = doubles()
    assert elsewhere.pk not in {one.pk for one in group.patients}
