"""The clinic's own texts: checked when saved, filled beside the steps they are for."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from cases.models import Determination, LineDetermination, OwnText, PriorAuthRequest
from priorauth.terms import EventKind, Outcome
from tests.cases.admin.conftest import add_url
from tests.cases.desk import made
from tests.cases.desk.made import NOW


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(clinic: Any) -> PriorAuthRequest:
    """Submitted and refused as experimental."""
    one = made.request(clinic)
    made.event(one, EventKind.SUBMITTED, happened_at=NOW, facts={"channel": "portal"})
    decided = made.event(
        one,
        EventKind.DETERMINED,
        happened_at=NOW,
        facts={"adverse": True, "outcomes": ["1=denied"]},
    )
    decision = Determination(
        clinic=clinic, request=one, event=decided, reasons=["experimental_investigational"]
    )
    decision.save()
    LineDetermination(
        clinic=clinic, determination=decision, line=one.lines.get(), outcome=Outcome.DENIED
    ).save()
    return one


def text(case: PriorAuthRequest, use: str, words: str, **fields: Any) -> OwnText:
    return OwnText.objects.create(
        **{"clinic": case.clinic, "name": f"Text {words[:20]}", "use": use, "text": words, **fields}
    )


def page(client: Client, case: PriorAuthRequest, step: str) -> str:
    response = client.get(f"/case/{case.number}/{step}/")
    assert response.status_code == 200
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def test_a_call_text_is_filled_beside_the_call_and_nowhere_else(
    client: Client, case: PriorAuthRequest
) -> None:
    text(case, "call", "Calling {payer} on {today} about {patient}, member {member_id}.")
    said = "Calling Northfield Health on Wed 25 Nov 2026 about Ada Quill, member XJ100200."
    assert said in page(client, case, "call")
    assert "Calling" not in page(client, case, "note")


def test_an_answer_to_a_refusal_is_offered_for_its_reason_first(
    client: Client, case: PriorAuthRequest
) -> None:
    text(case, "denial", "For any refusal of {case_number}.", name="A")
    text(case, "denial", "It is no experiment.", name="B", reason="experimental_investigational")
    text(case, "denial", "It was in time.", name="C", reason="untimely")
    text(case, "denial", "No longer said.", name="D", is_active=False)
    said = page(client, case, "note")
    assert said.index("It is no experiment.") < said.index(f"For any refusal of {case.number}.")
    assert "It was in time." not in said
    assert "No longer said." not in said


def test_without_a_refusal_no_answer_to_one_is_offered(client: Client, clinic: Any) -> None:
    fresh = made.request(clinic)
    text(fresh, "denial", "It is no experiment.")
    assert "It is no experiment." not in page(client, fresh, "note")


def test_a_text_with_marks_in_it_is_shown_as_it_is(client: Client, case: PriorAuthRequest) -> None:
    text(case, "call", "Say <b>no</b>.")
    assert "<b>no</b>" not in client.get(f"/case/{case.number}/call/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"use": "mail"}, "tells of a patient"),
        ({"text": "Dear {patiant}"}, "Did you mean {patient}?"),
        ({"reason": "untimely"}, "Only an answer to a refusal has a reason"),
        ({"text": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_filled_or_mailed_is_refused_when_saved(
    client: Client, case: PriorAuthRequest, wrong: dict[str, str], words: str
) -> None:
    posted = {"name": "Opening", "use": "call", "reason": "", "is_active": "on"}
    response = client.post(
        add_url(OwnText), {**posted, "text": "This is about {patient}.", **wrong}
    )
    assert response.status_code == 200
    said = html.unescape(response.content.decode())
    assert words in said
    assert 'value="Opening"' in said
    assert not OwnText.objects.exists()
