"""Signed letters waiting to be sent: seen from the worklist, ticked, tried, then recorded."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cases.demo.stories import Teller
from cases.models import Appeal, AppealLetter, StaffMember
from cases.queries.unsent_letters import unsent_with_cases
from priorauth.terms import Role
from tests.cases.appeal_case import person, refused
from tests.cases.desk.paper import Desk, shown
from tests.cases.workflow.test_appeal_letters import keep, sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday_with_files")]
PAGE = "/letters/"


@pytest.fixture
def waiting(teller: Teller) -> list[AppealLetter]:
    for days in (6, 5):
        sign(teller, keep(teller, refused(teller, days_ago=days)))
    return unsent_with_cases()


def html(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return answer.content.decode().replace("&#x27;", "'")


def numbers(letters: list[AppealLetter]) -> dict[str, str]:
    return {f"number_{each.pk}": f"FX-{place}" for place, each in enumerate(letters, start=1)}


def keys(letters: list[AppealLetter]) -> list[str]:
    return [str(each.pk) for each in letters]


def test_the_worklist_leads_to_the_letters_that_wait(desk, waiting):
    assert f'<a href="{PAGE}"><strong>2</strong> signed letters wait to be sent' in html(
        desk.open("/")
    )
    page = html(desk.open(PAGE))
    for letter in waiting:
        where = f"/case/{letter.request.number}/appeal-letter/{letter.pk}/"
        assert f'href="{where}packet/"' in page
        assert f'href="{where}fax/"' in page
    assert "legal limit" in page
    assert "checked" not in re.findall(r'<input type="checkbox" name="row"[^>]*>', page)[0]


def test_ticked_letters_are_tried_then_recorded_each_with_its_number(desk, waiting):
    tried = desk.send(PAGE, desk.form(PAGE), row=keys(waiting), **numbers(waiting))
    words = html(tried)
    assert "Nothing is recorded yet" in words and "2 would be recorded" in words
    assert words.count("the payer's answer is due by end of") == 2
    assert not Appeal.objects.exists()
    form = shown(tried)
    assert sorted(form["row"]) == sorted(keys(waiting))
    done = html(desk.send(PAGE, form, do="1"))
    assert "Recorded for 2." in done and "FX-1" in done
    assert sorted(Appeal.objects.values_list("confirmation_number", flat=True)) == ["FX-1", "FX-2"]
    assert "Every signed letter went out." in html(desk.open(PAGE))
    assert "to be sent" not in html(desk.open("/"))
    again = html(desk.send(PAGE, form, do="1"))
    assert Appeal.objects.count() == 2
    assert "Tick the letters" in again


def test_one_that_was_sent_by_a_colleague_meanwhile_is_no_longer_there(desk, waiting):
    tried = shown(desk.send(PAGE, desk.form(PAGE), row=keys(waiting)))
    first = waiting[:1]
    colleague = Desk(StaffMember.objects.get(username="lead"))
    theirs = shown(colleague.send(PAGE, colleague.form(PAGE), row=keys(first)))
    colleague.send(PAGE, theirs, do="1")
    done = html(desk.send(PAGE, tried, do="1"))
    assert "Recorded for 1." in done
    assert Appeal.objects.count() == 2


def test_what_was_changed_after_the_trial_is_tried_again_and_not_recorded(desk, waiting):
    tried = shown(desk.send(PAGE, desk.form(PAGE), row=keys(waiting)))
    for changed in ({"channel": "portal"}, {"row": keys(waiting)[:1]}, numbers(waiting)):
        assert "Nothing is recorded yet" in html(desk.send(PAGE, tried, do="1", **changed))
    assert "Nothing is recorded yet" in html(desk.send(PAGE, {**tried, "shown": ["x"]}, do="1"))
    assert not Appeal.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"row": []}, "Tick the letters that went out."),
        ({"channel": "mail"}, "A letter does not arrive the moment it is mailed"),
        ({"when_on": "2026-09-30"}, "nothing was recorded"),
        ({"when_on": ""}, "nothing was recorded"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(desk, waiting, typed, words):
    given = {"row": keys(waiting), **numbers(waiting), **typed}
    answer = desk.send(PAGE, desk.form(PAGE), **given)
    assert words in html(answer)
    assert shown(answer)[f"number_{waiting[0].pk}"] == ["FX-1"]
    assert not Appeal.objects.exists()


def test_one_refused_row_says_why_and_the_other_is_recorded(desk, waiting):
    AppealLetter.objects.filter(pk=waiting[0].pk).update(level="second")
    form = shown(desk.send(PAGE, desk.form(PAGE), row=keys(waiting)))
    done = html(desk.send(PAGE, form, do="1"))
    assert "Recorded for 1, not for 1." in done
    assert "No line of this case can be taken to a second internal appeal now." in done


def test_an_auditor_looks_only(teller, waiting):
    auditor = Desk(person(teller, Role.AUDITOR))
    page = html(auditor.open(PAGE))
    assert waiting[0].request.number in page
    assert 'name="row"' not in page and "Show what would happen" not in page
    assert auditor.client.post(PAGE, {"row": keys(waiting)}).status_code == 403


def test_no_patient_stands_in_the_title_or_the_addresses(desk, waiting):
    page = html(desk.open(PAGE))
    name = waiting[0].request.patient.last_name
    assert name in page
    assert name not in re.search(r"<title>(.*?)</title>", page, re.S)[1]
    assert not [each for each in re.findall(r'href="([^"]*)"', page) if name in each]
