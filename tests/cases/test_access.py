"""Which clinic a request works in: found anew each time, switched on purpose only."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import Http404
from django.template.response import SimpleTemplateResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import ScopeError, get_scope

from cases import access
from cases.models import Membership, Patient, Payer, ReviewingEntity
from priorauth.terms import Role
from tests.cases.one_case import a_case, a_clinic, a_colleague

pytestmark = pytest.mark.django_db


@pytest.fixture
def birch():
    return a_clinic(name="Birch Clinic", time_zone="America/Denver")


@pytest.fixture
def alder():
    return a_clinic(name="Alder Clinic")


def joins(person, clinic, role=Role.BILLER):
    return Membership._base_manager.create(clinic=clinic, staff=person, role=role)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def worked_in(client: Client):
    """The clinic that the next page is of."""
    return client.get(reverse("admin:cases_payer_changelist")).wsgi_request.clinic


def test_a_person_works_in_their_clinic_and_holds_its_role(birch):
    client = signed_in(a_colleague(birch, Role.LEAD))
    request = client.get("/").wsgi_request
    assert (request.clinic, request.role) == (birch, Role.LEAD)


def test_of_several_clinics_the_first_by_name_comes_first(birch, alder):
    person = a_colleague(birch)
    joins(person, alder, Role.OWNER)
    request = signed_in(person).get("/").wsgi_request
    assert (request.clinic, request.role) == (alder, Role.OWNER)


def test_the_chosen_clinic_stays_chosen(birch, alder):
    person = a_colleague(birch)
    joins(person, alder)
    client = signed_in(person)
    client.post(reverse("accounts:switch"), {"clinic": birch.pk})
    assert worked_in(client) == birch
    assert worked_in(client) == birch


def test_switching_takes_a_post(birch):
    assert signed_in(a_colleague(birch)).get(reverse("accounts:switch")).status_code == 405


@pytest.mark.parametrize("wanted", ["foreign", "990077", "", "x", "-1", "9" * 30])
def test_switching_to_a_clinic_of_others_is_as_to_one_that_does_not_exist(birch, alder, wanted):
    client = signed_in(a_colleague(birch))
    number = str(alder.pk) if wanted == "foreign" else wanted
    assert client.post(reverse("accounts:switch"), {"clinic": number}).status_code == 404
    assert worked_in(client) == birch


def test_being_taken_out_takes_effect_at_the_next_click(birch):
    person = a_colleague(birch)
    client = signed_in(person)
    assert client.get("/").status_code == 200
    Membership._base_manager.filter(staff=person).update(is_active=False)
    response = client.get("/")
    assert response.status_code == 403
    assert "You belong to no clinic here" in response.content.decode()
    assert birch.name not in response.content.decode()


def test_being_taken_out_of_one_clinic_leaves_the_other(birch, alder):
    person = a_colleague(birch)
    joins(person, alder)
    client = signed_in(person)
    Membership._base_manager.filter(clinic=alder).update(is_active=False)
    assert worked_in(client) == birch


def test_a_closed_clinic_takes_effect_at_the_next_click(birch):
    client = signed_in(a_colleague(birch))
    birch.is_active = False
    birch.save()
    assert client.get("/").status_code == 403


def test_a_changed_role_takes_effect_at_the_next_click(birch):
    person = a_colleague(birch, Role.BILLER)
    client = signed_in(person)
    add = reverse("admin:cases_payer_add")
    assert client.get(add).status_code == 200
    Membership._base_manager.filter(staff=person).update(role=Role.AUDITOR)
    assert client.get(add).status_code == 403


@pytest.mark.parametrize("name", ["admin:password_change", "admin:logout"])
def test_whoever_belongs_to_no_clinic_can_still_leave_and_change_the_password(birch, name):
    person = a_colleague(birch)
    Membership._base_manager.all().delete()
    client = signed_in(person)
    response = client.post(reverse(name)) if name.endswith("logout") else client.get(reverse(name))
    assert response.status_code in (200, 302)


def test_without_sign_in_every_page_leads_to_it():
    for address in ("/", "/case/PA-00000000/", "/admin/", "/admin/cases/patient/", "/calls/"):
        response = Client().get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/")


def test_times_are_shown_in_the_clinics_zone(birch):
    client = signed_in(a_colleague(birch))
    assert "Mountain (Denver)" in client.get("/").content.decode()


def test_a_zone_that_is_none_breaks_no_page(birch):
    birch.time_zone = "Atlantis/Poseidonis"
    birch.save()
    client = signed_in(a_colleague(birch))
    assert client.get(reverse("admin:cases_payer_changelist")).status_code == 200


def test_templates_are_rendered_inside_the_scope(birch):
    """A page is often rendered after its view has returned: still inside, still one clinic."""
    seen = []

    class Looking(SimpleTemplateResponse):
        @property
        def rendered_content(self):
            seen.append(get_scope().get("clinic"))
            return ""

    def view(request):
        return Looking("x").render()

    request = RequestFactory().get("/")
    request.user, request.session = a_colleague(birch), {}
    access.ClinicMiddleware(view)(request)
    assert seen == [birch]
    client = signed_in(request.user)
    Payer._base_manager.create(clinic=birch, name="Northfield")
    listed = client.get(reverse("admin:cases_payer_changelist"))
    assert hasattr(listed, "render") and "Northfield" in listed.content.decode()


def test_no_scope_is_left_behind(birch):
    signed_in(a_colleague(birch)).get("/")
    with pytest.raises(ScopeError):
        Patient.objects.count()


def test_without_a_clinic_nothing_of_any_can_be_read(birch):
    def view(request):
        return Patient.objects.count()

    request = RequestFactory().get("/")
    request.user, request.session = a_colleague(birch), {}
    Membership._base_manager.all().delete()
    with pytest.raises(ScopeError):
        access.ClinicMiddleware(view)(request)


def test_finding_the_clinic_costs_one_query(birch):
    request = RequestFactory().get("/")
    request.user, request.session = a_colleague(birch), {}
    for _ in range(3):
        joins(request.user, a_clinic())
    with CaptureQueriesContext(connection) as queries:
        access.ClinicMiddleware(lambda request: None)(request)
    assert len(queries) == 1


# ------------------------------------------------------------------ a case by its number


def test_a_case_of_ones_other_clinic_opens_there(birch, alder):
    person = a_colleague(birch)
    joins(person, alder)
    case = a_case(birch, person)
    client = signed_in(person)
    assert worked_in(client) == alder
    response = client.get(reverse("desk:case", args=[case.number]), follow=True)
    assert response.status_code == 200
    assert response.wsgi_request.clinic == birch
    assert worked_in(client) == birch


def test_a_case_of_a_foreign_clinic_is_not_found_and_switches_nothing(birch, alder):
    case = a_case(alder)
    client = signed_in(a_colleague(birch))
    assert client.get(reverse("desk:case", args=[case.number])).status_code == 404
    assert worked_in(client) == birch


def test_a_post_never_switches(birch, alder):
    person = a_colleague(birch)
    joins(person, alder)
    case = a_case(birch, person)
    request = RequestFactory().post("/")
    request.user, request.session = person, {}
    with pytest.raises(Http404):
        access.ClinicMiddleware(lambda request: access.case_or_404(request, case.number))(request)


# ------------------------------------------------------------------ two windows


def test_a_form_is_saved_in_the_clinic_it_was_opened_for(birch, alder):
    """Two windows, two clinics: the older window's form still goes where it said it would."""
    person = a_colleague(birch)
    joins(person, alder)
    client = signed_in(person)
    client.post(reverse("accounts:switch"), {"clinic": birch.pk})
    page = client.get(reverse("admin:cases_reviewingentity_add")).content.decode()
    assert f'name="_clinic" value="{birch.pk}"' in page
    client.post(reverse("accounts:switch"), {"clinic": alder.pk})
    client.post(
        reverse("admin:cases_reviewingentity_add"), {"name": "Ridge Review", "_clinic": birch.pk}
    )
    assert list(ReviewingEntity._base_manager.values_list("clinic", "name")) == [
        (birch.pk, "Ridge Review")
    ]


def test_a_form_of_a_clinic_one_was_taken_out_of_is_not_saved_elsewhere(birch, alder):
    person = a_colleague(birch)
    joins(person, alder)
    Membership._base_manager.filter(clinic=birch).update(is_active=False)
    response = signed_in(person).post(
        reverse("admin:cases_reviewingentity_add"), {"name": "Ridge Review", "_clinic": birch.pk}
    )
    assert response.status_code == 403
    assert "Nothing was saved" in response.content.decode()
    assert not ReviewingEntity._base_manager.exists()
