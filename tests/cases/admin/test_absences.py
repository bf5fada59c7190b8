"""The absence calendar: one's own for everybody, everybody's for the leads."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Absence, Membership
from priorauth.terms import Role
from tests.cases.desk import made

pytestmark = pytest.mark.django_db
ADD = reverse("admin:cases_absence_add")


@pytest.fixture
def clinic():
    return made.clinic()


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def member(person):
    return Membership._base_manager.get(staff=person)


def asked(who, to=None, first="2026-12-01", last="2026-12-04"):
    return {
        "member": member(who).pk,
        "away_from": first,
        "away_through": last,
        "hand_over_to": member(to).pk if to else "",
        "note": "",
    }


def test_a_biller_enters_their_own_absence_and_nobody_elses(clinic):
    jo, sam = made.staff(clinic), made.staff(clinic, name="Sam Ode")
    assert browser(jo).post(ADD, asked(jo, sam)).status_code == 302
    assert Absence._base_manager.get().member == member(jo)
    refused = browser(jo).post(ADD, asked(sam, jo))
    assert refused.status_code == 200
    assert Absence._base_manager.count() == 1


def test_a_biller_looks_at_others_absences_and_changes_their_own_only(clinic):
    jo, sam = made.staff(clinic), made.staff(clinic, name="Sam Ode")
    row = Absence._base_manager.create(
        clinic=clinic,
        member=member(sam),
        away_from=date(2026, 12, 1),
        away_through=date(2026, 12, 2),
    )
    page = reverse("admin:cases_absence_change", args=[row.pk])
    assert browser(jo).get(page).status_code == 200
    assert browser(jo).post(page, asked(sam, jo)).status_code == 403
    assert browser(sam).post(page, {**asked(sam, jo), "version_seen": 0}).status_code in (200, 302)


def test_a_lead_enters_anybodys(clinic):
    jo, lead = made.staff(clinic), made.staff(clinic, Role.LEAD, "Lea Der")
    assert browser(lead).post(ADD, asked(jo, lead)).status_code == 302


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"away_through": "2026-11-01"}, "before the first"),
        ({"hand_over_to": "self"}, "Nobody stands in for themselves"),
        ({"hand_over_to": "auditor"}, "could not act on a reminder"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(clinic, changes, says):
    jo, auditor = made.staff(clinic), made.staff(clinic, Role.AUDITOR, "Au Ditor")
    keys = {"self": member(jo).pk, "auditor": member(auditor).pk}
    given = {name: keys.get(value, value) for name, value in changes.items()}
    said = browser(jo).post(ADD, {**asked(jo), **given}).content.decode()
    assert says in said
    assert not Absence._base_manager.exists()
