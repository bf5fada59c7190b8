"""A date of ours is let pass with a reason; nobody else's date is."""

from __future__ import annotations

from django.test import Client

from cases.models import Clinic, Deadline
from priorauth.terms import EventKind, OwedBy
from tests.cases.desk import made


def test_the_reason_is_kept_on_the_timeline(client: Client, clinic: Clinic) -> None:
    case = made.request(clinic)
    clock = made.deadline(case)
    address = f"/case/{case.number}/let-pass/{clock.pk}/"
    assert address in client.get(f"/case/{case.number}/").content.decode()
    html = client.post(address, {"reason": "Patient moved away."}, follow=True).content.decode()
    assert "The date is let pass." in html
    assert "Patient moved away." in html
    told = case.events.get(kind=EventKind.DEADLINE_LET_PASS)
    assert told.facts == {"deadline": clock.key}


def test_without_a_reason_nothing_happens_and_the_page_says_what_lacks(
    client: Client, clinic: Clinic
) -> None:
    case = made.request(clinic)
    clock = made.deadline(case)
    html = client.post(f"/case/{case.number}/let-pass/{clock.pk}/", {"reason": " "}).content
    assert "Say why nobody will act on this date." in html.decode()
    assert not case.events.filter(kind=EventKind.DEADLINE_LET_PASS).exists()


def test_a_refusal_loses_nothing_that_was_typed(auditor: Client, clinic: Clinic) -> None:
    case = made.request(clinic)
    clock = made.deadline(case)
    html = auditor.post(f"/case/{case.number}/let-pass/{clock.pk}/", {"reason": "Because."}).content
    assert "Because.</textarea>" in html.decode()
    assert 'role="alert"' in html.decode()
    assert not case.events.filter(kind=EventKind.DEADLINE_LET_PASS).exists()


def test_the_payers_date_is_not_ours_to_let_pass(client: Client, clinic: Clinic) -> None:
    case = made.request(clinic)
    clock = made.deadline(case, owed_by=OwedBy.PAYER)
    assert "/let-pass/" not in client.get(f"/case/{case.number}/").content.decode()
    assert client.post(f"/case/{case.number}/let-pass/{clock.pk}/").status_code == 404
    assert Deadline.objects.get(pk=clock.pk).standing == "running"
