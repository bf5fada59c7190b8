"""The request sheet of a case: from what is on file, with blanks for what is not."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from django.urls import reverse

from cases.demo.stories import Teller
from cases.models import Clinic, Coverage, Patient, PriorAuthRequest, StaffMember
from cases.models.patients import SubscriberRelation
from priorauth.letters.request_sheet import BLANK
from tests.cases.desk.paper import Desk

pytestmark = pytest.mark.usefixtures("friday_morning")


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    """A draft for 28 September with nothing wrong."""
    return teller.opened(teller.at(1), plan=teller.cast.plans[0], is_urgent=True, starts_in=10)


def sheet(desk: Desk, case: PriorAuthRequest) -> str:
    """The words of the sheet, read from the PDF, each line of it a line."""
    answer = desk.open(reverse("desk:request_sheet", args=[case.number]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{case.number}-request.pdf"'
    assert "no-store" in answer["Cache-Control"]
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) == 1
    return pages[0].extract_text()


def test_it_is_opened_from_the_case_by_all_who_see_it(desk, case):
    address = reverse("desk:request_sheet", args=[case.number])
    assert f'href="{address}"' in desk.open(f"/case/{case.number}/").content.decode()
    auditor = Desk(StaffMember.objects.get(username="auditor"))
    assert "Prior authorization request" in sheet(auditor, case)


def test_it_says_who_asks_for_whom_and_what(desk, case):
    told = sheet(desk, case)
    clinic, coverage = case.clinic, case.coverage
    for words in (
        clinic.name, "200 Harbor Street", "NY 12207", clinic.phone, clinic.fax,
        "12-3456789", str(case.requesting_clinician), str(case.rendering_clinician),
        coverage.plan.payer.name, coverage.group_number, "The patient", "Twice a week",
        "11 Office", "URGENT: expedited review is asked for", "Active suicidal ideation",
        "IV infusion of a drug, first hour", str(case.assigned_to),
    ):  # fmt: skip
        assert words in told, words


def test_what_is_not_on_file_is_a_blank(desk, case):
    Clinic.objects.filter(pk=case.clinic_id).update(tin="")
    Patient.objects.filter(pk=case.patient_id).update(phone="")
    PriorAuthRequest.objects.filter(pk=case.pk).update(cadence="", assigned_to=None)
    told = sheet(desk, case)
    assert "Tax ID" not in told  # no form is sent back for want of it
    for name in ("Sex", "Address", "Phone", "Through", "How often", "Name"):
        assert f"{name}\n{BLANK}" in told, name


def test_a_subscriber_who_is_not_the_patient_is_named(desk, case):
    Coverage.objects.filter(pk=case.coverage_id).update(
        subscriber_relation=SubscriberRelation.SPOUSE,
        subscriber_name="Bo Quill",
        subscriber_birth_date=date(1960, 2, 29),
    )
    told = sheet(desk, case)
    assert "Bo Quill" in told
    assert "02/29/1960" in told
    assert "Patient is their\nspouse" in told
