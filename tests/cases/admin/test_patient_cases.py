"""A patient's page leads to the patient's cases, and to nobody else's."""

from __future__ import annotations

from django.test import Client

from cases.demo.stories import Teller
from cases.models import Patient, StaffMember
from priorauth.terms import RequestStatus
from tests.cases.admin.conftest import add_url, change_url


def test_the_cases_of_the_patient_are_listed_with_their_standing(
    teller: Teller, client: Client
) -> None:
    client.force_login(StaffMember.objects.get(username="auditor"))
    mine, other = teller.submitted(teller.at(3)), teller.opened(teller.at(1))
    page = client.get(change_url(mine.patient)).content.decode()
    assert f'href="/case/{mine.number}/"' in page
    mine.refresh_from_db()
    standing = RequestStatus(mine.status).label
    assert f"</a> {standing}: Ketamine infusion (racemic, off-label), " in page
    assert str(mine.coverage.plan) in page
    assert other.number not in page


def test_a_patient_without_a_case_has_none_and_a_new_one_no_list(
    teller: Teller, client: Client
) -> None:
    client.force_login(StaffMember.objects.get(username="biller"))
    mine = teller.opened(teller.at(1))
    alone = Patient(
        clinic=mine.clinic, first_name="Ada", last_name="Quill", birth_date="1966-12-14"
    )
    alone.save()
    assert "None yet." in client.get(change_url(alone)).content.decode()
    assert "newest first" not in client.get(add_url(Patient)).content.decode()
