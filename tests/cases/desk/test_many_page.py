"""Many rows at once: ticked, tried on screen, then done."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django_scopes import scope

from cases.demo.stories import Teller
from cases.models import Acknowledgement, CaseEvent, Deadline, PriorAuthRequest, StaffMember
from cases.models.deadlines import LIVE
from cases.workflow.actor import Actor
from cases.workflow.answering import put_off, say_seen
from priorauth.terms import EventKind, Outcome, Role
from tests.cases.conftest import FRIDAY
from tests.cases.desk import made
from tests.cases.desk.paper import Desk, PaperForm, said

pytestmark = pytest.mark.usefixtures("friday_morning")


@pytest.fixture
def cases(teller: Teller) -> list[PriorAuthRequest]:
    """Two that wait for the payer, and one that was denied."""
    pending = [teller.submitted(teller.at(3), plan=teller.cast.plans[0]) for _ in range(2)]
    denied = teller.submitted(teller.at(8), plan=teller.cast.plans[0])
    teller.decided(denied, teller.at(1), Outcome.DENIED)
    return [*pending, denied]


def rows_of(cases: list[PriorAuthRequest]) -> list[str]:
    live = Deadline.objects.filter(LIVE)
    return [str(live.filter(request=case).order_by("act_at")[0].pk) for case in cases]


def html(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return answer.content.decode().replace("&#x27;", "'")


def send(desk: Desk, before: str, **typed: Any) -> str:
    """Send the form of the page back as a browser would."""
    values = PaperForm(before).values | {"row": re.findall(r'name="row" value="(\d+)"', before)}
    for name, each in typed.items():
        values[name] = each if isinstance(each, list) else [each]
    return html(desk.client.post("/many/", values))


def checks() -> int:
    return CaseEvent.objects.filter(kind=EventKind.STATUS_CHECKED).count()


def test_ticked_rows_are_looked_over_tried_and_done(
    desk: Desk, cases: list[PriorAuthRequest]
) -> None:
    listed = html(desk.open("/?whose=everybody&side=payer"))
    [form] = re.findall(r'<form [^>]*action="/many/".*?</form>', listed, re.S)
    assert f'name="row" value="{rows_of(cases)[0]}"' in form

    asked = html(
        desk.client.post(
            "/many/", {"row": rows_of(cases), "act": "status_check", "back": "side=payer"}
        )
    )
    assert "Show what would happen" in asked
    assert "Do it for" not in asked

    tried = send(desk, asked)
    assert "Nothing is recorded yet" in tried
    assert tried.count("Still pending; it comes up again end of Tue 22 Sep 2026.") == 2
    assert "Not done:" in tried and "no status to look up" in tried
    assert checks() == 0

    done = send(desk, tried, do="1")
    assert "Done for 2, not for 1." in done
    assert 'href="/?side=payer">Back to the worklist' in done
    assert checks() == 2
    again = send(desk, tried, do="1")
    assert again.count("recorded already") == 2
    assert checks() == 2


def test_what_was_changed_after_the_trial_is_tried_again_and_not_done(
    desk: Desk, cases: list[PriorAuthRequest]
) -> None:
    asked = html(desk.client.post("/many/", {"row": rows_of(cases), "act": "status_check"}))
    tried = send(desk, asked)
    other_day = send(desk, tried, do="1", look_again_on="2026-09-24")
    assert "Nothing is recorded yet" in other_day
    assert checks() == 0
    fewer = send(desk, tried, do="1", row=rows_of(cases)[:1])
    assert "Nothing is recorded yet" in fewer
    assert checks() == 0
    forged = send(desk, asked, do="1", shown="x")
    assert "Nothing is recorded yet" in forged
    assert checks() == 0


def test_cases_are_handed_over_together(
    desk: Desk, cases: list[PriorAuthRequest], teller: Teller
) -> None:
    PriorAuthRequest.objects.update(assigned_to=teller.cast.biller)
    asked = html(desk.client.post("/many/", {"row": rows_of(cases), "act": "hand_over"}))
    missing = send(desk, asked)
    assert "nothing was recorded" in missing
    tried = send(desk, asked, assigned_to=str(teller.cast.lead.pk))
    assert tried.count(f"From {teller.cast.biller} to {teller.cast.lead}.") == 3
    send(desk, tried, do="1")
    assert set(PriorAuthRequest.objects.values_list("assigned_to", flat=True)) == {
        teller.cast.lead.pk
    }


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"act": "status_check"}, "Tick at least one row"),
        ({"act": "status_check", "row": ["0", "x", "9" * 30, "-1", "²"]}, "Tick at least one row"),
        ({"act": "delete", "row": ["1"]}, "Choose what to do"),
    ],
)
def test_nothing_ticked_or_chosen_says_so_on_the_list(
    desk: Desk, cases: list[PriorAuthRequest], posted: dict[str, Any], words: str
) -> None:
    answer = desk.client.post("/many/", {**posted, "back": "side=payer&who=x"})
    assert (answer.status_code, answer.url) == (302, "/?side=payer&who=x")
    assert words in said(answer)
    assert desk.client.get("/many/").status_code == 302


def test_rows_of_another_clinic_are_not_there(desk: Desk, cases: list[PriorAuthRequest]) -> None:
    other = made.clinic("elsewhere")
    with scope(clinic=other):
        theirs = made.deadline(made.request(other, patient="Eve Elsewhere"))
    keys = [*rows_of(cases[:1]), str(theirs.pk)]
    asked = html(desk.client.post("/many/", {"row": keys, "act": "status_check"}))
    assert "Elsewhere" not in asked
    assert "1 row." in asked
    alone = desk.client.post("/many/", {"row": [str(theirs.pk)], "act": "status_check"})
    assert alone.status_code == 302


def test_reloading_what_was_put_off_writes_no_second_answer_and_leaves_a_colleagues_alone(
    desk: Desk, cases: list[PriorAuthRequest], teller: Teller
) -> None:
    asked = html(desk.client.post("/many/", {"row": rows_of(cases[:2]), "act": "put_off"}))
    told = {"until_on": "2026-09-18", "until_time": "16:00", "reason": "Waits for the chart"}
    tried = send(desk, asked, **told)
    assert "Do it for 2" in tried
    assert Acknowledgement.objects.count() == 0
    assert "Done for 2." in send(desk, tried, do="1")
    again = send(desk, tried, do="1")
    assert again.count("It was recorded already.") == 2
    assert Acknowledgement.objects.count() == 2

    row = Deadline.objects.select_related("request__clinic").get(pk=rows_of(cases)[0])
    with time_machine.travel(FRIDAY + timedelta(minutes=5), tick=False):
        say_seen(Actor(teller.cast.lead, Role.LEAD, FRIDAY + timedelta(minutes=5)), row)
        third = send(desk, tried, do="1")
        assert "Done for 1, not for 1." in third
        assert f"{teller.cast.lead} answered this after you looked" in third
        assert Acknowledgement.objects.count() == 3
    with time_machine.travel(FRIDAY + timedelta(minutes=6), tick=False):
        anew = send(desk, send(desk, asked, **told), do="1")
    assert "Done for 2." in anew
    assert Acknowledgement.objects.count() == 5


def test_what_would_happen_tells_an_earlier_answer_of_the_same_date(
    desk: Desk, cases: list[PriorAuthRequest], teller: Teller
) -> None:
    keys = rows_of(cases[:2])
    row = Deadline.objects.select_related("request__clinic").get(pk=keys[0])
    lead = Actor(teller.cast.lead, Role.LEAD, FRIDAY - timedelta(minutes=9))
    say_seen(lead, row)
    put_off(lead, row, until=FRIDAY + timedelta(hours=3), reason="Dr. Ash calls <at one>")
    asked = html(desk.client.post("/many/", {"row": keys, "act": "put_off"}))
    earlier = "Put off until Fri 18 Sep 2026, 13:00 EDT by"
    told = {"until_on": "2026-09-18", "until_time": "16:00", "reason": "Waits for the chart"}
    tried = send(desk, asked, **told)
    for page in (asked, tried):
        assert page.count("Answered before:") == 1
        assert earlier in page
        assert str(teller.cast.lead) in page
        assert "Dr. Ash calls &lt;at one&gt;" in page
        assert "Seen by" not in page
    assert "No reminder before Fri 18 Sep 2026, 16:00 EDT, in place of that." in tried
    assert tried.count("in place of that") == 1
    done = send(desk, tried, do="1")
    assert "Done for 2." in done
    assert "Answered before:" not in done


def test_an_answer_given_before_the_date_moved_is_told_too(
    desk: Desk, cases: list[PriorAuthRequest], teller: Teller
) -> None:
    row = Deadline.objects.select_related("request__clinic").get(pk=rows_of(cases)[0])
    say_seen(Actor(teller.cast.lead, Role.LEAD, FRIDAY), row)
    moved = Deadline.objects.get(pk=row.pk)
    moved.pk, moved._state.adding, moved.revision = None, True, row.revision + 1
    moved.answered_at = moved.quiet_until = None
    Deadline.objects.filter(pk=row.pk).update(standing="superseded")
    moved.save()
    Deadline.objects.filter(pk=row.pk).update(superseded_by=moved)
    asked = html(desk.client.post("/many/", {"row": [str(moved.pk)], "act": "put_off"}))
    assert f"Answered before: Seen by {teller.cast.lead}" in asked


@pytest.mark.parametrize("username", ["auditor", "clinician"])
def test_who_may_not_act_is_offered_no_ticks(
    desk: Desk, cases: list[PriorAuthRequest], username: str
) -> None:
    person = StaffMember.objects.filter(username=username).first()
    if person is None:
        pytest.skip("not in the cast")
    browser = Client()
    browser.force_login(person)
    assert 'name="row"' not in browser.get("/").content.decode()
    answer = browser.post("/many/", {"row": rows_of(cases), "act": "status_check"})
    assert answer.status_code == 403


def test_what_cannot_be_stored_or_read_breaks_nothing(
    desk: Desk, cases: list[PriorAuthRequest]
) -> None:
    for token in ("x", "", "\x00"):
        answer = desk.client.post(
            "/many/",
            {
                "row": rows_of(cases),
                "act": "put_off",
                "token": token,
                "until_on": "no",
                "reason": "a",
            },
        )
        assert answer.status_code == 200
        assert "Show what would happen" in html(answer)


def test_a_row_past_its_own_date_is_not_said_to_come_up_again(desk: Desk, teller: Teller) -> None:
    late = teller.submitted(teller.at(40), plan=teller.cast.plans[0])
    asked = html(desk.client.post("/many/", {"row": rows_of([late]), "act": "status_check"}))
    assert "it stays where it is" in send(desk, asked)
