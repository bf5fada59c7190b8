"""The register of payers' stances: what it refuses, and the count it shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.demo.stories import Teller
from cases.models import PayerStance, StaffMember
from tests.cases.admin.conftest import add_url, change_url, list_url


@pytest.fixture
def owner(teller: Teller, client: Client) -> Client:
    client.force_login(StaffMember.objects.get(username="demo"))
    return client


def typed(teller: Teller, **other: Any) -> dict[str, Any]:
    return {
        "payer": teller.cast.plans[0].payer.pk,
        "plan": "",
        "product": "racemic_ketamine",
        "condition": "depression",
        "stance": "excludes",
        "policy_number": "MP-1.23",
        "title": "Ketamine",
        "effective_from": "2026-09-03",
        "effective_through": "",
        "reviewed_on": "2026-09-10",
        "link": "",
        "notes": "",
    } | other


def refused(owner: Client, teller: Teller, **other: Any) -> str:
    before = PayerStance.objects.count()
    response = owner.post(add_url(PayerStance), typed(teller, **other))
    assert response.status_code == 200
    assert PayerStance.objects.count() == before
    return response.content.decode()


def test_a_saved_stance_is_counted_at_once_and_shown_in_the_list(
    teller: Teller, owner: Client
) -> None:
    teller.denied(5, plan=teller.cast.plans[0])
    assert owner.post(add_url(PayerStance), typed(teller)).status_code == 302
    row = PayerStance.objects.get()
    assert (row.requests_denied, row.requests_decided) == (1, 1)
    assert "1 of 1" in owner.get(list_url(PayerStance)).content.decode()
    page = owner.get(change_url(row)).content.decode()
    assert "Of 1 request decided since Thu 3 Sep 2026, for any condition, 1 was denied as" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"effective_through": "2026-09-02"}, "It lies before the first day"),
        ({"reviewed_on": "2099-01-01"}, "This day lies ahead"),
        ({"reviewed_on": "yesterday"}, "Enter a valid date."),
        ({"stance": "maybe"}, "not one of the available choices"),
        ({"link": "not a link"}, "Enter a valid URL."),
        ({"policy_number": "9" * 41}, "at most 40 characters"),
        ({"asks_score": "20"}, "Say of which scale the score is."),
        ({"asks_scale": "phq9"}, "Enter the score that the policy asks for."),
        ({"asks_scale": "phq9", "asks_score": "28"}, "This scale goes from 0 to 27."),
        ({"asks_trial_kind": "antidepressant"}, "Enter how many of this sort must have failed."),
        ({"asks_places": "11, office"}, "is not a place of service"),
        ({"asks_prescribers": "psychiatrist"}, "is not a taxonomy code"),
    ],
)
def test_what_cannot_be_is_refused_on_its_field_and_nothing_typed_is_lost(
    teller: Teller, owner: Client, wrong: dict[str, str], words: str
) -> None:
    page = refused(owner, teller, **wrong)
    assert words in page
    assert 'value="depression"' in page


def test_a_plan_of_another_payer_is_refused(teller: Teller, owner: Client) -> None:
    assert "another payer" in refused(owner, teller, plan=teller.cast.plans[2].pk)


def test_a_second_stance_on_the_same_thing_waits_for_the_first_to_end(
    teller: Teller, owner: Client
) -> None:
    owner.post(add_url(PayerStance), typed(teller))
    first = PayerStance.objects.get()
    assert "Another stance" in refused(owner, teller, condition="Depression", stance="covers")

    first.effective_through = "2026-12-31"
    first.save()
    later = typed(teller, stance="covers", effective_from="2027-01-01")
    assert owner.post(add_url(PayerStance), later).status_code == 302
    assert owner.post(add_url(PayerStance), typed(teller, condition="pain")).status_code == 302


# ------------------------------------------------------------------ the saved copy

PDF = b"%PDF-1.7 the policy"


def sent(content: bytes, name: str = "policy.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_copy_is_kept_under_a_random_name_and_handed_out_as_a_download(
    teller: Teller, owner: Client
) -> None:
    posted = typed(teller, file=sent(PDF, "Northfield policy.pdf"))
    assert owner.post(add_url(PayerStance), posted).status_code == 302
    row = PayerStance.objects.get()
    assert "Northfield" not in row.file.name
    page = owner.get(change_url(row)).content.decode()
    assert f'href="/policies/{row.pk}/copy/"' in page
    answer = owner.get(f"/policies/{row.pk}/copy/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert f"policy-{row.pk}.pdf" in answer["Content-Disposition"]


def test_an_edit_without_a_file_keeps_the_copy_and_a_new_one_takes_its_place(
    teller: Teller, owner: Client, django_capture_on_commit_callbacks: Any
) -> None:
    owner.post(add_url(PayerStance), typed(teller, file=sent(PDF)))
    row = PayerStance.objects.get()
    first = row.file.name
    owner.post(change_url(row), typed(teller, notes="x", seen_version=row.version))
    row.refresh_from_db()
    assert row.file.name == first

    with django_capture_on_commit_callbacks(execute=True):
        newer = typed(teller, file=sent(PDF + b"2"), seen_version=row.version)
        owner.post(change_url(row), newer)
    row.refresh_from_db()
    assert row.file.name != first
    assert not row.file.storage.exists(first)

    last = row.file.name
    with django_capture_on_commit_callbacks(execute=True):
        owner.post(change_url(row).replace("change", "delete"), {"post": "yes"})
    assert not row.file.storage.exists(last)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ a program", "Only PDF, PNG, JPEG and TIFF files are kept here."),
        (b"", "The submitted file is empty."),
        (b"<html>%PDF-</html>", "Only PDF, PNG, JPEG and TIFF files are kept here."),
    ],
)
def test_a_file_of_another_sort_is_refused(
    teller: Teller, owner: Client, content: bytes, words: str
) -> None:
    assert words in refused(owner, teller, file=sent(content))


def test_where_there_is_no_copy_nothing_is_handed_out(teller: Teller, owner: Client) -> None:
    owner.post(add_url(PayerStance), typed(teller))
    row = PayerStance.objects.get()
    assert owner.get(f"/policies/{row.pk}/copy/").status_code == 404
    assert "None yet." in owner.get(change_url(row)).content.decode()
