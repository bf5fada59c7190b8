"""Inviting, joining, changing roles, leaving."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from cases.models import Invitation, Membership, StaffMember
from cases.workflow import staffing
from priorauth.errors import ImpossibleFact, NotAllowedNow
from priorauth.terms import Role
from tests.cases.one_case import a_case, a_clinic, a_colleague

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
PERSON = {"first_name": "Kim", "last_name": "Newly", "password": "four plain words here"}


@pytest.fixture
def clinic():
    return a_clinic()


@pytest.fixture
def owner(clinic):
    return a_colleague(clinic, Role.OWNER)


@pytest.fixture
def invited(clinic, owner, django_capture_on_commit_callbacks):
    """An invitation to kim@clinic.example and the token that only her mail holds."""

    def invite(email="kim@clinic.example", role=Role.BILLER, now=NOW):
        with django_capture_on_commit_callbacks(execute=True):
            invitation = staffing.invite(clinic, email=email, role=role, by=owner, now=now)
        return invitation, re.search(r"token=(\S+)", mail.outbox[-1].body)[1]

    return invite


def membership_of(person, clinic):
    return Membership._base_manager.get(staff=person, clinic=clinic)


def test_the_token_stands_in_the_mail_and_only_its_hash_in_the_database(invited):
    invitation, token = invited()
    stored = Invitation._base_manager.values().get(pk=invitation.pk)
    assert token not in str(stored)
    assert stored["token_hash"] == staffing.hash_of(token)
    assert len(token) >= 43  # 256 bits
    assert staffing.invitation_behind(token, now=NOW) == invitation


def test_the_mail_gives_neither_clinic_nor_treatment_away(invited, clinic):
    invited()
    text = f"{mail.outbox[0].subject} {mail.outbox[0].body}".lower()
    for word in (clinic.name.lower(), "clinic ", "ketamine", "infusion", "patient"):
        assert word not in text


def test_a_new_person_joins_with_name_and_password(invited, clinic):
    invitation, _ = invited(role=Role.LEAD)
    membership = staffing.join(invitation, **PERSON, now=NOW)
    assert (membership.clinic, membership.role) == (clinic, Role.LEAD)
    assert membership.staff.email == "kim@clinic.example"
    assert membership.staff.check_password(PERSON["password"])
    assert not membership.staff.is_superuser


def test_an_invitation_works_once(invited):
    invitation, token = invited()
    staffing.join(invitation, **PERSON, now=NOW)
    assert staffing.invitation_behind(token, now=NOW) is None
    with pytest.raises(NotAllowedNow, match="was used or has ended"):
        staffing.join(invitation, **PERSON, now=NOW)
    assert StaffMember.objects.filter(email="kim@clinic.example").count() == 1


def test_an_invitation_ends_after_seven_days_to_the_second(invited):
    invitation, token = invited()
    last = NOW + timedelta(days=7) - timedelta(seconds=1)
    assert staffing.invitation_behind(token, now=last) == invitation
    assert staffing.invitation_behind(token, now=NOW + timedelta(days=7)) is None
    with pytest.raises(NotAllowedNow):
        staffing.join(invitation, **PERSON, now=NOW + timedelta(days=7))


def test_an_ended_invitation_does_not_work(invited):
    invitation, token = invited()
    staffing.revoke(invitation, now=NOW)
    assert staffing.invitation_behind(token, now=NOW) is None


def test_a_second_invitation_ends_the_first(invited):
    _, first = invited()
    _, second = invited("KIM@clinic.example")
    assert staffing.invitation_behind(first, now=NOW) is None
    assert staffing.invitation_behind(second, now=NOW) is not None


def test_an_invitation_to_a_closed_clinic_does_not_work(invited, clinic):
    _, token = invited()
    clinic.is_active = False
    clinic.save()
    assert staffing.invitation_behind(token, now=NOW) is None


def test_whoever_works_here_is_not_invited_again(clinic, owner):
    with pytest.raises(ImpossibleFact, match="already works here"):
        staffing.invite(clinic, email=owner.email.upper(), role=Role.BILLER, by=owner, now=NOW)


def test_whoever_works_elsewhere_is_invited_without_a_hint_of_that(invited):
    elsewhere = a_colleague(a_clinic())
    invitation, _ = invited(elsewhere.email)
    assert invitation.email == elsewhere.email


def test_a_known_person_accepts_with_their_own_address_only(invited, clinic):
    kim = a_colleague(a_clinic(), email="kim@clinic.example")
    invitation, _ = invited()
    with pytest.raises(NotAllowedNow, match="another person"):
        staffing.accept(invitation, a_colleague(a_clinic()), now=NOW)
    assert staffing.accept(invitation, kim, now=NOW).clinic == clinic


def test_nobody_joins_anew_under_an_address_that_signs_in(invited):
    invitation, token = invited()
    a_colleague(a_clinic(), email="Kim@Clinic.example")
    with pytest.raises(NotAllowedNow, match="sign in to accept"):
        staffing.join(invitation, **PERSON, now=NOW)
    assert staffing.invitation_behind(token, now=NOW) == invitation  # not used up


def test_whoever_left_comes_back_by_invitation_in_the_new_role(invited, clinic):
    kim = a_colleague(clinic, Role.BILLER, email="kim@clinic.example")
    staffing.take_out(membership_of(kim, clinic))
    invitation, _ = invited(role=Role.AUDITOR)
    staffing.accept(invitation, kim, now=NOW)
    back = membership_of(kim, clinic)
    assert (back.is_active, back.role) == (True, Role.AUDITOR)


def test_taking_out_tells_how_many_open_cases_are_left_behind(clinic, owner):
    kim = a_colleague(clinic)
    open_one, closed_one = a_case(clinic, kim), a_case(clinic, kim)
    a_case(clinic, owner)
    type(closed_one)._base_manager.filter(pk=closed_one.pk).update(status="closed")
    membership = membership_of(kim, clinic)
    assert [case.pk for case in staffing.open_cases_of(membership)] == [open_one.pk]
    assert staffing.take_out(membership) == 1
    assert not membership_of(kim, clinic).is_active


def test_taking_out_touches_no_other_clinic(clinic, owner):
    kim, other = a_colleague(clinic), a_clinic()
    Membership._base_manager.create(clinic=other, staff=kim, role=Role.BILLER)
    staffing.take_out(membership_of(kim, clinic))
    assert membership_of(kim, other).is_active
    kim.refresh_from_db()
    assert kim.is_active


def test_a_clinic_is_never_left_without_an_owner(clinic, owner):
    alone = membership_of(owner, clinic)
    with pytest.raises(NotAllowedNow, match="without an owner"):
        staffing.take_out(alone)
    with pytest.raises(NotAllowedNow, match="without an owner"):
        staffing.change_role(alone, Role.LEAD)
    assert membership_of(owner, clinic).role == Role.OWNER
    second = a_colleague(clinic, Role.OWNER)
    staffing.take_out(alone)
    with pytest.raises(NotAllowedNow):
        staffing.take_out(membership_of(second, clinic))


def test_an_owner_who_cannot_sign_in_does_not_count(clinic, owner):
    second = a_colleague(clinic, Role.OWNER)
    second.is_active = False
    second.save()
    with pytest.raises(NotAllowedNow):
        staffing.take_out(membership_of(owner, clinic))
