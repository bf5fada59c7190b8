"""What the clinic and a patient say about mail: kept whole, dated, and by whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases.models import Membership, Patient, StaffMember
from priorauth.terms import Role
from tests.cases.admin.conftest import change_url
from tests.cases.one_case import a_case

pytestmark = pytest.mark.django_db

AGREED = {
    "email": "kim@mail.example",
    "mail_agreed_on": "2026-03-03",
    "mail_agreed_by": "signed_form",
}


@pytest.fixture
def patient(clinic):
    return a_case(clinic).patient


def saved(visitor, row, form, **typed):
    """The answer, and the row as it is afterwards."""
    answer = visitor.post(change_url(row), {**form, **typed})
    return answer, type(row)._base_manager.get(pk=row.pk)


def test_an_agreement_is_kept_with_who_wrote_it_down(visitor, clinic, patient, opened):
    answer, now = saved(visitor, patient, opened(patient), **AGREED)
    assert answer.status_code == 302
    assert (now.email, now.mail_agreed_on, now.mail_agreed_by) == (
        "kim@mail.example",
        date(2026, 3, 3),
        "signed_form",
    )
    owner = StaffMember.objects.get(pk=Membership._base_manager.get(role=Role.OWNER).staff_id)
    assert now.mail_recorded_by == owner
    assert now.mail_recorded_at is not None
    page = visitor.get(change_url(patient)).content.decode()
    assert f", by {owner}" in page


def test_another_change_keeps_who_wrote_it_down(visitor, patient, opened):
    _, first = saved(visitor, patient, opened(patient), **AGREED)
    _, then = saved(visitor, patient, opened(patient), phone="2125550142")
    assert then.phone == "(212) 555-0142"
    assert then.mail_recorded_at == first.mail_recorded_at


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({**AGREED, "email": ""}, "For an agreement to mail enter the e-mail address"),
        ({**AGREED, "mail_agreed_by": ""}, "For an agreement to mail enter the e-mail address"),
        (
            {**AGREED, "mail_withdrawn_on": "2026-03-02"},
            "Mail was withdrawn before it was agreed to",
        ),
        ({**AGREED, "email": "kim"}, "Enter a valid email address"),
        ({**AGREED, "email": "kim@übung.example"}, "a letter with an accent"),
    ],
)
def test_half_an_agreement_is_refused_and_nothing_typed_is_lost(
    visitor, patient, opened, typed, said
):
    answer, now = saved(visitor, patient, opened(patient), **typed)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert said in page
    assert "2026-03-03" in page or "03/03/2026" in page
    assert now.mail_agreed_on is None


@pytest.mark.parametrize("field", ["mail_agreed_on", "mail_withdrawn_on"])
def test_no_day_is_in_the_future(visitor, patient, opened, field):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    answer, now = saved(visitor, patient, opened(patient), **{**AGREED, field: tomorrow})
    assert "This day is in the future" in answer.content.decode()
    assert now.email == ""


def test_who_withdraws_may_have_the_address_taken_out(visitor, patient, opened):
    saved(visitor, patient, opened(patient), **AGREED)
    answer, now = saved(visitor, patient, opened(patient), email="", mail_withdrawn_on="2026-03-09")
    assert answer.status_code == 302
    assert (now.email, now.mail_withdrawn_on) == ("", date(2026, 3, 9))


def test_a_corrected_address_has_not_failed_yet(visitor, patient, opened):
    saved(visitor, patient, opened(patient), **AGREED)
    Patient._base_manager.update(email_problem="no such mailbox")
    _, same = saved(visitor, patient, opened(patient), phone="2125550142")
    assert same.email_problem == "no such mailbox"
    _, now = saved(visitor, patient, opened(patient), email="kim2@mail.example")
    assert now.email_problem == ""


def test_the_clinic_writes_only_under_a_name_and_number(visitor, clinic, opened):
    answer, now = saved(visitor, clinic, opened(clinic), writes_to_patients="on")
    assert answer.status_code == 200
    assert "enter the name and the phone number" in answer.content.decode()
    answer, now = saved(
        visitor,
        clinic,
        opened(clinic),
        writes_to_patients="on",
        patient_mail_name="Dr. Lee's office",
        patient_mail_phone="212 555 0100",
    )
    assert answer.status_code == 302
    assert now.writes_to_patients
    assert now.patient_mail_phone == "(212) 555-0100"


def test_a_name_that_tells_the_treatment_is_refused(visitor, clinic, opened):
    answer, now = saved(
        visitor, clinic, opened(clinic), patient_mail_name="Lakeview Ketamine Clinic"
    )
    assert "tells what patients are treated for" in answer.content.decode()
    assert now.patient_mail_name == ""


@pytest.mark.parametrize(
    "names",
    [
        {"MAIL_FROM": "Desk <desk@sunrise-ketamine.com>", "MAIL_DOMAIN": "sunrise.com"},
        {"MAIL_FROM": "Sunrise Ketamine <desk@sunrise.com>", "MAIL_DOMAIN": "sunrise.com"},
        {"MAIL_FROM": "Desk <desk@sunrise.com>", "MAIL_DOMAIN": "sunrise-ketamine.com"},
    ],
)
def test_nor_is_it_switched_on_while_the_senders_address_tells_it(
    visitor, clinic, opened, settings, names
):
    for name, value in names.items():
        setattr(settings, name, value)
    typed = {"patient_mail_name": "Dr. Lee's office", "patient_mail_phone": "212 555 0100"}
    answer, now = saved(visitor, clinic, opened(clinic), writes_to_patients="on", **typed)
    said = answer.content.decode()
    assert "“ketamin” stands in the sender" in said
    assert "MAIL_FROM and MAIL_DOMAIN" in said
    assert "Dr. Lee&#x27;s office" in said
    assert not now.writes_to_patients
    answer, now = saved(visitor, clinic, opened(clinic), **typed)
    assert (answer.status_code, now.patient_mail_name) == (302, "Dr. Lee's office")


def test_it_is_off_until_the_owner_wants_it(clinic):
    assert not clinic.writes_to_patients
