"""Task 12: the list finds what ends soon by itself; one press copies it into a new request."""

from __future__ import annotations

import pytest

from cases.demo import stories
from cases.demo.stories import Teller
from cases.models import PriorAuthRequest
from priorauth.terms import RequestStatus
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_approval_that_ends_is_renewed(hand: Hand, teller: Teller) -> None:
    stories.approved_ending_soon(teller)
    old = PriorAuthRequest.objects.get()
    page = hand.page
    hand.at("/")

    hand.press(page.get_by_role("link", name=f"Renew {old.number}").first)
    hand.press(page.get_by_role("button", name="Open the request").last)
    page.wait_for_url("**/case/PA-*/")

    new = PriorAuthRequest.objects.exclude(pk=old.pk).get()
    assert (new.previous_request, new.status) == (old, RequestStatus.DRAFT)
    assert (new.patient, new.coverage) == (old.patient, old.coverage)
    assert new.planned_start_on > old.authorizations.get().effective_through
    wanted = [(line.code, line.units_total, line.drug_narrative) for line in old.lines.all()]
    assert [(row.code, row.units_total, row.drug_narrative) for row in new.lines.all()] == wanted
    before = [one.code for one in old.diagnoses.all()]
    assert [one.code for one in new.diagnoses.all()] == before
    hand.within("Renew before units or dates end", interactions=2, seconds=45)
