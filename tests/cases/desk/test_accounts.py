"""The pages around signing in: no enumeration, no effect of a look, nothing typed lost."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cases.models import Clinic, Invitation, Membership, StaffMember
from priorauth.terms import Role
from tests.cases.one_case import a_case, a_clinic, a_colleague
from tests.house.html_forms import form_in

pytestmark = [pytest.mark.django_db(transaction=True)]
PASSWORD = "four plain words here"


@pytest.fixture
def clinic():
    return a_clinic(name="Lakeview Clinic")


@pytest.fixture
def owner(clinic):
    client = Client()
    client.force_login(a_colleague(clinic, Role.OWNER))
    return client


def invite(owner, email="kim@clinic.example", role=Role.BILLER):
    response = owner.post(reverse("accounts:invite"), {"email": email, "role": role}, follow=True)
    return response, link_in(mail.outbox[-1]) if mail.outbox else ""


def link_in(message):
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", message.body)[1]


def join(client, link, **typed):
    token = link.partition("token=")[2]
    form = {"first_name": "Kim", "last_name": "Newly", "password": PASSWORD}
    form |= {"password_again": form["password"], "token": token, **typed}
    return client.post(reverse("accounts:join"), form)


# ------------------------------------------------------------------ signing in


@pytest.fixture
def kim(clinic):
    person = a_colleague(clinic, username="Kim.Biller", email="Kim@clinic.example")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.mark.parametrize("typed", ["Kim.Biller", "kim.biller", " kim@CLINIC.example "])
def test_the_sign_in_name_or_the_e_mail_will_do(kim, typed):
    response = Client().post("/admin/login/", {"username": typed, "password": PASSWORD})
    assert response.status_code == 302


def test_a_wrong_password_and_an_unknown_name_read_the_same(kim):
    pages = [
        Client().post("/admin/login/", {"username": name, "password": "wrong"}).content.decode()
        for name in ("kim.biller", "nobody.ever")
    ]
    kim.is_active = False
    kim.save()
    pages.append(
        Client()
        .post("/admin/login/", {"username": "kim.biller", "password": PASSWORD})
        .content.decode()
    )
    bare = {
        re.sub(r'(nobody\.ever|kim\.biller|Kim\.Biller|value="\w{64}")', "#", page)
        for page in pages
    }
    assert len(bare) == 1 and "do not match" in bare.pop()


def test_after_signing_in_one_is_where_one_wanted_to_be(kim):
    response = Client().post(
        "/admin/login/?next=/calls/",
        {"username": "kim.biller", "password": PASSWORD, "next": "/calls/"},
    )
    assert response.headers["Location"] == "/calls/"


# ------------------------------------------------------------------ a forgotten password


def test_a_known_and_an_unknown_address_get_the_same_answer(kim):
    answers = []
    for email in ("kim@clinic.example", "nobody@clinic.example"):
        response = Client().post(reverse("accounts:forgotten"), {"email": email}, follow=True)
        answers.append((response.redirect_chain, response.content))
    assert answers[0] == answers[1]
    assert [message.to for message in mail.outbox] == [["Kim@clinic.example"]]


def test_a_new_password_is_chosen_through_the_mail(kim, settings):
    Client().post(reverse("accounts:forgotten"), {"email": kim.email})
    message = mail.outbox[0]
    assert message.subject == "Choose a new password"
    assert "ketamine" not in message.body.lower() and "clinic.example" not in message.body
    client = Client()
    form = client.get(link_in(message), follow=True)
    new = {"new_password1": "other plain words now", "new_password2": "other plain words now"}
    client.post(form.redirect_chain[-1][0], new)
    kim.refresh_from_db()
    assert kim.check_password("other plain words now")
    again = Client().get(link_in(message), follow=True)
    assert "no longer works" in again.content.decode()


# ------------------------------------------------------------------ inviting and joining


def test_a_person_is_invited_joins_and_is_signed_in(owner, clinic):
    response, link = invite(owner)
    assert "Invited kim@clinic.example" in response.content.decode()
    visitor = Client()
    assert visitor.get(link).status_code == 200
    assert join(visitor, link).status_code == 302
    assert visitor.get("/").wsgi_request.clinic == clinic
    person = StaffMember.objects.get(email="kim@clinic.example")
    assert person.get_full_name() == "Kim Newly"


def test_looking_at_the_link_changes_nothing(owner):
    _, link = invite(owner)
    for _ in range(3):
        assert Client().get(link).status_code == 200
    assert Invitation._base_manager.get().accepted_at is None


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"password": "short", "password_again": "short"}, "password", "too short"),
        ({"password_again": "another"}, "password_again", "differ"),
        ({"first_name": ""}, "first_name", "required"),
    ],
)
def test_a_wrong_entry_is_said_beside_its_field_and_the_rest_is_kept(owner, typed, field, said):
    _, link = invite(owner)
    response = join(Client(), link, **typed)
    assert said in str(response.context["form"].errors[field])
    assert 'value="Newly"' in response.content.decode()
    assert not StaffMember.objects.filter(email="kim@clinic.example").exists()
    assert join(Client(), link).status_code == 302  # not used up


def test_a_used_a_made_up_and_a_missing_token_read_the_same(owner):
    _, link = invite(owner)
    join(Client(), link)
    pages = {
        Client().get(address).content
        for address in (
            link,
            "/accounts/join/?token=made-up",
            "/accounts/join/",
            "/accounts/join/?token=%00",
        )
    }
    assert len(pages) == 1 and b"no longer works" in pages.pop()


def test_a_known_person_signs_in_and_accepts(owner, clinic):
    kim = a_colleague(a_clinic(name="Other Clinic"), email="kim@clinic.example")
    _, link = invite(owner, role=Role.LEAD)
    assert "sign in to accept" in Client().get(link).content.decode()
    client = Client()
    client.force_login(kim)
    client.post(reverse("accounts:join"), {"token": link.partition("token=")[2]})
    request = client.get("/").wsgi_request
    assert (request.clinic, request.role) == (clinic, Role.LEAD)


def test_somebody_else_who_is_signed_in_cannot_accept(owner, clinic):
    a_colleague(a_clinic(), email="kim@clinic.example")
    _, link = invite(owner)
    client = Client()
    client.force_login(a_colleague(a_clinic()))
    assert "signed in as somebody else" in client.get(link).content.decode()
    client.post(reverse("accounts:join"), {"token": link.partition("token=")[2]})
    assert Invitation._base_manager.get().accepted_at is None


def test_a_mail_server_that_is_down_is_said_and_nothing_breaks(owner, monkeypatch):
    def down(self):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    response, _ = invite(owner)
    assert response.status_code == 200
    assert "mail server did not take its mail" in response.content.decode()


def test_an_invitation_can_be_ended(owner):
    _, link = invite(owner)
    owner.post(reverse("accounts:revoke", args=[Invitation._base_manager.get().pk]))
    assert b"no longer works" in Client().get(link).content


# ------------------------------------------------------------------ leaving


def test_taking_out_asks_once_shows_the_open_cases_and_works_at_once(owner, clinic):
    kim = a_colleague(clinic, first_name="Kim", last_name="Newly")
    case = a_case(clinic, kim)
    address = reverse(
        "accounts:take_out", args=[Membership._base_manager.get(staff=kim, clinic=clinic).pk]
    )
    page = owner.get(address).content.decode()
    assert case.number in page and "Take out Kim Newly" in page
    client = Client()
    client.force_login(kim)
    assert client.get("/").status_code == 200
    done = owner.post(address, follow=True).content.decode()
    assert "One open case is still in their name" in done
    assert client.get("/").status_code == 403


def test_the_last_owner_is_told_why_they_stay(owner, clinic):
    alone = Membership._base_manager.get(role=Role.OWNER, clinic=clinic)
    page = owner.post(reverse("accounts:take_out", args=[alone.pk]), follow=True).content.decode()
    assert "left without an owner" in page
    form = owner.post(
        reverse("admin:cases_membership_change", args=[alone.pk]), {"role": Role.BILLER}
    )
    assert "left without an owner" in form.content.decode()
    assert Membership._base_manager.get(pk=alone.pk).role == Role.OWNER


def test_a_role_is_changed_on_the_people_page(owner, clinic):
    kim = Membership._base_manager.get(staff=a_colleague(clinic))
    owner.post(reverse("admin:cases_membership_change", args=[kim.pk]), {"role": Role.LEAD})
    assert Membership._base_manager.get(pk=kim.pk).role == Role.LEAD


# ------------------------------------------------------------------ setting a clinic up


def test_a_new_clinic_begins_with_an_invited_owner(db):
    keeper = StaffMember.objects.create_superuser("keeper", "keeper@example.com", "x" * 20)
    client = Client()
    client.force_login(keeper)
    client.post(
        reverse("admin:cases_clinic_add"),
        {
            "name": "Harbor Clinic",
            "slug": "harbor",
            "is_active": "on",
            "time_zone": "America/Chicago",
            "owner_email": "kim@clinic.example",
        },
    )
    clinic = Clinic.objects.get(slug="harbor")
    visitor = Client()
    join(visitor, link_in(mail.outbox[0]))
    request = visitor.get("/").wsgi_request
    assert (request.clinic, request.role) == (clinic, Role.OWNER)


def test_whoever_runs_the_product_keeps_a_clinic_they_do_not_work_in(clinic):
    keeper = StaffMember.objects.create_superuser("keeper", "keeper@example.com", "x" * 20)
    client = Client()
    client.force_login(keeper)
    address = reverse("admin:cases_clinic_change", args=[clinic.pk])
    form = form_in(client.get(address).content.decode(), "clinic_form")
    a_case(clinic)
    response = client.post(address, form | {"time_zone": "America/Denver"})
    assert response.status_code == 302
    clinic.refresh_from_db()
    assert clinic.time_zone == "America/Denver"


def test_whoever_runs_the_product_invites_one_more_owner_when_the_first_mail_was_lost(clinic):
    keeper = StaffMember.objects.create_superuser("keeper", "keeper@example.com", "x" * 20)
    client = Client()
    client.force_login(keeper)
    address = reverse("admin:cases_clinic_change", args=[clinic.pk])
    form = form_in(client.get(address).content.decode(), "clinic_form")
    client.post(address, form | {"owner_email": "kim@clinic.example"})
    visitor = Client()
    join(visitor, link_in(mail.outbox[0]))
    assert visitor.get("/").wsgi_request.role == Role.OWNER
    form = form_in(client.get(address).content.decode(), "clinic_form")
    again = client.post(address, form | {"owner_email": "KIM@clinic.example"})
    assert "already works here" in again.content.decode()


def test_a_clinic_is_set_up_even_when_the_mail_server_is_down(db, monkeypatch):
    def down(self):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    keeper = StaffMember.objects.create_superuser("keeper", "keeper@example.com", "x" * 20)
    client = Client()
    client.force_login(keeper)
    response = client.post(
        reverse("admin:cases_clinic_add"),
        {
            "name": "Harbor Clinic",
            "slug": "harbor",
            "is_active": "on",
            "time_zone": "America/Chicago",
            "owner_email": "kim@clinic.example",
        },
        follow=True,
    )
    assert "enter the e-mail once more" in response.content.decode()
    assert Clinic.objects.filter(slug="harbor").exists()
