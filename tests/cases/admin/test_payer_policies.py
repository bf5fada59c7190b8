"""A payer's own window: what it moves is shown before it is saved, and moved once it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.admin.payer_policies import BACK, SEEN
from cases.demo.stories import Teller
from cases.models import Deadline, PayerPolicy, StaffMember
from cases.models.deadlines import LIVE
from priorauth.terms import ClockKind

ADD = "admin:cases_payerpolicy_add"


@pytest.fixture
def owner(teller: Teller, client: Client) -> Client:
    client.force_login(StaffMember.objects.get(username="demo"))
    return client


def typed(teller: Teller, **other: Any) -> dict[str, Any]:
    return {
        "payer": teller.cast.plans[0].payer.pk,
        "plan": "",
        "kind": "pa_decision",
        "starts_on": "request_received_by_payer",
        "urgency": "",
        "item": "",
        "amount": 3,
        "unit": "calendar_days",
        "basis": "payer_policy",
        "source": "Provider manual 2026",
        "page": "41",
        "link": "",
        "checked_on": "2026-01-05",
        "effective_from": "",
        "effective_to": "",
        "notes": "",
    } | other


def decision(request: Any) -> Deadline:
    return Deadline.objects.get(LIVE, request=request, kind=ClockKind.PA_DECISION)


def saved(owner: Client, teller: Teller, **other: Any) -> PayerPolicy:
    owner.post(reverse(ADD), typed(teller, **other) | {SEEN: "1"})
    return PayerPolicy.objects.get()


def test_what_a_new_policy_moves_is_shown_and_nothing_is_saved(
    teller: Teller, owner: Client
) -> None:
    request = teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    before = decision(request)

    page = owner.post(reverse(ADD), typed(teller)).content.decode()

    assert "Nothing is saved yet." in page
    assert request.number in page
    assert "1 open case<" in page
    assert 'name="source" value="Provider manual 2026"' in page
    assert not PayerPolicy.objects.exists()
    assert decision(request).pk == before.pk
    assert decision(request).chase_at == before.chase_at


def test_seen_and_saved_it_moves_the_day_to_chase_and_never_the_limit(
    teller: Teller, owner: Client
) -> None:
    request = teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    before = decision(request)

    answer = owner.post(reverse(ADD), typed(teller) | {SEEN: "1"}, follow=True)

    assert "1 open case has other deadlines now" in answer.content.decode()
    after = decision(request)
    assert (after.rule, after.legal_at, after.due_at) == (
        before.rule,
        before.legal_at,
        before.due_at,
    )
    assert after.chase_at < before.chase_at
    policy = PayerPolicy.objects.get()
    assert f"payer-policy-{policy.pk}" in {each["rule"] for each in after.derivation["lost"]}
    assert any("page 41, checked 2026-01-05" in step for step in after.derivation["steps"])


def test_back_from_the_moves_the_form_holds_what_was_typed(teller: Teller, owner: Client) -> None:
    teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    page = owner.post(reverse(ADD), typed(teller) | {BACK: "1"}).content.decode()
    assert "Nothing is saved yet. Change it, then save." in page
    assert "Provider manual 2026" in page
    assert not PayerPolicy.objects.exists()


def test_an_edit_shows_the_old_and_the_new_day_before_it_is_saved(
    teller: Teller, owner: Client
) -> None:
    request = teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    policy = saved(owner, teller)
    before = decision(request)
    address = reverse("admin:cases_payerpolicy_change", args=[policy.pk])

    posted = typed(teller, amount=2, seen_version=policy.version)
    page = owner.post(address, posted).content.decode()
    policy.refresh_from_db()
    assert (policy.amount, decision(request).pk) == (3, before.pk)
    assert "Nothing is saved yet." in page

    owner.post(address, posted | {SEEN: "1"})
    policy.refresh_from_db()
    assert policy.amount == 2
    assert before.chase_at - decision(request).chase_at == timedelta(days=1)


def test_an_edit_of_the_page_alone_moves_nothing_and_is_said_at_once(
    teller: Teller, owner: Client
) -> None:
    request = teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    policy = saved(owner, teller)
    address = reverse("admin:cases_payerpolicy_change", args=[policy.pk])

    answer = owner.post(address, typed(teller, page="43", seen_version=policy.version))

    assert answer.status_code == 302
    assert any("page 43" in step for step in decision(request).derivation["steps"])


def test_a_policy_taken_out_gives_the_dates_back(teller: Teller, owner: Client) -> None:
    request = teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    before = decision(request).chase_at
    policy = saved(owner, teller)
    assert decision(request).chase_at != before

    owner.post(reverse("admin:cases_payerpolicy_delete", args=[policy.pk]), {"post": "yes"})

    assert decision(request).chase_at == before


def test_a_policy_of_another_payer_moves_nothing(teller: Teller, owner: Client) -> None:
    plan = teller.cast.plans[0]
    other = next(each.payer for each in teller.cast.plans if each.payer_id != plan.payer_id)
    request = teller.submitted(teller.at(2), plan=plan)
    before = decision(request)
    answer = owner.post(reverse(ADD), typed(teller, payer=other.pk))
    assert answer.status_code == 302
    assert decision(request).pk == before.pk


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"amount": 0}, "Write a whole number from 1 to 400"),
        ({"amount": 401}, "Write a whole number from 1 to 400"),
        ({"amount": ""}, "Write the number, from 1 to 400."),
        ({"page": ""}, "Write the page or section"),
        ({"source": ""}, "Name the manual or contract."),
        (
            {"kind": "appeal_filing", "starts_on": "denial_notice_received", "unit": "hours"},
            "in days or months, not in hours",
        ),
        (
            {"kind": "peer_to_peer", "starts_on": "denial_notice_dated", "unit": "hours"},
            "A printed date has no hour to count from",
        ),
        ({"starts_on": "denial_notice_dated"}, "This step is counted from our sending"),
        (
            {"effective_from": "2026-05-01", "effective_to": "2026-04-30"},
            "It lies before the day from which the policy holds.",
        ),
        ({"checked_on": "2199-01-01"}, "This day lies ahead"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    teller: Teller, owner: Client, wrong: dict[str, Any], words: str
) -> None:
    answer = owner.post(reverse(ADD), typed(teller, **wrong))
    assert answer.status_code == 200
    assert words in answer.content.decode().replace("&#x27;", "'")
    assert not PayerPolicy.objects.exists()


def test_a_plan_of_another_payer_is_refused(teller: Teller, owner: Client) -> None:
    payer = teller.cast.plans[0].payer_id
    other = next(plan for plan in teller.cast.plans if plan.payer_id != payer)
    page = owner.post(reverse(ADD), typed(teller, plan=other.pk)).content.decode()
    assert "This plan is another payer" in page


def test_two_policies_for_the_same_cases_in_the_same_days_are_refused(
    teller: Teller, owner: Client
) -> None:
    saved(owner, teller, effective_to="2026-06-30")
    page = owner.post(reverse(ADD), typed(teller, amount=9)).content.decode()
    assert "Another policy for the same cases and days is on file" in page
    later = typed(teller, amount=9, effective_from="2026-07-01") | {SEEN: "1"}
    assert owner.post(reverse(ADD), later).status_code == 302
    assert PayerPolicy.objects.count() == 2


def test_more_than_fifty_cases_are_told_as_more(
    teller: Teller, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("cases.workflow.moves.SHOWN", "cases.admin.payer_policies.SHOWN"):
        monkeypatch.setattr(module, 1)
    for _ in range(3):
        teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    page = owner.post(reverse(ADD), typed(teller)).content.decode()
    assert "The first 1 of more than 1 open cases" in page
    assert page.count("PA-") >= 1


@pytest.mark.parametrize("kind", ["retro_authorization", "timely_filing"])
def test_a_window_from_the_day_of_an_infusion_is_given_in_days(
    teller: Teller, owner: Client, kind: str
) -> None:
    window = typed(teller, kind=kind, starts_on="infusion_given", amount=90)
    page = owner.post(reverse(ADD), window | {"unit": "hours"}).content.decode()
    assert "This step is given in days or months, not in hours." in page
    page = owner.post(reverse(ADD), window | {"starts_on": "denial_notice_dated"}).content.decode()
    assert "This step is counted from the day of the infusion." in page
    assert owner.post(reverse(ADD), window).status_code == 302
