"""A half-typed call is kept until it is logged, thrown away, or a fortnight old."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from cases.demo.stories import Teller
from cases.models import CallDraft, PriorAuthRequest
from cases.queries.call_drafts import begun_by, begun_on
from cases.workflow.call_drafts import LONGEST, delete_old, drop_draft, keep_draft
from priorauth.errors import ImpossibleFact, NotAllowedNow

AT_TEN = datetime(2026, 9, 18, 14, tzinfo=UTC)
TOKEN = "3f0c1f6e-3a7c-4c7e-9a55-0a4a0e9d3c11"


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    return teller.submitted(teller.at(3))


def keep(teller: Teller, case: PriorAuthRequest | None, at: datetime = AT_TEN, **typed: str):
    fields = {name: [text] for name, text in {"token": TOKEN, **typed}.items()}
    return keep_draft(teller.cast.biller, teller.cast.clinic, case, fields, now=at)


def test_what_is_typed_next_takes_the_place_of_what_was_kept_and_the_beginning_stands(teller, case):
    keep(teller, case, representative_name="Da")
    keep(teller, case, AT_TEN + timedelta(minutes=2), representative_name="Dana")
    kept = CallDraft.objects.get()
    assert kept.fields["representative_name"] == ["Dana"]
    assert kept.begun_at == datetime(2026, 9, 18, 14, 0, tzinfo=UTC)
    assert kept.updated_at == datetime(2026, 9, 18, 14, 2, tzinfo=UTC)


def test_each_case_and_each_person_has_a_draft_and_a_call_without_a_case_one_too(teller, case):
    other = teller.submitted(teller.at(2))
    for about in (case, other, None, None):
        keep(teller, about)
    keep_draft(teller.cast.lead, teller.cast.clinic, case, {"token": [TOKEN]}, now=AT_TEN)
    assert {draft.request for draft in begun_by(teller.cast.biller)} == {case, other, None}
    assert CallDraft.objects.count() == 4


def test_whoever_throws_a_draft_away_keeps_the_others(teller, case):
    keep(teller, case)
    keep(teller, None)
    assert drop_draft(teller.cast.biller, None)
    assert not drop_draft(teller.cast.biller, None)
    assert begun_on(teller.cast.biller, case) is not None


def test_a_draft_that_arrives_after_its_call_was_logged_is_refused_and_not_shown(teller, case):
    event = case.events.latest("pk")
    event.__class__._base_manager.filter(pk=event.pk).update(token=TOKEN)
    with pytest.raises(NotAllowedNow, match="logged already"):
        keep(teller, case)
    CallDraft(
        clinic=case.clinic,
        request=case,
        staff=teller.cast.biller,
        token=TOKEN,
        begun_at=AT_TEN,
        updated_at=AT_TEN,
    ).save()
    assert begun_on(teller.cast.biller, case) is None


def test_a_draft_has_a_bound_and_the_name_of_its_form(teller, case):
    keep(teller, case, summary="x" * (LONGEST - 100))
    with pytest.raises(ImpossibleFact, match="more than 40,000 letters"):
        keep(teller, case, summary="x" * LONGEST)
    for token in ("", "no token"):
        with pytest.raises(ImpossibleFact, match="Open the form anew"):
            keep(teller, case, token=token)


def test_a_draft_nobody_touched_for_14_days_is_deleted(teller, case):
    keep(teller, case)
    keep(teller, None, AT_TEN + timedelta(seconds=1), token=str(uuid.uuid4()))
    assert delete_old(AT_TEN + timedelta(days=14)) == 1
    assert CallDraft.objects.get().request is None
