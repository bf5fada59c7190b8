"""Who may look after a case, whichever way it is given to them."""

from __future__ import annotations

import pytest

from cases.models import Membership, PriorAuthRequest, StaffMember
from cases.workflow.actor import Actor
from cases.workflow.assignee import check_assignee
from cases.workflow.importing import import_rows
from cases.workflow.intake import LineAsked, RequestAsked, open_request
from priorauth.errors import ImpossibleFact
from priorauth.spreadsheet.reading import SpreadsheetReading
from priorauth.terms import Role
from tests.cases.one_case import STARTED, a_case, a_clinic, a_colleague

pytestmark = pytest.mark.django_db


def the_unfit() -> tuple[object, list[StaffMember]]:
    """A clinic, with an auditor, somebody who left, and somebody who may not sign in any more."""
    clinic = a_clinic()
    left = a_colleague(clinic)
    Membership._base_manager.filter(staff=left).update(is_active=False)
    return clinic, [
        a_colleague(clinic, Role.AUDITOR),
        left,
        a_colleague(clinic, is_active=False),
        a_colleague(a_clinic()),
    ]


def test_everybody_who_works_on_cases_may_be_given_one() -> None:
    clinic = a_clinic()
    for role in set(Role) - {Role.AUDITOR}:
        check_assignee(clinic.pk, a_colleague(clinic, role))
    check_assignee(clinic.pk, None)


def test_an_auditor_and_whoever_is_not_here_are_refused_at_the_field() -> None:
    clinic, unfit = the_unfit()
    for person in unfit:
        with pytest.raises(ImpossibleFact) as refusal:
            check_assignee(clinic.pk, person)
        assert refusal.value.field == "assigned_to"


def test_a_request_is_not_opened_for_one_of_them() -> None:
    clinic, unfit = the_unfit()
    coverage = a_case(clinic).coverage
    asked = RequestAsked(lines=[LineAsked("96365")], diagnoses=("F33.2",))
    actor = Actor(a_colleague(clinic), Role.BILLER, STARTED)
    for person in unfit:
        with pytest.raises(ImpossibleFact):
            open_request(actor, clinic=clinic, coverage=coverage, asked=asked, assigned_to=person)
    assert PriorAuthRequest._base_manager.filter(clinic=clinic).count() == 1


def test_a_sheet_is_not_imported_for_one_of_them() -> None:
    clinic, unfit = the_unfit()
    actor = Actor(None, None, STARTED)
    nothing = SpreadsheetReading(header=(), header_row=1, source="", columns={})
    for person in unfit:
        with pytest.raises(ImpossibleFact):
            import_rows(actor, clinic, nothing, assigned_to=person)
