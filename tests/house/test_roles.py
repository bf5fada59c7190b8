"""Who may look, add, change and delete what: five roles at every registered record."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from cases.models import Clinic, Membership, StaffMember
from priorauth.terms import Role
from tests.house.conftest import TwoClinics
from tests.house.html_forms import form_in

pytestmark = pytest.mark.django_db

# v look, a add, c change, d delete; in the order owner, lead, biller, clinician, auditor.
KEPT = "vacd vacd vac  v    v"
SETTINGS = "vacd v    v    v    v"
RECORDED = "v    v    v    v    v"
TABLE = {
    "Clinic": "vc   v    v    v    v",
    "ClinicSite": SETTINGS,
    "StaffedHours": SETTINGS,
    "Closure": SETTINGS,
    "Clinician": SETTINGS,
    "Certification": SETTINGS,
    "Membership": "vc   v    -    -    v",
    "Invitation": "v    v    -    -    v",
    "StaffMember": "v    v    -    -    v",
    "Patient": KEPT,
    "Coverage": KEPT,
    "BenefitsCheck": KEPT,
    "Financing": KEPT,
    "Payer": KEPT,
    "ExpectedPayment": KEPT,
    "PayerPolicy": KEPT,
    "PayerStance": KEPT,
    "NetworkStatus": KEPT,
    "Agreement": KEPT,
    "Plan": KEPT,
    "OwnText": KEPT,
    "PlanClause": KEPT,
    "ReviewingEntity": KEPT,
    "PriorAuthRequest": RECORDED,
    "CaseEvent": RECORDED,
    "Deadline": RECORDED,
    "Submission": RECORDED,
    "InformationRequest": RECORDED,
    "Determination": RECORDED,
    "Authorization": RECORDED,
    "PeerToPeer": RECORDED,
    "Appeal": RECORDED,
    "ExternalReview": RECORDED,
    "InsurerCall": RECORDED,
    "AppealLetter": RECORDED,
    "CallDraft": RECORDED,
    "InfusionSession": RECORDED,
    "SeriesPlan": RECORDED,
    "Note": RECORDED,
    "Document": RECORDED,
    "Digest": RECORDED,
    "PatientMail": RECORDED,
    "IncomingDocument": RECORDED,
    "Reminder": RECORDED,
    "SavedFilter": RECORDED,
    "PayerBreach": RECORDED,
    "Acknowledgement": RECORDED,
    "PatientMerge": RECORDED,
    "Absence": "vacd vacd va   va   v",
}
ROLES = [Role.OWNER, Role.LEAD, Role.BILLER, Role.CLINICIAN, Role.AUDITOR]
CASES = [
    pytest.param(model, role, set(cell) - {"-"}, id=f"{name}-{role}")
    for name, row in TABLE.items()
    for model in admin.site._registry
    if model.__name__ == name
    for role, cell in zip(ROLES, row.split(), strict=True)
]


def test_the_table_names_every_registered_record():
    assert set(TABLE) == {model.__name__ for model in admin.site._registry}


@pytest.mark.parametrize(("model", "role", "acts"), CASES)
def test_a_role_may_do_what_the_table_says_and_no_more(
    two: TwoClinics, client: Client, model, role: Role, acts: set[str]
):
    client.force_login(two.ours.people[role])
    row = {Clinic: two.ours.clinic, StaffMember: two.ours.people[Role.BILLER]}.get(model)
    row = row or two.ours.row(model)

    def address(view: str, *args: object) -> str:
        return reverse(f"admin:cases_{model._meta.model_name}_{view}", args=args)

    change = client.get(address("change", row.pk))
    assert client.get(address("changelist")).status_code == (200 if "v" in acts else 403)
    assert client.get(address("add")).status_code == (200 if "a" in acts else 403)
    assert client.post(address("add"), {}).status_code == (200 if "a" in acts else 403)
    assert change.status_code in ((200, 302) if "v" in acts else (403,))
    assert client.get(address("delete", row.pk)).status_code == (200 if "d" in acts else 403)
    sent = (
        form_in(change.content.decode(), f"{model._meta.model_name}_form")
        if change.status_code == 200
        else {}
    )
    refused = client.post(address("change", row.pk), sent).status_code == 403
    assert refused == ("c" not in acts) or change.status_code == 302


@pytest.mark.parametrize("role", ROLES)
def test_only_an_owner_invites_and_takes_out(two: TwoClinics, client: Client, role: Role):
    client.force_login(two.ours.people[role])
    person = Membership._base_manager.get(staff=two.ours.people[Role.AUDITOR])
    expected = 200 if role is Role.OWNER else 403
    assert client.get(reverse("accounts:invite")).status_code == expected
    assert client.get(reverse("accounts:take_out", args=[person.pk])).status_code == expected
    for name in ("take_back", "revoke"):
        response = client.post(reverse(f"accounts:{name}", args=[person.pk]))
        assert (response.status_code == 403) == (role is not Role.OWNER)


def test_whoever_runs_the_product_sets_clinics_up_and_sees_no_patient(
    two: TwoClinics, client: Client
):
    keeper = StaffMember.objects.create_superuser("keeper", "keeper@example.com", "x" * 20)
    client.force_login(keeper)
    assert client.get(reverse("admin:index")).headers["Location"] == "/admin/cases/clinic/"
    clinics = client.get(reverse("admin:cases_clinic_changelist"))
    assert clinics.status_code == 200
    for side in (two.ours, two.theirs):
        assert side.clinic.name in clinics.content.decode()
        page = client.get(reverse("admin:cases_clinic_change", args=[side.clinic.pk]))
        assert page.status_code == 200
    for model in admin.site._registry:
        if model is not Clinic:
            url = reverse(f"admin:cases_{model._meta.model_name}_changelist")
            assert client.get(url).status_code == 403, model
    assert client.get("/").status_code == 403
